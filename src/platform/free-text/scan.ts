import { folded } from './folded.js';
import { anyOf } from './phrases.js';
import { numbersIn, secretsIn, type Hit } from './numbers.js';
import { AGE_PHRASES } from './words-of-age.js';
import { CASTE_PHRASES } from './words-of-caste.js';
import { HEALTH_PHRASES } from './words-of-health.js';
import { RELIGION_PHRASES } from './words-of-religion.js';

/** What must not be kept of anybody in a free text. */
export const KINDS = ['caste', 'religion', 'health', 'id_number', 'bank', 'password', 'minor'] as const;
export type Kind = (typeof KINDS)[number];

/** Words can be about something else than a person, and whoever wrote them may say so. A number can't. */
const ABOUT_PEOPLE: ReadonlySet<Kind> = new Set(['caste', 'religion', 'health', 'minor']);
export const isExcusable = (kind: Kind): boolean => ABOUT_PEOPLE.has(kind);

/** A place in a text: from, to (exclusive), and the words that stand there. */
export interface Finding {
  kind: Kind;
  from: number;
  to: number;
  words: string;
}

const PHRASES: [Kind, RegExp][] = [
  ['caste', anyOf(CASTE_PHRASES)],
  ['religion', anyOf(RELIGION_PHRASES)],
  ['health', anyOf(HEALTH_PHRASES)],
  ['minor', anyOf(AGE_PHRASES)],
];

/**
 * Looks through a text in Hindi, English or both for caste, religion, health, numbers of identity papers and banks,
 * passwords, and that somebody is under eighteen. It goes by words and check digits alone, and knows nobody: what it finds is asked about, not judged.
 * @param text NFC
 * @returns what it found, in the order of the text, none overlapping another
 */
export function scan(text: string): Finding[] {
  const { text: plain, at } = folded(text);
  const hits: Hit[] = [...secretsIn(plain), ...numbersIn(plain)];
  for (const [kind, phrases] of PHRASES)
    for (const match of plain.matchAll(phrases)) hits.push([kind, match.index, match.index + match[0].length]);
  hits.sort((a, b) => a[1] - b[1] || b[2] - a[2]);
  const found: Finding[] = [];
  let end = 0;
  for (const [kind, from, to] of hits) {
    if (from < end || from === to) continue;
    end = to;
    found.push({ kind, from: at[from]!, to: at[to]!, words: text.slice(at[from], at[to]).trim() });
  }
  return found;
}
