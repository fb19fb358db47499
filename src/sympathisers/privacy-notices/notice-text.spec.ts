import { describe, expect, it } from '@jest/globals';
import { emptyNotice, missingIn, NOTICE_PARTS } from './notice-text.js';

const item = { data: 'Name', why: 'To know', keep: 'A year', seen: 'The team' };
const whole = { title: 'a', say: 'b', items: [item], responsible: 'c', rights: 'd', complaint: 'e' };

describe('a notice in one language', () => {
  it('is complete with every part, and every line of what we keep', () => {
    expect(missingIn(whole)).toEqual([]);
  });

  it('lacks everything where there is none, or an empty one', () => {
    expect([missingIn(null), missingIn(emptyNotice())]).toEqual([[...NOTICE_PARTS], [...NOTICE_PARTS]]);
  });

  it.each(['title', 'say', 'responsible', 'rights', 'complaint'] as const)('lacks its %s where that is blank', (part) =>
    expect(missingIn({ ...whole, [part]: '' })).toEqual([part]),
  );

  it.each(['data', 'why', 'keep', 'seen'] as const)('lacks what we keep where a line has no %s', (column) =>
    expect(missingIn({ ...whole, items: [item, { ...item, [column]: '' }] })).toEqual(['items']),
  );
});
