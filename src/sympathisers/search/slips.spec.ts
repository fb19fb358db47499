import { describe, expect, it } from '@jest/globals';
import { nameKey } from '../name-key.js';
import { slipsOf } from './slips.js';

describe('slipsOf', () => {
  it.each([
    ['a letter missing', 'Chaturvedi', 'Chatuvedi'],
    ['a letter added', 'Suresh', 'Surmesh'],
    ['another letter', 'Kailash', 'Kaimash'],
    ['neighbours swapped', 'Dharmpal', 'Dhrampla'],
    ['the last vowel', 'Harsh', 'Harsha'],
    ['the first letter', 'Sunita', 'unita'],
  ])('has %s', (_, name, typed) => {
    const [held = '', asked = ''] = [nameKey(name), nameKey(typed)];
    expect(held === asked || slipsOf(asked).includes(held)).toBe(true);
  });

  it('never has the key itself, nor one twice, and stays small', () => {
    for (const key of ['rm', 'rmis', 'ctrvidi', 'srivastv']) {
      const slips = slipsOf(key);
      expect(slips).not.toContain(key);
      expect(new Set(slips).size).toBe(slips.length);
      expect(slips.length).toBeLessThan(40 * (key.length + 1));
    }
  });

  it('has none for other scripts, for a single letter and for what is no word any more', () => {
    expect(['ரமேஷ', 'r', '', 'a'.repeat(21)].map(slipsOf)).toEqual([[], [], [], []]);
  });
});
