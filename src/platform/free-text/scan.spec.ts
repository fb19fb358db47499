import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fromRoot } from '../config/paths.js';
import { freeTextProblem } from './free-text-problem.js';
import { scan } from './scan.js';
import { hasLuhnDigit, hasVerhoeffDigit } from './verhoeff.js';

interface Sentence {
  half: 'tune' | 'measure';
  kind: string;
  text: string;
}

/** Sentences as people in the field write them; `-`: harmless. The rules were written by the first half alone. */
const SENTENCES: Sentence[] = readFileSync(fromRoot('test', 'fixtures', 'free-text.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [half, kind, text] = line.split('\t') as [Sentence['half'], string, string];
    return { half, kind, text: text.normalize('NFC') };
  });

function figures(half: Sentence['half']) {
  const count = { right: 0, wrong: 0, missed: 0, left: 0, otherKind: 0 };
  for (const { kind, text } of SENTENCES.filter((one) => one.half === half)) {
    const found = scan(text);
    if (kind === '-') count[found.length ? 'wrong' : 'left'] += 1;
    else {
      count[found.length ? 'right' : 'missed'] += 1;
      if (found.length && !found.some((one) => one.kind === kind)) count.otherKind += 1;
    }
  }
  const precision = count.right / (count.right + count.wrong);
  const recall = count.right / (count.right + count.missed);
  return { ...count, precision, recall };
}

describe('what is found in sentences that the rules were not written by', () => {
  it('is what must not be kept, in at least 95 of 100, and at least 85 of 100 of it', () => {
    expect(SENTENCES.length).toBeGreaterThanOrEqual(150);
    const measured = figures('measure');
    process.stdout.write(`free texts: ${JSON.stringify({ tune: figures('tune'), measure: measured })}\n`);
    expect(measured.right + measured.missed).toBeGreaterThan(50);
    expect(measured.left + measured.wrong).toBeGreaterThan(50);
    expect(measured.precision).toBeGreaterThanOrEqual(0.95);
    expect(measured.recall).toBeGreaterThanOrEqual(0.85);
    expect(measured.otherKind).toBeLessThanOrEqual(2);
  });
});

describe('a name', () => {
  it.each([
    'Suresh Yadav', 'रमेश यादव जी से बात हुई', 'Imran Khan', 'Pandit ji ne kaha', 'ठाकुर साहब', 'Rakesh Jain', 'Ms Christian', 'Mohan Jatav ward 4 se',
    'Brahm Prakash', 'OBC morcha', 'अनुसूचित जाति मोर्चा के अध्यक्ष', 'Hindu College', 'health department scheme', 'स्वास्थ्य विभाग की योजना', 'Hindi',
  ])('is left alone where it stands as one: %s', (text) => expect(scan(text)).toEqual([])); // prettier-ignore
});

describe('a number', () => {
  it('of twelve digits is an Aadhaar by its check digit, or by its name; a phone with its country is none', () => {
    const kinds = (text: string) => scan(text).map(({ kind }) => kind);
    expect(kinds('4991 1866 5246')).toEqual(['id_number']);
    expect(kinds('४९९१ १८६६ ५२४६')).toEqual(['id_number']);
    expect(kinds('4991 1866 5247')).toEqual([]);
    expect(kinds('aadhaar 4991 1866 5247')).toEqual(['id_number']);
    for (const phone of ['919876543210', '+91 98765 43210', '9876543210', '0522 2234567'])
      expect(kinds(phone)).toEqual([]);
  });

  it('is checked by its last digit', () => {
    // J. Verhoeff's own example is 236 with the check digit 3; the usual test number of payment cards is Luhn's.
    expect([hasVerhoeffDigit('2363'), hasVerhoeffDigit('2364'), hasVerhoeffDigit('2633')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([hasLuhnDigit('4539148803436467'), hasLuhnDigit('4539148803436468')]).toEqual([true, false]);
  });
});

it('marks what it found in the text as it was written, vowel signs and all', () => {
  const text = 'ये तो यादव बिरादरी के हैं, पैन ABCPK1234F'.normalize('NFC');
  const { key, marked } = freeTextProblem('note', text);
  expect(marked!.map((piece) => piece.text).join('')).toBe(text);
  expect(marked!.filter(({ kind }) => kind)).toEqual([
    { text: 'यादव बिरादरी', kind: 'caste' },
    { text: 'ABCPK1234F', kind: 'id_number' },
  ]);
  expect(key).toBe('free_text.numbers');
});
