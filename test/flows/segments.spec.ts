import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { segmentRule, type Conditions } from '../../src/sympathisers/segments/conditions.js';
import { anEvent } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, territoryByCode, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let other: AUser;
let mathura: AUser;
let member: AUser;
let organiser: AUser;
const people: Record<string, { id: string }> = {};

beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  other = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
  people.urdu = await aSympathiser(sampark, { in: 'agra', name: 'Urdu', language: 'ur', emails: ['urdu@b.example'], assignedTo: member.id }); // prettier-ignore
  people.both = await aSympathiser(sampark, { in: 'agra', name: 'Both', language: 'hi', identities: [{ platform: 'x', handle: 'both_1' }] }); // prettier-ignore
  people.silent = await aSympathiser(sampark, { in: 'agra', name: 'Silent', language: 'hi', consent: false, emails: ['silent@b.example'] }); // prettier-ignore
  people.away = await aSympathiser(sampark, { in: 'mathura', name: 'Away', language: 'ur' });
  await sampark.sql(`UPDATE people SET also_speaks = '{ur}', last_attempt_at = now() - interval '40 days' WHERE id = $1`, [people.both.id]); // prettier-ignore
  for (const name of ['urdu', 'away'])
    await sampark.sql(
      `INSERT INTO person_skills (person_id, code, path) SELECT id, 'video', path FROM people WHERE id = $1`,
      [people[name]!.id],
    );
  const event = await anEvent(sampark, { in: 'agra' });
  const ask = (id: string, answer: string | null) =>
    sampark.sql(
      `INSERT INTO invitations (person_id, id, event_id, path, state, language, answer, sent_at)
       SELECT id, $2, $3, path, 'sent', 'hi', $4, now() FROM people WHERE id = $1`,
      [id, uuidv7(), event.id, answer],
    );
  await ask(people.urdu.id, 'yes');
  await ask(people.silent.id, null);
  await sampark.sql(
    `INSERT INTO attendances (person_id, event_id, id, path, how, territory_id, at_path)
     SELECT id, $2, $3, path, 'list', territory_id, path FROM people WHERE id = $1`,
    [people.urdu.id, event.id, uuidv7()],
  );
});
afterAll(() => sampark?.close());

const names = (answer: { body: { items: { name: string }[] } }) => answer.body.items.map(({ name }) => name).sort();
async function saved(as: AUser, conditions: object, more: object = {}): Promise<string> {
  const answer = await sampark.as(as).post('/segments', { name: 'A list', ...conditions, ...more });
  expect(answer.status).toBe(201);
  return answer.body.id as string;
}

