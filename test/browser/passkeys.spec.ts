import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { anAuthenticatorApp, aStepLater, codeOf, demandSecondFactor } from '../factories/second-factors.js';
import { aUser, type AUser } from '../factories/users.js';
import { aChromium, overflows, takePicture, violationsOn } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(60_000);

const PASSWORD = 'नीम की छाँव 42';
const PICTURES = process.env.PICTURES;

describe('a phone with a lock of its own', () => {
  let sampark: Sampark;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  let devtools: CDPSession;
  let base: string;
  let user: AUser;
  beforeAll(async () => {
    const port = await freePort();
    // Passkeys are bound to a name; an address in numbers has none.
    base = `http://localhost:${port}`;
    sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1' } });
    await sampark.app.listen(port, '127.0.0.1');
    user = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'सुनीता वर्मा', password: PASSWORD });
    await demandSecondFactor(sampark, 'district_convenor');
    chromium = await aChromium();
    context = await chromium.newContext({ viewport: { width: 360, height: 740 }, locale: 'hi-IN' });
    page = await context.newPage();
    devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  }, 120_000);
  afterAll(async () => {
    await chromium?.close();
    await sampark?.close();
  });

  async function mustBeSound(name: string) {
    expect((await violationsOn(page, devtools)).map(({ rule, where }) => `${rule}: ${where[0]}`)).toEqual([]);
    expect(await overflows(page)).toBe(false);
    if (PICTURES) await takePicture(page, `${PICTURES}/${name}-hi-360.png`);
  }

  const where = () => new URL(page.url()).pathname;

  it('makes a passkey, because the role demands a second factor, and is let in', async () => {
    await page.goto(`${base}/sign-in?next=%2Fusers`);
    await page.fill('#f-login', user.email);
    await page.fill('#f-password', PASSWORD);
    await page.click('form[action="/sign-in"] button');
    await page.waitForURL('**/second-factor?next=%2Fusers');
    await mustBeSound('second-factor-demanded');
    expect(await page.isVisible('[data-passkey-none]')).toBe(false);
    await page.fill('#f-name', 'मेरा फ़ोन');
    await page.click('form[data-passkey="create"] button');
    await page.waitForURL('**/second-factor/passkeys');
    expect((await page.innerText('#codes')).trim().split('\n')).toHaveLength(10);
    await mustBeSound('second-factor-codes');
    await page.click('a.primary');
    await page.waitForURL('**/users');
    await page.goto(`${base}/second-factor`);
    expect(await page.innerText('main')).toContain('मेरा फ़ोन');
    await mustBeSound('second-factor');
    await page.goto(`${base}/sessions`);
    await mustBeSound('sessions');
  });

  it('is the second step after the password', async () => {
    await context.clearCookies();
    await page.goto(`${base}/sign-in?next=%2Fusers`);
    await page.fill('#f-login', user.email);
    await page.fill('#f-password', PASSWORD);
    await page.click('form[action="/sign-in"] button');
    await page.waitForURL('**/second-factor/proof?next=%2Fusers');
    await mustBeSound('second-factor-proof');
    await page.click('form[data-passkey="get"] button');
    await page.waitForURL('**/users');
  });

  it('signs in without a password, and with browsers that lack the newer methods', async () => {
    for (const old of [false, true]) {
      await context.clearCookies();
      await page.goto(`${base}/sign-in?next=%2Fusers`);
      await mustBeSound('sign-in');
      if (old)
        await page.evaluate(`{
          delete PublicKeyCredential.parseRequestOptionsFromJSON;
          delete PublicKeyCredential.parseCreationOptionsFromJSON;
          delete PublicKeyCredential.prototype.toJSON;
        }`);
      await page.click('form[data-passkey="get"] button');
      await page.waitForURL('**/users');
    }
    // Making one goes the old way, too; the phone then refuses to be there twice.
    await page.goto(`${base}/second-factor`);
    await page.evaluate(`delete PublicKeyCredential.parseCreationOptionsFromJSON`);
    await page.fill('#f-name', 'फिर वही');
    await page.click('form[data-passkey="create"] button');
    await page.waitForSelector('[data-passkey-said]:not([hidden])');
    expect(where()).toBe('/second-factor');
    await mustBeSound('second-factor-failed');
  });

  it('isn’t needed: without a script the code of an app does', async () => {
    const secret = await anAuthenticatorApp(sampark, user);
    const plain = await chromium.newContext({
      viewport: { width: 360, height: 740 },
      locale: 'hi-IN',
      javaScriptEnabled: false,
    });
    const silent = await plain.newPage();
    await silent.goto(`${base}/sign-in`);
    expect(await silent.isVisible('form[data-passkey]')).toBe(false);
    await silent.fill('#f-login', user.email);
    await silent.fill('#f-password', PASSWORD);
    await silent.click('form[action="/sign-in"] button');
    await aStepLater(sampark, user);
    await silent.fill('#f-code', codeOf(secret));
    await silent.click('form[action="/second-factor/proof"] button');
    await silent.waitForURL(`${base}/`);
    expect(await silent.innerText('header')).toContain('आगरा');
    await plain.close();
  });
});
