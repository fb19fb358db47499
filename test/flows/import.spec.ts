import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../../src/access/sessions.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { DECLARED, anImport, anUpload, outcome } from '../factories/imports.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { sheet } from '../fixtures/intake-sheet.js';
import { asSuperuser } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const STAGING = ['import_rows', 'import_keys', 'import_outcomes', 'import_meetings'].map((name) => `staging.${name}`);
const AGRA = 118;
const MAINPURI = 166;

let sampark: Sampark;
let admin: AUser;
let made = 6_000_000_000;
/** A phone that nobody has yet. */
const phone = () => String(++made);
const E164 = (national: string) => `+91${national}`;

beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark.close());

interface PersonRow {
  id: string;
  full_name: string;
  code: string;
  waiting: boolean;
  pin: string | null;
  district_lgd: number | null;
  language: string | null;
  birth_year: number | null;
  birth_year_noted_on: string | null;
  source: string;
  batch_id: string;
  batch_row: number;
  filled_by: Record<string, { batch: string; row: number }>;
}
/** Whoever has this phone, in the order in which they came. */
const peopleWith = (value: string) =>
  sampark.sql<PersonRow>(
    `SELECT p.*, p.birth_year_noted_on::text, t.code FROM people p JOIN contact_points c ON c.person_id = p.id
       JOIN territories t ON t.id = p.territory_id WHERE c.value = $1 ORDER BY p.batch_row, p.id`,
    [value.includes('@') ? value : E164(value)],
  );
const personWith = async (value: string) => (await peopleWith(value))[0]!;
const rejects = async (id: string) => (await sampark.as(admin).get(`/imports/${id}/rejects`)).body.items;
const entries = (personId: string) =>
  sampark
    .sql<{ entry: string }>(
      `SELECT purpose || ' ' || channel || ' ' || state AS entry FROM consents WHERE person_id = $1 ORDER BY 1`,
      [personId],
    )
    .then((rows) => rows.map(({ entry }) => entry));

