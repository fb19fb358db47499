import { fromKrutiDev } from './kruti-dev.js';

/** Fonts that draw Devanagari in the places of Latin letters. Only of the first we know every letter. */
export type LegacyFont = 'krutidev' | 'chanakya' | 'shusha';

/** What stands in every list of people here, as Kruti Dev's letters come out. */
const WORDS = new Set(
  (
    'सिंह कुमार कुमारी देवी राम लाल यादव वर्मा शर्मा प्रसाद गुप्ता मिश्रा मिश्र पाल खान अली चन्द्र चंद्र सुनीता रमेश सुरेश ' +
    'राजेश महेश दिनेश अनिल सुनील सीता गीता आशा रानी मोहन सोहन राजू विजय अजय संजय मनोज विनोद अशोक राकेश मुकेश नाम पता ' +
    'मोबाइल जिला जनपद ग्राम पिता पति पुत्र श्री श्रीमती नगर लखनऊ आगरा मैनपुरी कानपुर मथुरा वाराणसी इलाहाबाद प्रयागराज ' +
    'मण्डल मंडल वार्ड तहसील विकास खण्ड नम्बर नंबर फोन उम्र आयु क्रमांक सदस्य का की सिद्दीकी अंसारी मौर्य पटेल तिवारी पाण्डेय'
  ).split(' '),
);
/** The commonest words as two other fonts store them: राम, कुमार, सिंह, देवी, यादव, नाम. */
const OTHERS: [LegacyFont, Set<string>][] = [
  ['chanakya', new Set(['ÚUæ×', '·¤é×æÚU', '·é¤×æÚU', 'çâ¢ãU', 'çâ´ã', 'çâ¢ã', 'Îðßè', 'ØæÎß', 'Ùæ×'])],
  ['shusha', new Set(['kumaar', 'isaMh', 'dovaI', 'yaadva', 'vamaa-', 'Samaa-'])],
];
/** Of the cells that hold letters, so many have a known word. */
const SHARE = 0.15;
const LEAST = 2;

/** Which font the cells of a column were typed for; null for plain text. */
export function legacyFontOf(cells: readonly string[]): LegacyFont | null {
  const texts = cells.filter((cell) => /[A-Za-z¡-ÿ]/.test(cell) && !/[\u0900-\u097f]/.test(cell));
  if (!texts.length) return null;
  const enough = Math.max(Math.min(LEAST, texts.length), SHARE * texts.length);
  for (const [font, known] of OTHERS) {
    const hits = texts.filter((text) => text.split(/[\s,]+/).some((word) => known.has(word)));
    if (hits.length >= enough) return font;
  }
  const hits = texts.filter((text) => isKrutiDev(text));
  return hits.length >= enough ? 'krutidev' : null;
}

/** Whether a header or a cell is one of the words everybody has, typed in Kruti Dev. */
function isKrutiDev(text: string): boolean {
  return fromKrutiDev(text.trim())
    .split(/\s+/)
    .some((word) => word.length > 2 && WORDS.has(word.normalize('NFC')));
}
