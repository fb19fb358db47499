import type { FieldProblem, MarkedPiece } from '../errors.js';
import { isExcusable, scan, type Finding, type Kind } from './scan.js';

/** Words were found; whoever wrote them may say that they are not about the person. */
export const EXCUSABLE = 'free_text.words';
const NEVER = 'free_text.numbers';

/** Each kind that was found, once. */
export const kindsOf = (found: Finding[]): Kind[] => [...new Set(found.map(({ kind }) => kind))];

/** What to say of a text that must be put otherwise: why, and where in it. */
export function freeTextProblem(field: string, text: string): FieldProblem {
  const found = scan(text);
  return {
    field,
    key: found.every(({ kind }) => isExcusable(kind)) ? EXCUSABLE : NEVER,
    marked: marked(text, found),
  };
}

function marked(text: string, found: Finding[]): MarkedPiece[] {
  const pieces: MarkedPiece[] = [];
  let at = 0;
  for (const { from, to, kind } of found) {
    if (from > at) pieces.push({ text: text.slice(at, from) });
    pieces.push({ text: text.slice(from, to), kind });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}
