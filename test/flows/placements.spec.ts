import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { theRealTree } from '../factories/real-tree.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const AGRA = 118;
let sampark: Sampark;
let region: AUser;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  await theRealTree(sampark);
  region = await aUser(sampark, { role: 'region_coordinator', in: 'braj' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark.close());

const homeOf = async (id: string) => {
  const [row] = await sampark.sql<{ code: string; waiting: boolean }>(
    'SELECT t.code, p.waiting FROM people p JOIN territories t ON t.id = p.territory_id WHERE p.id = $1',
    [id],
  );
  return `${row!.code}${row!.waiting ? ' waits' : ''}`;
};
const waitingAt = (code: string, pin: string | undefined, more = {}) =>
  aSympathiser(sampark, { in: code, waiting: true, pin, district: AGRA, ...more });

describe('a new row of coverage', () => {
  it('shows first whom it would place, and writes nothing', async () => {
    const person = await waitingAt('braj', '282001');
    const answer = await sampark.as(region).get('/coverage/preview?territory=agra-mahanagar&kind=pin&value=282001');
    expect(answer).toMatchObject({
      status: 200,
      body: {
        people: 1,
        routes: [{ from: { code: 'braj' }, to: { code: 'agra-mahanagar' }, waiting: false, people: 1 }],
      },
    });
    expect(await homeOf(person.id)).toBe('braj waits');
  });

  it('places those whose PIN it covers, with everything that is theirs, and can be undone', async () => {
    const person = await waitingAt('braj', '282002', {
      identities: [{ platform: 'x', handle: 'agra_one' }],
      phones: ['+919811111111'],
    });
    const other = await waitingAt('braj', '282003');
    const answer = await sampark
      .as(region)
      .post('/coverage', { territory: 'agra-mahanagar', kind: 'pin', value: '२८२००२' });
    expect(answer).toMatchObject({ status: 201, body: { placed: 1 } });
    expect([await homeOf(person.id), await homeOf(other.id)]).toEqual(['agra-mahanagar', 'braj waits']);
    const paths = await sampark.sql(
      `SELECT DISTINCT path FROM (SELECT path FROM person_identities WHERE person_id = $1 UNION ALL SELECT path FROM identity_claims WHERE person_id = $1
         UNION ALL SELECT path FROM contact_points WHERE person_id = $1 UNION ALL SELECT path FROM consents WHERE person_id = $1
         UNION ALL SELECT path FROM people WHERE id = $1) x`,
      [person.id],
    );
    expect(paths).toEqual(await sampark.sql(`SELECT path FROM territories WHERE code = 'agra-mahanagar'`));
    const [entry] = await sampark.sql(
      `SELECT people, facts FROM audit_entries WHERE action = 'people.placed' AND $1 = ANY (people)`,
      [person.id],
    );
    expect(entry).toMatchObject({ people: [person.id], facts: { how: 'coverage' } });

    expect(await sampark.as(region).post(`/placements/${answer.body.move}/undo`)).toMatchObject({
      status: 200,
      body: { people: 1 },
    });
    expect(await homeOf(person.id)).toBe('braj waits');
    expect(await sampark.as(region).post(`/placements/${answer.body.move}/undo`)).toMatchObject({ status: 409 });
  });

  it('places by tehsil, which the PIN tells', async () => {
    const [pin] = await sampark.sql<{ pin: string; tehsil_lgd: number }>(
      `SELECT pin, tehsil_lgd FROM pins WHERE district_lgd = $1 AND tehsil_lgd IS NOT NULL AND is_primary AND pin NOT LIKE '28200%' ORDER BY pin LIMIT 1`,
      [AGRA],
    );
    const person = await waitingAt('braj', pin!.pin);
    const answer = await sampark
      .as(region)
      .post('/coverage', { territory: 'agra', kind: 'tehsil', value: String(pin!.tehsil_lgd) });
    expect(answer.body).toMatchObject({ placed: 1 });
    expect(await homeOf(person.id)).toBe('agra');
  });

  it('places nobody while two territories come into question', async () => {
    const person = await waitingAt('braj', '282005');
    for (const territory of ['agra', 'agra-mahanagar']) {
      await sampark.sql(
        `INSERT INTO coverage (id, territory_id, path, kind, value) SELECT gen_random_uuid(), id, path, 'pin', '282005' FROM territories WHERE code = $1`,
        [territory],
      );
    }
    expect((await sampark.as(region).post('/placements/by-coverage')).status).toBe(200);
    expect(await homeOf(person.id)).toBe('braj waits');
  });

  it('reaches as far as whoever adds it: a convenor places nobody at the region', async () => {
    const person = await waitingAt('braj', '282006');
    const answer = await sampark.as(convenor).post('/coverage', { territory: 'agra', kind: 'pin', value: '282006' });
    expect(answer).toMatchObject({ status: 201, body: { placed: 0 } });
    expect(await homeOf(person.id)).toBe('braj waits');
    expect(
      (await sampark.as(convenor).post('/coverage', { territory: 'mathura', kind: 'pin', value: '281001' })).status,
    ).toBe(404);
    expect((await sampark.as(region).post('/placements/by-coverage')).body.placed).toBeGreaterThanOrEqual(1);
    expect(await homeOf(person.id)).toBe('agra');
  });

  it('says what is wrong with it, field by field', async () => {
    const refused = (body: object) => sampark.as(region).post('/coverage', { territory: 'agra', kind: 'pin', ...body });
    expect(await refused({ value: '1234' })).toMatchObject({ status: 422, body: { errors: [{ field: 'value' }] } });
    expect(await refused({ kind: 'tehsil', value: 'Nowhere' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'value' }] },
    });
    expect(await refused({ territory: 'nowhere', value: '282001' })).toMatchObject({ status: 404 });
  });

  it('is not for a member', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    for (const address of ['/coverage', '/placements'])
      expect((await sampark.as(member).get(address)).status).toBe(403);
  });
});

