import type { AUser } from '../factories/users.js';
import type { Sampark } from '../support/sampark.js';

/**
 * The table of permissions, a file a domain (test/permissions/<domain>.ts), which exports
 *
 *   export const rows: Row[] = [
 *     { route: 'GET /teams', allowed: { state_admin: '200', team_member: '200' } },
 *     { route: 'GET /teams/:id', thing: 'team', allowed: { state_admin: '200', district_convenor: '200' } },
 *   ];
 *   export const things: Things = {
 *     team: async ({ sampark }, at) => ({ params: { id: (await aTeam(sampark, { in: at.code })).id } }),
 *   };
 *
 * How to read a row: whoever is named gets that status for a thing in their own territory and below, and 404 for one
 * beside or above; `{ own: '200', below: '404' }` says otherwise for single places. Whoever is not named gets 403. Nobody
 * in particular gets 401. `'anyone'` is a route for everybody; `'signed in'` one for every user with a session.
 * A row without a thing is a list or a form of one's own, asked once a role.
 *
 * A route of the program without a row fails the test, and so does a row without a route. Things are made anew for each
 * question, because an answer may change them.
 */
export interface Row {
  /** Method and address as in the controllers. */
  route: string;
  /** What `:id` means: the name of a builder in `things`, of any domain's file. */
  thing?: string;
  /** The thing lies in no territory (a role, one's own session): asked once a role. */
  everywhere?: true;
  /** What is sent, such that the route can succeed; a query, for GET. */
  send?: (made: Made, asked: Asked) => Record<string, unknown>;
  /** Asked with a session instead of a token, for what no token may do. */
  by?: 'session';
  /** Content of a file to upload, for a form of multipart/form-data; `send` gives its fields. */
  file?: (made: Made, asked: Asked) => string;
  allowed: Partial<Record<RoleCode, Expected>> | 'anyone' | 'signed in';
  /** For `'anyone'` and `'signed in'`: the status they get. */
  answers?: string;
}

export const ROLE_CODES = [
  'state_admin',
  'region_coordinator',
  'district_convenor',
  'it_centre_operator',
  'data_protection_officer',
  'auditor',
  'organiser',
  'check_in_helper',
  'team_lead',
  'team_member',
  'vault_keeper',
] as const;
export type RoleCode = (typeof ROLE_CODES)[number];

/** Whoever leads a territory: the state admin, a coordinator, a convenor. */
export const leading = (expected: string) => ({
  state_admin: expected,
  region_coordinator: expected,
  district_convenor: expected,
});
/** Both kinds of team member. They see who is assigned to them, and so nobody below. */
export const members = (expected: Expected) => ({ team_lead: expected, team_member: expected });
/** Both of those who read the trail. */
export const controlling = (expected: string) => ({ data_protection_officer: expected, auditor: expected });

/** Where the thing lies, seen from whoever asks. */
export const PLACES = ['own', 'below', 'neighbour', 'above'] as const;
export type Place = (typeof PLACES)[number];

export type Expected = string | Partial<Record<Place, string>>;

export interface Territory {
  id: string;
  code: string;
  path: string;
  level: string;
}

/** A state, a region in it, a district in that and a mandal in that; and a neighbour of the region and of the district. */
export interface World {
  sampark: Sampark;
  state: Territory;
  region: Territory;
  otherRegion: Territory;
  district: Territory;
  otherDistrict: Territory;
  mandal: Territory;
  /** Somebody of each role: the coordinator on the region, all below on the district. */
  users: Record<RoleCode, AUser>;
}

/** Who asks, and where the thing lies. */
export interface Asked {
  world: World;
  as: AUser;
  at: Territory;
}

export interface Made {
  params?: Record<string, string>;
  /** Whatever `send` needs. */
  [more: string]: unknown;
}

/** Makes a thing that lies at a territory; `as` is who will ask (a member sees only who is assigned to them). */
export type Builder = (world: World, at: Territory, as: AUser) => Promise<Made>;
export type Things = Record<string, Builder>;

/** What a row expects of a role at a place. */
export function expectedOf(row: Row, role: RoleCode, place: Place): string {
  if (typeof row.allowed === 'string') return row.answers ?? '200';
  const expected = row.allowed[role];
  if (expected === undefined) return '403';
  const usual = place === 'own' || place === 'below';
  if (typeof expected === 'string') return usual ? expected : '404';
  return expected[place] ?? (usual ? (expected.own ?? '200') : '404');
}
