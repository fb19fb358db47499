import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { AUser } from '../factories/users.js';
import { aUser } from '../factories/users.js';
import { tables, things } from '../permissions/tables.js';
import type { Made, World } from '../permissions/rows.js';
import { aWorld } from '../permissions/world.js';
import { routesOf } from '../support/routes.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { callsOf, faultsOf, type Call, type OpenApi } from './document.js';
import { inputFor, type Pool } from './inputs.js';
import { Random } from './random.js';

jest.setTimeout(180_000);

/** Another seed asks other questions: `FUZZ_SEED=7 FUZZ_ROUNDS=200 npm test -- test/fuzz`. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 12);

/** For load balancers and for the developer's machine: no part of the API. */
const NOT_DESCRIBED = /^GET \/(healthz|readyz|dev\/)/;
/** Of the inside: a stack, a statement, a driver's or a framework's own words. */
const INSIDE =
  /node_modules|\.[jt]s:\d+|at \w+ \(|QueryFailed|TypeError|\bSELECT .* FROM\b|syntax error|violates|FST_ERR|Cannot read/;

let sampark: Sampark;
let world: World;
let document: OpenApi;
let calls: Call[];
let pool: Pool;
beforeAll(async () => {
  sampark = await aSampark();
  world = await aWorld(sampark);
  document = (await sampark.as().get('/api/openapi.json')).body as OpenApi;
  calls = callsOf(document);
  pool = await aPool();
});
afterAll(() => sampark?.close());

describe('the description of the API', () => {
  it('is sound OpenAPI 3', () => {
    expect(faultsOf(document)).toEqual([]);
  });

  it('names every route of the program, and no other', () => {
    const routes = routesOf(sampark).filter((route) => !NOT_DESCRIBED.test(route));
    const described = calls.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    expect(described.sort()).toEqual(routes.sort());
  });
});

interface Asker {
  name: string;
  headers(): Promise<Record<string, string>>;
}

describe('whatever is sent', () => {
  const bearer =
    (user: () => AUser): Asker['headers'] =>
    async () => ({
      accept: 'application/json',
      authorization: `Bearer ${user().token}`,
    });
  const askers: Asker[] = [
    { name: 'nobody', headers: async () => ({ accept: 'application/json' }) },
    { name: 'a member', headers: bearer(() => world.users.team_member) },
    { name: 'the state office', headers: bearer(() => world.users.state_admin) },
    { name: 'the state office in a browser', headers: inBrowser },
  ];

  it.each(askers)('by $name is answered in good order', async ({ name, headers }) => {
    const random = new Random(SEED + askers.findIndex((one) => one.name === name));
    const faults: string[] = [];
    const statuses = new Map<string, Set<number>>();
    // Who is mostly refused tries less.
    const rounds = name.startsWith('the state office') ? ROUNDS : Math.ceil(ROUNDS / 2);
    for (let round = 0; round < rounds; round++)
      for (const call of calls) {
        const given = await headers();
        const input = inputFor(document, call, pool, random);
        const answer = await server().inject({
          method: call.method,
          url: input.url,
          headers: { ...given, ...input.headers },
          ...(input.payload && { payload: input.payload }),
        });
        const at = `${call.method} ${call.path}`;
        statuses.set(at, (statuses.get(at) ?? new Set()).add(answer.statusCode));
        const fault = faultIn(answer, given.accept === 'application/json');
        if (fault)
          faults.push(
            `${at}, ${name}, ${input.kind}: ${fault}\n  ${input.url.slice(0, 300)}\n  ${JSON.stringify(input.headers)} ${input.payload?.toString().slice(0, 400) ?? ''}\n  ${answer.payload.slice(0, 300)}`,
          );
        if (answer.statusCode === 401 && name !== 'nobody') await renew();
      }
    expect({ seed: SEED, faults: faults.slice(0, 10), count: faults.length }).toEqual({
      seed: SEED,
      faults: [],
      count: 0,
    });
    // A fuzz that is only ever refused at the door tries nothing.
    if (name.startsWith('the state office')) {
      const reached = [...statuses].filter(([, seen]) => [...seen].some((status) => status < 400)).length;
      expect(reached / calls.length).toBeGreaterThan(0.6);
    }
  });

  const server = () => sampark.app.getHttpAdapter().getInstance() as unknown as FastifyInstance;

  async function inBrowser(): Promise<Record<string, string>> {
    const { cookie } = world.users.state_admin;
    csrf ??= /name="_csrf" value="([^"]+)"/.exec(
      (await sampark.as().get('/password', { cookie, accept: 'text/html' })).text,
    )?.[1];
    return { accept: 'text/html', cookie, 'x-csrf-token': csrf ?? '' };
  }
  let csrf: string | undefined;

  /** What was sent may have ended the session, the grant or the user that sent it. */
  async function renew() {
    csrf = undefined;
    world.users.state_admin = await aUser(sampark, { role: 'state_admin', in: world.state.code });
    world.users.team_member = await aUser(sampark, { role: 'team_member', in: world.district.code });
  }
});

interface Injected {
  statusCode: number;
  headers: Record<string, unknown>;
  payload: string;
}

function faultIn(answer: Injected, json: boolean): string | null {
  if (answer.statusCode >= 500) return `status ${answer.statusCode}`;
  if (answer.headers['cache-control'] !== 'no-store') return 'may be kept';
  if (INSIDE.test(answer.payload)) return `tells of the inside: ${INSIDE.exec(answer.payload)![0]}`;
  if (/[\r\n]/.test(String(answer.headers.location ?? ''))) return 'a line break in an address';
  const location = answer.headers.location as string | undefined;
  if (location !== undefined && !/^\/(?![/\\])/.test(location)) return `leads to ${location}`;
  if (answer.statusCode < 400 || !json) return null;
  if (answer.headers['content-type'] !== 'application/problem+json; charset=utf-8' && answer.headers['content-type'] !== 'application/problem+json') return 'a refusal that is no problem'; // prettier-ignore
  const problem = JSON.parse(answer.payload) as Record<string, unknown>;
  const wanted = { type: 'string', title: 'string', status: 'number', detail: 'string', instance: 'string' };
  for (const [name, type] of Object.entries(wanted))
    if (typeof problem[name] !== type || problem[name] === '') return `a problem without ${name}`;
  return problem.status === answer.statusCode ? null : `says ${String(problem.status)}`;
}

/** Things of every kind that the table of permissions can make, in the district and beside it. */
async function aPool(): Promise<Pool> {
  const found: Pool = { territory: [world.district.id, world.mandal.id, world.otherDistrict.id] };
  const kinds = new Map(
    tables.flatMap(({ rows }) => rows).filter((row) => row.thing).map((row) => [row.thing!, row.route.split(' ')[1]!]),
  ); // prettier-ignore
  for (const [kind, route] of kinds)
    for (const at of [world.district, world.otherDistrict]) {
      // Some can be made once in a place: then the other kinds are enough.
      const made: Made = await things[kind]!(world, at, world.users.district_convenor).catch(() => ({}));
      const thing = route.split('/')[1]!.replace(/s$/, '');
      for (const [name, value] of Object.entries(made.params ?? {}))
        (found[(name === 'id' ? thing : name).toLowerCase()] ??= []).push(value);
    }
  const people = await sampark.sql<{ id: string }>('SELECT id FROM people LIMIT 20');
  found.people = found.person = people.map(({ id }) => id);
  return found;
}
