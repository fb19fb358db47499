import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** The Chromium that comes inside an npm package, with the libraries it brings. */
export async function aChromium(): Promise<Browser> {
  // Only then does the package unpack its own libraries, so that no system package is needed.
  process.env.VERCEL ??= '1';
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    // Not the package's own list: its --single-process dies with the first context that is closed.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
    ],
    headless: true,
    // LD_LIBRARY_PATH is set by the package for the libraries that it unpacked.
    env: process.env as Record<string, string>,
  });
}

export interface Violation {
  rule: string;
  where: string[];
}

/**
 * What axe finds wrong on the page as it stands: WCAG 2.2 A and AA, and its best practices.
 * @param given a session of the debugger to go through: closing another one would take a virtual authenticator with it
 */
export async function violationsOn(page: Page, given?: CDPSession): Promise<Violation[]> {
  // Through the debugger, which the page's own policy on content does not bind.
  const session = given ?? (await page.context().newCDPSession(page));
  await session.send('Runtime.evaluate', { expression: axe });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then((r) => JSON.stringify(r.violations.map((v) => ({ rule: v.id, where: v.nodes.map((n) => n.html.slice(0, 160)) }))))`,
    awaitPromise: true,
  });
  if (!given) await session.detach();
  return JSON.parse(result.value as string) as Violation[];
}

/** A page that is wider than its screen scrolls sideways under the thumb. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth + 1');

export async function takePicture(page: Page, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: file });
}
