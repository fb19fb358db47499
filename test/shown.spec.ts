import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLE_CODES, type RoleCode, type Row, type World } from './permissions/rows.js';
import { pathOf, tables, things } from './permissions/tables.js';
import { aWorld, territoryAt } from './permissions/world.js';
import { aSampark, type Sampark } from './support/sampark.js';

/**
 * Every answer that shows somebody leaves an entry that names them: by the table of permissions, so that no route can be
 * forgotten. Everybody in the register gets a name that is theirs alone; whoever's name or id stands in an answer was shown.
 */
let sampark: Sampark;
let world: World;
const showing = new Set<string>();
beforeAll(async () => {
  sampark = await aSampark();
  world = await aWorld(sampark);
  // One of everything, within the member's sight, so that no list is empty.
  for (const build of Object.values(things)) await build(world, world.district, world.users.team_member);
  const mine = await things['person of mine']!(world, world.district, world.users.team_member);
  const tried = { person_id: mine.params!.personId, channel: 'phone', disposition: 'busy' };
  expect((await sampark.as(world.users.team_member).post('/attempts', tried)).status).toBe(201);
}, 60_000);
afterAll(() => sampark?.close());

/** The trail itself names people by id alone, to whoever may read nobody. */
const IDS_ALONE = /^GET \/audit/;
/** What the table asks for is so already, or only tried out: nothing is written. */
const NOTHING_TO_DO = new Set([
  'POST /coverage/file',
  // Whoever asks is told the same, and so nothing: what comes of it is written when a job looks.
  'POST /forgotten',
  'POST /my-data',
  'POST /placements/by-coverage',
  'POST /session/end',
  // A number to sign; what was signed is written.
  'POST /sign-in/passkey/options',
  'POST /territories/:id/parent',
  'POST /users/:id/enablement',
]);
const rows = tables.flatMap((table) => table.rows).filter((row) => !IDS_ALONE.test(row.route));

describe.each(rows)('$route', (row) => {
  const { allowed } = row;
  const roles =
    allowed === 'anyone'
      ? (['district_convenor'] as const)
      : ROLE_CODES.filter((role) => allowed === 'signed in' || allowed[role] !== undefined);
  it.each(roles.map((role) => [role]))('names whom it shows, and what it changes: as %s', async (role) => {
    const { text, since, status } = await ask(row, role);
    const seen = await whoStandsIn(text);
    const entries = await sampark.sql<{ people: string[] }>(
      'SELECT people FROM audit_entries WHERE at > $1 AND ($2::uuid IS NULL OR user_id = $2)',
      [since, allowed === 'anyone' ? null : world.users[role].id],
    );
    if (seen.length) showing.add(row.route);
    expect(seen.filter((id) => !entries.some(({ people }) => people.includes(id)))).toEqual([]);
    if (row.route.startsWith('POST') && status < 300 && !NOTHING_TO_DO.has(row.route))
      expect(entries.length).toBeGreaterThan(0);
  });
});

it('was worth the walk: the answers that are about people did show somebody', () => {
  const about = [
    '',
    'assignments',
    'attempts',
    'placements',
    'queue',
    'sympathisers',
    'sympathisers/:id',
    'sympathisers/:id/edit',
  ];
  const events = ['', '/attendance', '/attendance.csv', '/door', '/invitations'].map((part) => `events/:id${part}`);
  expect([...showing]).toEqual(expect.arrayContaining([...about, ...events].map((path) => `GET /${path}`)));
});

async function ask(row: Row, role: RoleCode) {
  const at = territoryAt(world, role, 'own')!;
  const as = world.users[role];
  const made = row.thing ? await things[row.thing]!(world, at, as) : {};
  const [method, pattern] = row.route.split(' ') as ['GET' | 'POST', string];
  const sent = row.send?.(made, { world, at, as });
  await sampark.sql(`UPDATE people SET full_name = 'Planted ' || right(id::text, 12)`);
  const [{ since } = { since: '' }] = await sampark.sql<{ since: string }>('SELECT clock_timestamp()::text AS since');
  const path = pathOf(row, pattern, made);
  const client = sampark.as(row.allowed === 'anyone' ? undefined : as);
  const query = new URLSearchParams((sent ?? {}) as Record<string, string>).toString();
  const answer = row.file
    ? await client.upload(
        path,
        { name: 'list.csv', content: row.file(made, { world, at, as }) },
        (sent ?? {}) as Record<string, string>,
      )
    : method === 'GET'
      ? await client.get(`${path}?${query}`)
      : await client.send(method, path, sent ?? {});
  expect(answer.status).toBeLessThan(500);
  return { ...answer, since };
}

/** Whose name an answer holds, or whose id. */
async function whoStandsIn(text: string): Promise<string[]> {
  const names = [...text.matchAll(/Planted ([0-9a-f]{12})/g)].map(([, mark]) => mark!);
  const ids = [...text.matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)].map(([id]) => id);
  const found = await sampark.sql<{ id: string }>(
    'SELECT id FROM people WHERE right(id::text, 12) = ANY ($1) OR id = ANY ($2::uuid[])',
    [names, ids],
  );
  return found.map((row) => row.id);
}
