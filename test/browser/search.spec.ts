import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aChromium, overflows, violationsOn } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(60_000);

describe('results as you type', () => {
  let sampark: Sampark;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  let base: string;
  let user: AUser;
  let asked: string[];
  let found: { id: string };
  const input = () => page.locator('#f-q');
  const options = () => page.locator('[role=option]');
  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1' } });
    await sampark.app.listen(port, '127.0.0.1');
    user = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    found = await aSympathiser(sampark, { in: 'agra', name: 'रमेश चतुर्वेदी' });
    for (const name of ['Ramesh Kumar Chaturvedi', 'R. Chaturvedi', 'सुनीता वर्मा', '<b>Bold</b> Chaturvedi'])
      await aSympathiser(sampark, { in: 'agra', name });
    chromium = await aChromium();
    context = await chromium.newContext({ viewport: { width: 360, height: 740 }, locale: 'hi-IN' });
    const [name = '', value = ''] = user.cookie.split('=');
    await context.addCookies([{ name, value, url: base }]);
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    // The page's clock stands until we let the typing rest: nothing here waits for real time.
    await page.clock.install();
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname === '/sympathisers' && request.headers().accept === 'application/json') asked.push(url.searchParams.get('q')!); // prettier-ignore
    });
  }, 120_000);
  afterAll(async () => {
    await chromium?.close();
    await sampark?.close();
  });
  const rest = () => page.clock.runFor(400);
  const open = async () => {
    asked = [];
    await page.goto(`${base}/sympathisers`);
  };

  it('asks once the typing rests, and lists who may be meant, in either script', async () => {
    await open();
    await input().pressSequentially('ramesh chaturvedi');
    await rest();
    await options().first().waitFor();
    expect(asked).toEqual(['ramesh chaturvedi']);
    expect((await options().allInnerTexts()).map((text) => text.split('\n')[0])).toEqual([
      'रमेश चतुर्वेदी',
      'Ramesh Kumar Chaturvedi',
      'R. Chaturvedi',
    ]);
    expect(await page.locator('[role=status].sr').innerText()).toBe('मिले: 3');
    expect(await violationsOn(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
    for (const box of await options().all()) expect((await box.boundingBox())!.height).toBeGreaterThanOrEqual(48);
  });

  it('is walked through by keys, and Enter opens who is chosen', async () => {
    await open();
    await input().pressSequentially('ramesh chaturvedi');
    await rest();
    await options().first().waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await options().last().getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowDown');
    expect(await options().first().getAttribute('aria-selected')).toBe('true');
    expect(await input().getAttribute('aria-activedescendant')).toBe(await options().first().getAttribute('id'));
    await Promise.all([page.waitForURL(`**/sympathisers/${found.id}`), page.keyboard.press('Enter')]);
  });

  it('closes with Escape, and Enter then searches as the form does', async () => {
    await open();
    await input().pressSequentially('चतुर्वेदी');
    await rest();
    await options().first().waitFor();
    await page.keyboard.press('Escape');
    expect(await options().first().isVisible()).toBe(false);
    expect(await input().getAttribute('aria-expanded')).toBe('false');
    await Promise.all([page.waitForURL('**/sympathisers?q=*'), page.keyboard.press('Enter')]);
    expect(await page.locator('.list').innerText()).toContain('रमेश चतुर्वेदी');
  });

  it('asks for nothing that is only half a number, a handle or a letter', async () => {
    for (const typed of ['98222', '@ramesh', 'https://x.com/ra', 'r', '२८२']) {
      await open();
      await input().fill(typed);
      await rest();
      expect([typed, asked]).toEqual([typed, []]);
    }
  });

  it('lets the newer question overtake the older, which is given up', async () => {
    await open();
    const givenUp: string[] = [];
    page.on('requestfailed', (request) => givenUp.push(new URL(request.url()).searchParams.get('q') ?? ''));
    let answer = () => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/sympathisers?*limit=8*', async (route) => {
      if (route.request().url().includes('sunita')) await answered;
      await route.continue().catch(() => undefined);
    });
    await input().pressSequentially('sunita');
    const [older] = await Promise.all([page.waitForRequest(/q=sunita/), rest()]);
    await input().fill('chaturvedi');
    await rest();
    await options().first().waitFor();
    answer();
    await page.unroute('**/sympathisers?*limit=8*');
    expect(asked).toEqual(['sunita', 'chaturvedi']);
    expect([older.failure() !== null, givenUp]).toEqual([true, ['sunita']]);
    const shown = (await options().allInnerTexts()).join();
    expect(shown).not.toContain('सुनीता');
    // What somebody is called is text, never markup.
    expect(shown).toContain('<b>Bold</b>');
    expect(await page.locator('[role=option] b').count()).toBe(0);
  });

  it('keeps its answers: going back a letter asks nothing again', async () => {
    await open();
    for (const typed of ['sunita', 'chaturvedi']) {
      await input().fill(typed);
      await rest();
      await page.locator('[role=option]', { hasText: typed === 'sunita' ? 'सुनीता' : 'Chaturvedi' }).first().waitFor(); // prettier-ignore
    }
    await input().fill('sunita');
    await rest();
    await page.locator('[role=option]', { hasText: 'सुनीता' }).waitFor();
    expect(asked).toEqual(['sunita', 'chaturvedi']);
  });

  it('is the plain form where there is no script', async () => {
    const plain = await chromium.newContext({ javaScriptEnabled: false, locale: 'hi-IN' });
    const [name = '', value = ''] = user.cookie.split('=');
    await plain.addCookies([{ name, value, url: base }]);
    const bare = await plain.newPage();
    await bare.goto(`${base}/sympathisers`);
    await bare.locator('#f-q').fill('ramesh chaturvedi');
    await Promise.all([bare.waitForURL('**/sympathisers?q=*'), bare.keyboard.press('Enter')]);
    expect(await bare.locator('.list').innerText()).toContain('रमेश चतुर्वेदी');
    await plain.close();
  });
});
