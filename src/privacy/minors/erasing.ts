import type { Actor } from '../../platform/database/actor.js';
import { Conflict } from '../../platform/errors.js';

/** Why somebody is erased without having asked for it: they are under 18 (T29; DPDP Act 2023, section 9). */
export type WhyErased = 'minor';

/** Who erases: the part of the program that reaches everything of a person. */
export abstract class Erasing {
  /**
   * Has somebody erased, in the transaction of the caller.
   * @throws Conflict where nothing in this installation can
   */
  abstract ask(actor: Actor, personId: string, why: WhyErased): Promise<void>;
}

/** While no such part is there: refused, so that nobody believes it is done. */
export class NobodyErases extends Erasing {
  ask(): Promise<void> {
    return Promise.reject(new Conflict('minors.not_ready'));
  }
}
