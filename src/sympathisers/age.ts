import { asciiDigits } from '../platform/formats/digits.js';

/** An age as far as it is known: the year of birth, give or take one, and whether that means a minor. */
export type ParsedAge =
  | { birthYear: number; minor: boolean; problem?: undefined }
  | { birthYear?: undefined; minor: boolean; problem: 'implausible_age' | 'implausible_birth_year' };

const ADULT = 18; // T29; DPDP Act 2023, section 2(f): a child is under eighteen
const OLDEST = 115;
const MINOR_WORDS = /^(?:minor|child|under\s*-?\s*18|below\s*18|<\s*18|नाबालिग|अवयस्क|बच्चा|बच्ची|nabalig)$/iu;
const UNITS =
  /^(?:age|आयु|उम्र)?[\s:.]*(\d{1,3})(?:\.\d+)?\s*(?:\+|years?|yrs?\.?|y|वर्ष|साल|saal|sal|varsh)?\s*(?:old)?$/iu;

/** An age in full years as told on the given day. A birth year in the age column is understood, too. */
export function parseAge(text: string, today: Date): ParsedAge {
  const said = clean(text);
  if (MINOR_WORDS.test(said)) return { minor: true, problem: 'implausible_age' };
  if (/^(19|20)\d\d$/.test(said) || dateIn(said)) return parseBirthYear(said, today);
  const match = UNITS.exec(said);
  const age = match ? Number(match[1]) : NaN;
  if (!(age >= 1 && age <= OLDEST)) return { minor: false, problem: 'implausible_age' };
  return { birthYear: today.getUTCFullYear() - age, minor: age < ADULT };
}

/**
 * A year or date of birth. With a year alone somebody counts as a minor if they can't have turned eighteen yet; with a
 * date to the day.
 */
export function parseBirthYear(text: string, today: Date): ParsedAge {
  const said = clean(text);
  const date = dateIn(said);
  const year = date?.year ?? (/^\d{4}$/.test(said) ? Number(said) : NaN);
  const now = today.getUTCFullYear();
  if (!(year >= now - OLDEST && year <= now)) return { minor: false, problem: 'implausible_birth_year' };
  if (!date) return { birthYear: year, minor: now - year < ADULT };
  const month = today.getUTCMonth() + 1;
  const hadBirthday = month > date.month || (month === date.month && today.getUTCDate() >= date.day);
  return { birthYear: year, minor: now - year - (hadBirthday ? 0 : 1) < ADULT };
}

function clean(text: string): string {
  return asciiDigits(text.normalize('NFC')).trim();
}

/** ISO, or day first as India writes it. */
function dateIn(text: string): { year: number; month: number; day: number } | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text);
  const indian = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  const [year, month, day] = iso ? iso.slice(1).map(Number) : indian ? indian.slice(1).reverse().map(Number) : [];
  if (!year || !month || !day || month > 12 || day > 31) return null;
  return { year, month, day };
}
