import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { DECLARED, anImport, anUpload } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { aBomb, aWorkbook } from '../fixtures/a-workbook.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
let made = 6_700_000_000;
const phone = () => String(++made);
beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark.close());

const nameOf = async (number: string) =>
  (
    await sampark.sql<{ name: string }>(
      'SELECT p.full_name AS name FROM people p JOIN contact_points c ON c.person_id = p.id WHERE c.value = $1',
      [`+91${number}`],
    )
  )[0]?.name;
const upload = (content: string | Buffer) =>
  sampark.as(admin).upload('/imports?lang=en', { name: 'list.csv', content }, { territory: 'up', source: 's' });

describe('a file', () => {
  it('may be a workbook: a phone stored as a number is whole, one spoilt as text is named', async () => {
    const p = phone();
    const batch = await anImport(sampark, admin, aWorkbook([['नाम', 'मोबाइल'], ['रमेश पाल', Number(`91${p}`)], ['Asha', '9.19876E+11']])); // prettier-ignore
    expect(batch).toMatchObject({ rows: 2, created: 1, rejected: 1 });
    expect(await nameOf(p)).toBe('रमेश पाल');
    const read = await anUpload(sampark, admin, aWorkbook([['Name', 'Mobile', 'Email'], ['Asha', '9.19876E+11', `a${p}@example.org`]])); // prettier-ignore
    expect(read.counts.warnings).toMatchObject([{ code: 'scientific_phone', rows: 1 }]);
  });

  it('may be a workbook whose phones and PINs stand in cells that show dates', async () => {
    const [p, q] = [phone(), phone()];
    const date = (number: string) => ({ date: Number(number) });
    // Behind the rows that are looked at first, it would come out only while reading.
    const many = Array.from({ length: 120 }, (_, n) => [`Nobody ${n}`, `n${p}${n}@example.org`, date(phone()), null]);
    const batch = await anImport(sampark, admin, aWorkbook([['Name', 'Mail', 'Mobile', 'PIN'], ['रमेश पाल', '', date(p), date('282001')], ...many, ['Asha', '', date(q), date('281001')]])); // prettier-ignore
    expect(batch).toMatchObject({ state: 'done', rows: 122, created: 122, rejected: 0, warnings: 0 });
    expect([await nameOf(p), await nameOf(q)]).toEqual(['रमेश पाल', 'Asha']);
    expect(await sampark.sql(`SELECT pin FROM people WHERE batch_id = $1 AND pin IS NOT NULL ORDER BY pin`, [batch.id])).toEqual([{ pin: '281001' }, { pin: '282001' }]); // prettier-ignore
  });

  it('may be a workbook that kept a phone as it was shown: no stranger is called', async () => {
    const read = await anUpload(
      sampark,
      admin,
      aWorkbook([
        ['Name', 'Mobile'],
        ['Asha', { raw: '9.19876E+11' }],
      ]),
    );
    expect(read.counts.rejected).toMatchObject([{ code: 'scientific_phone', rows: 1, first: [2] }]);
  });

  it('may have its title above the headers; rows are counted as the spreadsheet does', async () => {
    const [p, q] = [phone(), phone()];
    const rows = [['सदस्य सूची 2026', ''], [], ['नाम', 'मोबाइल'], ['रमेश पाल', p], ['Nobody', '12']];
    const batch = await anImport(sampark, admin, aWorkbook(rows));
    expect(batch).toMatchObject({ rows: 2, created: 1, rejected: 1 });
    expect(batch.counts.rejected).toMatchObject([{ first: [5] }]);
    expect(await nameOf(p)).toBe('रमेश पाल');
    expect(await anImport(sampark, admin, `Members of the city,\r\nName,Mobile\r\nAsha,${q}\r\n`)).toMatchObject({ rows: 1, created: 1 }); // prettier-ignore
  });

  it('may have its districts below any header, in either script and misspelt', async () => {
    const p = phone();
    const lines = [`Asha,${p},Agra`, `Sita,${phone()},मैनपुरी`, `Gita,${phone()},Luckow`, `Rita,${phone()},?`];
    const read = await anUpload(sampark, admin, `Name,Mobile,Rehne wale\r\n${lines.join('\r\n')}\r\n`);
    expect(read.mapping.columns.map(({ field }) => field)).toEqual(['name', 'phone', 'district']);
    expect(read.counts.territories).toHaveLength(4);
    const other = await anUpload(sampark, admin, `Name,Mobile,Rehne wale\r\nAsha,${phone()},blue\r\n`.replace('Rehne wale', 'Colour')); // prettier-ignore
    expect(other.mapping.columns.map(({ field }) => field)).toEqual(['name', 'phone', null]);
  });

  it.each([
    ['UTF-16 that begins with the higher byte', (text: string) => Buffer.from('\ufeff' + text, 'utf16le').swap16()],
    ['bars', (text: string) => Buffer.from(text.replaceAll(',', '|'))],
  ])('may be in %s', async (_, encode) => {
    const p = phone();
    await anImport(sampark, admin, encode(`Name,Mobile\r\nरमेश पाल,${p}\r\n`));
    expect(await nameOf(p)).toBe('रमेश पाल');
  });

  it('typed in Kruti Dev is shown as we read it, and goes in so; or as it looks, if somebody says so', async () => {
    const p = phone();
    const text = `uke,eksckby uEcj,ftyk\r\njke dqekj,${p},eSuiqjh\r\nlquhrk nsoh,${phone()},eSuiqjh\r\n`;
    const read = await anUpload(sampark, admin, text);
    expect(read.mapping.columns).toMatchObject([
      { name: 'नाम', field: 'name', samples: ['राम कुमार', 'सुनीता देवी'], typed: ['jke dqekj', 'lquhrk nsoh'] },
      { name: 'मोबाइल नम्बर', field: 'phone' },
      { field: 'district', samples: ['मैनपुरी'] },
    ]);
    const page = await sampark.browser(admin).get(`/imports/${read.id}`);
    expect(page.text).toContain('Kruti Dev');
    expect(page.text).toContain('jke dqekj');
    await sampark.as(admin).post(`/imports/${read.id}/confirmation`, DECLARED);
    await sampark.drain();
    expect(await nameOf(p)).toBe('राम कुमार');
    const other = await anUpload(sampark, admin, text.replaceAll('6', '7'));
    await sampark.as(admin).post(`/imports/${other.id}/mapping`, { fields: ['name', 'phone', ''], font: 'none' });
    await sampark.drain();
    const [staged] = await sampark.sql('SELECT name FROM staging.import_rows WHERE batch_id = $1 ORDER BY row_no', [other.id]); // prettier-ignore
    expect(staged).toEqual({ name: 'jke dqekj' });
    // That can be taken back: it is a choice of this reading, and the page shows it.
    expect((await sampark.browser(admin).get(`/imports/${other.id}`)).text).toMatch(/name="font" value="none" checked/);
    expect((await sampark.as(admin).get(`/imports/${other.id}`)).body).toMatchObject({ font: 'krutidev', asItLooks: true, mapping: { columns: [{ samples: ['jke dqekj', 'lquhrk nsoh'], typed: [] }, {}, {}] } }); // prettier-ignore
    await sampark.as(admin).post(`/imports/${other.id}/mapping`, { fields: ['name', 'phone', ''] });
    await sampark.drain();
    const [again] = await sampark.sql('SELECT name FROM staging.import_rows WHERE batch_id = $1 ORDER BY row_no', [other.id]); // prettier-ignore
    expect(again).toEqual({ name: 'राम कुमार' });
  });

  it('typed in Kruti Dev here and there, or from some row on, keeps the names of others as they are', async () => {
    const english = ['Ramesh Gupta', 'Sunita Sharma', 'ASHOK VERMA', 'Mohan Kumar', 'sita devi'];
    const typed = ['jke dqekj', 'lquhrk nsoh', 'vfuy ;kno'];
    const list = (names: string[]) => `Name,Mobile\r\n${names.map((name) => `${name},${phone()}`).join('\r\n')}\r\n`;
    const staged = async (names: string[]) => {
      const read = await anUpload(sampark, admin, list(names));
      const rows = await sampark.sql<{ name: string }>('SELECT name FROM staging.import_rows WHERE batch_id = $1 ORDER BY row_no', [read.id]); // prettier-ignore
      return { read, names: rows.map(({ name }) => name) };
    };
    const many = (names: string[], count: number) => Array.from({ length: count }, (_, i) => names[i % names.length]!);
    const inUnicode = ['राम कुमार', 'सुनीता देवी', 'अनिल यादव'];
    const both = await staged([...many(english, 84), ...many(typed, 16)]);
    expect(both.names).toEqual([...many(english, 84), ...many(inUnicode, 16)]);
    const page = await sampark.browser(admin, { lang: 'hi' }).get(`/imports/${both.read.id}`);
    expect(page.text).toContain('कुछ ख़ाने कृतिदेव');
    const late = await staged([...many(english, 130), ...many(typed, 30), 'xaxk']);
    expect(late.names).toEqual([...many(english, 130), ...many(inUnicode, 30), 'गंगा']);
    expect(late.read.counts.warnings).toMatchObject([{ code: 'mixed_font', rows: 1, first: [162] }]);
    expect((await sampark.browser(admin).get(`/imports/${late.read.id}`)).text).toContain(
      'Some cells of this list look typed in Kruti Dev',
    );
  });

  it('may begin with a title: the headers are found below it, and rows are counted as the spreadsheet counts', async () => {
    const p = phone();
    const text = `आगरा के सदस्य 2026,,\r\n,,\r\nनाम,मोबाइल,टिप्पणी\r\nरमेश पाल,${p},\r\n,1,\r\n`;
    const read = await anUpload(sampark, admin, text);
    expect(read).toMatchObject({ state: 'previewed', rows: 2, created: 1, mapping: { headerRow: 3 } });
    expect(read.counts.rejected).toMatchObject([{ code: 'no_name', first: [5] }]);
    const page = await sampark.browser(admin).get(`/imports/${read.id}`);
    expect(page.text).toContain('The headers stand in row 3.');
    await sampark.as(admin).post(`/imports/${read.id}/confirmation`);
    await sampark.drain();
    expect(await nameOf(p)).toBe('रमेश पाल');
    const again = await anUpload(sampark, admin, aWorkbook([['List of members'], [], ['Name', 'Mobile'], ['Asha', phone()]])); // prettier-ignore
    expect(again).toMatchObject({ state: 'previewed', rows: 1, mapping: { headerRow: 3 } });
    const named = await anUpload(sampark, admin, `sep=;\r\nName;Mobile\r\nAsha;${phone()}\r\n`);
    expect(named).toMatchObject({ state: 'previewed', rows: 1 });
  });

  it('may have a column for each platform', async () => {
    const p = phone();
    const text = `नाम,मोबाइल,फेसबुक आईडी,Twitter ID,Instagram\r\nआशा वर्मा,${p},asha.formats,@asha_formats,https://instagram.com/asha.insta\r\n`;
    const batch = await anImport(sampark, admin, text);
    expect(batch).toMatchObject({ rows: 1, created: 1, warnings: 0 });
    const held = await sampark.sql(
      `SELECT i.platform, i.handle FROM person_identities i JOIN contact_points c ON c.person_id = i.person_id
        WHERE c.value = $1 ORDER BY i.platform`,
      [`+91${p}`],
    );
    expect(held).toEqual([
      { platform: 'facebook', handle: 'asha.formats' },
      { platform: 'instagram', handle: 'asha.insta' },
      { platform: 'x', handle: 'asha_formats' },
    ]);
  });

  it('without headers loses nobody: the first row is a person, and it asks what the columns are', async () => {
    const [p, q] = [phone(), phone()];
    const read = await anUpload(sampark, admin, `रमेश पाल,${p}\r\nसुनीता देवी,${q}\r\nबिना फ़ोन,abc\r\n`);
    expect(read).toMatchObject({ state: 'uploaded', mapping: { headerRow: 0 } });
    const page = await sampark.browser(admin, { lang: 'hi' }).get(`/imports/${read.id}`);
    expect(page.text).toContain('इस फ़ाइल में शीर्षक नहीं हैं');
    expect(page.text).toContain('कॉलम 1');
    await sampark.as(admin).post(`/imports/${read.id}/mapping`, { fields: ['name', 'phone'] });
    await sampark.drain();
    await sampark.as(admin).post(`/imports/${read.id}/confirmation`);
    await sampark.drain();
    expect(await nameOf(p)).toBe('रमेश पाल');
    expect(await nameOf(q)).toBe('सुनीता देवी');
    const rejects = await sampark.as(admin).get(`/imports/${read.id}/rejects?lang=hi`, { accept: 'text/csv' });
    expect(rejects.text).toBe('\ufeffनाम,फ़ोन,पंक्ति,कारण\r\nबिना फ़ोन,abc,3,"फ़ोन पढ़ा नहीं जा सका, और कोई दूसरा फ़ोन, ई-मेल या हैंडल नहीं"\r\n'); // prettier-ignore
    // Mended, it goes in as it came back.
    const mended = await anUpload(sampark, admin, rejects.text.replace('abc', phone()));
    expect(mended).toMatchObject({ state: 'previewed', rows: 1, created: 1 });
  });

  it('with several sheets is read where the people are, and says which sheets were left out', async () => {
    const book = aWorkbook(
      [
        ['Name', 'Mobile'],
        ['Asha', phone()],
      ],
      { before: ['Notes'], after: ['Mathura'] },
    );
    const read = await anUpload(sampark, admin, book);
    expect(read).toMatchObject({ state: 'previewed', rows: 1, created: 1 });
    expect((await sampark.browser(admin).get(`/imports/${read.id}`)).text).toContain(
      'The workbook has 3 sheets. Only “people” is read. Save the others as files of their own: Notes, Mathura.',
    );
  });

  it.each([
    ['a font that nobody can read', 'Ùæ×,Mobile\nÚUæ× ·¤é×æÚU,1\nâéÙèÌæ Îðßè,2\n', /font chanakya/],
    ['a zero byte', 'Name,Mobile\nAsha,1\nb\0,2\n', /Row 3 has a zero byte/],
    ['broken UTF-8', Buffer.concat([Buffer.from('नाम,Mobile\nरमेश पाल सिंह,1\n'), Buffer.from([0xe0, 0xa4]), Buffer.from(',2\n')]), /Row 3 has letters that are broken/], // prettier-ignore
    ['10,000 columns', `Name,Mobile\n${','.repeat(10_000)}\n`, /Row 2 has more than 500 columns/],
    ['a bomb', aBomb(), /unpacks to a size/],
    ['an old workbook', Buffer.from('\xd0\xcf\x11\xe0 and more', 'latin1'), /old kind/],
    ['a workbook behind a password', Buffer.concat([Buffer.from('\xd0\xcf\x11\xe0'.padEnd(1024, '\0'), 'latin1'), Buffer.from('EncryptedPackage', 'utf16le')]), /locked by a password/], // prettier-ignore
    ['a workbook whose cell never ends', aWorkbook([['Name', 'Mobile'], ['x'.repeat(150_000), '1']]), /Row 2 has a cell longer/], // prettier-ignore
    ['a PDF', '%PDF-1.7', /isn't a table/],
    ['a picture', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'), /isn't a table/],
    ['a page of the web that calls itself a workbook', '\ufeff<html><table><tr><td>Name</td></tr></table>', /isn't a table/], // prettier-ignore
    ['bytes of anything', Buffer.from(Array.from({ length: 3000 }, (_, i) => ((i * 7919) % 255) + 1)), /isn't a table/],
    ['an archive of something else', Buffer.from(zipSync({ 'a.csv': strToU8('Name,Mobile\nAsha,1\n') })), /no Excel workbook/], // prettier-ignore
    [
      'a zero character in UTF-16',
      Buffer.from('\ufeffName,Mobile\nAsha,1\nb\0,2\n', 'utf16le'),
      /Row 3 has a zero byte/,
    ],
    ['a quotation mark that never ends', '"Name,Mobile\nAsha,1\n', /In row 1 a quotation mark/],
  ])('is refused at once with its reason: %s', async (_, content, says) => {
    const answer = await upload(content);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ field: 'file', detail: expect.stringMatching(says) });
  });

  it('with a cell of 10 MB fails while it is read, with the row, and leaves nothing', async () => {
    const read = await anUpload(sampark, admin, `Name,Mobile\n${`Asha,${phone()}\n`.repeat(30_000)}x,"${'y'.repeat(10_000_000)}"\n`); // prettier-ignore
    expect(read).toMatchObject({ state: 'failed', problem: 'imports.problem.unreadable', problemRow: 30_002 });
    expect(await sampark.sql('SELECT FROM staging.import_rows WHERE batch_id = $1', [read.id])).toEqual([]);
    expect(await sampark.sql('SELECT FROM import_chunks WHERE batch_id = $1', [read.id])).toEqual([]);
  });
});

describe('the columns', () => {
  it('are what the same office chose last time, and can be kept by a name', async () => {
    const [p, q] = [phone(), phone()];
    const text = (number: string) => `Applicant,Kisan no,Extra\r\nAsha,${number},call\r\n`;
    const first = await anUpload(sampark, admin, text(p), { territory: 'mainpuri' });
    expect(first.mapping.columns.map(({ field }) => field)).toEqual([null, 'phone', null]);
    await sampark.as(admin).post(`/imports/${first.id}/mapping`, { fields: ['name', 'phone', 'remarks'], name: 'Kisan list' }); // prettier-ignore
    await sampark.drain();
    const again = await anUpload(sampark, admin, text(q), { territory: 'mainpuri' });
    expect(again).toMatchObject({ state: 'previewed', created: 1 });
    expect(again.mapping.columns.map(({ field }) => field)).toEqual(['name', 'phone', 'remarks']);
    // Another office chose nothing yet, and sees no choice of this one.
    const agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const elsewhere = await anUpload(sampark, agra, text(phone()), { territory: 'agra' });
    expect(elsewhere.mapping.columns.map(({ field }) => field)).toEqual([null, 'phone', null]);
    expect((await sampark.browser(agra).get(`/imports/${elsewhere.id}`)).text).not.toContain('Kisan list');
    const mixed = await anUpload(sampark, admin, `Kisan no,Applicant\r\n${phone()},Gita\r\n`, {
      territory: 'mainpuri',
    });
    expect(mixed.mapping.columns.map(({ field }) => field)).toEqual(['phone', 'name']);
    const [kept] = await sampark.sql<{ id: string }>(`SELECT id FROM import_mappings WHERE name = 'Kisan list'`);
    await sampark.as(admin).post(`/imports/${mixed.id}/mapping`, { fields: ['name', 'phone'] });
    const used = await sampark.as(admin).post(`/imports/${mixed.id}/kept-mapping`, { mapping: kept!.id });
    expect(used.status).toBe(202);
    await sampark.drain();
    expect((await sampark.as(admin).get(`/imports/${mixed.id}`)).body.mapping.columns).toMatchObject([
      { field: 'phone' },
      { field: 'name' },
    ]);
    expect((await sampark.browser(admin).get(`/imports/${mixed.id}`)).text).toContain('Kisan list');
  });

  it('are what the office chose for another of its territories, and for each what it chose there last', async () => {
    const text = (headers: string) => `${headers}\r\nAsha,${phone()},call\r\n`;
    const fieldsOf = async (territory: string, headers: string) =>
      (await anUpload(sampark, admin, text(headers), { territory })).mapping.columns.map(({ field }) => field);
    const choose = async (territory: string, headers: string, fields: string[], name?: string) => {
      const { id } = await anUpload(sampark, admin, text(headers), { territory });
      expect((await sampark.as(admin).post(`/imports/${id}/mapping`, { fields, ...(name && { name }) })).status).toBe(
        202,
      );
      return id;
    };
    const headers = 'Aavedak,Sampark sankhya,Baat';
    await choose('agra', headers, ['name', 'phone', 'remarks'], 'Booth list');
    expect(await fieldsOf('mathura', headers)).toEqual(['name', 'phone', 'remarks']);
    await choose('mathura', headers, ['name', 'phone', 'source']);
    expect(await fieldsOf('mathura', headers)).toEqual(['name', 'phone', 'source']);
    expect(await fieldsOf('agra', headers)).toEqual(['name', 'phone', 'remarks']);
    // One name is one choice of the office, wherever it was kept.
    const last = await choose('mainpuri', headers, ['name', 'phone', ''], 'Booth list');
    expect(await sampark.sql(`SELECT count(*)::int AS n FROM import_mappings WHERE name = 'Booth list'`)).toEqual([{ n: 1 }]); // prettier-ignore
    expect((await sampark.browser(admin).get(`/imports/${last}`)).text).toContain('Booth list');
    // A column that was left out stays so, also where it holds districts.
    const districts = (name: string) => `Aavedak,Sampark sankhya,Jagah\r\nAsha,${name},Agra\r\n`;
    const { id } = await anUpload(sampark, admin, districts(phone()), { territory: 'up' });
    await sampark.as(admin).post(`/imports/${id}/mapping`, { fields: ['name', 'phone', ''] });
    const again = await anUpload(sampark, admin, districts(phone()), { territory: 'up' });
    expect(again.mapping.columns.map(({ field }) => field)).toEqual(['name', 'phone', null]);
  });

  it('without headers are what stands in them, whatever was chosen for others without', async () => {
    const first = await anUpload(sampark, admin, `${phone()},रमेश पाल\r\n${phone()},सुनीता देवी\r\n`, {
      territory: 'etah',
    });
    expect(first).toMatchObject({ state: 'uploaded', mapping: { headerRow: 0 } });
    await sampark.as(admin).post(`/imports/${first.id}/mapping`, { fields: ['phone', 'name'], name: 'No headers' });
    const other = await anUpload(sampark, admin, `रमेश पाल,${phone()}\r\nसुनीता देवी,${phone()}\r\n`, {
      territory: 'etah',
    });
    expect(other.state).toBe('uploaded');
    expect(other.mapping.columns.map(({ field }) => field)).toEqual([null, 'phone']);
    // Who says that it is the same as then gets the same.
    const [kept] = await sampark.sql<{ id: string }>(`SELECT id FROM import_mappings WHERE name = 'No headers'`);
    expect((await sampark.as(admin).post(`/imports/${other.id}/kept-mapping`, { mapping: kept!.id })).status).toBe(202);
  });
});
