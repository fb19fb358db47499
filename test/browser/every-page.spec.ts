import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ROLE_CODES, type Row, type World } from '../permissions/rows.js';
import { pathOf, tables, things } from '../permissions/tables.js';
import { aWorld, territoryAt } from '../permissions/world.js';
import { Mailbox } from '../../src/platform/mail/mailbox.js';
import { aChromium, overflows, violationsOn } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(60_000);

/** Files, documents for programs, and what is only ever a part of another page. */
const NO_PAGES =
  /\.csv$|file\.json$|^\/exports\/:id\/file$|\/rejects$|\/raw$|\/html$|\/sample$|\/upload$|\/drafts\/:draft\/text$|^\/(healthz|readyz|api)/;

/** Every page there is, by the table of permissions: so a new one cannot be forgotten here. */
const pages = tables
  .flatMap(({ rows }) => rows)
  .filter((row) => row.route.startsWith('GET ') && !NO_PAGES.test(row.route.slice(4)));

const WAYS = [
  {
    name: 'on a phone, in Hindi',
    viewport: { width: 360, height: 740 },
    locale: 'hi-IN',
    colorScheme: 'light' as const,
  },
  {
    name: 'on a laptop, in English, in the dark',
    viewport: { width: 1280, height: 900 },
    locale: 'en-IN',
    colorScheme: 'dark' as const,
  },
];

describe('every page', () => {
  let sampark: Sampark;
  let world: World;
  let chromium: Browser;
  let base: string;
  let contexts: BrowserContext[];
  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    sampark = await aSampark({ env: { PUBLIC_URL: base, PORT: String(port), HOST: '127.0.0.1' } });
    await sampark.app.listen(port, '127.0.0.1');
    world = await aWorld(sampark);
    // Something for the development mailbox to show.
    const newcomer = {
      name: 'Asha Verma',
      email: 'asha@example.org',
      role: 'team_member',
      territory: world.district.code,
    };
    expect((await sampark.as(world.users.district_convenor).post('/users', newcomer)).status).toBe(201);
    await sampark.drain();
    chromium = await aChromium();
    contexts = await Promise.all(WAYS.map((way) => chromium.newContext(way)));
  }, 120_000);
  afterAll(async () => {
    await chromium?.close();
    await sampark?.close();
  });

  it.each(pages)(
    '$route asks nobody but us for anything, breaks no rule of its policy, and has no fault that axe can find, in either language, in light and dark',
    async (row) => {
      const { path, cookie } = await address(row);
      // On a phone and on a laptop at once.
      const look = async (context: BrowserContext, index: number): Promise<void> => {
        await context.clearCookies();
        if (cookie) {
          const [name = '', value = ''] = cookie.split('=');
          await context.addCookies([{ name, value, url: base }]);
        }
        const page = await context.newPage();
        const said = complaintsOf(page);
        const asked = askedElsewhere(page, base);
        try {
          const answer = await page.goto(base + path);
          expect(answer!.status()).toBeLessThan(400);
          expect({ way: WAYS[index]!.name, said: [...said] }).toEqual({ way: WAYS[index]!.name, said: [] });
          expect({ way: WAYS[index]!.name, asked }).toEqual({ way: WAYS[index]!.name, asked: [] });
          expect(foreignIn(answer!.headers()['content-security-policy'])).toEqual([]);
          if (String(answer!.headers()['content-type']).startsWith('text/html'))
            expect({ way: WAYS[index]!.name, faults: await faultsOf(page) }).toEqual({
              way: WAYS[index]!.name,
              faults: [],
            });
        } finally {
          await page.close();
        }
      };
      await Promise.all(contexts.map(look));
    },
  );

  /** The page of a row with something on it, for somebody who may see it. */
  async function address(row: Row): Promise<{ path: string; cookie?: string }> {
    const open = typeof row.allowed === 'string';
    const role = (['district_convenor', ...ROLE_CODES] as const).find(
      (one) => open || (row.allowed as Record<string, unknown>)[one] !== undefined,
    )!;
    const at = territoryAt(world, role, 'own')!;
    const as = world.users[role];
    const mail = { params: { name: sampark.get(Mailbox).list()[0]! } };
    const made = row.thing === 'no mail' ? mail : row.thing ? await things[row.thing]!(world, at, as) : {};
    const sent = row.send?.(made, { world, at, as });
    const query = sent ? `?${new URLSearchParams(sent as Record<string, string>).toString()}` : '';
    return {
      path: pathOf(row, row.route.slice(4), made) + query,
      cookie: row.allowed === 'anyone' ? undefined : as.cookie,
    };
  }
});

/** What the browser complains of while the page loads: a script or sheet that its policy stops, a script that fails. */
function complaintsOf(page: Page): string[] {
  const said: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error') said.push(line.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));
  return said;
}

/** What the page, or anything on it, asks of another origin while it loads: nothing (no fonts, counters, maps, pictures). */
function askedElsewhere(page: Page, base: string): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !/^(data|about|blob):/.test(url)) asked.push(url);
  });
  return asked;
}

/** Sources of a policy on content that are not ourselves, nor what the page itself holds. */
function foreignIn(policy: string | undefined): string[] {
  if (!policy) return ['no policy'];
  const OURS = /^('self'|'none'|'script'|'unsafe-inline'|'nonce-[\w+/=-]+'|data:|allow-[\w-]+)$/;
  return policy
    .split(';')
    .flatMap((directive) =>
      directive
        .trim()
        .split(/\s+/)
        .slice(1)
        .map((source) => [directive.trim(), source] as const),
    )
    .filter(([, source]) => !OURS.test(source))
    .map(([directive]) => directive);
}

async function faultsOf(page: Page): Promise<string[]> {
  const faults = (await violationsOn(page)).map(({ rule, where }) => `${rule}: ${where[0]}`);
  if (await overflows(page)) faults.push('wider than the screen');
  return faults;
}
