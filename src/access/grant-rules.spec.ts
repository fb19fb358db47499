import { describe, expect, it } from '@jest/globals';
import type { UserActor } from '../platform/database/actor.js';
import { fitsLevel, mayGive, mayManage } from './grant-rules.js';
import { ROLES } from './roles.js';
import { within } from './sessions.service.js';

const STATE = '0001';
const AGRA = '00010001';
const MATHURA = '00010002';
const WARD_OF_AGRA = '000100010001';

const as = (role: string, path: string): UserActor => ({
  kind: 'user',
  userId: 'u',
  sessionId: 's',
  ...within({ grant_id: 'g', role, territory_id: 't', path }),
});

describe('who may give a role', () => {
  it('is whoever has the place in their territory and holds as much', () => {
    const convenor = as('district_convenor', AGRA);
    expect(mayGive(convenor, { role: 'district_convenor', path: AGRA })).toBe(true);
    expect(mayGive(convenor, { role: 'team_member', path: WARD_OF_AGRA })).toBe(true);
    expect(mayGive(convenor, { role: 'organiser', path: AGRA })).toBe(true);
    expect(mayGive(convenor, { role: 'team_member', path: MATHURA })).toBe(false);
    expect(mayGive(convenor, { role: 'team_member', path: STATE })).toBe(false);
    expect(mayGive(convenor, { role: 'state_admin', path: AGRA })).toBe(false);
    expect(mayGive(as('organiser', STATE), { role: 'team_member', path: AGRA })).toBe(false);
  });

  it('lets the state admin give every role', () => {
    for (const role of ROLES) expect(mayGive(as('state_admin', STATE), { role: role.code, path: AGRA })).toBe(true);
  });

  it('lets nobody manage a user who is more, or elsewhere, too', () => {
    const convenor = as('district_convenor', AGRA);
    expect(mayManage(convenor, [{ role: 'team_member', path: AGRA }])).toBe(true);
    expect(mayManage(convenor, [])).toBe(true);
    expect(
      mayManage(convenor, [
        { role: 'team_member', path: AGRA },
        { role: 'team_member', path: MATHURA },
      ]),
    ).toBe(false);
    expect(
      mayManage(convenor, [
        { role: 'team_member', path: AGRA },
        { role: 'state_admin', path: STATE },
      ]),
    ).toBe(false);
  });

  it('leaves a role of a later version to that version', () => {
    expect(mayGive(as('state_admin', STATE), { role: 'auditor', path: AGRA })).toBe(false);
  });
});

describe('where a role may be given', () => {
  it('is the whole state for its admin, and anywhere for a member', () => {
    expect(fitsLevel('state_admin', 'state')).toBe(true);
    expect(fitsLevel('state_admin', 'district')).toBe(false);
    expect(fitsLevel('region_coordinator', 'region')).toBe(true);
    expect(fitsLevel('region_coordinator', 'mandal')).toBe(false);
    expect(fitsLevel('team_member', 'ward')).toBe(true);
  });
});
