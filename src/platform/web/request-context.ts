import { AsyncLocalStorage } from 'node:async_hooks';

/** What is the same for everything done during one request. */
export interface RequestContext {
  requestId: string;
  /** Where a request comes from, as the server sees it behind its trusted proxies; none for a job. */
  address?: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();
