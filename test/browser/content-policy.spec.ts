import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aChromium } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(60_000);

/** What the policy on content does in a real browser: each of our pages is walked in every-page.spec.ts. */
let sampark: Sampark;
let convenor: AUser;
let event: { id: string };
let chromium: Browser;
let context: BrowserContext;
let base: string;
let elsewhere: Server;
const referers: string[] = [];
beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1' } });
  await sampark.app.listen(port, '127.0.0.1');
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  event = await anEvent(sampark, { in: 'agra' });
  elsewhere = createServer((request, answer) => {
    referers.push(request.headers.referer ?? 'none');
    answer.setHeader('content-type', 'text/html');
    answer.end(`<iframe src="${base}/sign-in"></iframe>`);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  chromium = await aChromium();
  context = await chromium.newContext({ locale: 'en-IN' });
  const [name = '', value = ''] = convenor.cookie.split('=');
  await context.addCookies([{ name, value, url: base }]);
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  elsewhere?.close();
  await sampark?.close();
});

async function opened(path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(base + path);
  return page;
}

/** The page with markup that somebody smuggled into it on the way, and which directives stopped it. */
async function withMarkup(path: string, markup: string): Promise<string[]> {
  const page = await context.newPage();
  await page.addInitScript(
    `window.stopped = []; addEventListener('securitypolicyviolation', (told) => stopped.push(told.effectiveDirective))`,
  );
  await page.route(base + path, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace('</main>', `${markup}</main>`) });
  });
  await page.goto(base + path, { waitUntil: 'load' });
  const stopped = (await page.evaluate('stopped')) as string[];
  expect(await page.evaluate('window.ran')).toBeUndefined();
  await page.close();
  return stopped;
}

it.each([
  ['a script in the page', '<script>window.ran = 1</script>', 'script-src-elem'],
  ['a script of our own files', '<script src="/assets/queue.js"></script>', 'script-src-elem'],
  ['a script with a nonce that is guessed', '<script nonce="00">window.ran = 1</script>', 'script-src-elem'],
  ['a handler', '<img src="/assets/x" onerror="window.ran = 1">', 'script-src-attr'],
  ['a style in the page', '<style>body{color:red}</style>', 'style-src-elem'],
  ['a style of an element', '<p style="color:red">x</p>', 'style-src-attr'],
  ['a sheet of our own files', '<link rel="stylesheet" href="/assets/app.css?x">', 'style-src-elem'],
  ['a picture from elsewhere', '<img src="https://evil.example/x.png">', 'img-src'],
  ['a frame from elsewhere', '<iframe src="https://evil.example/"></iframe>', 'frame-src'],
  ['an object', '<object data="/assets/queue.js"></object>', 'object-src'],
  ['another base', '<base href="https://evil.example/">', 'base-uri'],
])('stops %s that was smuggled into a page', async (_, markup, directive) => {
  expect(await withMarkup('/teams', markup)).toEqual([directive]);
});

it('makes no markup and no script of text', async () => {
  const page = await opened('/');
  for (const act of [
    `document.body.innerHTML = '<p>x</p>'`,
    `document.write('<p>x</p>')`,
    `new DOMParser().parseFromString('<p>x</p>', 'text/html')`,
    `document.createElement('script').src = '/assets/queue.js'`,
  ])
    await expect(page.evaluate(act)).rejects.toThrow(/requires 'Trusted/);
  await page.close();
});

it('stands in no frame of another site', async () => {
  const page = await context.newPage();
  const { port } = elsewhere.address() as { port: number };
  const complaint = page.waitForEvent('console', (line) => line.text().includes('frame-ancestors'));
  await page.goto(`http://127.0.0.1:${port}/`);
  expect((await complaint).type()).toBe('error');
  await page.close();
});

it('tells nobody where its reader came from', async () => {
  const page = await opened('/sympathisers?q=Asha');
  const { port } = elsewhere.address() as { port: number };
  referers.length = 0;
  await page.evaluate(`location.assign('http://127.0.0.1:${port}/')`);
  await page.waitForURL(`http://127.0.0.1:${port}/`);
  expect(referers[0]).toBe('none');
  await page.close();
});

it('still keeps figures up to date, shows the sample of a mail, and brings a refused form back', async () => {
  const page = await opened(`/events/${event.id}`);
  const region = page.locator('[data-live]').first();
  const before = await region.innerText();
  const person = await aSympathiser(sampark, { in: 'agra' });
  await anInvitation(sampark, event.id, person.id);
  await page.evaluate(`new Promise((resolve) => {
    const region = document.querySelector('[data-live]');
    const look = () => region.innerText !== ${JSON.stringify(before)} && resolve();
    new MutationObserver(look).observe(region, { childList: true, subtree: true });
    look();
  })`);
  await page.goto(`${base}/events/${event.id}/audience`);
  await page.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);
  await page.locator('iframe').first().scrollIntoViewIfNeeded();
  await expect(page.frameLocator('iframe').first().locator('body').innerText()).resolves.toContain('Agra');
  await page.goto(`${base}/users/new`);
  await page.fill('[name=name]', 'Somebody New');
  await page.fill('[name=email]', 'no-mail');
  await page.evaluate(`document.querySelector('main form').submit()`);
  await page.waitForSelector('[name=name]');
  await expect(page.inputValue('[name=name]')).resolves.toBe('Somebody New');
  expect(await page.title()).not.toBe('');
  await page.close();
});

it('brings a refused upload back in place, with what is wrong', async () => {
  const page = await opened('/imports/new');
  await page.fill('[name=source]', 'a'.repeat(250));
  await page.setInputFiles('[type=file]', { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from('') });
  await page.evaluate(`document.querySelectorAll('main form *').forEach((one) => one.removeAttribute('maxlength'))`);
  await page.evaluate(`document.querySelector('main form').noValidate = true`);
  await page.click('main form[data-file] button:not([type=button])');
  await page.waitForSelector('[role=alert], .notice.bad, .refused');
  expect(new URL(page.url()).pathname).toBe('/imports/new');
  await page.close();
});
