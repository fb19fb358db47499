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
