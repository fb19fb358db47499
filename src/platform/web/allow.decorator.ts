import { SetMetadata } from '@nestjs/common';

export const ALLOW = 'sampark:allow';
export const PUBLIC = 'sampark:public';

/** The permission a route needs. A route with neither this nor `@Public` stops the boot. */
export const Allow = (permission: string) => SetMetadata(ALLOW, permission);

/**
 * For everybody, signed in or not; what it may see is then up to the actor it makes.
 * @param from `anywhere`: also by a form of another site, where a standard wants it
 */
export const Public = (from: 'our pages' | 'anywhere' = 'our pages') => SetMetadata(PUBLIC, from);

/** For everybody signed in, whatever their role: their own account and today's page. */
export const SIGNED_IN = 'signed-in';

/** The same, and reachable also while the role in use waits for a second factor: signing in is not complete without them. */
export const OWN_ACCOUNT = 'own-account';

/** For who has shown one factor and owes the other: the only routes they reach, beside the open ones. */
export const PROVING = 'proving';
