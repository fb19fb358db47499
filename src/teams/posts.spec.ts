import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_ROLES } from '../../migrations/built-in-roles.js';
import { postsOf, roleOfPost, strengthOf, TEAM_LEVELS } from './posts.js';

const config = { teamStrengthState: 11, teamStrengthRegion: 9 };

describe('the posts of a team', () => {
  it('are fifteen in a district, an IT-centre operator among them, and seven in a mandal', () => {
    const district = postsOf('district', strengthOf('district', config)!);
    expect(district).toHaveLength(15);
    expect(district.slice(0, 4)).toEqual(['convenor', 'co_convenor', 'it_centre_operator', 'member']);
    expect(district.filter((kind) => kind === 'member')).toHaveLength(12);
    const mandal = postsOf('mandal', strengthOf('mandal', config)!);
    expect(mandal).toEqual(['convenor', 'co_convenor', 'member', 'member', 'member', 'member', 'member']);
  });

  it('are configured for the state and its regions, and there are none in a ward', () => {
    expect(strengthOf('state', config)).toBe(11);
    expect(strengthOf('region', config)).toBe(9);
    expect(strengthOf('ward', config)).toBeNull();
  });

  it('bring a role that their level has', () => {
    for (const level of TEAM_LEVELS)
      for (const kind of postsOf(level, 3)) {
        const role = BUILT_IN_ROLES.find(({ code }) => code === roleOfPost(kind, level));
        expect([kind, level, role?.levels?.includes(level) ?? role !== undefined]).toEqual([kind, level, true]);
      }
  });
});
