import type { Transaction } from '../../platform/database/transaction.js';

/** How many of something are waiting, how many of them are late, and when the next is due. */
export interface Due {
  waiting: number;
  late: number;
  next: Date | null;
  /** Where they are looked after. */
  href: string;
}

/**
 * What the officer's page asks of parts of the program that have pages of their own. Each reads within the transaction it
 * gets, and so within the reader's territory. null: the program has no such part, and the page leaves it out.
 */
export abstract class DeskPorts {
  /** Requests of people (access, correction, erasure, objection, grievance) that are not settled. */
  abstract requests(tx: Transaction): Promise<Due | null>;
  /** People whom retention will ask, or erase, within thirty days. */
  abstract retention(tx: Transaction): Promise<Due | null>;
  /** Sign-ups of the join form that are not confirmed. */
  abstract unconfirmed(tx: Transaction): Promise<Due | null>;
}

/** While none of these parts is there. */
export class NoDeskPorts extends DeskPorts {
  requests = () => Promise.resolve(null);
  retention = () => Promise.resolve(null);
  unconfirmed = () => Promise.resolve(null);
}
