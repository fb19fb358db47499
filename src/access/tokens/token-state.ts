export type TokenState = 'works' | 'ended' | 'expired' | 'role_over';

/** Whether a token works, and if not, why. */
export function stateOf(
  token: { endedAt: Date | null; expiresAt: Date | null; grantHolds: boolean },
  now: Date,
): TokenState {
  if (token.endedAt) return 'ended';
  if (token.expiresAt && token.expiresAt <= now) return 'expired';
  return token.grantHolds ? 'works' : 'role_over';
}
