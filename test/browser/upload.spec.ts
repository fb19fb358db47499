import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { aUser, type AUser } from '../factories/users.js';
import { sheet } from '../fixtures/intake-sheet.js';
import { aChromium, violationsOn } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(120_000);

const ROWS = 20;
const PIECES = 9;

/** A large file goes in pieces: through a tunnel, past a closed browser, past the end of a session. */
describe('the upload of a large file', () => {
  let sampark: Sampark;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  let base: string;
  let user: AUser;
  let folder: string;
  let made = 0;
  /** What was sent, by offset. */
  let sent: number[];
  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1' } });
    await sampark.app.listen(port, '127.0.0.1');
    user = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    folder = mkdtempSync(join(tmpdir(), 'sampark-upload-'));
    chromium = await aChromium();
    context = await chromium.newContext({ viewport: { width: 360, height: 740 }, locale: 'hi-IN' });
    await signIn();
  }, 120_000);
  afterAll(async () => {
    await chromium?.close();
    await sampark?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const signIn = () => {
    const [name = '', value = ''] = user.cookie.split('=');
    return context.addCookies([{ name, value, url: base }]);
  };
  /** A list that is long for its remarks, so that it goes in pieces. */
  function aLargeFile(name: string): string {
    const rows = Array.from({ length: ROWS }, (_, i) => ({
      name: 'आशा वर्मा',
      phone: String(6_900_000_000 + ++made),
      remarks: `${i} `
        .repeat(3)
        .padEnd(95_000 * 5, 'x ')
        .slice(0, 95_000),
      source: 'y'.repeat(95_000),
      language: 'z'.repeat(95_000),
      pin: 'p'.repeat(95_000),
      age: 'a'.repeat(95_000),
    }));
    const path = join(folder, name);
    writeFileSync(path, sheet(rows));
    return path;
  }
  async function choose(path: string): Promise<void> {
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    sent = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname.endsWith('/upload') && request.method() === 'POST') sent.push(Number(url.searchParams.get('offset'))); // prettier-ignore
    });
    await page.goto(`${base}/imports/new`);
    await page.selectOption('#f-territory', 'agra');
    await page.fill('#f-source', 'मेले का स्टॉल');
    await page.setInputFiles('#f-file', path);
  }
  const send = () => page.click('form[data-file] button.primary');
  const said = (words: string) => page.locator('[data-file-text]', { hasText: words }).waitFor();
  /** Lets so many pieces through, and then none until told. */
  async function aTunnelBehind(pieces: number): Promise<() => Promise<void>> {
    let through = 0;
    const closed = (url: URL) => url.pathname.endsWith('/upload');
    await page.route(closed, (route) => (through++ < pieces ? route.continue() : route.abort('internetdisconnected')));
    return async () => {
      await page.unroute(closed);
      // As a browser says it.
      await page.evaluate(`dispatchEvent(new Event('online'))`);
    };
  }
  async function arrived(): Promise<string> {
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/);
    const id = page.url().split('/').at(-1)!;
    // Whole, and nobody has looked at it yet: it says so, and goes on by itself.
    expect(await page.locator('#import-now h2').innerText()).toBe('फ़ाइल देखी जा रही है');
    await sampark.drain();
    await page.reload();
    expect(await page.locator('#import-now').innerText()).toContain(`${ROWS} पंक्तियाँ: ${ROWS} नए`);
    return id;
  }

  it('waits in a tunnel, says so, and goes on where it was', async () => {
    await choose(aLargeFile('tunnel.csv'));
    const end = await aTunnelBehind(3);
    await send();
    await said('नेटवर्क नहीं है');
    expect(await violationsOn(page)).toEqual([]);
    const before = sent.length;
    await end();
    await arrived();
    expect(new Set(sent).size).toBe(PIECES + 1);
    // Only what was lost in the tunnel went again.
    expect(sent.slice(before)[0]).toBe(3 * 1024 * 1024);
  });

  it('goes on in a new page after the browser was closed, with what is missing alone', async () => {
    const path = aLargeFile('closed.csv');
    await choose(path);
    await aTunnelBehind(4);
    await send();
    await said('नेटवर्क नहीं है');
    await page.close();
    await choose(path);
    await send();
    await arrived();
    expect(Math.min(...sent)).toBe(4 * 1024 * 1024);
  });

  it('keeps what was sent when the session ends, and goes on after signing in', async () => {
    const path = aLargeFile('session.csv');
    await choose(path);
    const end = await aTunnelBehind(2);
    await send();
    await said('नेटवर्क नहीं है');
    await context.clearCookies();
    await end();
    await said('आप साइन आउट हो गए हैं');
    await signIn();
    await page.close();
    await choose(path);
    await send();
    await arrived();
    expect(Math.min(...sent)).toBe(2 * 1024 * 1024);
  });

  it('begins anew where the unfinished one was cancelled', async () => {
    const path = aLargeFile('cancelled.csv');
    await choose(path);
    await aTunnelBehind(2);
    await send();
    await said('नेटवर्क नहीं है');
    await page.close();
    const [{ id }] = (await sampark.sql<{ id: string }>(`SELECT id FROM import_batches WHERE state = 'uploading'`)) as [{ id: string }]; // prettier-ignore
    await sampark.as(user).post(`/imports/${id}/cancellation`);
    await choose(path);
    await send();
    expect(await arrived()).not.toBe(id);
    expect(Math.min(...sent)).toBe(0);
  });

  it('says when the file on the device was changed meanwhile, and waits for nothing', async () => {
    const path = aLargeFile('changed.csv');
    await choose(path);
    const end = await aTunnelBehind(2);
    await send();
    await said('नेटवर्क नहीं है');
    writeFileSync(path, 'changed');
    await end();
    await said('बदल गई या हट गई');
  });
});
