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
  // Shown here, or where somebody came in by: a provider elsewhere asks for its own.
  if (!demanded || session.proofFresh) return null;
  return session.enrolled ? 'renewal' : 'set-up';
}

/** The page where a session can give what it owes, and from which it goes on to `next`. */
export function wayTo(owed: Owed, next: string): string {
  const page = owed === 'set-up' ? '/second-factor' : '/second-factor/proof';
  return next === '/' ? page : `${page}?next=${encodeURIComponent(next)}`;
}
