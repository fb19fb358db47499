import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../../src/platform/config/paths.js';
import { anEvent } from '../factories/events.js';
import { aUser, type AUser } from '../factories/users.js';
import type { Answer } from '../support/client.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const HTML = { accept: 'text/html' };
const page = (url: string, headers = {}) =>
  sampark.as().get(url, { ...HTML, cookie: convenor.cookie, ...headers }) as Promise<Answer>;
const policyOf = (answer: { headers: Answer['headers'] }) =>
  Object.fromEntries(
    String(answer.headers['content-security-policy'])
      .split(';')
      .map((directive) => {
        const [name = '', ...values] = directive.trim().split(' ');
        return [name, values.join(' ')];
      }),
  );

describe('every answer', () => {
  it.each([
    ['a page', () => page('/')],
    ['a list as JSON', () => sampark.as(convenor).get('/sympathisers')],
    ['a file', () => page('/events/019aa000-0000-7000-8000-000000000000/attendance.csv')],
    ['a refusal', () => sampark.as().get('/sympathisers')],
    ['a redirect to sign in', () => sampark.as().get('/sympathisers', HTML)],
    ['what is not there', () => page('/nowhere')],
    ['an address that cannot be read', () => page('/rsvp/%E0%A4%')],
    ['an address that is too long', () => page(`/sympathisers?q=${'a'.repeat(9000)}`)],
    ['another name', () => page('/', { host: 'evil.example' })],
    ['what is sent broken', () => sampark.as().send('POST', '/sign-in', Buffer.from('{'), { 'content-type': 'application/json' })], // prettier-ignore
    ['an asset that is not there', () => page('/assets/none.css')],
    ['the description of the API', () => sampark.as().get('/api/openapi.json')],
    ['a probe', () => sampark.as().get('/healthz')],
  ] as [string, () => Promise<Answer>][])(
    'is kept by nobody, sends no address on and stands in no frame: %s',
    async (_, ask) => {
      const answer = await ask();
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-robots-tag': 'noindex, nofollow, noarchive',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': expect.stringContaining('max-age='),
        'permissions-policy': expect.stringContaining('geolocation=()'),
      });
      expect(policyOf(answer)).toMatchObject({
        'default-src': "'none'",
        'frame-ancestors': "'none'",
        'form-action': "'self'",
        'base-uri': "'none'",
        'object-src': "'none'",
        'require-trusted-types-for': "'script'",
        'trusted-types': "'none'",
      });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    },
  );

  it('lets only our own files be kept', async () => {
    const { text } = await page('/');
    const [sheet] = /\/assets\/app\.css/.exec(text)!;
    const answer = await page(sheet);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  });
});

describe('scripts and sheets of a page', () => {
  const noncesIn = (text: string) =>
    new Set([...text.matchAll(/<(script|link)[^>]* nonce="([^"]*)"/g)].map((m) => m[2]));

  it('run by nonces that are others each time, and by nothing else', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const answer = await page('/');
      const { 'script-src': script, 'style-src': style } = policyOf(answer);
      expect([script, style]).toEqual([
        expect.stringMatching(/^'nonce-[0-9a-f]{32}'$/),
        expect.stringMatching(/^'nonce-[0-9a-f]{32}'$/),
      ]);
      expect([...noncesIn(answer.text)].map((nonce) => `'nonce-${nonce}'`).sort()).toEqual([script, style].sort());
      seen.add(script!).add(style!);
    }
    expect(seen.size).toBe(6);
  });

  it('run on a form that came back, too', async () => {
    const browser = sampark.browser(convenor);
    await browser.get('/users/new');
    const answer = await browser.post('/users', { name: '' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('name="email"');
    const { 'script-src': script, 'style-src': style } = policyOf(answer);
    expect([...noncesIn(answer.text)].map((nonce) => `'nonce-${nonce}'`).sort()).toEqual([script, style].sort());
  });

  it('have their nonce in every template, and no page has a script or style of its own', () => {
    const folder = fromRoot('templates');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.hbs') && !/^emails|^partials.mail-/.test(file),
    );
    expect(files.length).toBeGreaterThan(50);
    const wrong = files.flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const tags = text.match(/<(script|style|link rel="stylesheet")[^>]*>/g) ?? [];
      return [
        ...tags.filter((tag) => !/ nonce="\{\{@(root\.)?page\.nonces\.(script|style)\}\}"/.test(tag)),
        ...(text.match(/\son[a-z]+="|\sstyle="|javascript:/g) ?? []),
      ].map((tag) => `${file}: ${tag}`);
    });
    expect(wrong).toEqual([]);
  });
});

it('frames the sample of a mail for our own page alone, shut in without scripts', async () => {
  const event = await anEvent(sampark, { in: 'agra' });
  const answer = await page(`/events/${event.id}/sample`);
  expect([answer.status, answer.headers['x-frame-options']]).toEqual([200, 'SAMEORIGIN']);
  expect(policyOf(answer)).toMatchObject({
    sandbox: '',
    'default-src': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'self'",
  });
});

it('answers with another CSRF token on each page, so that compressed lengths tell nothing about it (BREACH)', async () => {
  const tokens = new Set<string>();
  for (let i = 0; i < 5; i++) tokens.add(/name="_csrf" value="([^"]+)"/.exec((await page('/')).text)![1]!);
  expect(tokens.size).toBe(5);
  const parts = [...tokens].map((token) => token.split('.'));
  for (const index of [0, 1]) expect(new Set(parts.map((part) => part[index])).size).toBe(5);
});

it('gives every cookie to this host alone, out of the reach of scripts and of plain connections', async () => {
  const browser = sampark.browser(convenor);
  const asked = await browser.get('/sign-in?lang=en');
  const ended = await browser.post('/session/end');
  const cookies = [asked, ended].flatMap((answer) => [answer.headers['set-cookie'] ?? []].flat() as string[]);
  expect(cookies.map((cookie) => cookie.split('=')[0]).sort()).toEqual(['__Host-sampark', 'lang', 'sampark_flash']);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/; Path=\//);
    expect(cookie).not.toMatch(/; Domain=/i);
    // One that is only taken away needs no more.
    if (!/Expires=Thu, 01 Jan 1970/.test(cookie)) expect(cookie).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  }
});
