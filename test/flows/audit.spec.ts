import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../../src/access/sessions.service.js';
import { AuditErasure } from '../../src/audit/erasure.service.js';
import { listStatement, type Filters } from '../../src/audit/list-statement.js';
import { SealingService } from '../../src/audit/sealing.service.js';
import { VerifyingService } from '../../src/audit/verifying.service.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

interface Entry {
  id: string;
  action: string;
  what: string;
  sentence: string;
  shown: boolean;
  who: { kind: string; userId: string | null };
  people: string[];
}

describe('the audit list', () => {
  let sampark: Sampark;
  let convenor: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
    convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Meera Sharma' });
  });
  afterAll(() => sampark?.close());

  const list = async (as: AUser, query = '', headers = {}): Promise<{ items: Entry[]; next: string | null }> =>
    (await sampark.as(as).get(`/audit?limit=200${query}`, headers)).body;

  it('tells who did what, in words of the reader’s language, and shows nobody’s data', async () => {
    await sampark
      .as(convenor)
      .post('/users', { name: 'Secret Name', email: 'secret@example.org', role: 'organiser', territory: 'agra' });
    const { items } = await list(convenor);
    expect(items[0]).toMatchObject({
      action: 'user.invited',
      who: { kind: 'token', userId: convenor.id },
      territory: { code: 'agra' },
    });
    const page = await sampark.browser(convenor).get('/audit?lang=hi');
    expect(page.text).toContain('उपयोगकर्ता जोड़ा');
    expect(page.text).toContain('Meera Sharma');
    for (const text of [page.text, JSON.stringify(items)]) {
      expect(text).not.toContain('Secret Name');
      expect(text).not.toContain('secret@example.org');
    }
  });

  it('shows an action without words by its code', async () => {
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const person = uuidv7();
    await sampark.get(UnitOfWork).run(await sampark.system(), async (tx) => {
      tx.audit('rocket.launched', { facts: { height: 12 } });
      tx.shown('sympathiser.nobody-wrote-words-for-this', [person]);
    });
    const [shown, launched] = (await list(admin, '&lang=en')).items;
    expect(shown).toMatchObject({
      shown: true,
      sentence: 'The system: sympathiser.nobody-wrote-words-for-this, 1 person',
    });
    expect(launched).toMatchObject({ action: 'rocket.launched', what: 'rocket.launched' });
    expect(shown!.people).toEqual([person]);
    expect((await list(admin, `&person=${person}`)).items).toHaveLength(1);
    const before = await sampark.sql('SELECT 1 FROM audit_entries');
    expect((await sampark.browser(admin).get(`/audit?person=${person}`)).text).toContain('1 person');
    // To read it is no look at a person.
    expect(await sampark.sql('SELECT 1 FROM audit_entries')).toHaveLength(before.length);
  });

  it('is seen for one’s own territory and below, by who may read it', async () => {
    const mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    expect((await list(mathura)).items).toEqual([]);
    const organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
    expect((await sampark.as(organiser).get('/audit')).status).toBe(403);
  });

  it('is filtered by who, what, day, and by a beginning of what', async () => {
    const other = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Gopal Das' });
    await sampark.as(other).post('/teams', { territory: 'agra' });
    const actions = async (query: string) => (await list(convenor, query)).items.map((entry) => entry.action);
    expect(await actions(`&user=${other.id}`)).toEqual(['team.opened']);
    expect(await actions('&q=gopal')).toEqual(['team.opened']);
    expect(await actions('&action=team.opened')).toEqual(['team.opened']);
    expect(new Set(await actions('&action=grant.'))).toEqual(new Set(['grant.given']));
    expect(await actions('&action=gran')).toEqual([]);
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format(new Date());
    expect((await actions(`&from=${today}&to=${today}`)).length).toBeGreaterThan(2);
    expect(await actions('&to=2020-01-01')).toEqual([]);
    expect(await actions('&from=2999-01-01')).toEqual([]);
    expect((await sampark.as(convenor).get('/audit?from=yesterday')).status).toBe(422);
    expect((await actions('&role=organiser')).length).toBe(0);
    expect(await actions(`&role=district_convenor&user=${other.id}`)).toEqual(['team.opened']);
    expect(await actions(`&territory=agra&user=${other.id}`)).toEqual(['team.opened']);
    expect(await actions(`&territory=mathura&user=${other.id}`)).toEqual([]);
    expect((await sampark.as(convenor).get('/audit?territory=nowhere')).status).toBe(422);
  });

  it('tells who looked at people from who changed something', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Kavita Rani' });
    const person = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id });
    await sampark.as(member).get(`/sympathisers/${person.id}`);
    await sampark.as(member).post(`/sympathisers/${person.id}/notes`, { text: 'Met her' });
    const told = async (query: string) =>
      (await list(convenor, `&lang=en&user=${member.id}${query}`)).items.map((entry) => entry.sentence);
    expect(await told('&kind=shown')).toEqual([
      'Kavita Rani, by a program, Team member of Agra: looked at a sympathiser, 1 person',
    ]);
    expect(await told('&kind=changed')).toEqual([
      'Kavita Rani, by a program, Team member of Agra: wrote a note, 1 person',
    ]);
    expect((await list(convenor, `&person=${person.id}`)).items).toHaveLength(2);
  });

  it('goes on page by page', async () => {
    const all = (await list(convenor)).items.map((entry) => entry.id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { items: Entry[]; next: string | null } } = await sampark
        .as(convenor)
        .get(`/audit?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.body.items.map((entry) => entry.id));
      cursor = page.body.next;
    } while (cursor);
    expect(seen).toEqual(all);
  });
});

describe('one entry of the trail', () => {
  let sampark: Sampark;
  let convenor: AUser;
  beforeAll(async () => {
    sampark = await aSampark({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
    convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Meera Sharma' });
  });
  afterAll(() => sampark?.close());

  it('tells who, acting as what, from where, and what changed, with personal values masked', async () => {
    const person = await aSympathiser(sampark, { in: 'agra', name: 'Sunita Verma' });
    const browser = sampark.browser(convenor);
    const form = (await browser.get(`/sympathisers/${person.id}/edit`)).text;
    const csrf = /name="_csrf" value="([^"]+)"/.exec(form)![1]!;
    const answer = await sampark.as().post(
      `/sympathisers/${person.id}`,
      { name: 'Sunita Devi' },
      {
        cookie: convenor.cookie,
        'x-csrf-token': csrf,
        'x-forwarded-for': '198.51.100.7',
      },
    );
    expect(answer.status).toBe(200);
    const [listed] = (await sampark.as(convenor).get(`/audit?action=sympathiser.corrected&person=${person.id}`)).body
      .items;
    const { body } = await sampark.as(convenor).get(`/audit/${listed.id}`);
    expect(body).toMatchObject({
      who: {
        kind: 'user',
        userId: convenor.id,
        role: 'district_convenor',
        grantId: convenor.grantId,
        territory: { code: 'agra' },
      },
      address: '198.51.100.7',
      before: { name: 'S… V…' },
      after: { name: 'S… D…' },
      people: [person.id],
      seal: null,
      erased: false,
    });
    expect(body.who.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    const [before] = await sampark.sql<{ values: string }>(
      'SELECT v.before::text || v.after::text AS values FROM audit_values v WHERE v.entry_id = $1',
      [listed.id],
    );
    expect(before!.values).toContain('Sunita Devi');

    await sampark.get(SealingService).seal(await sampark.system());
    for (const lang of ['en', 'hi']) {
      const page = await browser.get(`/audit/${listed.id}?lang=${lang}`);
      expect(page.text).toContain('S… D…');
      expect(page.text).not.toContain('Sunita');
      expect(page.text).toMatch(lang === 'en' ? /Sealed as no\. \d/ : /मुहरबंद/);
    }

    // Erased, and still provable.
    expect(await sampark.get(AuditErasure).forget(await sampark.system(), person.id)).toBe(1);
    const erased = (await sampark.as(convenor).get(`/audit/${listed.id}`)).body;
    expect(erased).toMatchObject({ before: null, after: null, erased: true });
    expect((await sampark.get(VerifyingService).verify(await sampark.system())).broken).toBeNull();
  });

  it('is not found from outside its territory', async () => {
    const [entry] = (await sampark.as(convenor).get('/audit')).body.items;
    const neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    expect((await sampark.as(neighbour).get(`/audit/${entry.id}`)).status).toBe(404);
  });

  it('is found by an index, whatever is asked for: no list reads the whole trail', async () => {
    await sampark.sql(
      `INSERT INTO audit_entries (at, id, actor_kind, user_id, role, path, action, shown, people)
       SELECT now() - n * interval '1 second', gen_random_uuid(), 'user', $1, 'organiser', $2, 'event.list', n % 2 = 0, ARRAY[gen_random_uuid()]
         FROM generate_series(1, 40000) n`,
      [uuidv7(), convenor.path],
    );
    await sampark.sql('ANALYZE audit_entries');
    const asked: Partial<Filters>[] = [
      {},
      { user: convenor.id },
      { person: uuidv7() },
      { action: 'grant.given' },
      { action: 'grant.' },
      { from: '2026-01-01', to: '2026-01-02' },
      { path: convenor.path },
      { q: 'Meera' },
      { after: ['1', uuidv7()] },
    ];
    const actor = (await sampark.get(SessionsService).findToken(convenor.token))!;
    for (const filters of asked) {
      const { sql, params } = listStatement({ zone: 'Asia/Kolkata', after: null, limit: 51, ...filters });
      const plan = await sampark
        .get(UnitOfWork)
        .run(actor, (tx) => tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, params));
      const text = plan.map((row) => row['QUERY PLAN']).join('\n');
      // The few rows of an empty partition are read as they lie.
      const read = [...text.matchAll(/Seq Scan on (audit_entries\S*) .*rows=(\d+)/g)].filter(
        ([, , rows]) => Number(rows) > 1_000,
      );
      expect({ filters, read: read.map(([, name]) => name) }).toEqual({ filters, read: [] });
    }
  });
});
