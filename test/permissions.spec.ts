import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, type Question } from './support/ask-row.js';
import { routesOf } from './support/routes.js';
import { readFileSync } from 'node:fs';
import { fromRoot } from '../src/platform/config/paths.js';
import { writtenOut } from './permissions/written-out.js';
import { aSampark, type Sampark } from './support/sampark.js';
import { expectedOf, PLACES, ROLE_CODES, type Place, type RoleCode, type Row, type World } from './permissions/rows.js';
import { tables, things } from './permissions/tables.js';
import { aWorld, territoryAt } from './permissions/world.js';

/** The table stands in test/permissions/<domain>.ts; how to read it, in test/permissions/rows.ts. */
let sampark: Sampark;
let world: World;
beforeAll(async () => {
  sampark = await aSampark();
  world = await aWorld(sampark);
});
afterAll(() => sampark?.close());

describe('every route of the program', () => {
  it('stands in the table of permissions once, and the table names nothing else', () => {
    const listed = tables.flatMap((table) => table.rows.map((row) => row.route));
    const routes = routesOf(sampark);
    expect({
      missing: routes.filter((route) => !listed.includes(route)).sort(),
      unknown: listed.filter((route) => !routes.includes(route)).sort(),
      twice: listed.filter((route, index) => listed.indexOf(route) !== index),
    }).toEqual({ missing: [], unknown: [], twice: [] });
  });
});

describe('the table', () => {
  it('is written out for people as it stands: npm run docs', () => {
    expect(readFileSync(fromRoot('docs', 'permissions.md'), 'utf8')).toBe(writtenOut());
  });
});

describe.each(tables)('$domain', ({ rows }) => {
  it.each(rows)('$route', async (row) => {
    const walked = typeof row.allowed === 'string' ? await walkOpen(row) : await walkRoles(row, row.allowed);
    expect(walked.got).toEqual(walked.expected);
  });
});

interface Walked {
  expected: Record<string, string>;
  got: Record<string, string>;
}

/** Each role, at each place that it has. */
async function walkRoles(row: Row, allowed: Partial<Record<RoleCode, unknown>>): Promise<Walked> {
  const walked: Walked = { expected: {}, got: {} };
  for (const role of ROLE_CODES) {
    // Whoever isn't named is refused before the thing is looked at: one place is enough.
    for (const place of row.thing && !row.everywhere && allowed[role] !== undefined ? PLACES : (['own'] as Place[])) {
      const question = await prepare(row, role, place);
      if (!question) continue;
      const name = `${role}, ${place}`;
      walked.expected[name] = expectedOf(row, role, place);
      const { as } = question.asked;
      const headers = row.by === 'session' ? await inSession(as) : { authorization: `Bearer ${as.token}` };
      walked.got[name] = String((await ask(sampark, row, question, headers)).status);
    }
  }
  const question = await prepare(row, 'district_convenor', 'own');
  walked.expected['nobody in particular'] = '401';
  walked.got['nobody in particular'] = String((await ask(sampark, row, question!, {})).status);
  return walked;
}

/** What a browser of theirs sends with a form. */
async function inSession({ cookie }: { cookie: string }): Promise<Record<string, string>> {
  const page = await sampark.as().get('/password', { cookie, accept: 'text/html' });
  return { cookie, 'x-csrf-token': /name="_csrf" value="([^"]+)"/.exec(page.text)![1]! };
}

/** Everybody with a session, or just everybody. */
async function walkOpen(row: Row): Promise<Walked> {
  const walked: Walked = { expected: {}, got: {} };
  const sessions = row.allowed === 'signed in';
  for (const role of sessions ? ROLE_CODES : (['district_convenor'] as const)) {
    const question = (await prepare(row, role, 'own'))!;
    const headers = sessions ? await inSession(question.asked.as) : {};
    walked.expected[role] = row.answers ?? '200';
    walked.got[role] = String((await ask(sampark, row, question, headers)).status);
    if (sessions) {
      walked.expected['nobody in particular'] = '401';
      walked.got['nobody in particular'] = String((await ask(sampark, row, question, {})).status);
    }
  }
  return walked;
}

async function prepare(row: Row, role: RoleCode, place: Place): Promise<Question | null> {
  const at = territoryAt(world, role, place);
  if (!at) return null;
  const asked = { world, at, as: world.users[role] };
  if (!row.thing) return { asked, made: {} };
  const build = things[row.thing];
  if (!build) throw new Error(`No file of test/permissions knows how to make "${row.thing}".`);
  return { asked, made: await build(world, at, asked.as) };
}
