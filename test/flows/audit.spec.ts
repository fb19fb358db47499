import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

interface Entry {
  id: string;
  action: string;
  what: string;
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
    const [shown, launched] = (await list(admin)).items;
    expect(launched).toMatchObject({ action: 'rocket.launched', what: 'rocket.launched' });
    expect(shown!.people).toEqual([person]);
    expect((await list(admin, `&person=${person}`)).items).toHaveLength(1);
    const before = await sampark.sql('SELECT 1 FROM audit_entries');
    expect((await sampark.browser(admin).get(`/audit?person=${person}`)).text).toContain('concerns 1 person');
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
    expect((await actions(`&day=${today}`)).length).toBeGreaterThan(2);
    expect(await actions('&day=2020-01-01')).toEqual([]);
    expect((await sampark.as(convenor).get('/audit?day=yesterday')).status).toBe(422);
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
