import type { Reach } from '../../platform/database/actor.js';

/** Everything a role can allow. `domain.verb`, readable aloud; what each is in words stands under `permission.<code>`. */
export const PERMISSIONS = [
  'territory.read',
  'territory.edit',
  'coverage.edit',
  'placement.edit',
  'user.read',
  'user.invite',
  'user.disable',
  'role.edit',
  'grant.read',
  'grant.give',
  'grant.delegate',
  'team.read',
  'team.edit',
  'sympathiser.read',
  'sympathiser.add',
  'sympathiser.edit',
  'sympathiser.export',
  'platform.edit',
  'sympathiser.merge',
  'import.read',
  'import.run',
  'assignment.read',
  'assignment.spread',
  'assignment.give',
  'assignment.answer',
  'attempt.log',
  'attempt.read',
  'event.read',
  'event.plan',
  'event.invite',
  'event.check_in',
  'event.appoint_helper',
  'attendance.read',
  'attendance.export',
  'audit.read',
  'notice.read',
  'privacy.breach',
  'privacy.desk',
  'token.make',
  'privacy.notices',
  'poster.make',
  'privacy.erase',
  'privacy.retention',
  'privacy.vault',
  'privacy.requests',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * Held by nobody by what else they hold, not by the state admin either: whoever may make roles gives it to others, and they
 * act by twos.
 */
export const HELD_APART: readonly string[] = ['privacy.vault'] satisfies Permission[];

/**
 * What no token carries that a user makes: more tokens, roles and people, a door's helpers as well; nor what nobody can take back.
 * Whoever finds one must not get further with it than it goes. The table of tokens refuses them, too.
 */
export const NEVER_BY_TOKEN: readonly Permission[] = [
  'token.make',
  'grant.give',
  'grant.delegate',
  'role.edit',
  'user.invite',
  'user.disable',
  'event.appoint_helper',
  'privacy.erase',
  'privacy.vault',
];

/** What a token of somebody who holds these may carry, in the order of the list above. */
export const carriedByToken = (held: ReadonlySet<string>): Permission[] =>
  PERMISSIONS.filter((permission) => held.has(permission) && !NEVER_BY_TOKEN.includes(permission));

/** Only looks: changes nothing. */
export const onlyLooks = (permission: string): boolean => permission.endsWith('.read');

/** Of whose people they are given, and with whom they answer for them. */
const OF_ONES_OWN_PEOPLE: readonly Permission[] = [
  'territory.read',
  'team.read',
  'sympathiser.read',
  'sympathiser.edit',
  'assignment.read',
  'assignment.answer',
  'attempt.log',
  'attempt.read',
  'event.read',
  'attendance.read',
  'token.make',
];
const OF_MEET_UPS: readonly Permission[] = [
  'territory.read',
  'event.read',
  'event.plan',
  'event.invite',
  'event.check_in',
  'event.appoint_helper',
  'attendance.read',
  'attendance.export',
  'token.make',
  'poster.make',
];

/**
 * What a role can use, as far as it sees. Anything else would stand in it without a use: the row policies of its database role
 * refuse it. A role that is made gets no such thing, so that what it says is what it does.
 */
const USABLE: Record<Reach, readonly Permission[]> = {
  territory: PERMISSIONS,
  team: OF_ONES_OWN_PEOPLE,
  assigned: OF_ONES_OWN_PEOPLE,
  events: OF_MEET_UPS,
  event: ['event.read', 'event.check_in'],
  trail: ['territory.read', 'grant.read', 'audit.read', 'token.make'],
};

export const isUsable = (reach: Reach, permission: string): boolean =>
  (USABLE[reach] as readonly string[]).includes(permission);
