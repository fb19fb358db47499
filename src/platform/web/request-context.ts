import { AsyncLocalStorage } from 'node:async_hooks';

/** What is the same for everything done during one request. */
export interface RequestContext {
  requestId: string;
  /** Where the request comes from: an address, and what the browser calls itself. */
  address?: string;
  agent?: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** Where the request in hand comes from; empty for jobs and commands. */
export const currentClient = (): Pick<RequestContext, 'address' | 'agent'> => requestContext.getStore() ?? {};