describe('a file of coverage', () => {
  const FILE = 'territory_code,kind,value\nagra-mahanagar,pin,282007\nagra,pin,28200\nlucknow,pin,226001\n';

  it('is shown first, with what is wrong by row and field, then added', async () => {
    const person = await waitingAt('braj', '282007');
    const preview = await sampark.as(region).upload('/coverage/file', { name: 'coverage.csv', content: FILE });
    expect(preview).toMatchObject({ status: 200, body: { rows: 1, people: 1, errorCount: 2 } });
    expect(preview.body.problems).toMatchObject([
      { row: 3, field: 'value' },
      { row: 4, field: 'territory_code' },
    ]);
    const added = await sampark.as(region).post('/coverage/rows', { rows: preview.body.csv });
    expect(added).toMatchObject({ status: 201, body: { added: 1, placed: 1, skipped: 0 } });
    expect(await homeOf(person.id)).toBe('agra-mahanagar');
    expect((await sampark.as(region).post('/coverage/rows', { rows: preview.body.csv })).body).toMatchObject({
      added: 0,
      placed: 0,
    });
  });

  it('goes by page, too', async () => {
    const page = await sampark.browser(region, { lang: 'hi' }).get('/coverage?territory=agra-mahanagar');
    expect(page.status).toBe(200);
    expect(page.text).toContain('282007');
  });
});

describe('the waiting list', () => {
  it('shows those in scope by PIN and tehsil, and writes down who was shown', async () => {
    const person = await waitingAt('braj', '283110', { name: 'Wanda Waits' });
    await waitingAt('awadh', '226001', { name: 'Elsewhere', district: 162 });
    const answer = await sampark.as(region).get('/placements?pin=283110');
    expect(answer.body).toMatchObject({
      items: [
        { id: person.id, name: 'Wanda Waits', pin: '283110', district: { lgd: AGRA }, territory: { code: 'braj' } },
      ],
      next: null,
    });
    const all = await sampark.as(region).get('/placements?limit=200');
    expect(all.body.items.map((one: { name: string }) => one.name)).not.toContain('Elsewhere');
    const shown = await sampark.sql(
      `SELECT people FROM audit_entries WHERE action = 'placement.list' AND user_id = $1 ORDER BY id LIMIT 1`,
      [region.id],
    );
    expect(shown).toEqual([{ people: [person.id] }]);
  });

  it('is paged without a gap or a double', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const answer = await sampark.as(region).get(`/placements?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...answer.body.items.map((one: { id: string }) => one.id));
      cursor = answer.body.next;
    } while (cursor);
    const [{ n }] = (await sampark.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM people WHERE waiting AND path LIKE '${region.path}%'`,
    )) as [{ n: number }];
    expect(new Set(seen).size).toBe(n);
    expect(seen).toHaveLength(n);
  });

  it('places the chosen, and all of a PIN', async () => {
    const people = [];
    for (let i = 0; i < 3; i += 1) people.push(await waitingAt('braj', '283111'));
    const chosen = await sampark.as(region).post('/placements', { territory: 'agra', people: [people[0]!.id] });
    expect(chosen).toMatchObject({ status: 200, body: { placed: 1 } });
    const rest = await sampark
      .as(region)
      .post('/placements', { territory: 'agra-mahanagar', everybody: true, pin: '283111' });
    expect(rest.body.placed).toBe(2);
    const homes = [];
    for (const { id } of people) homes.push(await homeOf(id));
    expect(homes).toEqual(['agra', 'agra-mahanagar', 'agra-mahanagar']);
    const [who] = await sampark.sql(`SELECT filled_by -> 'territory' AS note FROM people WHERE id = $1`, [
      people[1]!.id,
    ]);
    expect(who).toMatchObject({ note: { how: 'hand', by: region.id, move: rest.body.move } });
  });

  it('places nobody who waits elsewhere, and nowhere outside the scope', async () => {
    const lucknow = await waitingAt('awadh', '226002', { district: 162 });
    const inBraj = await waitingAt('mathura', '281001', { district: 161 });
    expect(
      (await sampark.as(region).post('/placements', { territory: 'agra', people: [lucknow.id, inBraj.id] })).body
        .placed,
    ).toBe(0);
    expect((await sampark.as(region).post('/placements', { territory: 'lucknow', people: [lucknow.id] })).status).toBe(
      404,
    );
    expect((await sampark.as(region).post('/placements', { territory: 'agra' })).status).toBe(422);
  });

  it('is a page in both languages, with what it places undone by one button', async () => {
    const person = await waitingAt('braj', '283112', { name: 'Page Person' });
    for (const lang of ['en', 'hi'] as const) {
      const browser = sampark.browser(region, { lang });
      const page = await browser.get('/placements?pin=283112');
      expect(page.status).toBe(200);
      expect(page.text).toContain('Page Person');
    }
    const browser = sampark.browser(region);
    await browser.get('/placements?pin=283112');
    const [agra] = await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'agra'`);
    const nobody = await browser.post('/placements', { territory: agra!.id, pin: '283112' });
    expect(nobody.status).toBe(422);
    const done = await browser.post('/placements', { territory: agra!.id, people: person.id, pin: '283112' });
    expect(done.status).toBe(303);
    const after = await browser.follow(done);
    const undo = /action="(\/placements\/[^"]+\/undo)"/.exec(after.text);
    expect(undo).not.toBeNull();
    await browser.post(undo![1]!);
    expect(await homeOf(person.id)).toBe('braj waits');
  });
});
