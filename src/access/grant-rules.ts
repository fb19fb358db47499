import type { Actor, Reach } from '../platform/database/actor.js';
import { isGrantActor, scopeOfActor } from '../platform/database/actor.js';
import { isWithin } from '../territories/path.js';
import { HELD_APART } from './roles/permissions.js';
import type { Role } from './roles/role.entity.js';

/** What a role is worth, wherever it is given. */
export type Worth = Pick<Role, 'reach' | 'permissions'>;

/** A role on a place in the tree. */
export type RoleAt = Worth & { path: string };

/** Who sees so far sees this far, too. */
const COVERS: Record<Reach, readonly Reach[]> = {
  territory: ['territory', 'team', 'assigned', 'events', 'event', 'trail'],
  team: ['team', 'assigned'],
  assigned: ['assigned'],
  events: ['events', 'event'],
  event: ['event'],
  trail: ['trail'],
};

/** The place lies in the actor's territory or below. Nobody anonymous, and no link, has one. */
export function reaches(actor: Actor, path: string): boolean {
  const scope = scopeOfActor(actor);
  return scope !== null && isWithin(path, scope);
}

/** The actor sees as far as this role, and holds everything it allows; what is held apart, whoever makes roles gives. */
export function holdsAllOf(actor: Actor, role: Worth): boolean {
  if (actor.kind === 'system') return true;
  return (
    isGrantActor(actor) &&
    COVERS[actor.reach].includes(role.reach) &&
    role.permissions.every(
      (permission) =>
        actor.permissions.has(permission) || (HELD_APART.includes(permission) && actor.permissions.has('role.edit')),
    )
  );
}

/** Whether the actor may give a role, or end it: nothing above or beside their territory, and no more than they hold. */
export const mayGive = (actor: Actor, role: RoleAt): boolean => reaches(actor, role.path) && holdsAllOf(actor, role);

/**
 * Whether the actor may disable somebody, or give them a code to sign in with: only if nothing they hold lies beyond the
 * actor. Else a convenor could sign in as somebody who is more elsewhere.
 * @param holds the roles in force of that user, all of them
 */
export const mayManage = (actor: Actor, holds: RoleAt[]): boolean => holds.every((grant) => mayGive(actor, grant));

/** Whether a role may be given on a territory of this level. */
export const fitsLevel = (role: Pick<Role, 'levels'>, level: string): boolean =>
  !role.levels || role.levels.includes(level);
