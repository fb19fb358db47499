import type { Reach } from '../platform/database/actor.js';

/** Everything a grant can allow. `domain.verb`, readable aloud. */
export const PERMISSIONS = [
  'territory.read',
  'territory.edit',
  'coverage.edit',
  'placement.edit',
  'user.read',
  'user.invite',
  'user.disable',
  'grant.give',
  'team.read',
  'team.edit',
  'sympathiser.read',
  'sympathiser.add',
  'sympathiser.edit',
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
  'attendance.read',
  'attendance.export',
  'audit.read',
  'notice.read',
  'token.make',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export interface Role {
  code: string;
  /** Key of its name. */
  nameKey: string;
  /** `assigned`: sees only the people assigned to them, by row policy. */
  reach: Reach;
  permissions: readonly Permission[];
  /** Levels of territory it may be given on; any, where not told. */
  levels?: readonly string[];
}

/** Whoever leads a territory may do everything in it; how far that reaches is the grant's territory, not the role. */
const CONVENOR = PERMISSIONS;

/** The built-in roles, widest first. Whoever gives a grant must hold every permission of its role. */
export const ROLES: readonly Role[] = [
  { code: 'state_admin', nameKey: 'role.state_admin', reach: 'territory', permissions: PERMISSIONS, levels: ['state'] },
  {
    code: 'region_coordinator',
    nameKey: 'role.region_coordinator',
    reach: 'territory',
    permissions: CONVENOR,
    levels: ['region', 'state'],
  },
  { code: 'district_convenor', nameKey: 'role.district_convenor', reach: 'territory', permissions: CONVENOR },
  {
    code: 'organiser',
    nameKey: 'role.organiser',
    reach: 'territory',
    permissions: [
      'territory.read',
      'event.read',
      'event.plan',
      'event.invite',
      'event.check_in',
      'attendance.read',
      'attendance.export',
    ],
  },
  {
    code: 'team_member',
    nameKey: 'role.team_member',
    reach: 'assigned',
    permissions: [
      'territory.read',
      'team.read',
      'sympathiser.read',
      'sympathiser.edit',
      'assignment.read',
      'assignment.answer',
      'attempt.log',
      'attempt.read',
      'event.read',
    ],
  },
];

export const roleOf = (code: string): Role | undefined => ROLES.find((role) => role.code === code);

const EMPTY: ReadonlySet<string> = new Set();
const sets = new Map<string, ReadonlySet<string>>(ROLES.map((role) => [role.code, new Set<string>(role.permissions)]));

/** An unknown role (a later version's) allows nothing. */
export const permissionsOf = (code: string): ReadonlySet<string> => sets.get(code) ?? EMPTY;
