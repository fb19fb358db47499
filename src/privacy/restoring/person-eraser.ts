import type { SystemActor } from '../../platform/database/actor.js';

/** Erases somebody again who was erased since the backup was made. Safe to run twice. */
export abstract class PersonEraser {
  /** @param why as it was: `asked` stands for all reasons, which the log doesn't keep */
  abstract erase(actor: SystemActor, personId: string, why: 'asked'): Promise<void>;
}
