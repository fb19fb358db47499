import { fromKrutiDev, isLikeHindi, toKrutiDev } from './kruti-dev.js';

/** Fonts that draw Devanagari in the places of Latin letters. Only of the first we know every letter. */
export type LegacyFont = 'krutidev' | 'chanakya' | 'shusha';
/** What a column was typed for; `mixed`: some of its cells for Kruti Dev, others are what they look like. */
export type ColumnFont = LegacyFont | 'mixed';

/** What stands in every list of people here, as Kruti Dev's letters come out. */
const WORDS = (
  'सिंह कुमार कुमारी देवी राम लाल यादव वर्मा शर्मा प्रसाद गुप्ता मिश्रा मिश्र पाल खान अली चन्द्र चंद्र सुनीता रमेश सुरेश ' +
  'राजेश महेश दिनेश अनिल सुनील सीता गीता आशा रानी मोहन सोहन राजू विजय अजय संजय मनोज विनोद अशोक राकेश मुकेश नाम पता ' +
  'मोबाइल जिला जनपद ग्राम पिता पति पुत्र श्री श्रीमती नगर लखनऊ आगरा मैनपुरी कानपुर मथुरा वाराणसी इलाहाबाद प्रयागराज ' +
  'मण्डल मंडल वार्ड तहसील विकास खण्ड नम्बर नंबर फोन उम्र आयु क्रमांक सदस्य का की सिद्दीकी अंसारी मौर्य पटेल तिवारी पाण्डेय'
).split(' ');
const KNOWN = new Set(WORDS.map((word) => word.normalize('NFC')));
/**
 * The same as they are typed, with signs of their own for some pairs of consonants or without; those of three letters and
 * more: none of them is a word of Latin letters.
 */
const TYPED = new Set(
  WORDS.map((word) => toKrutiDev(word))
    .flatMap((typed) => [typed, typed.replace(/[çÁ]/gu, 'iz').replace(/æ/gu, 'nz')])
    .filter((typed) => typed.length > 2),
);
/** The commonest words as two other fonts store them: राम, कुमार, सिंह, देवी, यादव, नाम. */
const OTHERS: [LegacyFont, Set<string>][] = [
  ['chanakya', new Set(['ÚUæ×', '·¤é×æÚU', '·é¤×æÚU', 'çâ¢ãU', 'çâ´ã', 'çâ¢ã', 'Îðßè', 'ØæÎß', 'Ùæ×'])],
  ['shusha', new Set(['kumaar', 'isaMh', 'dovaI', 'yaadva', 'vamaa-', 'Samaa-'])],
];
/** Of the cells that hold letters, so many have a known word of a font that we can't read. */
const SHARE = 0.15;
const LEAST = 2;
/** So many cells of a column typed in Kruti Dev may be what they look like: they slipped in. */
const PLAIN = 0.1;

/**
 * Which font the cells of a column were typed for; null for plain text. A column is Kruti Dev's as a whole only where next to
 * nothing in it is plain: its letters, read so, would make gibberish of everybody else's names.
 */
export function legacyFontOf(cells: readonly string[]): ColumnFont | null {
  const texts = cells.filter((cell) => /[A-Za-z¡-ÿ]/.test(cell) && !/[\u0900-\u097f]/.test(cell));
  if (!texts.length) return null;
  const least = Math.min(LEAST, texts.length);
  for (const [font, known] of OTHERS) {
    const hits = texts.filter((text) => text.split(/[\s,]+/).some((word) => known.has(word)));
    if (hits.length >= Math.max(least, SHARE * texts.length)) return font;
  }
  const kinds = texts.map(kindOf);
  if (kinds.filter((kind) => kind === 'typed').length < least) return null;
  return kinds.filter((kind) => kind === 'plain').length <= PLAIN * texts.length ? 'krutidev' : 'mixed';
}

/** `typed`: has one of the words that everybody has; `plain`: read in Kruti Dev one of its words would be none of Hindi. */
export type CellKind = 'typed' | 'plain' | 'unsure';

export function kindOf(cell: string): CellKind {
  const words = cell.trim().split(/\s+/);
  const read = words.map(fromKrutiDev);
  if (read.some((word) => word.length > 2 && KNOWN.has(word))) return 'typed';
  return words.some((word, i) => /[A-Za-z]{2}/.test(word) && !isLikeHindi(read[i]!)) ? 'plain' : 'unsure';
}

/** Whether it is `typed`, for a million cells: a look at each word as it stands. */
export function hasTypedWord(cell: string): boolean {
  for (let at = 0; at < cell.length;) {
    const space = cell.indexOf(' ', at);
    const end = space < 0 ? cell.length : space;
    if (end - at > 2 && TYPED.has(cell.slice(at, end))) return true;
    at = end + 1;
  }
  return false;
}