describe('the upload', () => {
  it('says what the columns are, and what will come of the file, before anything is in the register', async () => {
    const p = phone();
    const before = await sampark.sql('SELECT count(*) FROM people');
    const batch = await anUpload(sampark, admin, [
      { name: 'Asha', phone: p, district: 'Mainpuri' },
      { name: 'आशा', phone: p, email: 'asha@example.org' },
      { name: 'Nobody' },
    ]);
    expect(batch).toMatchObject({ state: 'previewed', rows: 3, created: 1, changed: 1, same: 0, rejected: 1 });
    expect(batch.counts.rejected).toEqual([{ code: 'no_contact', rows: 1, first: [4] }]);
    expect(batch.counts.territories).toMatchObject([
      { code: 'mainpuri', people: 1, changed: 1, rejected: 0 },
      { code: 'up', people: 0, rejected: 1 },
    ]);
    expect(batch.mapping.columns.slice(0, 3)).toMatchObject([
      { name: 'Full name', field: 'name', samples: ['Asha', 'आशा', 'Nobody'] },
      { name: 'Mobile', field: 'phone', samples: [p] },
      { name: 'Email', field: 'email', samples: ['asha@example.org'] },
    ]);
    expect(await sampark.sql('SELECT count(*) FROM people')).toEqual(before);
  });

  it('knows Hindi headers, and columns can be put right', async () => {
    const p = phone();
    const text = `नाम;मोबाइल नंबर;ज़िला;टिप्पणी;कुछ और\r\nआशा;${p};मैनपुरी;;asha_${p}\r\n`;
    const batch = await anUpload(sampark, admin, text);
    expect(batch.mapping.columns.map(({ field }) => field)).toEqual(['name', 'phone', 'district', 'remarks', null]);
    const again = await sampark
      .as(admin)
      .post(`/imports/${batch.id}/mapping`, { fields: ['name', '', 'district', 'phone', 'remarks'] });
    expect(again.status).toBe(202);
    await sampark.drain();
    expect((await sampark.as(admin).get(`/imports/${batch.id}`)).body).toMatchObject({
      state: 'previewed',
      rejected: 1,
    });
    const none = await sampark.as(admin).post(`/imports/${batch.id}/mapping`, { fields: ['', 'phone', '', '', ''] });
    expect(none.status).toBe(422);
  });

  it('waits for the columns to be named where it finds no name', async () => {
    const batch = await anUpload(sampark, admin, 'A,B\r\nAsha,some text\r\n');
    expect(batch.state).toBe('uploaded');
    expect((await sampark.as(admin).post(`/imports/${batch.id}/confirmation`, DECLARED)).status).toBe(409);
  });

  it.each([
    ['UTF-8 with a mark', (text: string) => Buffer.from('\ufeff' + text)],
    ['UTF-16LE', (text: string) => Buffer.from('\ufeff' + text, 'utf16le')],
    ['tabs', (text: string) => Buffer.from(text.replaceAll(',', '\t'))],
    ['semicolons', (text: string) => Buffer.from(text.replaceAll(',', ';'))],
  ])('reads %s', async (_, encode) => {
    const p = phone();
    await anImport(sampark, admin, encode(`Name,Mobile\r\nरमेश पाल,${p}\r\n`));
    expect(await personWith(p)).toMatchObject({ full_name: 'रमेश पाल' });
  });

  it('reads Windows-1252', async () => {
    const p = phone();
    await anImport(sampark, admin, Buffer.from(`Name,Mobile\r\nRen\u00e9 Pal,${p}\r\n`, 'latin1'));
    expect(await personWith(p)).toMatchObject({ full_name: 'René Pal' });
  });

  it.each([
    ['nothing', ''],
    ['a workbook', 'PK\x03\x04 and more'],
    ['blank lines', '\r\n\r\n'],
  ])('refuses %s', async (_, content) => {
    const answer = await sampark
      .as(admin)
      .upload('/imports', { name: 'x.csv', content }, { territory: 'up', source: 's' });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].field).toBe('file');
  });

  it('takes fields behind the file, and names those that are wrong', async () => {
    const content = sheet([{ name: 'Asha', phone: phone() }]);
    const answer = await sampark
      .as(admin)
      .upload('/imports', { name: 'x.csv', content }, { territory: 'nowhere', source: 's' });
    expect(answer.body.errors).toMatchObject([{ field: 'territory' }]);
    const missing = await sampark.as(admin).upload('/imports', { name: 'x.csv', content }, { territory: 'up' });
    expect(missing.body.errors).toMatchObject([{ field: 'source' }]);
  });

  it('is let be: the file and what was read are gone, and nothing was saved', async () => {
    const p = phone();
    const { id } = await anUpload(sampark, admin, [{ name: 'Asha', phone: p }]);
    await sampark.as(admin).post(`/imports/${id}/cancellation`);
    expect((await sampark.as(admin).post(`/imports/${id}/confirmation`, DECLARED)).status).toBe(409);
    expect(await peopleWith(p)).toEqual([]);
    for (const table of ['import_chunks', 'import_rejects', ...STAGING])
      expect(await sampark.sql(`SELECT FROM ${table} WHERE batch_id = $1`, [id])).toEqual([]);
  });
});

