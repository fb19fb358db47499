import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { nameKey } from '../../src/sympathisers/name-key.js';
import { RekeyingService } from '../../src/sympathisers/search/rekeying.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let state: AUser;
let agra: AUser;
let mathura: AUser;
let member: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  state = await aUser(sampark, { role: 'state_admin', in: 'up' });
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
  for (const name of [
    'रमेश कुमार चतुर्वेदी',
    'Ramesh Sharma',
    'Suresh Chaturvedi',
    'महेन्द्र पाल सिंह चंदेल',
    'R. K. Nigam',
    'राम प्यारे केवट',
    'இளங்கோ ராஜன்',
  ])
    await aSympathiser(sampark, { in: 'agra', name });
  await aSympathiser(sampark, { in: 'mathura', name: 'Ramesh Chaturvedi' });
});
afterAll(() => sampark?.close());

interface Found {
  items: { id: string; name: string }[];
  next: string | null;
  refine?: boolean;
  places?: { code: string; name: string }[];
  elsewhere?: boolean;
}
const search = async (user: AUser, q: string, more = ''): Promise<Found> =>
  (await sampark.as(user).get(`/sympathisers?q=${encodeURIComponent(q)}${more}`)).body as Found;
const names = async (user: AUser, q: string, more = '') => (await search(user, q, more)).items.map(({ name }) => name);

describe('a name', () => {
  it.each([
    ['in the other script', 'Ramesh Kumar Chaturvedi', 'रमेश कुमार चतुर्वेदी'],
    ['spelled otherwise', 'Rameshh Kumaar Chaturbedi', 'रमेश कुमार चतुर्वेदी'],
    ['without its second word', 'रमेश चतुर्वेदी', 'रमेश कुमार चतुर्वेदी'],
    ['in another order', 'Chaturvedi Ramesh Kumar', 'रमेश कुमार चतुर्वेदी'],
    ['by its initials', 'M. P. S. Chandel', 'महेन्द्र पाल सिंह चंदेल'],
    ['by initials in Devanagari', 'एम. पी. एस. चंदेल', 'महेन्द्र पाल सिंह चंदेल'],
    ['that we hold by its initials', 'Rajendra Kumar Nigam', 'R. K. Nigam'],
    ['joined', 'Rampyare Kevat', 'राम प्यारे केवट'],
    ['with a title and a suffix', 'श्री राम प्यारे केवट जी', 'राम प्यारे केवट'],
    ['with a letter missing', 'Ramsh Shama', 'Ramesh Sharma'],
    ['with neighbours swapped', 'Mahednra Pal Singh Chandel', 'महेन्द्र पाल सिंह चंदेल'],
    ['with a wrong letter', 'Mahendra Pal Singh Chamdel', 'महेन्द्र पाल सिंह चंदेल'],
    ['begun', 'Mahendra Pal Si', 'महेन्द्र पाल सिंह चंदेल'],
    ['by its last word', 'केवट', 'राम प्यारे केवट'],
    ['by the beginning of its last word', 'Chand', 'महेन्द्र पाल सिंह चंदेल'],
    ['in a script without rules', 'ராஜன் இளங்கோ', 'இளங்கோ ராஜன்'],
  ])('is found %s', async (_, typed, name) => {
    expect((await names(agra, typed))[0]).toBe(name);
  });

  it('comes best fit first', async () => {
    expect(await names(agra, 'Chaturvedi')).toEqual(['Suresh Chaturvedi', 'रमेश कुमार चतुर्वेदी']);
    expect(await names(state, 'Ramesh Chaturvedi')).toEqual(['Ramesh Chaturvedi', 'रमेश कुमार चतुर्वेदी']);
  });

  it('finds nobody where nobody is called so', async () => {
    expect(await names(agra, 'Wenceslaus Quixote')).toEqual([]);
  });

  it.each([
    "D'Souza",
    "O'Brien \\ -- '",
    'a & !b | (c:*)',
    "'''",
    '%_%',
    '\\',
    'ab:*',
    '💐 Gulab',
    'x'.repeat(100),
    'रा'.repeat(50),
  ])('is text, whatever stands in it: %s', async (typed) => {
    const answer = await sampark.as(agra).get(`/sympathisers?q=${encodeURIComponent(typed)}`);
    expect([typed, answer.status]).toEqual([typed, 200]);
  });

  it('with an apostrophe is found by it and without', async () => {
    await aSympathiser(sampark, { in: 'agra', name: "Peter D'Souza" });
    for (const typed of ["D'Souza", 'DSouza', 'D’Souza Peter'])
      expect([typed, await names(agra, typed)]).toEqual([typed, ["Peter D'Souza"]]);
  });
});

