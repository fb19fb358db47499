import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { fromRoot } from '../src/platform/config/paths.js';

const PAGE = readFileSync(fromRoot('docs', 'privacy.md'), 'utf8');

/** Each test that the page names: its file, and its name as it stands there. */
const NAMED = [...PAGE.matchAll(/`([\w./-]+\.spec\.ts)`: "([^"]+)"/g)].map(([, file, name]) => ({
  file: file!,
  name: name!,
}));
const ROWS = PAGE.split('\n').filter((line) => /^\| (?!duty|-)/.test(line));

/** The names of the tests of a file, as they are written: a text before a function, in a call of `it` or of what `each` made. */
function testsIn(file: string): string[] {
  const source = readFileSync(fromRoot(file), 'utf8');
  return [...source.matchAll(/(?:\bit|\))\(\s*(['"`])((?:\\.|(?!\1)[^\n\\])+)\1,\s*(?:async\s*)?\(/g)].map(
    ([, , name]) => name!.replace(/\\(['"`])/g, '$1'),
  );
}

describe('the page about the law', () => {
  it('names only tests that are there, by the names they have', () => {
    expect(NAMED.length).toBeGreaterThan(30);
    const gone = NAMED.filter(
      ({ file, name }) => !existsSync(fromRoot(file)) || !testsIn(file).some((one) => one === name),
    );
    expect(gone).toEqual([]);
  });

  it('has for each duty a source, a behaviour, and a test; or says that it is not met', () => {
    expect(ROWS.length).toBeGreaterThan(25);
    for (const row of ROWS) {
      const [, duty, source, behaviour, shown] =
        row.split(' | ').length >= 4 ? [null, ...row.replace(/^\| /, '').split(' | ')] : [];
      expect({ duty, source: /DPDP|Rules|GDPR/.test(source ?? '') }).toEqual({ duty, source: true });
      const proved = NAMED.some(({ name }) => shown?.includes(name));
      expect({ duty, held: proved || /not met/i.test(behaviour ?? '') }).toEqual({ duty, held: true });
    }
  });

  it('speaks of each article that was asked for', () => {
    for (const article of [5, 7, 9, 12, 13, 14, 15, 16, 17, 18, 20, 21, 25, 30, 32, 33, 34])
      expect({ article, there: ROWS.some((row) => new RegExp(`GDPR Art\\.[^|]*\\b${article}\\b`).test(row)) }).toEqual({
        article,
        there: true,
      });
  });
});
