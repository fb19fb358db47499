import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_ROLES } from '../../migrations/built-in-roles.js';
import type { Reach, UserActor } from '../platform/database/actor.js';
import { scopeFrom } from '../platform/database/actor.js';
import { fitsLevel, mayGive, mayManage, type RoleAt } from './grant-rules.js';
import { PERMISSIONS } from './roles/permissions.js';

const STATE = '0001';
const AGRA = '00010001';
const MATHURA = '00010002';
const WARD_OF_AGRA = '000100010001';

const role = (code: string) => {
  const { levels = null, reach, permissions } = BUILT_IN_ROLES.find((one) => one.code === code)!;
  return { code, reach: reach as Reach, permissions: [...permissions], levels: levels && [...levels] };
};

const at = (code: string, path: string): RoleAt => ({ ...role(code), path });

const as = (code: string, path: string): UserActor => ({
  kind: 'user',
  userId: 'u',
  sessionId: 's',
  grantId: 'g',
  role: code,
  reach: role(code).reach,
  territoryId: 't',
  scope: scopeFrom(path),
  permissions: new Set(role(code).permissions),
});

describe('who may give a role', () => {
  it('is whoever has the place in their territory and holds as much', () => {
    const convenor = as('district_convenor', AGRA);
    expect(mayGive(convenor, at('district_convenor', AGRA))).toBe(true);
    expect(mayGive(convenor, at('team_member', WARD_OF_AGRA))).toBe(true);
    expect(mayGive(convenor, at('organiser', AGRA))).toBe(true);
    expect(mayGive(convenor, at('team_member', MATHURA))).toBe(false);
    expect(mayGive(convenor, at('team_member', STATE))).toBe(false);
    expect(mayGive(convenor, at('state_admin', AGRA))).toBe(false);
    expect(mayGive(as('organiser', STATE), at('team_member', AGRA))).toBe(false);
  });

  it('lets the state admin give every role that came with the program', () => {
    for (const { code } of BUILT_IN_ROLES) expect(mayGive(as('state_admin', STATE), at(code, AGRA))).toBe(true);
  });

  it('needs as wide a sight as the role has, whatever it allows', () => {
    const organiser = as('organiser', AGRA);
    expect(mayGive(organiser, at('check_in_helper', AGRA))).toBe(true);
    expect(mayGive(organiser, { reach: 'territory', permissions: ['event.read'], path: AGRA })).toBe(false);
    expect(mayGive(as('team_member', AGRA), at('team_lead', AGRA))).toBe(false);
    expect(mayGive(as('team_lead', AGRA), at('team_member', AGRA))).toBe(true);
  });

  it('lets nobody manage a user who is more, or elsewhere, too', () => {
    const convenor = as('district_convenor', AGRA);
    expect(mayManage(convenor, [at('team_member', AGRA)])).toBe(true);
    expect(mayManage(convenor, [])).toBe(true);
    expect(mayManage(convenor, [at('team_member', AGRA), at('team_member', MATHURA)])).toBe(false);
    expect(mayManage(convenor, [at('team_member', AGRA), at('state_admin', STATE)])).toBe(false);
  });

  it('leaves what a later version allows to that version', () => {
    const later: RoleAt = { reach: 'assigned', permissions: ['thing.of_a_later_version'], path: AGRA };
    expect(mayGive(as('state_admin', STATE), later)).toBe(false);
  });
});

describe('the roles that come with the program', () => {
  it('allow what the program knows', () => {
    const known: readonly string[] = PERMISSIONS;
    for (const { permissions } of BUILT_IN_ROLES)
      expect(permissions.filter((permission) => !known.includes(permission))).toEqual([]);
  });

  it('show an auditor no people', () => {
    const { permissions, reach } = role('auditor');
    expect(reach).toBe('trail');
    expect(
      permissions.filter((permission) => /^(sympathiser|attempt|attendance|event|import)\./.test(permission)),
    ).toEqual([]);
  });
});

describe('where a role may be given', () => {
  it('is the whole state for its admin, and anywhere for a member', () => {
    expect(fitsLevel(role('state_admin'), 'state')).toBe(true);
    expect(fitsLevel(role('state_admin'), 'district')).toBe(false);
    expect(fitsLevel(role('region_coordinator'), 'region')).toBe(true);
    expect(fitsLevel(role('region_coordinator'), 'mandal')).toBe(false);
    expect(fitsLevel(role('team_member'), 'ward')).toBe(true);
  });
});