describe('whose people', () => {
  it('never reaches beyond the territory, by whatever way a name is looked for', async () => {
    for (const typed of ['Ramesh Chaturvedi', 'Chaturvedi', 'Ramesh Chaturvadi', 'R. Chaturvedi', 'Chaturvedi Ram'])
      expect([typed, await names(mathura, typed)]).toEqual([typed, ['Ramesh Chaturvedi']]);
    for (const typed of ['Sharma', 'राम प्यारे केवट', 'Mahendra'])
      expect([typed, await names(mathura, typed)]).toEqual([typed, []]);
  });

  it('keeps a member to the people in their hands', async () => {
    const mine = await aSympathiser(sampark, { in: 'agra', name: 'Rameshwar Chaturvedi', assignedTo: member.id });
    for (const typed of ['Chaturvedi', 'Rameshwar Chaturvedi', 'रामेश्वर', 'Chaturvedi R', 'Ramshwar Chturvedi'])
      expect([typed, (await search(member, typed)).items.map(({ id }) => id)]).toEqual([typed, [mine.id]]);
    expect(await names(member, 'Sharma')).toEqual([]);
  });

  it('narrows to a territory inside the own, and not to one outside', async () => {
    expect(await names(state, 'Ramesh Chaturvedi', '&territory=mathura')).toEqual(['Ramesh Chaturvedi']);
    expect(await names(agra, 'Ramesh Chaturvedi', '&territory=mathura')).toEqual([]);
    expect(await names(agra, 'Ramesh Sharma', '&territory=up')).toContain('Ramesh Sharma');
    expect(await names(agra, 'Ramesh Sharma', '&territory=nowhere')).toEqual([]);
  });

  it('is asked in the index of the own district, however deep that lies', async () => {
    const [deep] = await sampark.sql<{ code: string }>(
      `SELECT code FROM territories WHERE length(path) = 16 AND starts_with(path, (SELECT path FROM territories WHERE code = 'bijnor')) LIMIT 1`,
    );
    const { id } = await aSympathiser(sampark, { in: deep!.code, name: 'Zebunnisa Deepwater' });
    const bijnor = await aUser(sampark, { role: 'district_convenor', in: 'bijnor' });
    const below = await aUser(sampark, { role: 'district_convenor', in: deep!.code });
    for (const user of [bijnor, below, state])
      expect((await search(user, 'Deepwater Zebunnisa')).items.map((item) => item.id)).toEqual([id]);
    // Moved away, with no word to the index.
    await sampark.sql(`UPDATE people SET path = (SELECT path FROM territories WHERE code = 'agra') WHERE id = $1`, [
      id,
    ]);
    expect(await names(bijnor, 'Deepwater Zebunnisa')).toEqual([]);
    expect(await names(agra, 'Deepwater Zebunnisa')).toEqual(['Zebunnisa Deepwater']);
    // Erased: neither the name nor its key is left to be found.
    await sampark.sql(`UPDATE people SET full_name = '', name_key = '', erased_at = now() WHERE id = $1`, [id]);
    expect(await names(agra, 'Deepwater Zebunnisa')).toEqual([]);
  });

  it('writes down who was shown', async () => {
    const { items } = await search(agra, 'Rampyare Kevat');
    const [entry] = await sampark.sql<{ people: string[] }>(
      `SELECT people FROM audit_entries WHERE action = 'sympathiser.list' AND user_id = $1 ORDER BY at DESC LIMIT 1`,
      [agra.id],
    );
    expect(entry!.people).toEqual(items.map(({ id }) => id));
  });
});

