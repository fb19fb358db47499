import type { Actor } from '../platform/database/actor.js';
import { isGrantActor, scopeOfActor } from '../platform/database/actor.js';
import { isWithin } from '../territories/path.js';
import { permissionsOf, roleOf, ROLES } from './roles.js';

/** A role on a place in the tree. */
export interface RoleAt {
  role: string;
  path: string;
}

/** The place lies in the actor's territory or below. Nobody anonymous, and no link, has one. */
export function reaches(actor: Actor, path: string): boolean {
  const scope = scopeOfActor(actor);
  return scope !== null && isWithin(path, scope);
}

/**
 * The actor's role is as wide as this one, and holds everything it allows. What an unknown role allows, a later version
 * knows: nobody holds that.
 */
export function holdsAllOf(actor: Actor, role: string): boolean {
  if (!roleOf(role)) return false;
  if (actor.kind === 'system') return true;
  return (
    isGrantActor(actor) &&
    rankOf(actor.role) <= rankOf(role) &&
    [...permissionsOf(role)].every((permission) => actor.permissions.has(permission))
  );
}

/** Where a role stands among the built-in ones, the widest first. */
const rankOf = (role: string) => ROLES.findIndex(({ code }) => code === role);

/** Whether the actor may give a role, or end it: nothing above or beside their territory, and no more than they hold. */
export const mayGive = (actor: Actor, { role, path }: RoleAt): boolean =>
  reaches(actor, path) && holdsAllOf(actor, role);

/**
 * Whether the actor may disable somebody, or give them a code to sign in with: only if nothing they hold lies beyond the
 * actor. Else a convenor could sign in as somebody who is more elsewhere.
 * @param holds the roles in force of that user, all of them
 */
export const mayManage = (actor: Actor, holds: RoleAt[]): boolean => holds.every((grant) => mayGive(actor, grant));

/** Whether a role may be given on a territory of this level. */
export const fitsLevel = (role: string, level: string): boolean => {
  const levels = roleOf(role)?.levels;
  return !levels || levels.includes(level);
};
