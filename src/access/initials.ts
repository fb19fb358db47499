const letters = new Intl.Segmenter('hi', { granularity: 'grapheme' });

/**
 * Up to two letters that stand for somebody on a small mark: the first of the first and of the last word. Letters are
 * what readers take for one (किरण gives कि), never half of one.
 */
export function initialsOf(name: string): string {
  const words = name
    .normalize('NFC')
    .split(/\s+/)
    .filter((word) => /^[\p{L}\p{M}]/u.test(word));
  const ends = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return ends.map((word) => firstLetter(word).toUpperCase()).join('');
}

function firstLetter(word: string): string {
  for (const { segment } of letters.segment(word)) return segment;
  return '';
}