describe('what a row says', () => {
  it('goes in as said: phone in E.164, handle, address, language, birth year with its date, source, note, provenance', async () => {
    const p = phone();
    const batch = await anImport(
      sampark,
      admin,
      [
        {
          ...{ name: '  सुनीता   वर्मा ', phone: `0${p}`, email: 'SUNITA@example.org', platform: 'Facebook' },
          ...{ handle: `https://m.facebook.com/Sunita.${p}?ref=1`, district: 'मैनपुरी', pin: '२०५००१', language: 'हिंदी' },
          ...{ age: '34', source: 'Website form', remarks: 'call after 6 pm' },
        },
      ],
      { source: 'fair' },
    );
    const person = await personWith(p);
    const year = new Date().getUTCFullYear() - 34;
    expect(person).toMatchObject({
      ...{ full_name: 'सुनीता वर्मा', code: 'mainpuri', waiting: false, pin: '205001', district_lgd: MAINPURI },
      ...{ language: 'hi', birth_year: year, source: 'Website form', batch_id: batch.id, batch_row: 2 },
    });
    expect(person.birth_year_noted_on).toBe(new Date().toISOString().slice(0, 10));
    const identities = await sampark.sql(
      'SELECT platform, handle, batch_row FROM person_identities WHERE person_id = $1',
      [person.id],
    );
    expect(identities).toEqual([{ platform: 'facebook', handle: `sunita.${p}`, batch_row: 2 }]);
    expect(await sampark.sql('SELECT text, batch_row FROM person_notes WHERE person_id = $1', [person.id])).toEqual([
      { text: 'call after 6 pm', batch_row: 2 },
    ]);
  });

  it('lists a WhatsApp number as an identity and as a phone', async () => {
    const p = phone();
    await anImport(sampark, admin, [{ name: 'Asha', platform: 'WhatsApp', handle: `91${p}` }]);
    const person = await personWith(p);
    expect(
      await sampark.sql('SELECT platform, handle FROM person_identities WHERE person_id = $1', [person.id]),
    ).toEqual([{ platform: 'whatsapp', handle: E164(p) }]);
    expect(await sampark.sql('SELECT FROM identity_claims WHERE person_id = $1', [person.id])).toEqual([]);
  });

  it('drops a bad phone or mail beside a good handle with a warning, and keeps the row', async () => {
    const handle = `good_${phone()}`;
    const batch = await anImport(sampark, admin, [
      { name: 'Asha', phone: '12345', email: 'x@@y', platform: 'X', handle },
    ]);
    expect(batch).toMatchObject({ created: 1, rejected: 0, warnings: 1 });
    expect(batch.counts.warnings.map(({ code }) => code).sort()).toEqual(['bad_email', 'bad_phone']);
  });
});

