import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { WITHOUT_BASIS } from '../../src/privacy/desk/desk.queries.js';
import { BASIS_FIGURES, FiguresService } from '../../src/privacy/desk/figures.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { aNotice } from '../factories/audit.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let officer: AUser;
let state: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  officer = await aUser(sampark, { role: 'data_protection_officer', in: 'agra' });
  state = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark?.close());

const make = async () => sampark.get(FiguresService).make(await sampark.system());
const desk = async (as: AUser) => (await sampark.as(as).get('/data-protection?lang=en')).body;
const said = (person: string, state: string, how: string, notice: string | null, ago: string, channel = 'phone') =>
  sampark.sql(
    `INSERT INTO consents (person_id, id, path, purpose, channel, state, how, notice, at)
     SELECT id, $2, path, 'register', $7, $3, $4, $5, now() - $6::interval FROM people WHERE id = $1`,
    [person, uuidv7(), state, how, notice, ago, channel],
  );
const somebody = (code: string, name: string) => aSympathiser(sampark, { in: code, name, consent: false });
const numbers = (rows: { key: string; n: number }[]) => Object.fromEntries(rows.map(({ key, n }) => [key, n]));

it('counts everybody once, by the newest yes: how it came, under which notice, how long ago; at home in the territory', async () => {
  expect(await desk(officer)).toMatchObject({ at: null, total: 0 });
  const fresh = await somebody('agra', 'Fresh');
  await said(fresh.id, 'given', 'spoken', 'register-1', '400 days');
  await said(fresh.id, 'given', 'form', 'register-2', '10 days', 'email');
  const old = await somebody('agra', 'Old');
  await said(old.id, 'given', 'paper', null, '900 days');
  const back = await somebody('agra', 'Took Back');
  await said(back.id, 'given', 'form', 'register-1', '30 days');
  await said(back.id, 'withdrawn', 'link', null, '3 days');
  const never = await somebody('agra', 'Never Asked');
  const erased = await somebody('agra', 'Erased');
  await sampark.sql('UPDATE people SET erased_at = now() WHERE id = $1', [erased.id]);
  const away = await somebody('mathura', 'Away');
  await said(away.id, 'given', 'import', 'register-1', '200 days');
  await make();

  const mine = await desk(officer);
  expect(mine).toMatchObject({ total: 4, withoutBasis: 2 });
  expect(numbers(mine.basis)).toEqual({ form: 1, paper: 1, none: 2 });
  expect(numbers(mine.notice)).toEqual({ 'register-2': 1, unknown: 1 });
  expect(numbers(mine.age)).toEqual({ half_year: 1, year: 0, two_years: 0, older: 1 });
  expect(new Date(mine.at).getTime()).toBeGreaterThan(Date.now() - 60_000);
  const all = await desk(state);
  expect(all).toMatchObject({ total: 5, withoutBasis: 2 });
  expect(numbers(all.basis)).toEqual({ form: 1, paper: 1, import: 1, none: 2 });

  const list = (await sampark.as(officer).get('/data-protection/without-basis?lang=en')).body.items;
  expect(list.map((one: { id: string; refused: boolean }) => [one.id, one.refused]).sort()).toEqual([[back.id, true], [never.id, false]].sort()); // prettier-ignore
  const page = (await sampark.browser(officer).get('/data-protection/without-basis')).text;
  for (const words of [
    'Never Asked',
    'Took Back',
    'never said yes',
    'took their yes back',
    'have somebody ask them once',
  ])
    expect(page).toContain(words);
  // Settled since, also before the next night.
  await said(never.id, 'given', 'spoken', 'register-1', '0 days');
  expect((await sampark.as(officer).get('/data-protection/without-basis')).body.items).toHaveLength(1);
  const neighbour = await aUser(sampark, { role: 'data_protection_officer', in: 'mathura' });
  expect((await sampark.as(neighbour).get('/data-protection/without-basis')).body.items).toEqual([]);
});

it('says that there is nobody without a basis, where there is nobody', async () => {
  const clean = await aUser(sampark, { role: 'data_protection_officer', in: 'mathura' });
  await make();
  expect((await sampark.browser(clean).get('/data-protection')).text).toContain('Nobody, as it must be');
});

