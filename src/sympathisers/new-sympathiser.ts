import type { ReadPoints } from './read-points.js';

/** What somebody gives us to add a person by hand. Phones, mails and handles may be as typed. */
export interface NewSympathiser {
  /** UUIDv7 of the client's own making, so that sending twice adds one person. */
  id?: string;
  name: string;
  /** Where the person comes to us; the address may lead to a finer home below. */
  territoryId: string;
  phones?: string[];
  emails?: string[];
  identities?: { platform: string; handle: string }[];
  /** ISO 639 code. */
  language?: string;
  pin?: string;
  /** LGD code of the revenue district. */
  districtLgd?: number;
  birthYear?: number;
  note?: string;
  source?: string;
  cameBy?: 'user' | 'walk_in' | 'join_form';
  /** What they agreed to, on every channel they gave; null: kept, but not contactable. `at`: when they said it. */
  consent: { purposes: string[]; how: string; at?: Date; notice?: string; language?: string } | null;
  /** Add, although somebody of the same name and phone (or mail) is in the register. */
  anyway?: boolean;
  /** Add, although a phone, mail or handle is on the suppression list: they themselves gave it and agreed anew. */
  agreedAnew?: boolean;
}

/** The same, read by the rules. */
export interface ReadSympathiser extends ReadPoints {
  name: string;
  nameKey: string;
}
