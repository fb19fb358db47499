import { AsyncLocalStorage } from 'node:async_hooks';

/** What is the same for everything done during one request. */
export interface RequestContext {
  requestId: string;
  /** Where the request comes from: an address, and what the browser calls itself. */
  address?: string;
  agent?: string;
  /** It wants a page, and no data. */
  forPage?: boolean;
  /** Whoever wrote the texts says that the words found in them are not about the person. */
  notAboutPerson?: boolean;
  /** Texts that are kept although something was found in them, for the trail. */
  keptAsWritten?: { field: string; kinds: string[] }[];
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** A ticked box, and its like in a program's body. */
const TICKED = new Set<unknown>(['true', 'on', '1', true]);

/** Takes down whether the words found in the texts of this request are said to be about something else. */
export function hearExcuse(said: unknown): void {
  const context = requestContext.getStore();
  if (context && TICKED.has(said)) context.notAboutPerson = true;
}

/** Where the request in hand comes from; empty for jobs and commands. */
export const currentClient = (): Pick<RequestContext, 'address' | 'agent'> => requestContext.getStore() ?? {};
