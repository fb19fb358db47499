import type { NoticeIds } from './privacy-notices/privacy-notices.js';

/** What somebody gives us to add a person by hand. Phones, mails and handles may be as typed. */
export interface NewSympathiser {
  /** UUIDv7 of the client's own making, so that sending twice adds one person. */
  id?: string;
  name: string;
  /** Where the person comes to us; the address may lead to a finer home below. */
  territoryId: string;
  /** Waits at `territoryId` to be placed, where the address says nothing. */
  elseWaits?: boolean;
  phones?: string[];
  emails?: string[];
  identities?: { platform: string; handle: string }[];
  /** ISO 639 code. */
  language?: string;
  pin?: string;
  /** LGD code of the revenue district. */
  districtLgd?: number;
  /** A year of birth, or an age in years, also as typed. */
  birthYear?: number | string;
  note?: string;
  source?: string;
  cameBy?: 'user' | 'walk_in' | 'join_form';
  /**
   * What they agreed to, on every channel they gave; null: kept, but not contactable. `at`: when they said it; `notice`: the
   * version they were told, one for all purposes or each its own.
   */
  consent: { purposes: string[]; how: string; at?: Date; notice?: string | NoticeIds; language?: string } | null;
  /** Add, although somebody of the same name and phone (or mail) is in the register. */
  anyway?: boolean;
  /** Add, although a phone, mail or handle is on the suppression list: they themselves gave it and agreed anew. */
  agreedAnew?: boolean;
}

/** What is to be put right. Absent: as it was; null: emptied. */
export interface Correction {
  name?: string;
  language?: string | null;
  pin?: string | null;
  districtLgd?: number | null;
  /** A year of birth, or an age in years, also as typed. */
  birthYear?: number | string | null;
  /** Another home, inside the actor's territory. */
  territoryId?: string;
}