describe('filters and pages', () => {
  it('hold beside a name', async () => {
    await aSympathiser(sampark, { in: 'agra', name: 'Filtered Tomar', language: 'bho', pin: '282007' });
    await aSympathiser(sampark, { in: 'agra', name: 'Filtered Tomar', language: 'hi', assignedTo: member.id });
    expect((await search(agra, 'Filtered Tomar')).items).toHaveLength(2);
    expect((await search(agra, 'तोमर', '&language=bho')).items).toHaveLength(1);
    expect((await search(agra, 'Tomar Filtered', '&assigned=yes')).items).toHaveLength(1);
    expect((await search(agra, 'Filtered Tomar', '&consent=phone')).items).toHaveLength(2);
    expect((await search(agra, 'Filtered Tomar', '&consent=none')).items).toEqual([]);
  });

  it('turn by a key, best fit first: nobody twice, nobody left out', async () => {
    for (let n = 0; n < 9; n++)
      await aSympathiser(sampark, { in: 'aonla', name: n % 2 ? 'Paging Rawat' : 'पेजिंग रावत' });
    const aonla = await aUser(sampark, { role: 'district_convenor', in: 'aonla' });
    const seen: { id: string; name: string }[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: Found = await search(aonla, 'Paging Rawat', `&limit=4${next && `&cursor=${next}`}`);
      seen.push(...page.items);
      next = page.next;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(9);
    expect(seen.slice(0, 4).map(({ name }) => name)).toEqual(Array(4).fill('Paging Rawat'));
    expect((await sampark.as(aonla).get('/sympathisers?q=Paging&cursor=nonsense')).status).toBe(422);
  });

  it('end after two hundred with advice', async () => {
    await sampark.sql(
      `INSERT INTO people (id, territory_id, path, full_name, name_key, came_by)
       SELECT gen_random_uuid(), t.id, t.path, 'Ganga Manyfold', $1, 'user' FROM territories t, generate_series(1, 230) WHERE t.code = 'aonla'`,
      [nameKey('Ganga Manyfold')],
    );
    const aonla = await aUser(sampark, { role: 'district_convenor', in: 'aonla' });
    const first = await search(aonla, 'Ganga Manyfold', '&limit=200');
    expect([first.items.length, first.next, first.refine]).toEqual([200, null, true]);
    // Other names of the bound are not lost behind a common one.
    await aSympathiser(sampark, { in: 'aonla', name: 'Ganga Manifald' });
    expect(await names(aonla, 'Ganga Manifald', '&limit=1')).toEqual(['Ganga Manifald']);
    const page = await sampark.browser(aonla).get('/sympathisers?q=Ganga+Manyfold&limit=200');
    expect(page.text).toContain('Add another word of the name');
  });
});

describe('one box for everything else', () => {
  it('takes six digits for a PIN, in any digits', async () => {
    await aSympathiser(sampark, { in: 'agra', name: 'By Pin', pin: '282099' });
    for (const typed of ['282099', '282 099', '२८२०९९', 'PIN 282099', 'पिन: 282099'])
      expect([typed, await names(agra, typed)]).toEqual([typed, ['By Pin']]);
    expect(await names(mathura, '282099')).toEqual([]);
  });

  it('takes a phone in any form', async () => {
    await aSympathiser(sampark, { in: 'agra', name: 'By Phone', phones: ['+919822200999'] });
    for (const typed of [
      '9822200999',
      '098222 00999',
      '+91-98222-00999',
      '00919822200999',
      '९८२२२००९९९',
      'https://wa.me/919822200999',
    ])
      // prettier-ignore
      expect([typed, await names(agra, typed)]).toEqual([typed, ['By Phone']]);
  });

  it('takes whatever somebody pastes: a long link, a whole sentence', async () => {
    await aSympathiser(sampark, {
      in: 'agra',
      name: 'By Link',
      identities: [{ platform: 'facebook', handle: 'by.link' }],
    });
    const link = `https://www.facebook.com/by.link?${'__tn__=abcdefgh&'.repeat(20)}`;
    expect(await names(agra, link)).toEqual(['By Link']);
    expect((await sampark.browser(agra).get(`/sympathisers?q=${'x'.repeat(500)}`)).status).toBe(200);
  });

  it('offers the territory of that name, in either script, inside the own', async () => {
    expect((await search(state, 'Mathura', '&lang=en')).places).toEqual(
      expect.arrayContaining([expect.objectContaining({ code: 'mathura', name: 'Mathura' })]),
    );
    expect((await search(state, 'मथुरा', '&lang=en')).places).toEqual(
      expect.arrayContaining([expect.objectContaining({ code: 'mathura', name: 'Mathura' })]),
    );
    expect((await search(agra, 'Mathura')).places).toBeUndefined();
    const page = await sampark.browser(state).get('/sympathisers?q=Mathura');
    const [mathura] = await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'mathura'`);
    expect(page.text).toContain(`href="/sympathisers?territory=${mathura!.id}"`);
  });

  it('offers a place with its number, by any word of its name', async () => {
    const [agraPlace] = await sampark.sql<{ id: string; path: string }>(
      `SELECT id, path FROM territories WHERE code = 'agra'`,
    );
    const ward = uuidv7();
    await sampark.sql(
      `INSERT INTO territories (id, parent_id, level, code, path, name_en, name_hi)
       VALUES ($1, $2, 'ward', 'agra-ward-23', $3 || 'w23', 'Ward 23, Aliganj', 'वार्ड २३, अलीगंज')`,
      [ward, agraPlace!.id, agraPlace!.path],
    );
    for (const typed of ['Ward 23', 'वार्ड 23', 'वार्ड २३', 'aliganj', 'अलीगंज', 'Ward 23, Ali'])
      expect([typed, (await search(agra, typed, '&lang=en')).places]).toEqual([
        typed,
        [{ id: ward, code: 'agra-ward-23', name: 'Ward 23, Aliganj' }],
      ]);
    // Words begin there: the middle of one is nobody's name.
    expect((await search(agra, 'liganj')).places).toBeUndefined();
    expect((await search(state, 'Ward 23', '&lang=en')).places).toHaveLength(1);
  });

  it('says of a handle held elsewhere just that, writes it down, and of phones and mails says nothing', async () => {
    await aSympathiser(sampark, {
      in: 'mathura',
      name: 'Held Away',
      phones: ['+919822200998'],
      emails: ['held@away.example'],
      identities: [{ platform: 'x', handle: 'held_away' }],
    });
    const covers = expect.anything();
    for (const typed of ['@held_away', 'https://x.com/held_away', 'held_away'])
      expect([typed, await search(agra, typed)]).toEqual([typed, { items: [], next: null, elsewhere: true, covers }]);
    for (const typed of ['9822200998', 'held@away.example', '@nobody_at_all'])
      expect([typed, await search(agra, typed)]).toEqual([typed, { items: [], next: null, covers }]);
    // A member adds nobody, and so hears nothing.
    expect(await search(member, '@held_away')).toEqual({ items: [], next: null, covers });
    expect((await search(mathura, '@held_away')).items).toHaveLength(1);
    const asked = await sampark.sql(
      `SELECT 1 FROM audit_entries WHERE action = 'sympathiser.held_elsewhere' AND user_id = $1`,
      [agra.id],
    );
    expect(asked).toHaveLength(3);
    const page = await sampark.browser(agra).get('/sympathisers?q=%40held_away');
    expect(page.text).toContain('Held elsewhere: ask for a transfer.');
    expect(page.text).not.toContain('Held Away');
  });
});

describe('keys made anew', () => {
  it('brings what an earlier version keyed up to date, once, and tells the trail', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Dnyaneshwar Oldkey' });
    await sampark.sql(`UPDATE people SET name_key = 'dnianisvr oldki' WHERE id = $1`, [id]);
    await sampark.sql(`UPDATE installation SET value = '1' WHERE key = 'name_key'`);
    const actor = await sampark.system();
    const rekeying = sampark.get(RekeyingService);
    expect(await rekeying.current(actor)).toBe(false);
    expect((await rekeying.rekey(actor)).changed).toBe(1);
    expect(await rekeying.current(actor)).toBe(true);
    expect((await rekeying.rekey(actor)).changed).toBe(0);
    expect(await names(agra, 'Gyaneshwar Oldkey')).toEqual(['Dnyaneshwar Oldkey']);
    expect(await sampark.sql(`SELECT facts FROM audit_entries WHERE action = 'sympathiser.names_rekeyed'`)).toEqual([
      { facts: { people: 1, version: '2' } },
    ]);
  });
});

describe('the gate', () => {
  it('is shut to everybody who sees no territory of people', async () => {
    for (const role of ['sampark_member', 'sampark_host', 'sampark_auditor', 'sampark_link', 'sampark_anonymous']) {
      const rows = await sampark.sql<{ may: boolean }>(
        `SELECT has_function_privilege($1, 'gate.people_by_words(tsquery, text[], text, text, integer)', 'EXECUTE') AS may`,
        [role],
      );
      expect([role, rows[0]!.may]).toEqual([role, false]);
    }
  });
});
