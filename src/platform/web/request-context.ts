import { AsyncLocalStorage } from 'node:async_hooks';

/** What is the same for everything done during one request. */
export interface RequestContext {
  requestId: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

export const currentRequestId = (): string | undefined => requestContext.getStore()?.requestId;
