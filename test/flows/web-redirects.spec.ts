import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let convenor: AUser;
const PASSWORD = 'a long password of the tests';
beforeAll(async () => {
  sampark = await aSampark();
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', password: PASSWORD });
});
afterAll(() => sampark?.close());

const HTML = { accept: 'text/html' };
const ELSEWHERE = [
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/%5cevil.example/..//evil.example',
  '/..//evil.example',
  '/./%2e%2e//evil.example',
  '///evil.example',
  'javascript:alert(1)',
  '/\tevil',
  '/x\r\nSet-Cookie: sampark=1',
  '/x%0d%0aSet-Cookie:%20sampark=1',
  ' //evil.example',
  '/@evil.example:80\\',
  'evil.example',
  '/\u2028evil',
  '/?next=//evil.example',
];

/** A plain path of ours: browsers read nothing else into it. */
const OURS = /^\/(?![/\\])[\x21-\x7e]*$/;

describe.each(ELSEWHERE)('the address %j', (address) => {
  it('leads nobody elsewhere: neither after signing in, nor when another grant is chosen, nor in a word', async () => {
    const query = new URLSearchParams({ next: address }).toString();
    const form = { login: convenor.email, password: PASSWORD, next: address };
    const answers = [
      await sampark.as().get(`/sign-in?${query}`, { ...HTML, cookie: convenor.cookie }),
      await sampark.as().post('/sign-in', form, HTML),
      await sampark.browser(convenor).post('/session/grant', { grant: convenor.grantId, return_to: address }),
    ];
    for (const { status, headers } of answers) {
      // What can stand in no address at all (a line break) is told at its field.
      expect([303, 422]).toContain(status);
      if (status === 303) expect(headers.location).toMatch(OURS);
      expect([headers['set-cookie']].flat().join()).not.toMatch(/sampark=1(?![\w-])/);
    }
    const back = await sampark.as().get(`/nowhere?${query}`, HTML);
    expect(back.status).toBe(404);
  });
});

it('keeps where somebody wanted to go, as a path of ours, over signing in', async () => {
  for (const url of ['/sympathisers?q=//evil.example', '/events', '/sympathisers?q=%0d%0aX:y']) {
    const { headers, status } = await sampark.as().get(url, HTML);
    expect([status, headers.location]).toEqual([303, `/sign-in?next=${encodeURIComponent(url)}`]);
  }
});

it('takes a language for one of its own or for none', async () => {
  for (const lang of ['hi\r\nX: y', 'fr', '../en', '__proto__', 'en,hi']) {
    const { headers } = await sampark.as().get(`/sign-in?lang=${encodeURIComponent(lang)}`, HTML);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-language']).toBe('hi');
  }
  const { headers } = await sampark.as().get('/sign-in', { ...HTML, cookie: 'lang=%0d%0aX:y' });
  expect(headers['content-language']).toBe('hi');
});

it('shows no word on the next page that it did not seal itself', async () => {
  const browser = sampark.browser(convenor);
  const ended = await browser.post('/session/end');
  const sealed = /sampark_flash=([^;]+)/.exec([ended.headers['set-cookie']].flat().join())![1]!;
  const read = async (value: string) =>
    (await sampark.as().get('/sign-in', { ...HTML, cookie: `sampark_flash=${value}`, 'accept-language': 'en' })).text;
  const [packed = '', mac = ''] = sealed.split('.');
  const text = Buffer.from(packed, 'base64url').toString();
  const forged = Buffer.from(text.replace('access.signed_out', '<script>')).toString('base64url');
  const said = /class="notice/;
  expect(await read(sealed)).toMatch(said);
  for (const bad of [`${forged}.${mac}`, `${packed}.`, packed, `${packed}.${'A'.repeat(43)}`, '', '.', '%00', 'e30.x'])
    expect(await read(bad)).not.toMatch(said);
});
