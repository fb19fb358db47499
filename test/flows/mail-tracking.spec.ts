import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fromRoot } from '../../src/platform/config/paths.js';
import { Words } from '../../src/platform/i18n/words.js';
import { Mailer } from '../../src/platform/mail/mailer.service.js';
import { sampleModel } from '../support/sample-model.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const BASE = 'https://sampark.example.org';
const LETTERS = readdirSync(fromRoot('templates', 'emails'));
const PARTS = ['subject', 'html', 'text'];

let sampark: Sampark;
beforeAll(async () => {
  sampark = await aSampark({ env: { PUBLIC_URL: BASE } });
});
afterAll(() => sampark?.close());

/** The letter with something for everything that it speaks of, as it would go out. */
function rendered(template: string, locale: 'hi' | 'en') {
  const files = PARTS.map((part) => `emails/${template}/${part}`);
  const model = sampleModel(files, { base: BASE, keys: sampark.get(Words).keys('en'), marked: 'sample-link' });
  return sampark.get(Mailer).preview({
    template,
    locale,
    model,
    to: { name: 'Asha Verma', address: 'asha@example.org' },
    messageId: '<sample@sampark.example.org>',
  });
}

/** Every address that a mail program would open by itself or on a tap, with the attribute or property that names it. */
function addressesIn(html: string): { by: string; address: string }[] {
  const attributes = [...html.matchAll(/\b(href|src|srcset|background|poster|action|cite|data|longdesc|formaction|xlink:href)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi)].map(([, by, value]) => ({ by: by!.toLowerCase(), address: value!.replace(/^["']|["']$/g, '') })); // prettier-ignore
  const styles = [...html.matchAll(/url\(([^)]*)\)|@import\s+([^;]+)/gi)].map(([, url, sheet]) => ({ by: 'style', address: url ?? sheet! })); // prettier-ignore
  return [...attributes, ...styles];
}

describe.each(LETTERS)('the letter %s', (template) => {
  it.each(['hi', 'en'] as const)(
    'fetches nothing when it is opened, and sends its reader nowhere but to us (%s)',
    (locale) => {
      const { subject, html, text } = rendered(template, locale);
      expect(subject).not.toBe('');
      expect(html).not.toMatch(/<(img|script|link|iframe|object|embed|video|audio|picture|source|form|input|base)\b/i);
      expect(html).not.toMatch(/http-equiv\s*=\s*["']?refresh/i);
      for (const { by, address } of addressesIn(html)) {
        expect({ by, address }).toEqual({ by: 'href', address: expect.stringMatching(/^(https:\/\/sampark\.example\.org\/|mailto:|tel:)/) }); // prettier-ignore
        // Straight to the page itself: no address of another in it, and nothing that tells one reader's tap from another's.
        expect(address).not.toMatch(
          /[?&](utm_\w+|url|u|redirect|next|r|click|open|track\w*|e?mail)=|https?:.*https?[:%]/i,
        );
      }
      const others = [...`${subject} ${text}`.matchAll(/https?:\/\/\S+/g)].map(([address]) => address);
      expect(others.filter((address) => !address.startsWith(`${BASE}/`))).toEqual([]);
    },
  );

  it('takes every address from the program, and names none by itself', () => {
    for (const part of PARTS) {
      const source = readFileSync(fromRoot('templates', 'emails', template, `${part}.hbs`), 'utf8');
      expect(source.match(/https?:\/\/[^\s"'<{]+/g) ?? []).toEqual([]);
    }
  });
});

it('would find what it looks for', () => {
  const bad =
    '<img src="https://x.example/p.gif"><a href=\'https://x.example/c?url=y\'>a</a><p style="background:url(https://x.example/b)">';
  expect(addressesIn(bad).map(({ by }) => by)).toEqual(['src', 'href', 'style']);
});

it('asks for no receipt, and hands nobody on: the headers', async () => {
  const { aUser } = await import('../factories/users.js');
  const admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  await sampark
    .as(admin)
    .post('/users', { name: 'New One', email: 'new@example.org', role: 'team_member', territory: 'agra' });
  await sampark.drain();
  const [mail] = await sampark.mails();
  const names = mail!.headerLines.map(({ key }) => key);
  for (const tracking of [
    'disposition-notification-to',
    'return-receipt-to',
    'x-confirm-reading-to',
    'x-mailer',
    'x-campaign',
  ])
    expect(names).not.toContain(tracking);
});
