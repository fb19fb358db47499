import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Frame, Page } from 'playwright-core';
import { fromRoot } from '../../src/platform/config/paths.js';
import { aChromium } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(60_000);

/** What the administrator's guide says to put into one's own page. */
const SNIPPET = /```html\n(<iframe[\s\S]*?<\/iframe>)\n```/.exec(
  readFileSync(fromRoot('docs', 'administrator.md'), 'utf8'),
)![1]!;

const WAYS = [
  { name: 'on a phone, in Hindi, without JavaScript', lang: 'hi', width: 360, script: false, title: 'संपर्क से जुड़ें', sent: 'एक क़दम और', welcome: 'स्वागत है!' },
  { name: 'on a laptop, in English, with JavaScript', lang: 'en', width: 1280, script: true, title: 'Join Sampark', sent: 'One more step', welcome: 'Welcome!' },
] as const; // prettier-ignore

let sampark: Sampark;
let chromium: Browser;
/** By its number and by its name the loopback address is two sites to a browser. */
let base: string;
let listed: Server;
let unlisted: Server;

/** Somebody's own site, with the form where the guide says. */
async function aSite(): Promise<Server> {
  const site = createServer((request, response) => {
    const lang = request.url === '/hi' ? 'hi' : 'en';
    const address = request.url === '/other' ? '/join' : `/join/embed?lang=${lang}`;
    const frame = SNIPPET.replace('https://sampark.example.org/join/embed?lang=hi', `${base}${address}`);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><html lang="${lang}"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Ours</title><h1>Ours</h1>${frame}<p>Below</p></html>`,
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  return site;
}
const at = (site: Server) => `http://localhost:${(site.address() as AddressInfo).port}`;

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  [listed, unlisted] = [await aSite(), await aSite()];
  sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1', JOIN_EMBED_SITES: at(listed) } }); // prettier-ignore
  await sampark.app.listen(port, '127.0.0.1');
  chromium = await aChromium();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await sampark?.close();
  for (const site of [listed, unlisted]) await new Promise((resolve) => site?.close(resolve) ?? resolve(null));
});

/** A page of the site with the form in it. */
async function opened(
  site: Server,
  { lang, width, script }: { lang: 'hi' | 'en' | 'other'; width: number; script: boolean },
) {
  const context = await chromium.newContext({
    viewport: { width, height: 740 },
    locale: `${lang === 'hi' ? 'hi' : 'en'}-IN`,
    javaScriptEnabled: script,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  await page.goto(`${at(site)}/${lang}`);
  return { context, page, frame: page.frames()[1]!, asked };
}

/** Nothing of it is cut off or scrolls sideways in its frame. */
const fits = (frame: Frame) =>
  frame.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1');

/** What of it is to be seen at the moment: within the frame, and within the window. */
const inSight = async (page: Page, frame: Frame, selector: string): Promise<boolean> => {
  const box = await frame.locator(selector).boundingBox();
  return box !== null && box.y >= 0 && box.y + box.height <= page.viewportSize()!.height;
};

describe('the join form in the page of another site', () => {
  it.each(WAYS)('can be sent from its frame, and its link works: $name', async (way) => {
    const { context, page, frame, asked } = await opened(listed, way);
    const opening = Date.now();
    const email = `framed-${way.lang}@example.org`;
    expect(await frame.locator('h1').innerText()).toBe(way.title);
    expect(await fits(frame)).toBe(true);
    await frame.fill('[name=name]', 'आशा वर्मा');
    await frame.fill('[name=email]', email);
    await frame.check('[name=purposes][value=register]');
    await frame.click('form.form button.primary');
    await frame.waitForSelector('#refused');
    // What was refused is said in the frame, and where one looks.
    expect(await inSight(page, frame, '#refused')).toBe(true);
    expect(await frame.locator('#e-adult').count()).toBe(1);
    expect([await frame.inputValue('[name=name]'), await frame.inputValue('[name=email]')]).toEqual(['आशा वर्मा', email]); // prettier-ignore
    expect(await fits(frame)).toBe(true);

    // What we keep opens beside the form, which nothing of is lost by.
    const [notice] = await Promise.all([
      context.waitForEvent('page'),
      (async () => {
        await frame.locator('summary').filter({ has: frame.locator('.sr') }).first().click(); // prettier-ignore
        await frame.locator('a[href^="/privacy/"]').first().click();
      })(),
    ]);
    expect(await notice.locator('h1').count()).toBe(1);
    await notice.close();

    await frame.check('[name=adult]');
    // A person is not faster than this; the time of the first opening counts.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 3_100 - (Date.now() - opening))));
    await frame.click('form.form button.primary');
    await frame.waitForURL('**/join/embed/sent**');
    expect(await frame.locator('h1').innerText()).toBe(way.sent);
    expect(await inSight(page, frame, 'h1')).toBe(true);
    expect(await fits(frame)).toBe(true);
    expect(page.url()).toBe(`${at(listed)}/${way.lang}`);

    await sampark.drain();
    const letter = (await sampark.mails()).find((mail) => JSON.stringify(mail.to).includes(email))!;
    await page.goto(/http:\/\/\S+\/join\/confirm\/\S+/.exec(letter.text!)![0]);
    await page.click('button.primary');
    expect(await page.locator('h1').innerText()).toBe(way.welcome);
    const [person] = await sampark.sql(
      `SELECT p.source, p.language FROM people p JOIN contact_points c ON c.person_id = p.id WHERE c.value = $1`,
      [email],
    );
    expect(person).toEqual({ source: '/join/embed', language: way.lang });
    const origins = new Set(asked.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).origin));
    expect([...origins].sort()).toEqual([base, at(listed)].sort());
    await context.close();
  });

  it('is not shown by a site that is not named, nor is any other page of ours by one that is', async () => {
    for (const [site, lang] of [[unlisted, 'en'], [listed, 'other']] as const) {
      const { context, frame } = await opened(site, { lang, width: 360, script: true });
      expect(await frame.locator('form').count()).toBe(0);
      expect(frame.url()).toMatch(/^chrome-error:/);
      await context.close();
    } // prettier-ignore
  });

  it('needs no cookie, and leaves none', async () => {
    const { context, frame } = await opened(listed, { lang: 'hi', width: 360, script: true });
    expect(await frame.locator('h1').innerText()).toBe('संपर्क से जुड़ें');
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });
});
