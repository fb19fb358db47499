import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { anImport, anUpload } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { sheet } from '../fixtures/intake-sheet.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark.close());
const rows = [
  { name: 'Asha', phone: '6300000001', district: 'Agra' },
  { name: 'Nobody' },
  { name: 'Sita', phone: '6300000002', consent: '', email: 'x@@y' },
];
const words = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

it('shows the columns and the counts, goes ahead on a yes, and shows the result', async () => {
  const browser = sampark.browser(convenor);
  expect((await browser.get('/imports')).text).toContain('No file has been imported yet');
  expect((await browser.get('/imports/new')).text).toContain('name="territory"');
  const { id } = await anUpload(sampark, convenor, rows, { territory: 'agra', name: 'stall.csv' });
  const preview = await browser.get(`/imports/${id}`);
  expect(words(preview.text)).toContain('3 rows: 2 new, 0 already here, 1 can&#x27;t be used');
  expect(words(preview.text)).toContain('1 new person has no consent');
  expect(preview.text).toMatch(/<option value="phone" selected>/);
  expect(preview.text).toContain('6300000001 · 6300000002');
  expect(preview.text).toContain('Import 2 rows');
  const confirmed = await browser.post(`/imports/${id}/confirmation`);
  expect(confirmed).toMatchObject({ status: 303, location: `/imports/${id}` });
  const running = await browser.follow(confirmed);
  expect(running.text).toContain('Going into the register');
  expect(running.text).toContain('data-live');
  await sampark.drain();
  const done = await browser.get(`/imports/${id}?lang=hi`);
  expect(words(done.text)).toContain('3 पंक्तियाँ: 2 नए, 0 पहले से हैं, 1 काम की नहीं');
  expect(done.text).toContain(`/imports/${id}/rejects`);
  expect(done.text).not.toContain('6300000001');
  expect((await browser.get('/imports?lang=en')).text).toContain('stall.csv');
});

it('says in words what is wrong, on the form', async () => {
  const browser = sampark.browser(convenor);
  const page = await browser.get('/imports/new');
  const csrf = /_csrf=([^&"]+)/.exec(page.text)![1]!;
  const boundary = 'x';
  const form = `--x\r\nContent-Disposition: form-data; name="territory"\r\n\r\nagra\r\n--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n`;
  const answer = await sampark.as().send('POST', `/imports?_csrf=${csrf}&_page=/imports/new`, Buffer.from(form), {
    accept: 'text/html',
    cookie: convenor.cookie,
    'accept-language': 'en',
    'content-type': `multipart/form-data; boundary=${boundary}`,
  });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('Choose a file, please.');
  expect(answer.text).toContain('name="territory"');
});

it('takes fields that stand behind the file', async () => {
  const part = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const content = sheet([{ name: 'Gita', phone: '6300000008' }]);
  const form = `--x\r\nContent-Disposition: form-data; name="file"; filename="C:\\lists\\x.csv"\r\nContent-Type: text/csv\r\n\r\n${content}\r\n${part('source', 's')}${part('territory', 'agra')}--x--\r\n`;
  const answer = await sampark.as(convenor).send('POST', '/imports', Buffer.from(form), {
    'content-type': 'multipart/form-data; boundary=x',
  });
  expect(answer.status).toBe(201);
  const { id } = answer.body as { id: string };
  expect((await sampark.as(convenor).get(`/imports/${id}`)).body).toMatchObject({
    file: 'x.csv',
    source: 's',
    territory: { code: 'agra' },
  });
  await sampark.as(convenor).post(`/imports/${id}/cancellation`);
});

it('asks what the columns are where it cannot tell, and reads once told', async () => {
  const browser = sampark.browser(convenor);
  const { id } = await anUpload(sampark, convenor, 'A,B\r\nAsha,some text\r\n', { territory: 'agra' });
  expect((await browser.get(`/imports/${id}`)).text).toContain('We need to know which column holds the name');
  const told = await browser.post(`/imports/${id}/mapping`, { fields: ['name', 'handle'] });
  expect(told.status).toBe(303);
  await sampark.drain();
  expect(words((await browser.get(`/imports/${id}`)).text)).toContain('1 row');
  const cancelled = await browser.follow(await browser.post(`/imports/${id}/cancellation`));
  expect(cancelled.text).toContain('The import was cancelled');
});

it('lists imports by pages, and finds them by words', async () => {
  const all = await sampark.as(convenor).get('/imports?limit=1');
  expect(all.body.items).toHaveLength(1);
  const more = await sampark.as(convenor).get(`/imports?limit=1&cursor=${all.body.next}`);
  expect(more.body.items[0].id).not.toBe(all.body.items[0].id);
  expect((await sampark.as(convenor).get('/imports?q=stall.csv')).body.items).toHaveLength(1);
  expect((await sampark.as(convenor).get('/imports?q=100%25')).body.items).toHaveLength(0);
});

it('writes down who uploaded, confirmed and fetched', async () => {
  const actions = await sampark.sql<{ action: string }>(
    `SELECT DISTINCT action FROM audit_entries WHERE subject = 'import' AND user_id = $1 ORDER BY action`,
    [convenor.id],
  );
  expect(actions.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'import.uploaded',
      'import.mapped',
      'import.read',
      'import.confirmed',
      'import.merged',
      'import.cancelled',
    ]),
  );
});