describe('a saved list', () => {
  it.each<[string, object, string[]]>([
    ['everybody', {}, ['Both', 'Silent', 'Urdu']],
    ['a language that somebody speaks, first or beside', { languages: ['ur'] }, ['Both', 'Urdu']],
    ['several languages', { languages: ['ur', 'hi'] }, ['Both', 'Silent', 'Urdu']],
    ['a platform', { platform: 'x' }, ['Both']],
    ['a skill', { skills: ['video', 'legal'] }, ['Urdu']],
    ['never contacted', { contacted: 'never' }, ['Silent', 'Urdu']],
    ['contact long ago', { contacted: 'over_month' }, ['Both', 'Silent', 'Urdu']],
    ['contacted lately', { contacted: 'week' }, []],
    ['an answer', { answered: 'yes' }, ['Urdu']],
    ['asked, without an answer', { answered: 'never' }, ['Silent']],
    ['attendance', { attended: 'ever' }, ['Urdu']],
    ['attendance lately', { attended: 'half_year' }, ['Urdu']],
    ['no attendance', { attended: 'never' }, ['Both', 'Silent']],
    ['consent by a channel', { channel: 'email' }, ['Urdu']],
    ['consent to invitations by a handle', { channel: 'x', purpose: 'invitations' }, ['Both']],
    ['who is looked after', { assigned: 'yes' }, ['Urdu']],
    [
      'all of it together',
      { languages: ['ur'], skills: ['video'], channel: 'email', attended: 'ever', assigned: 'yes' },
      ['Urdu'],
    ],
  ])(
    'holds who fits %s: as many in the count as on the list, in the own district',
    async (_what, conditions, expected) => {
      const id = await saved(agra, conditions);
      const shown = await sampark.as(agra).get(`/segments/${id}`);
      expect(shown.body.count).toBe(expected.length);
      expect(names(await sampark.as(agra).get(`/sympathisers?segment=${id}&limit=200`))).toEqual(expected);
      const page = await sampark.browser(agra).get(`/segments/${id}`);
      expect(page.status).toBe(200);
    },
  );

  it('agrees with the ledger’s one rule, whatever stands in it', async () => {
    const rank = ['given', 'refused', 'withdrawn', 'given'] as const;
    const ids: string[] = [];
    for (let n = 0; n < 80; n++) {
      const { id } = await aSympathiser(sampark, { in: 'etah', consent: false, emails: n % 5 ? [`rule${n}@b.example`] : [], phones: ['+919844400000'] }); // prettier-ignore
      ids.push(id);
      for (let entry = 0; entry < n % 4; entry++)
        await sampark.sql(
          `INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
           SELECT id, $2, path, $3, 'email', $4, 'paper' FROM people WHERE id = $1`,
          [id, uuidv7(), (entry + n) % 2 ? 'invitations' : 'contact', rank[(n + entry) % 4]],
        );
      if (n % 7 === 0) await sampark.sql('UPDATE contact_points SET dead_at = now() WHERE person_id = $1', [id]);
      if (n % 11 === 0) await sampark.sql('UPDATE contact_points SET suppressed_at = now() WHERE person_id = $1', [id]);
    }
    const actor = await sampark.system();
    for (const purpose of ['contact', 'invitations'] as const)
      await sampark.get(UnitOfWork).run(actor, async (tx) => {
        const params: unknown[] = [ids];
        const rule = await segmentRule(tx, { channel: 'email', purpose }, params);
        const fit = await tx.query<{ id: string }>(`SELECT p.id FROM people p WHERE p.id = ANY ($1) AND ${rule} ORDER BY 1`, params); // prettier-ignore
        const open = await tx.query<{ id: string }>(
          `SELECT person_id AS id FROM contact_barriers($2, 'email') WHERE person_id = ANY ($1) AND barrier IS NULL ORDER BY 1`,
          [ids, purpose],
        );
        expect(open.length).toBeGreaterThan(3);
        expect(fit).toEqual(open);
      });
  });

  it('is the own of whoever made it until it is shared; a neighbour never sees it', async () => {
    const id = await saved(agra, { languages: ['ur'] });
    expect((await sampark.as(other).get(`/segments/${id}`)).status).toBe(404);
    await sampark.as(agra).post(`/segments/${id}`, { name: 'Urdu speakers', languages: ['ur'], shared: true });
    expect((await sampark.as(other).get(`/segments/${id}`)).body.segment).toMatchObject({
      name: 'Urdu speakers',
      mine: false,
    });
    expect((await sampark.as(other).post(`/segments/${id}`, { name: 'Mine now' })).status).toBe(403);
    expect((await sampark.as(other).post(`/segments/${id}/end`)).status).toBe(403);
    for (const path of [`/segments/${id}`, `/sympathisers?segment=${id}`])
      expect((await sampark.as(mathura).get(path)).status).toBe(404);
    expect((await sampark.as(agra).post(`/segments/${id}/end`)).status).toBe(200);
    expect((await sampark.as(other).get(`/segments/${id}`)).status).toBe(404);
  });

  it('shows a member of it only the people in their hands', async () => {
    const id = await saved(agra, { languages: ['ur'] }, { shared: true });
    expect((await sampark.as(member).get(`/segments/${id}`)).body.count).toBe(1);
    expect(names(await sampark.as(member).get(`/sympathisers?segment=${id}`))).toEqual(['Urdu']);
    const own = await saved(member, { attended: 'ever', skills: ['video'], channel: 'email' });
    expect((await sampark.as(member).get(`/segments/${own}`)).body.count).toBe(1);
    expect((await sampark.as(member).get(`/segments/${await saved(member, { answered: 'never' })}`)).body.count).toBe(
      0,
    );
  });

  it('takes no conditions but its own, and no territory beside', async () => {
    const away = await territoryByCode(sampark, 'mathura');
    for (const [wrong, field] of [
      [{ territory: away.id }, 'territory'],
      [{ skills: ['flying'] }, 'skills'],
      [{ contacted: "never' OR true --" }, 'contacted'],
      [{ languages: ["hi') OR true --"] }, 'languages'],
      [{ channel: 'pigeon' }, 'channel'],
      [{ where: 'true' }, 'where'],
    ] as const) {
      const { status, body } = await sampark.as(agra).post('/segments', { name: 'Wrong', ...wrong });
      expect([status, body.errors[0].field]).toEqual([422, field]);
    }
  });

  it('keeps whatever is in it out of the text of the statement', async () => {
    const actor = await sampark.system();
    await sampark.get(UnitOfWork).run(actor, async (tx) => {
      const evil = { platform: "x' OR true) --", skills: ["'); DROP TABLE people; --"], contacted: "' OR 1=1" };
      const params: unknown[] = [];
      const rule = await segmentRule(tx, evil as unknown as Conditions, params);
      expect(rule).not.toMatch(/OR true|DROP|1=1/);
      expect(await tx.query(`SELECT p.id FROM people p WHERE ${rule}`, params)).toEqual([]);
      expect(
        (await tx.one<{ rule: string | null }>(`SELECT segment_rule('{}', '1; DROP TABLE people') AS rule`))!.rule,
      ).toBeNull();
    });
  });

  it('is made on a page: counted first, then saved', async () => {
    const browser = sampark.browser(agra);
    const counted = await browser.get('/segments/new?languages=ur&languages=hi&skills=video&channel=email');
    expect(counted.text).toContain('1 person fits');
    expect(counted.text).toContain('name="languages" value="hi" checked');
    // One form: what is chosen is what is saved, and counting saves nothing.
    const look = await browser.post('/segments', {
      name: 'Half made',
      languages: ['ur'],
      territory: '',
      contacted: '',
      channel: '',
      purpose: '',
      platform: '',
      look: 'true',
    });
    expect(look).toMatchObject({ status: 303, location: '/segments/new?chosen=true&name=Half+made&languages=ur' });
    expect((await browser.follow(look)).text).toContain('value="Half made"');
    expect((await browser.get('/segments')).text).not.toContain('Half made');
    const answer = await browser.post('/segments', { name: 'By page', languages: ['ur', 'hi'], skills: 'video', channel: 'email', purpose: 'contact' }); // prettier-ignore
    expect(answer.status).toBe(303);
    const page = await browser.follow(answer);
    expect(page.text).toContain('By page');
    expect(page.text).toContain('Makes videos');
    expect((await browser.get('/segments')).text).toContain('By page');
    expect((await browser.get('/sympathisers')).text).toContain('By page');
    // Looked at without any condition, a list that had some asks nothing.
    const again = await browser.post(`${answer.location}`, { name: 'By page', look: 'true' });
    expect((await browser.follow(again)).text).not.toContain('name="skills" value="video" checked');
    // Filters of the list become conditions.
    const filtered = await browser.get('/sympathisers?language=ur&consent=email&contacted=never');
    expect(filtered.text).toContain('/segments/new?languages&#x3D;ur&amp;channel&#x3D;email&amp;contacted&#x3D;never');
    const one = await browser.get('/segments/new?languages=ur&channel=email&contacted=never');
    expect(one.text).toContain('1 person fits');
  });
});

