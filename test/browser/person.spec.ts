import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aChromium, overflows, violationsOn } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(60_000);

describe("a person's page on a small phone", () => {
  let sampark: Sampark;
  let chromium: Browser;
  let page: Page;
  let base: string;
  let user: AUser;
  let person: { id: string };
  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1' } });
    await sampark.app.listen(port, '127.0.0.1');
    user = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    person = await aSympathiser(sampark, {
      in: 'agra',
      name: 'श्रीमती महाराजकुमारी विजयलक्ष्मी सत्यनारायणप्रसाद चतुर्वेदी उपाध्याय (मिश्रा)',
      phones: ['+919876543210'],
      emails: ['vijayalakshmi.satyanarayanaprasad.chaturvedi.upadhyay@a-very-long-domain-name.example.org'],
      identities: [{ platform: 'facebook', handle: 'vijayalakshmi.satyanarayanaprasad.chaturvedi.upadhyay.5' }],
    });
    await aSympathiser(sampark, { in: 'agra', name: 'विजयलक्ष्मी', phones: ['+919876543210'] });
    await sampark.as(user).post(`/sympathisers/${person.id}/notes`, { text: 'x'.repeat(300) });
    chromium = await aChromium();
    const context = await chromium.newContext({ viewport: { width: 360, height: 740 }, locale: 'hi-IN' });
    const [name = '', value = ''] = user.cookie.split('=');
    await context.addCookies([{ name, value, url: base }]);
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
  }, 120_000);
  afterAll(async () => {
    await chromium?.close();
    await sampark?.close();
  });

  it('is no wider than the screen, with the longest names, mails and handles, everything unfolded', async () => {
    await page.goto(`${base}/sympathisers/${person.id}`);
    expect(await overflows(page)).toBe(false);
    await page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true");
    expect(await overflows(page)).toBe(false);
    expect(await violationsOn(page)).toEqual([]);
  });

  it('is worked with the keyboard alone: a fold opened, a note written, seen in the history', async () => {
    await page.goto(`${base}/sympathisers/${person.id}`);
    await page.locator('section[aria-labelledby=history] summary').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('रविवार को आएँगी');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.timeline, section[aria-labelledby=history]', { hasText: 'रविवार को आएँगी' }).first().waitFor();
    expect(await page.locator('section[aria-labelledby=history] details[open]').count()).toBe(0);
  });
});