it('goes in once and is taken back once, however often somebody clicks; rows that come back can be mended and sent again', async () => {
  const program = sampark.as(convenor);
  const { id } = await anUpload(
    sampark,
    convenor,
    [{ name: 'Asha', phone: '6300000011' }, { name: '', phone: '+91 6300000012', platform: 'X', handle: '@asha_mended', remarks: '-1+1' }],
    { territory: 'agra' },
  ); // prettier-ignore
  const twice = (path: string) => Promise.all([program.post(`/imports/${id}/${path}`), program.post(`/imports/${id}/${path}`)]); // prettier-ignore
  expect((await twice('confirmation')).map(({ status, body }) => [status, body.state])).toEqual([[202, 'merging'], [202, 'merging']]); // prettier-ignore
  await sampark.drain();
  const entries = await sampark.sql(`SELECT FROM audit_entries WHERE action = 'import.confirmed' AND subject_id = $1`, [id]); // prettier-ignore
  expect(entries).toHaveLength(1);
  const csv = await program.get(`/imports/${id}/rejects`, { accept: 'text/csv', 'accept-language': 'en' });
  expect(csv.text).toContain(`,'+91 6300000012,,X,'@asha_mended,`);
  const again = await anImport(sampark, convenor, csv.text.replace(/^,/m, 'Asha Mended,'), { territory: 'agra' });
  expect(again).toMatchObject({ state: 'done', rows: 1, created: 1, rejected: 0, warnings: 0 });
  const [mended] = await sampark.sql(
    `SELECT p.full_name AS name, i.handle, n.text FROM people p JOIN person_identities i ON i.person_id = p.id
       JOIN person_notes n ON n.person_id = p.id WHERE p.batch_id = $1`,
    [again.id],
  );
  expect(mended).toEqual({ name: 'Asha Mended', handle: 'asha_mended', text: '-1+1' });
  expect((await twice('undo')).map(({ status }) => status)).toEqual([202, 202]);
  await sampark.drain();
  expect(await sampark.sql('SELECT FROM people WHERE batch_id = $1', [id])).toEqual([]);
  const other = await anUpload(sampark, convenor, rows, { territory: 'agra' });
  const cancelled = await Promise.all([0, 1].map(() => program.post(`/imports/${other.id}/cancellation`)));
  expect(cancelled.map(({ body }) => body.state)).toEqual(['cancelled', 'cancelled']);
});

it('gives a program the same: upload, confirm, result, rejects', async () => {
  const program = sampark.as(convenor);
  const content = sheet([{ name: 'Gita', phone: '6300000009' }, { name: '' }]);
  const uploaded = await program.upload(
    '/imports',
    { name: 'x.csv', content },
    { territory: 'agra', source: 'program' },
  );
  expect(uploaded).toMatchObject({ status: 201, body: { state: 'reading' } });
  const { id } = uploaded.body as { id: string };
  expect((await program.post(`/imports/${id}/confirmation`)).status).toBe(409);
  await sampark.drain();
  expect((await program.post(`/imports/${id}/confirmation`)).body).toEqual({ id, state: 'merging' });
  await sampark.drain();
  expect((await program.get(`/imports/${id}`)).body).toMatchObject({
    state: 'done',
    rows: 1 + 1,
    created: 1,
    rejected: 1,
    source: 'program',
  });
  const csv = await program.get(`/imports/${id}/rejects`, { accept: 'text/csv', 'accept-language': 'en' });
  expect(csv.headers['content-type']).toContain('text/csv');
  expect(csv.text).toContain('No name');
});
