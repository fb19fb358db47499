import { isGrantActor, type Actor } from '../../platform/database/actor.js';
import { Forbidden } from '../../platform/errors.js';

/** How a session stands with the second factor. */
export interface Standing {
  /** Its user has something to show. */
  enrolled: boolean;
  /** It was shown in this session. */
  proved: boolean;
  /** It was shown so lately that it still counts for what is delicate. */
  proofFresh: boolean;
}

/**
 * What a session owes. `proof`: its user has a second factor and hasn't shown it; signing in isn't complete.
 * `renewal`: the role in use demands one, and it was shown too long ago. `set-up`: the role demands one, and there is none.
 */
export type Owed = 'proof' | 'renewal' | 'set-up';

/** @param demanded the role in use asks for a second factor */
export function owedBy(session: Standing, demanded: boolean): Owed | null {
  if (session.enrolled && !session.proved) return 'proof';
  if (!demanded) return null;
  if (!session.enrolled) return 'set-up';
  return session.proofFresh ? null : 'renewal';
}

/** The page where a session can give what it owes, and from which it goes on to `next`. */
export function wayTo(owed: Owed, next: string): string {
  const page = owed === 'set-up' ? '/second-factor' : '/second-factor/proof';
  return next === '/' ? page : `${page}?next=${encodeURIComponent(next)}`;
}

/**
 * What a role that demands a second factor may be lent to (a token for a program), only who has shown theirs lends.
 * Commands on the machine itself are not asked.
 * @throws Forbidden
 */
export function mustHaveProved(actor: Actor, grant: { second_factor: boolean }): void {
  if (grant.second_factor && isGrantActor(actor) && !(actor.kind === 'user' && actor.proved))
    throw new Forbidden('errors.second_factor');
}
