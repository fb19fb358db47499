import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fromRoot } from '../src/platform/config/paths.js';

/** To users of the program. Every other letter goes to somebody in the register. */
const TO_USERS = [
  'audit-head',
  'audit-notice',
  'breach-clock',
  'password-changed',
  'password-reset',
  'requests-due',
  'retention-team',
  'second-factor',
  'user-invitation',
];

/** What somebody has just asked for by themselves; nothing more comes of it, so there is nothing to stop. */
const ASKED_FOR = ['join-confirmation', 'request-answer'];

const letters = readdirSync(fromRoot('templates', 'emails')).filter((name) => !TO_USERS.includes(name));
const partials = fromRoot('templates', 'partials');
const part = (letter: string, name: string): string =>
  readFileSync(fromRoot('templates', 'emails', letter, `${name}.hbs`), 'utf8').replace(
    /\{\{> ([\w-]+)[^}]*\}\}/g,
    (_, partial: string) => readFileSync(`${partials}/${partial}.hbs`, 'utf8'),
  );

describe('every mail to a sympathiser', () => {
  it.each(letters)('%s answers “why do you have me?” and leads out, in its HTML and in its text', (letter) => {
    for (const name of ['html', 'text']) {
      const text = part(letter, name);
      expect([name, text.includes('{{whyUrl}}')]).toEqual([name, true]);
      if (ASKED_FOR.includes(letter)) continue;
      expect([name, /\{\{(unsubscribeUrl|stopUrl)\}\}/.test(text)]).toEqual([name, true]);
    }
  });

  it('is one of those that are there: new kinds of letters are found by themselves', () => {
    expect(letters).toEqual(
      expect.arrayContaining(['invitation', 'event-change', 'event-cancellation', 'own-data', 'own-data-mail']),
    );
    expect(TO_USERS.filter((name) => !readdirSync(fromRoot('templates', 'emails')).includes(name))).toEqual([]);
  });
});
