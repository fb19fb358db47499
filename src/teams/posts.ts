import type { Config } from '../platform/config/config.js';

export const POST_KINDS = ['convenor', 'co_convenor', 'it_centre_operator', 'member'] as const;
export type PostKind = (typeof POST_KINDS)[number];

/** Posts of a team, by the level of its territory; null where that level has none. */
export function strengthOf(
  level: string,
  config: Pick<Config, 'teamStrengthState' | 'teamStrengthRegion'>,
): number | null {
  switch (level) {
    case 'state':
      return config.teamStrengthState;
    case 'region':
      return config.teamStrengthRegion;
    case 'district':
      return 15;
    case 'mandal':
      return 7;
    default:
      return null;
  }
}

/** Levels that have a team. */
export const TEAM_LEVELS = ['state', 'region', 'district', 'mandal'] as const;

/** The posts of a new team in the order of its seats: who leads, then (in a district) who runs the IT centre, then the rest. */
export function postsOf(level: string, strength: number): PostKind[] {
  const leading: PostKind[] = ['convenor', 'co_convenor'];
  if (level === 'district') leading.push('it_centre_operator');
  return Array.from({ length: strength }, (_, seat) => leading[seat] ?? 'member');
}

/** The role that comes with a post. */
export function roleOfPost(kind: string, level: string): string {
  if (kind === 'it_centre_operator') return kind;
  if (kind !== 'convenor' && kind !== 'co_convenor') return 'team_member';
  return level === 'state' || level === 'region' ? 'region_coordinator' : 'district_convenor';
}
