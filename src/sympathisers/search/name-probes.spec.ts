import { describe, expect, it } from '@jest/globals';
import { nameKey } from '../name-key.js';
import { probesOf, scopedQuery } from './name-probes.js';

describe('what the indexes are asked for a name', () => {
  it.each([
    ['in another order', 'Yadav Ram Kumar', 'Ram Kumar Yadav'],
    ['with a word less', 'Ram Kumar Yadav', 'Ram Yadav'],
    ['joined', 'Shiv Kumar', 'Shivkumar'],
    ['taken apart', 'Jaiprakash Verma', 'Jai Prakash Verma'],
    ['taken apart in Devanagari', 'रामकुमार', 'राम कुमार'],
    ['without what is said to somebody', 'Rameshji Patel', 'Ramesh Patel'],
    ['without what is said to somebody in Devanagari', 'रमेशभाई', 'रमेश'],
  ])('has the full key %s', (_, typed, held) => {
    expect(probesOf(typed)!.forms).toContain(nameKey(held));
  });

  it.each([
    ['Ra', 'Ram'],
    ['Ra', 'Rakesh'],
    ['Ramesh Ya', 'Ramesh Yadav'],
    ['Dev', 'Devendra'],
    ['Dev', 'Dev'],
    ['Yadav', 'Yadavendra'],
    ['सु', 'सुनीता'],
    ['देव', 'देवेंद्र'],
  ])('knows that %s may be the beginning of %s', (typed, held) => {
    expect(probesOf(typed)!.begins.some((begins) => nameKey(held).startsWith(begins))).toBe(true);
  });

  it('is nothing without a letter, and bounded whatever is typed', () => {
    expect(probesOf(' - ')).toBeNull();
    const { forms, slips, every } = probesOf('Abhimanyupratapnarayan '.repeat(40))!;
    expect(forms.length + slips().length).toBeLessThan(8_000);
    expect(every.length).toBeLessThan(20_000);
  });

  it('puts the place before each word, as the index has it', () => {
    expect(scopedQuery(`('@rm' | '@r.') & '@srma':*`, '0001')).toBe(`('rm' | 'r.') & 'srma':*`);
    expect(scopedQuery(`'@rm'`, '00010002')).toBe(`'00010002/rm'`);
    expect(scopedQuery(`'@rm'`, '0001000200030004')).toBe(`'000100020003/rm'`);
  });
});
