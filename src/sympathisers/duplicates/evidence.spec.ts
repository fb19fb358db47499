import { describe, expect, it } from '@jest/globals';
import { evidenceOf, type Common } from './evidence.js';
import { namesAlike } from './names-alike.js';

const common = (given: Partial<Common>): Common => ({
  names: ['रमेश वर्मा', 'Ramesh Verma'],
  birthYears: [null, null],
  phones: 0,
  emails: 0,
  sharedBy: 2,
  handles: 0,
  accounts: 0,
  bearers: null,
  near: false,
  ...given,
});

describe('two names', () => {
  it.each([
    ['रमेश वर्मा', 'Ramesh Verma', 'same'],
    ['श्री रमेश वर्मा जी', 'Rameshh Varma', 'same'],
    ['Ramkumar Yadav', 'राम कुमार यादव', 'similar'],
    ['Ramesh Verma', 'Ramesh Kumar Verma', 'similar'],
    ['Sunita', 'Sunita Verma', 'shorter'],
    ['Sunita Devi w/o Ramesh Verma', 'Sunita Devi', 'same'],
    ['सुनीता पत्नी रमेश', 'Ramesh', 'different'],
    ['Suresh Verma', 'Sureh Verma', 'similar'],
    ['Rani Verma', 'Rajni Verma', 'different'],
    ['Shiva', 'Shivam', 'different'],
    ['Ramesh Verma', 'Suresh Verma', 'different'],
    ['Neeta Verma', 'Aneeta Verma', 'different'],
    ['Asha', 'Usha', 'different'],
    ['Sunita', 'Anita', 'different'],
    ['Amit', 'Amita', 'different'],
    ['राम', 'रामा', 'different'],
    ['R. Verma', 'Verma', 'different'],
    ['श्रीमती रमेश वर्मा', 'श्री रमेश वर्मा', 'different'],
    ['', 'Ramesh', 'different'],
  ])('%s and %s: %s, whichever comes first', (a, b, expected) => {
    expect(namesAlike(a, b)).toBe(expected);
    expect(namesAlike(b, a)).toBe(expected);
  });
});

describe('two records', () => {
  it('are suggested for one phone and one name, in either script, and say why', () => {
    expect(evidenceOf(common({ phones: 1 }))).toEqual({ strength: 80, reasons: ['phone', 'name_same'] });
  });

  it('speak the more for it the more they have in common', () => {
    const one = evidenceOf(common({ phones: 1 }))!.strength;
    const two = evidenceOf(common({ phones: 1, emails: 1 }))!.strength;
    const all = evidenceOf(
      common({ phones: 1, emails: 1, accounts: 1, near: true, birthYears: [1980, 1980] }),
    )!.strength;
    expect(one).toBeLessThan(two);
    expect(two).toBeLessThan(all);
    expect(all).toBeLessThanOrEqual(99);
  });

  it('are a family where a phone is all they share, or a surname beside it (T23)', () => {
    expect(
      evidenceOf(common({ phones: 1, emails: 1, near: true, names: ['Ramesh Verma', 'Sunita Verma'] })),
    ).toBeNull();
  });

  it('are nobody for a name alone, however near (T22)', () => {
    expect(evidenceOf(common({ near: true }))).toBeNull();
    expect(evidenceOf(common({ near: true, bearers: 2 }))).toBeNull();
    expect(evidenceOf(common({ near: false, bearers: 2, birthYears: [1980, 1980] }))).toBeNull();
  });

  it('may be one where only two in the register are called so, both in one ward and of one year', () => {
    expect(evidenceOf(common({ near: true, bearers: 2, birthYears: [1980, 1981] }))!.reasons).toEqual(['rare_name', 'name_same', 'near', 'born']); // prettier-ignore
  });

  it('are two where a handle went to somebody of another name (T20), and one where the name agrees', () => {
    expect(evidenceOf(common({ handles: 1, names: ['Ramesh Verma', 'Imran Khan'] }))).toBeNull();
    expect(evidenceOf(common({ handles: 1 }))!.reasons).toContain('handle');
  });

  it("are one by the platform's own id, even under another name, unless born years apart", () => {
    const other = { accounts: 1, names: ['Ramesh Verma', 'Imran Khan'] as [string, string] };
    expect(evidenceOf(common(other))!.reasons).toEqual(['account']);
    expect(evidenceOf(common({ ...other, birthYears: [1960, 1990] }))).toBeNull();
  });

  it('at a number that an office wrote behind everybody, need the very name and a year or a place', () => {
    const office = { phones: 1, sharedBy: 40 };
    expect(evidenceOf(common(office))).toBeNull();
    expect(evidenceOf(common({ ...office, near: true, names: ['Sunita', 'Sunita Verma'] }))).toBeNull();
    expect(evidenceOf(common({ ...office, near: true }))).not.toBeNull();
  });

  it('born years apart are suggested late, and not at all where only half of the name agrees', () => {
    const apart = { phones: 1, birthYears: [1960, 1990] as [number, number] };
    expect(evidenceOf(common(apart))).toEqual({ strength: 50, reasons: ['phone', 'name_same', 'born_differs'] });
    expect(evidenceOf(common({ ...apart, names: ['Sunita', 'Sunita Verma'] }))).toBeNull();
  });
});