describe('whom to ask to a meet-up', () => {
  it('may be a saved list: convenors and organisers get its count, and ask those on it and nobody else', async () => {
    const segment = await saved(agra, { languages: ['ur'] }, { shared: true });
    const mine = await saved(agra, { languages: ['ur'] });
    const event = await anEvent(sampark, { in: 'agra' });
    const audience = (as: AUser, id = segment) => sampark.as(as).get(`/events/${event.id}/audience?segment=${id}`);
    expect((await audience(agra)).body.count).toBe(1);
    const counted = await audience(organiser);
    expect(counted.body.count).toBe(1);
    expect(counted.text).not.toContain(people.urdu!.id);
    expect(counted.body.choices.segments).toContainEqual({ value: segment, label: 'A list' });
    expect((await audience(organiser, mine)).status).toBe(404);
    expect((await audience(agra, uuidv7())).status).toBe(404);
    const asked = await sampark.as(organiser).post(`/events/${event.id}/invitations`, { segment, count: 1 });
    expect([asked.status, asked.body.asked]).toEqual([202, 1]);
    expect(await sampark.sql('SELECT person_id FROM invitations WHERE event_id = $1', [event.id])).toEqual([
      { person_id: people.urdu!.id },
    ]);
  });
});

describe('the plan of a count', () => {
  it('of a district reads no other district’s people', async () => {
    const actor = await sampark.system();
    const place = await territoryByCode(sampark, 'agra');
    await sampark.sql('ANALYZE people, consents, contact_points, person_skills');
    await sampark.get(UnitOfWork).run({ ...actor, scope: { from: place.path, to: `${place.path}~` } }, async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      for (const conditions of [
        {},
        { languages: ['hi'] },
        { contacted: 'never' },
        { skills: ['video'] },
        { channel: 'phone', purpose: 'contact' },
      ] as Conditions[]) {
        // prettier-ignore
        const params: unknown[] = [];
        const rule = await segmentRule(tx, conditions, params);
        const plan = await tx.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN SELECT count(*) FROM people p WHERE ${rule}`,
          params,
        );
        const text = plan.map((line) => line['QUERY PLAN']).join('\n');
        expect(text).not.toMatch(/Seq Scan on people/);
        expect(text).toMatch(/Index.*path >= /);
      }
    });
  });
});