it('is counted each night, and when somebody asks; twice gives the same', async () => {
  const answer = await sampark.as(officer).post('/data-protection/figures');
  expect(answer.status).toBe(202);
  await sampark.drain();
  const once = await desk(officer);
  await make();
  expect({ ...(await desk(officer)), at: 0 }).toEqual({ ...once, at: 0 });
  // What an officer asks for is counted in their own territory, and leaves the others' figures as they are.
  expect(numbers((await desk(state)).basis).import).toBe(1);
});

it('shows what went out and why, open cases with their clock, and bulk reading, each in its territory', async () => {
  const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Asha Verma' });
  await aSympathiser(sampark, { in: 'agra', language: 'sd' });
  const { id } = (await sampark.as(convenor).post('/exports', { languages: ['sd'], format: 'csv', columns: ['name'], reason: 'Name cards for the fair', count: 1 })).body; // prettier-ignore
  await sampark.drain();
  await sampark.as(convenor).get(`/exports/${id}/file`);
  await aNotice(sampark, { in: 'agra' });
  const wall = (ms: number) => new Date(Date.now() + ms + 5.5 * 3_600_000).toISOString().slice(0, 16);
  await sampark.as(officer).post('/breaches', { title: 'Lost phone', aware: wall(-3_600_000), from: wall(-7_200_000), to: wall(120_000), users: [convenor.id] }); // prettier-ignore
  await sampark.drain();
  const mine = await desk(officer);
  expect(mine.exports[0]).toMatchObject({
    reason: 'Name cards for the fair',
    by: 'Asha Verma',
    people: 1,
    downloads: 1,
  });
  const taken = (await sampark.as(officer).get('/data-protection/exports')).body.items;
  expect(taken).toEqual(mine.exports);
  expect((await sampark.browser(officer).get(`/breaches/new?export=${id}`)).text).toContain(id);
  expect(mine.notices).toBe(1);
  expect(mine.breaches).toEqual([expect.objectContaining({ title: 'Lost phone', people: 1, clock: expect.objectContaining({ state: 'running' }) })]); // prettier-ignore
  const neighbour = await desk(await aUser(sampark, { role: 'data_protection_officer', in: 'mathura' }));
  expect(neighbour).toMatchObject({ exports: [], notices: 0, breaches: [] });
  // The stop list belongs to no territory: only whoever is over all of them sees its numbers.
  const stopped = await aSympathiser(sampark, { in: 'agra' });
  await sampark.get(StopService).stop(await sampark.system(), stopped.id, 'spoken');
  await sampark.get(SuppressionService).stop(await sampark.system(), 'phone', '+919800000001', 'refused');
  expect((await desk(officer)).suppressions).toEqual([]);
  expect((await desk(state)).suppressions.map(({ label, n }: { label: string; n: number }) => [label, n])).toContainEqual(['refused', 1]); // prettier-ignore
});

describe('in a long register', () => {
  beforeAll(async () => {
    await sampark.sql(
      `INSERT INTO people (id, territory_id, path, full_name, name_key, came_by)
       SELECT gen_random_uuid(), t.id, t.path, 'n' || g, 'n' || g, 'import' FROM generate_series(1, 20000) g, territories t WHERE t.code = 'lucknow'`,
    );
    await sampark.sql(
      `INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
       SELECT id, gen_random_uuid(), path, 'register', 'email', 'given', 'import' FROM people WHERE full_name = name_key`,
    );
    await sampark.sql('ANALYZE people, consents');
    await make();
    await sampark.sql('ANALYZE privacy_figures');
  }, 60_000);

  it('is counted by one set-based query: no step of it is done person by person', async () => {
    expect(await planOf(BASIS_FIGURES)).not.toMatch(/SubPlan/);
    expect((await desk(state)).total).toBeGreaterThan(20_000);
  });

  it('looks for people without a basis only where the counts found some, by an index', async () => {
    const plan = await planOf(WITHOUT_BASIS.replace(/\$1::text/g, 'NULL::text').replace(/\$1/g, `''`).replace('$2::uuid', 'NULL::uuid').replace('$3', '51')); // prettier-ignore
    expect(plan).toMatch(/Index Scan using people_by_path on people p[^\n]*\n\s+Index Cond: \(path = ANY/);
    expect(plan).not.toMatch(/Seq Scan on (people|consents)/);
  });
});

const planOf = async (statement: string) =>
  (await sampark.sql<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement}`)).map((row) => row['QUERY PLAN']).join('\n');
