import { asciiDigits } from '../formats/digits.js';

/** A text in the form that is compared, and where each of its characters stood. */
export interface Folded {
  text: string;
  /** Index in the text as written, for each character; one more for the end. */
  at: number[];
}

/** Signs that people leave out or put in as they like: nukta, and what joins or parts letters without being seen. */
const DROPPED = /[\u093c\u200b-\u200d\u2060\ufeff\u00ad]/;

/**
 * Lower case, digits of one kind, candrabindu as anusvara, without nukta: two spellings of a word become one. The text must be
 * NFC; its letters stay one for one, so that what is found can be marked in the text as written.
 */
export function folded(text: string): Folded {
  let out = '';
  const at: number[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i]!;
    if (DROPPED.test(letter)) continue;
    const lower = letter === '\u0901' ? '\u0902' : asciiDigits(letter).toLowerCase();
    out += lower.length === 1 ? lower : letter;
    at.push(i);
  }
  at.push(text.length);
  return { text: out, at };
}

/** A pattern written in plain spelling, for folded texts. */
export const asSpelled = (pattern: string): string =>
  pattern
    .normalize('NFC')
    .replaceAll(/[\u093c\u200b-\u200d]/g, '')
    .replaceAll('\u0901', '\u0902');
