import { describe, expect, it } from '@jest/globals';
import { LEVELS, levelOf, mayBeUnder, ROOT_LEVEL } from './levels.js';

describe('levels', () => {
  it.each([
    ['region', 'state'],
    ['district', 'region'],
    ['mandal', 'district'],
    ['local_body', 'district'],
    ['ward', 'local_body'],
    ['ward', 'mandal'],
  ])('puts a %s below a %s', (level, parent) => expect(mayBeUnder(level, parent)).toBe(true));

  it('lets mandal and local body lie inside each other', () => {
    expect(mayBeUnder('mandal', 'local_body')).toBe(true);
    expect(mayBeUnder('local_body', 'mandal')).toBe(true);
  });

  it('lets levels be skipped downwards', () => {
    expect(mayBeUnder('local_body', 'region')).toBe(true);
    expect(mayBeUnder('district', 'state')).toBe(true);
    expect(mayBeUnder('ward', 'district')).toBe(true);
  });

  it('never puts a level below itself, below a finer one, or anything below a ward', () => {
    for (const { code } of LEVELS) {
      expect(mayBeUnder(code, code)).toBe(false);
      expect(mayBeUnder(code, 'ward')).toBe(false);
      expect(mayBeUnder(ROOT_LEVEL, code)).toBe(false);
    }
    expect(mayBeUnder('region', 'district')).toBe(false);
    expect(mayBeUnder('district', 'mandal')).toBe(false);
  });

  it('refuses a level it does not know', () => {
    expect(mayBeUnder('village', 'district')).toBe(false);
    expect(mayBeUnder('ward', 'village')).toBe(false);
    expect(levelOf('village')).toBeUndefined();
  });

  it('names only levels that exist as parents', () => {
    for (const parent of LEVELS.flatMap((level) => level.parents)) expect(levelOf(parent)).toBeDefined();
  });
});
