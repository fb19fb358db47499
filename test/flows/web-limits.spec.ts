import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sheet } from '../fixtures/intake-sheet.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

let sampark: Sampark;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const post = (body: string | Buffer, type = JSON_TYPE, url = '/sympathisers', headers = {}) =>
  sampark.as(convenor).send('POST', url, Buffer.from(body), { 'content-type': type, ...headers });

describe('a body', () => {
  it.each([
    [JSON_TYPE, JSON.stringify({ name: 'a'.repeat(MEBIBYTE) })],
    [FORM, `name=${'a'.repeat(MEBIBYTE)}`],
  ])('of more than a mebibyte is refused in words: %s', async (type, body) => {
    const answer = await post(body, type);
    expect([answer.status, answer.body.type]).toEqual([413, 'urn:sampark:errors.too_large']);
    const page = await post(body, type, '/sympathisers', { authorization: '', cookie: convenor.cookie, accept: 'text/html' }); // prettier-ignore
    expect([page.status, page.text.includes('<main')]).toEqual([413, true]);
  });

  it('that says it is longer than any upload is refused before it is read', async () => {
    const answer = await post('{}', JSON_TYPE, '/imports', { 'content-length': String(66 * MEBIBYTE) });
    expect(answer.status).toBe(413);
  });

  it.each([
    ['nested to exhaust the stack', JSON_TYPE, `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400],
    ['with lists in lists', JSON_TYPE, `{"phones":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
    ['with keys by the ten thousand', FORM, Array.from({ length: 30_000 }, (_, i) => `k${i}=`).join('&'), 413],
    ['that would change what objects are', JSON_TYPE, '{"name":"Asha","__proto__":{"admin":true}}', 400],
    ['that would change it by the way round', JSON_TYPE, '{"constructor":{"prototype":{"admin":true}}}', 400],
    ['that would change it as a form', FORM, 'name=Asha&__proto__=x', 400],
    ['with a field nobody knows', JSON_TYPE, '{"name":"Asha Pal","hasOwnProperty":"x"}', 422],
    ['that breaks off', JSON_TYPE, '{"name":', 400],
    ['of a kind we do not read', 'application/xml', '<name/>', 415],
    ['in letters we do not read', `${JSON_TYPE}; charset=utf-16`, '{"name":"Asha Pal"}', 422],
  ])('%s is refused cleanly', async (_, type, body, status) => {
    const answer = await post(body, type);
    expect([answer.status, answer.body.status]).toEqual([status, status]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('an address', () => {
  it('of more than eight kibibytes is refused in words', async () => {
    const answer = await sampark.as(convenor).get(`/sympathisers?q=${'a'.repeat(8 * KIBIBYTE)}`);
    expect([answer.status, answer.body.type]).toEqual([414, 'urn:sampark:errors.long_address']);
  });

  it('whose parts are longer than ours is not found', async () => {
    for (const url of [`/rsvp/${'a'.repeat(2000)}`, `/sympathisers/${'a'.repeat(2000)}`, '/rsvp/%E0%A4%', '/teams/%ff'])
      expect([url.slice(0, 20), (await sampark.as(convenor).get(url)).status]).toEqual([url.slice(0, 20), 404]);
  });

  it('with something in it that is no id is not found, whatever stands where the id should be', async () => {
    const paths = ['/sympathisers/1', '/teams/null', '/events/..%2fusers', "/users/1'--", '/territories/agra'];
    for (const url of [...paths, '/imports/%00', '/events/0/door', '/posts/019aa000-0000-7000-8000-00000000000'])
      expect([url, (await sampark.as(convenor).get(url)).status]).toEqual([url, 404]);
  });

  it('names the field of a query or body that is no id', async () => {
    const asked = await sampark.as(convenor).get('/events/019aa000-0000-7000-8000-000000000000/audience?territoryId=1');
    expect([asked.status, asked.body.errors[0].field]).toEqual([422, 'territoryId']);
    const sent = await sampark.as(convenor).post('/assignments/spread', { people: ['1'] });
    expect(sent.status).toBe(422);
    expect(sent.body.errors.map(({ field }: { field: string }) => field)).toContain('people');
  });

  it('with keys in its query that would change what objects are is refused', async () => {
    for (const query of ['__proto__=1', 'constructor=1', '__proto__[admin]=1'])
      expect([400, 422]).toContain((await sampark.as(convenor).get(`/sympathisers?${query}`)).status);
  });
});

describe('a form with a file', () => {
  const file = sheet([{ name: 'Ram Kumar', phone: '9876543210' }]);
  const part = (name: string, value: string) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`; // prettier-ignore
  const filePart = (name = 'list.csv') =>
    `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n${file}\r\n`;
  const fields = part('territory', 'agra') + part('source', 'a stall at the fair');
  const upload = (body: string) => post(`${body}--b--\r\n`, 'multipart/form-data; boundary=b', '/imports');
  const kept = async () => (await sampark.sql('SELECT 1 FROM import_batches')).length;

  it('is taken as we make it', async () => {
    const before = await kept();
    expect((await upload(fields + filePart())).status).toBe(201);
    expect(await kept()).toBe(before + 1);
  });

  it.each([
    ['more fields than any form of ours', fields + part('territory', 'agra').repeat(25) + filePart(), 413],
    ['a second file', fields + filePart() + filePart('other.csv'), 413],
    [
      'a text longer than any of ours',
      part('territory', 'agra') + part('source', 'a'.repeat(70_000)) + filePart(),
      422,
    ],
    ['a name of a field longer than any', fields + part('a'.repeat(200), 'x') + filePart(), 422],
    ['a field that would change what objects are', fields + part('__proto__', 'x') + filePart(), 400],
    ['an unknown field', fields + part('colour', 'x') + filePart(), 422],
    ['no file', fields, 422],
  ])('is refused whole with %s', async (_, body, status) => {
    const before = await kept();
    const answer = await upload(body);
    expect([answer.status, answer.body.status]).toEqual([status, status]);
    expect(await kept()).toBe(before);
  });

  it('is refused where it breaks off, or is none', async () => {
    const type = 'multipart/form-data; boundary=b';
    for (const [body, kind] of [
      [fields + filePart(), type],
      ['no form at all', type],
      ['', type],
      [fields, 'multipart/form-data'],
      ['{}', JSON_TYPE],
    ] as const) {
      const { status } = await post(body, kind, '/imports');
      expect(status >= 400 && status < 500).toBe(true);
    }
  });

  it('is shortened in its name, and cannot lead anywhere by it', async () => {
    const { body } = await upload(fields + filePart(`../../${'क'.repeat(300)}.csv`));
    const [batch] = await sampark.sql<{ file_name: string }>('SELECT file_name FROM import_batches WHERE id = $1', [
      body.id,
    ]);
    expect(batch!.file_name).toMatch(/^क{1,200}$/);
  });
});
