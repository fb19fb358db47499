import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { aUser } from '../factories/users.js';
import { aChromium, overflows } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(60_000);

describe('joining on a phone, in Hindi, without JavaScript', () => {
  let sampark: Sampark;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  let base: string;
  let asked: string[];
  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1' } });
    await sampark.app.listen(port, '127.0.0.1');
    chromium = await aChromium();
    context = await chromium.newContext({
      viewport: { width: 360, height: 740 },
      locale: 'hi-IN',
      javaScriptEnabled: false,
    });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    asked = [];
    page.on('request', (request) => asked.push(request.url()));
  }, 120_000);
  afterAll(async () => {
    await chromium?.close();
    await sampark?.close();
  });

  /** Axe needs a script's timers: it walks these pages in every-page.spec. */
  const sound = async () => expect(await overflows(page)).toBe(false);

  it('goes the whole way from a poster to the register, and asks nobody else for anything', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'bulandshahr' });
    const { body: poster } = await sampark.as(convenor).post('/posters', { label: 'अलीगंज मेला' });
    await page.goto(`${base}/join/${poster.code}`);
    const opened = Date.now();
    expect(await page.locator('h1').innerText()).toBe('संपर्क से जुड़ें');
    expect((await page.locator('div:has(> label > [name=reference])').boundingBox())!.width).toBeLessThanOrEqual(1);
    expect(await page.locator('[name=purposes]:checked, [name=adult]:checked').count()).toBe(0);
    await sound();

    await page.fill('[name=name]', 'आशा वर्मा');
    await page.fill('[name=email]', 'asha@example.org');
    await page.fill('[name=pin]', '२०३००१');
    await page.check('[name=purposes][value=register]');
    await page.click('form.form button.primary');
    // Who hasn't said that they are grown up is told so beside it; what was typed is still there.
    expect(await page.locator('#e-adult').innerText()).toContain('18 साल या ज़्यादा');
    expect(await page.inputValue('[name=name]')).toBe('आशा वर्मा');
    expect(await page.isChecked('[name=purposes][value=register]')).toBe(true);
    await sound();
    await page.check('[name=purposes][value=invitations]');
    await page.check('[name=adult]');
    // A person is not faster than this; the time of the first opening counts.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 3_100 - (Date.now() - opened))));
    await page.click('form.form button.primary');
    await page.waitForURL('**/join/sent');
    expect(await page.locator('h1').innerText()).toBe('एक क़दम और');
    await sound();

    await sampark.drain();
    const [letter] = await sampark.mails();
    const link = /http:\/\/\S+\/join\/confirm\/\S+/.exec(letter!.text!)![0];
    await page.goto(link);
    expect(await page.locator('main').innerText()).toContain('आ… व…');
    await sound();
    await page.click('button.primary');
    expect(await page.locator('h1').innerText()).toBe('स्वागत है!');
    await sound();
    const people = await sampark.sql(
      `SELECT p.full_name, p.source, p.language, t.code FROM people p JOIN territories t ON t.id = p.territory_id`,
    );
    expect(people).toEqual([
      { full_name: 'आशा वर्मा', source: `अलीगंज मेला (${poster.code})`, language: 'hi', code: 'bulandshahr' },
    ]);
    expect(asked.filter((url) => !url.startsWith(`${base}/`))).toEqual([]);
  });
});
