/** The zeros of the decimal digits that offices type: Devanagari, Arabic-Indic, Urdu, full width. */
const ZEROS = [0x966, 0x660, 0x6f0, 0xff10];

/** The same text with every such digit as 0-9; everything else stays. */
export function asciiDigits(text: string): string {
  return text.replace(/[\u0966-\u096f\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, (digit) => {
    const code = digit.charCodeAt(0);
    return String(code - ZEROS.find((zero) => code >= zero && code < zero + 10)!);
  });
}
