import { describe, expect, it } from '@jest/globals';
import { copyBytes, copyLine } from './copy-text.js';

describe('copyLine', () => {
  it('tells nothing from an empty text, and keeps what would end a value or a row', () => {
    expect(copyLine([null, '', 'a\tb\nc\rd\\e', 7, true, undefined])).toBe('\\N\t\ta\\tb\\nc\\rd\\\\e\t7\tt\t\\N\n');
  });

  it('does not let a value look like the end of the data', () => {
    expect(copyLine(['\\.'])).toBe('\\\\.\n');
  });

  it('writes bytes as an array of them', () => {
    expect(copyLine([copyBytes(['01ff'])])).toBe(String.raw`{"\\\\x01ff"}` + '\n');
  });
});
