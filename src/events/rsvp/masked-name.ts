const letters = new Intl.Segmenter('hi', { granularity: 'grapheme' });

/**
 * A name that says to its bearer that they are meant, and to others who it is not: `सुनीता वर्मा` gives `सु… व…`. The first
 * letter as it is written (with its vowel sign) of the first three words.
 */
export function maskedName(name: string): string {
  return name
    .trim()
    .split(/\s+/)
    .slice(0, 3)
    .map((word) => `${[...letters.segment(word)][0]?.segment ?? ''}…`)
    .join(' ');
}