describe('rows that cannot be used', () => {
  it('come back in a file like the original, with row and reason in the reader language; refused and minors blank', async () => {
    const [p, q] = [phone(), phone()];
    const batch = await anImport(sampark, admin, [
      { name: 'Unreachable', remarks: '=HYPERLINK("x")' },
      { name: '', phone: phone() },
      { name: 'Child', phone: p, age: '16' },
      { name: 'Refuser', phone: q, consent: 'नहीं' },
    ]);
    expect(outcome(batch)).toEqual([0, 0, 0, 4]);
    const items = await rejects(batch.id);
    expect(items.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual([
      [2, 'no_contact'],
      [3, 'no_name'],
      [4, 'minor'],
      [5, 'refused'],
    ]);
    const file = await sampark.browser(admin).get(`/imports/${batch.id}/rejects?lang=hi`);
    const lines = file.text.slice(1).split('\r\n');
    expect(lines[0]).toMatch(/^Full name,Mobile,.*,Remarks,पंक्ति,कारण$/);
    expect(lines[1]).toBe(`Unreachable,,,,,,,,,,yes,"'=HYPERLINK(""x"")",2,"कोई काम का फ़ोन, ई-मेल या हैंडल नहीं"`);
    expect(lines[3]).toBe(`${','.repeat(11)},4,18 साल से कम`);
    expect(lines[4]).toBe(`${','.repeat(11)},5,संपर्क के लिए मना किया है`);
    for (const gone of [p, q]) {
      const [found] = await sampark.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM import_rejects r WHERE r::text LIKE '%' || $1 || '%'`,
        [gone],
      );
      expect(found!.n).toBe(0);
    }
    expect(
      await sampark.sql('SELECT FROM audit_entries WHERE action = $1 AND subject_id = $2', [
        'import.rejects_fetched',
        batch.id,
      ]),
    ).not.toEqual([]);
  });

  it('leaves the SHA-256, and neither upload nor staging; the rejects go after some days', async () => {
    const batch = await anImport(sampark, admin, [{ name: 'Unreachable' }, { name: 'Asha', phone: phone() }]);
    expect(batch.sha256).toMatch(/^[0-9a-f]{64}$/);
    for (const table of ['import_chunks', ...STAGING])
      expect(await sampark.sql(`SELECT FROM ${table} WHERE batch_id = $1`, [batch.id])).toEqual([]);
    const { ImportsService } = await import('../../src/sympathisers/import/imports.service.js');
    const imports = sampark.get(ImportsService);
    await imports.cleanUp(await sampark.system(), 7);
    expect(await rejects(batch.id)).toHaveLength(1);
    await sampark.sql(`UPDATE import_batches SET finished_at = now() - interval '8 days' WHERE id = $1`, [batch.id]);
    await imports.cleanUp(await sampark.system(), 7);
    expect(await rejects(batch.id)).toHaveLength(0);
  });
});

describe('what was read', () => {
  const staged = (id: string) => sampark.sql('SELECT FROM staging.import_rows WHERE batch_id = $1', [id]);
  const size = async () =>
    (await sampark.sql<{ n: number }>(`SELECT pg_relation_size('staging.import_rows')::int AS n`))[0]!.n;
  const aFile = () => anUpload(sampark, admin, [{ name: 'Asha', phone: phone() }]);
  const letBe = (id: string) => sampark.as(admin).post(`/imports/${id}/cancellation`);
  // Files of other tests that nobody confirmed.
  beforeEach(() => sampark.sql(`TRUNCATE ${STAGING.join(', ')}`));

  it('is emptied as a whole where nothing else is there', async () => {
    const { id } = await aFile();
    expect(await size()).toBeGreaterThan(0);
    await letBe(id);
    expect(await size()).toBe(0);
  });

  it('goes alone where another file waits, whoever’s it is', async () => {
    const [mine, theirs] = [await aFile(), await aFile()];
    await letBe(mine.id);
    expect([(await staged(mine.id)).length, (await staged(theirs.id)).length]).toEqual([0, 1]);
    await letBe(theirs.id);
    expect(await size()).toBe(0);
  });

  it('goes alone, and waits for nobody, where a backup reads it', async () => {
    const { id } = await aFile();
    await asSuperuser(sampark.database, async (client) => {
      await client.query('BEGIN; LOCK TABLE staging.import_rows IN ACCESS SHARE MODE');
      expect((await letBe(id)).status).toBe(200);
      await client.query('COMMIT');
    });
    expect([(await staged(id)).length, (await size()) > 0]).toEqual([0, true]);
  });

  it('stays where it came in after a look that doesn’t see it', async () => {
    const mine = await aFile();
    await asSuperuser(sampark.database, async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM import_batches LIMIT 1');
      const theirs = await aFile();
      await client.query(
        `SET LOCAL ROLE sampark_system; SET LOCAL app.scope_from = '0001'; SET LOCAL app.scope_to = '0001~'`,
      );
      const { rows } = await client.query<{ gone: boolean }>('SELECT gate.empty_staging($1) AS gone', [mine.id]);
      await client.query('COMMIT');
      expect([rows, (await staged(theirs.id)).length]).toEqual([[{ gone: false }], 1]);
    });
  });

  it('is emptied by nobody who may not see the file', async () => {
    const { id } = await aFile();
    const far = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const actor = (await sampark.get(SessionsService).findToken(far.token))!;
    const gone = await sampark
      .get(UnitOfWork)
      .run(actor, (tx) => tx.one<{ gone: boolean }>('SELECT gate.empty_staging($1) AS gone', [id]));
    expect([gone, (await staged(id)).length]).toEqual([{ gone: false }, 1]);
  });
});

describe('surely the same person', () => {
  it('becomes one, richer: by handle, or by phone, WhatsApp number or mail with the same name in either script', async () => {
    const [p, q, h] = [phone(), phone(), `one_${phone()}`];
    const batch = await anImport(sampark, admin, [
      { name: 'Ramesh Pal', phone: p, platform: 'X', handle: h },
      { name: 'रमेश पाल', platform: 'WhatsApp', handle: p, email: `${h}@example.org` },
      { name: 'Rameshh Paal', email: `${h}@example.org`, phone: q },
      { name: 'Somebody', platform: 'Twitter', handle: `@${h.toUpperCase()}`, district: 'Mainpuri' },
      { name: 'Ramesh Pal', phone: q },
    ]);
    expect(outcome(batch)).toEqual([1, 3, 1, 0]);
    const person = await personWith(p);
    expect(person).toMatchObject({ full_name: 'Ramesh Pal', code: 'mainpuri', district_lgd: MAINPURI });
    expect(person.filled_by).toMatchObject({ district: { batch: batch.id, row: 5 } });
    expect((await personWith(q)).id).toBe(person.id);
    const suggested = await sampark.sql(
      'SELECT field, value, batch_row FROM person_suggestions WHERE person_id = $1 ORDER BY batch_row',
      [person.id],
    );
    expect(suggested).toEqual([
      { field: 'name', value: 'रमेश पाल', batch_row: 3 },
      { field: 'name', value: 'Rameshh Paal', batch_row: 4 },
      { field: 'name', value: 'Somebody', batch_row: 5 },
    ]);
  });

  it('keeps a family with one phone apart, and suggests nobody of it', async () => {
    const p = phone();
    const batch = await anImport(sampark, admin, [
      { name: 'Ram', phone: p },
      { name: 'Rama', platform: 'WhatsApp', handle: p },
      { name: 'Sita Devi', phone: p },
      { name: 'सीता देवी', phone: p },
    ]);
    expect(outcome(batch)).toEqual([3, 0, 1, 0]);
    const family = await peopleWith(p);
    expect(family.map((person) => person.full_name)).toEqual(['Ram', 'Rama', 'Sita Devi']);
    const ids = family.map(({ id }) => id);
    const suggested = await sampark.sql(
      `SELECT why, other_id FROM person_suggestions WHERE field = 'person' AND person_id = ANY ($1)`,
      [ids],
    );
    expect(suggested).toEqual([]);
  });

  it('never lets a blank overwrite, nor another value replace: that is kept as a suggestion with its row', async () => {
    const p = phone();
    const known = await aSympathiser(sampark, {
      in: 'mainpuri',
      name: 'Asha Verma',
      phones: [E164(p)],
      language: 'hi',
      pin: '205001',
      district: MAINPURI,
    });
    const batch = await anImport(sampark, admin, [
      { name: 'आशा वर्मा', phone: p, language: 'en', age: '40' },
      { name: 'Asha Verma', phone: p },
    ]);
    expect(outcome(batch)).toEqual([0, 1, 1, 0]);
    const person = await personWith(p);
    expect(person).toMatchObject({
      id: known.id,
      full_name: 'Asha Verma',
      language: 'hi',
      pin: '205001',
      district_lgd: MAINPURI,
    });
    expect(person.filled_by).toEqual({ birth_year: { batch: batch.id, row: 2 } });
    const suggested = await sampark.sql(
      'SELECT field, value, batch_row FROM person_suggestions WHERE person_id = $1 ORDER BY field',
      [known.id],
    );
    expect(suggested).toEqual([
      { field: 'language', value: 'en', batch_row: 2 },
      { field: 'name', value: 'आशा वर्मा', batch_row: 2 },
    ]);
  });

  it('is unchanged by the same file again: no person, point, note, suggestion or ledger entry', async () => {
    const [p, q, h] = [phone(), phone(), `again_${phone()}`];
    const rows = [
      { name: 'Asha', phone: p, remarks: 'call after 6 pm', district: 'Agra', age: '30' },
      { name: 'आशा', phone: p, email: `${h}@example.org`, remarks: 'call after 6 pm', age: '31' },
      { name: 'Sita', phone: p, platform: 'X', handle: h, consent: '' },
      { name: 'No', phone: q, consent: 'no' },
      { name: 'Minor', phone: phone(), age: '12' },
    ];
    const first = await anImport(sampark, admin, rows);
    const tables = [
      'people',
      'contact_points',
      'person_identities',
      'identity_claims',
      'consents',
      'person_notes',
      'person_suggestions',
      'suppressions',
    ];
    const all = () =>
      sampark.sql(
        tables.map((table) => `SELECT '${table}', t::text FROM ${table} t`).join(' UNION ALL ') + ' ORDER BY 1, 2',
      );
    const before = await all();
    const second = await anImport(sampark, admin, rows);
    expect(outcome(first)).toEqual([2, 1, 0, 2]);
    expect(outcome(second)).toEqual([0, 0, 3, 2]);
    expect(await all()).toEqual(before);
  });
});

describe('consent', () => {
  it('is given for register, contact and invitations on each channel the row has a point for', async () => {
    const p = phone();
    await anImport(sampark, admin, [{ name: 'Asha', phone: p, platform: 'X', handle: `c_${p}` }]);
    expect(await entries((await personWith(p)).id)).toEqual([
      ...['contact phone given', 'contact x given', 'invitations phone given'],
      ...['invitations x given', 'register phone given', 'register x given'],
    ]);
  });

  it.each([
    ['', undefined],
    ['perhaps', 'unknown_consent'],
  ])('is not there for "%s": kept, not contactable, counted', async (word, warning) => {
    const p = phone();
    const batch = await anImport(sampark, admin, [{ name: 'Asha', phone: p, consent: word }]);
    expect(batch).toMatchObject({ created: 1, rejected: 0 });
    expect(batch.counts.noConsent).toBe(1);
    expect(batch.counts.warnings.map(({ code }) => code)).toEqual(warning ? [warning] : []);
    expect(await entries((await personWith(p)).id)).toEqual([]);
  });

  it('never goes up: refused, withdrawn and expired stay', async () => {
    const p = phone();
    const { id } = await aSympathiser(sampark, { in: 'mainpuri', name: 'Asha', phones: [E164(p)], consent: false });
    const path = (await sampark.sql<{ path: string }>('SELECT path FROM people WHERE id = $1', [id]))[0]!.path;
    for (const [purpose, state] of [
      ['contact', 'withdrawn'],
      ['invitations', 'expired'],
    ])
      await sampark.sql(
        `INSERT INTO consents (person_id, id, path, purpose, channel, state, how) VALUES ($1, new_id(), $2, $3, 'phone', $4, 'mail')`,
        [id, path, purpose, state],
      );
    await anImport(sampark, admin, [{ name: 'Asha', phone: p, email: `a_${p}@example.org` }]);
    expect(await entries(id)).toEqual([
      ...['contact email given', 'contact phone withdrawn', 'invitations email given'],
      ...['invitations phone expired', 'register email given', 'register phone given'],
    ]);
  });
});

describe('a refusal', () => {
  it('stops its phone, mail and handle for every row, in whatever order and whoever they are', async () => {
    const [p, h] = [phone(), `stop_${phone()}`];
    const rows = [
      { name: 'Before', phone: p, email: 'kept@example.org' },
      { name: 'Refuser', phone: p, email: `${h}@example.org`, platform: 'X', handle: h, consent: 'STOP' },
      { name: 'By mail', phone: phone(), email: `${h}@example.org` },
      { name: 'By handle', platform: 'X', handle: h },
      { name: 'Refuser', phone: `+91${p}`, district: 'Agra' },
      { name: 'Free', phone: phone() },
    ];
    const batch = await anImport(sampark, admin, rows);
    expect(outcome(batch)).toEqual([1, 0, 0, 5]);
    const items = await rejects(batch.id);
    expect(items.map(({ code }: { code: string }) => code)).toEqual([
      'stopped',
      'refused',
      'stopped',
      'stopped',
      'stopped',
    ]);
    // What was stopped stands nowhere; the rest of a relative's row does.
    expect(items[0].cells).toMatchObject({ 'Full name': 'Before', Mobile: '', Email: 'kept@example.org' });
    expect(items[4].cells).toBeNull();
    const found = await sampark.sql(`SELECT FROM import_rejects r WHERE r::text LIKE '%' || $1 || '%'`, [p]);
    expect(found).toEqual([]);
    // Tomorrow's file knows it by the hash alone.
    const later = await anImport(sampark, admin, [{ name: 'Relative', phone: p }]);
    expect(later.counts.rejected).toMatchObject([{ code: 'stopped' }]);
  });

  it('is a withdrawal for whoever surely is in the register', async () => {
    const [p, q] = [phone(), phone()];
    const { id } = await aSympathiser(sampark, { in: 'mainpuri', name: 'Asha Verma', phones: [E164(p), E164(q)] });
    const relative = await aSympathiser(sampark, {
      in: 'mainpuri',
      name: 'Ram',
      phones: [E164(p)],
      emails: [`ram_${p}@example.org`],
    });
    const preview = await anUpload(sampark, admin, [
      { name: 'आशा वर्मा', phone: p, consent: 'no' },
      { name: 'Asha Verma', phone: q },
    ]);
    expect((await entries(id)).filter((entry) => entry.endsWith('withdrawn'))).toEqual([]);
    expect(outcome(preview)).toEqual([0, 0, 0, 2]);
    await sampark.as(admin).post(`/imports/${preview.id}/confirmation`, DECLARED);
    await sampark.drain();
    const [open] = await sampark.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM unnest('{register,contact,invitations}'::text[]) w WHERE contact_barrier($1, w, 'phone') IS NULL`,
      [id],
    );
    expect(open!.n).toBe(0);
    expect(await entries(id)).toContain('register phone withdrawn');
    const points = await sampark.sql(
      'SELECT value FROM contact_points WHERE suppressed_at IS NULL AND person_id = ANY ($1)',
      [[id, relative.id]],
    );
    expect(points).toEqual([{ value: `ram_${p}@example.org` }]);
    expect((await entries(relative.id)).some((entry) => entry.endsWith('withdrawn'))).toBe(false);
  });
});

describe('minors', () => {
  it('leave nothing, in whatever order, and none of their other rows go in; the family does', async () => {
    const [p, h] = [phone(), `minor_${phone()}`];
    const batch = await anImport(sampark, admin, [
      { name: 'Asha', phone: p },
      { name: 'Asha', phone: p, platform: 'X', handle: h, age: '१५' },
      { name: 'आशा', platform: 'X', handle: h, email: `${h}@example.org` },
      { name: 'Sita', phone: p },
    ]);
    expect(outcome(batch)).toEqual([1, 0, 0, 3]);
    const items = await rejects(batch.id);
    expect(items.map(({ code, cells }: { code: string; cells: unknown }) => [code, cells])).toEqual([
      ['person_minor', null],
      ['minor', null],
      ['person_minor', null],
    ]);
    expect((await peopleWith(p)).map((person) => person.full_name)).toEqual(['Sita']);
    expect(await sampark.sql('SELECT FROM identity_claims WHERE handle = $1', [h])).toEqual([]);
  });
});

describe('the home territory', () => {
  const home = async (district: string, pin = '', territory = 'up', more = {}) => {
    const p = phone();
    const batch = await anImport(sampark, admin, [{ name: 'Asha', phone: p, district, pin, ...more }], { territory });
    const person = await personWith(p);
    return { batch, code: person?.code, waiting: person?.waiting, district: person?.district_lgd };
  };

  it('is the organisational district where the revenue district has one; old and misspelt names are known', async () => {
    expect(await home('Mainpuri')).toMatchObject({ code: 'mainpuri', waiting: false, district: MAINPURI });
    expect(await home('Manpuri')).toMatchObject({ code: 'mainpuri' });
    expect(await home('', '205001')).toMatchObject({ code: 'mainpuri', district: MAINPURI });
    expect(await home('Faizabad')).toMatchObject({ district: 140 });
  });

  it('is the lowest certain one where several share the revenue district, and the person waits there', async () => {
    expect(await home('Agra')).toMatchObject({ code: 'braj', waiting: true, district: AGRA });
  });

  it('is where the file is imported, if that is one of the candidates', async () => {
    expect(await home('Agra', '', 'agra')).toMatchObject({ code: 'agra', waiting: false, district: AGRA });
    expect(await home('आगरा', '', 'agra-mahanagar')).toMatchObject({ code: 'agra-mahanagar', waiting: false });
  });

  it('is the territory itself, where the name is only the organisation’s own', async () => {
    expect(await home('Agra Mahanagar')).toMatchObject({ code: 'agra-mahanagar', waiting: false, district: AGRA });
    expect(await home('Aonla')).toMatchObject({ code: 'aonla', waiting: false });
  });

  it('is the import’s own for a district that is not known, with a warning, until a later row tells', async () => {
    const found = await home('Wakanda', '', 'mainpuri');
    expect(found).toMatchObject({ code: 'mainpuri', waiting: true, district: null });
    expect(found.batch.counts.warnings).toMatchObject([{ code: 'unknown_district' }]);
    const p = phone();
    const batch = await anImport(sampark, admin, [
      { name: 'Asha', phone: p, district: 'Wakanda' },
      { name: 'Asha', phone: p, district: 'Mainpuri' },
    ]);
    expect(outcome(batch)).toEqual([1, 1, 0, 0]);
    expect(await personWith(p)).toMatchObject({ code: 'mainpuri', waiting: false, district_lgd: MAINPURI });
  });

  it('moves somebody who waits, and all that is theirs, once a later file tells where they live', async () => {
    const p = phone();
    await anImport(sampark, admin, [{ name: 'Asha', phone: p, district: 'Wakanda' }]);
    expect(await personWith(p)).toMatchObject({ code: 'up', waiting: true });
    const batch = await anImport(sampark, admin, [{ name: 'Asha', phone: p, district: 'Mainpuri' }]);
    expect(outcome(batch)).toEqual([0, 1, 0, 0]);
    const person = await personWith(p);
    expect(person).toMatchObject({
      code: 'mainpuri',
      waiting: false,
      filled_by: { territory: { batch: batch.id, row: 2 } },
    });
    const paths = await sampark.sql<{ same: boolean }>(
      'SELECT p.path = c.path AS same FROM people p JOIN contact_points c ON c.person_id = p.id WHERE p.id = $1 UNION ALL SELECT p.path = c.path FROM people p JOIN consents c ON c.person_id = p.id WHERE p.id = $1',
      [person.id],
    );
    expect(paths.every(({ same }) => same)).toBe(true);
  });

  it('keeps the district where the PIN disagrees, with a warning', async () => {
    const found = await home('Mainpuri', '282001');
    expect(found).toMatchObject({ code: 'mainpuri', district: MAINPURI });
    expect(found.batch.counts.warnings).toMatchObject([{ code: 'pin_district_mismatch' }]);
  });

  it('rejects a row none of whose candidates lies on the import’s line', async () => {
    const found = await home('Mainpuri', '', 'agra');
    expect(found.batch.counts.rejected).toMatchObject([{ code: 'outside', rows: 1 }]);
    expect(found.code).toBeUndefined();
  });
});

describe('scope', () => {
  let agra: AUser;
  beforeEach(async () => {
    agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  });

  it('rejects a handle that a neighbour holds without telling anything of them, and writes the look down', async () => {
    const handle = `held_${phone()}`;
    const neighbour = await aSympathiser(sampark, {
      in: 'mainpuri',
      name: 'Secret Name',
      identities: [{ platform: 'x', handle }],
    });
    const batch = await anImport(sampark, agra, [{ name: 'Asha', phone: phone(), platform: 'X', handle }], {
      territory: 'agra',
    });
    expect(outcome(batch)).toEqual([0, 0, 0, 1]);
    const answer = await sampark.as(agra).get(`/imports/${batch.id}/rejects`);
    expect(answer.body.items).toMatchObject([{ row: 2, code: 'held_elsewhere' }]);
    expect(answer.text).not.toContain('Secret');
    expect(answer.text).not.toContain(neighbour.id);
    const looks = await sampark.sql(
      `SELECT facts FROM audit_entries WHERE action = 'sympathiser.held_elsewhere' AND subject_id = $1`,
      [batch.id],
    );
    expect(looks).toContainEqual({ facts: { handles: 1, rows: [2] } });
  });

  it('matches nobody out of sight by phone and name', async () => {
    const p = phone();
    await aSympathiser(sampark, { in: 'mainpuri', name: 'Asha Verma', phones: [E164(p)] });
    const batch = await anImport(sampark, agra, [{ name: 'Asha Verma', phone: p }], { territory: 'agra' });
    expect(outcome(batch)).toEqual([1, 0, 0, 0]);
  });

  it('hides an import from a neighbour, and lets nobody import elsewhere or without the permission', async () => {
    const { id } = await anUpload(sampark, agra, [{ name: 'Asha', phone: phone() }], { territory: 'agra' });
    const mainpuri = await aUser(sampark, { role: 'district_convenor', in: 'mainpuri' });
    const organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
    for (const path of [`/imports/${id}`, `/imports/${id}/rejects`]) {
      expect((await sampark.as(mainpuri).get(path)).status).toBe(404);
      expect((await sampark.as(organiser).get(path)).status).toBe(403);
      expect((await sampark.as(agra).get(path)).status).toBe(200);
    }
    for (const act of ['confirmation', 'cancellation'])
      expect((await sampark.as(mainpuri).post(`/imports/${id}/${act}`)).status).toBe(404);
    const content = sheet([{ name: 'Asha', phone: phone() }]);
    const elsewhere = await sampark
      .as(agra)
      .upload('/imports', { name: 'x.csv', content }, { territory: 'mainpuri', source: 's' });
    expect(elsewhere.status).toBe(422);
    const listed = (await sampark.as(mainpuri).get('/imports')).body.items.map((item: { id: string }) => item.id);
    expect(listed).not.toContain(id);
    expect((await sampark.as(agra).get('/imports')).body.items[0]).toMatchObject({ id, state: 'previewed' });
  });
});
