import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { fromRoot } from '../src/platform/config/paths.js';
import { Words } from '../src/platform/i18n/words.js';

const words = new Words();

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

describe('the words of the interface', () => {
  it('are complete in both languages', () => {
    expect(words.keys('hi')).toEqual(words.keys('en'));
  });

  it('take the same values in both languages', () => {
    const different: string[] = [];
    for (const key of words.keys('en')) {
      const [en, hi] = (['en', 'hi'] as const).map((locale) =>
        [...argumentsOf(parse(words.text(locale, key)))].sort().join(),
      );
      if (en !== hi) different.push(`${key}: ${en} / ${hi}`);
    }
    expect(different).toEqual([]);
  });

  it('are there for every key that a template or the code names', () => {
    const named = new Set<string>();
    for (const file of filesBelow(fromRoot('templates'), '.hbs'))
      for (const [, key] of readFileSync(file, 'utf8').matchAll(/\(?\bt '([\w.]+)'/g)) named.add(key!);
    const missing = [...named].filter((key) => !words.has(key));
    expect(missing).toEqual([]);
  });

  it('tell every action that the audit trail can hold, and the group it stands in', () => {
    const actions = new Set<string>();
    for (const file of filesBelow(fromRoot('src'), '.ts').filter((name) => !name.endsWith('.spec.ts')))
      for (const [, action] of readFileSync(file, 'utf8').matchAll(
        /\.(?:audit|shown|follow|note)\(\s*(?:tx, [\w[\]]+, )?'([\w.]+)'/g,
      ))
        actions.add(action!);
    expect(actions.size).toBeGreaterThan(60);
    const missing = [...actions].flatMap((action) =>
      [`audit.action.${action}`, `audit.group.${action.split('.')[0]}`].filter((key) => !words.has(key)),
    );
    expect(missing).toEqual([]);
  });

  it('are Hindi in Hindi: no text was left as it stands in English', () => {
    const left = words.keys('en').filter((key) => {
      const text = words.text('hi', key);
      // Names of products and languages, e.g. WhatsApp, CSV, {n}.
      return (
        text === words.text('en', key) &&
        /[a-z]{4,}/i.test(text.replace(/\{[^}]*\}/g, '')) &&
        !/^(platform|frame\.language)\./.test(key)
      );
    });
    expect(left).toEqual([]);
  });
});

function argumentsOf(elements: MessageFormatElement[]): Set<string> {
  const found = new Set<string>();
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    found.add(element.value);
    if (element.type === TYPE.plural || element.type === TYPE.select)
      for (const option of Object.values(element.options))
        for (const name of argumentsOf(option.value)) found.add(name);
  }
  return found;
}
