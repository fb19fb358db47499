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
  'token.make',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * What no token carries that a user makes: more tokens, roles and people. Whoever finds one must not get further with it
 * than it goes. The table of tokens refuses them, too.
 */
export const NEVER_BY_TOKEN: readonly Permission[] = [
  'token.make',
  'grant.give',
  'grant.delegate',
  'role.edit',
  'user.invite',
  'user.disable',
];

/** What a token of somebody who holds these may carry, in the order of the list above. */
export const carriedByToken = (held: ReadonlySet<string>): Permission[] =>
  PERMISSIONS.filter((permission) => held.has(permission) && !NEVER_BY_TOKEN.includes(permission));

/** Only looks: changes nothing. */
export const onlyLooks = (permission: string): boolean => permission.endsWith('.read');
