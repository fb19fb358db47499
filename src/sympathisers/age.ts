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
  if (/^(19|20)\d\d$/.test(said) || dateIn(said, today)) return parseBirthYear(said, today);
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
  const date = dateIn(said, today);
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

/** Months as spreadsheets and people write them, by their first letters, nukta left out. */
const MONTHS = [
  /^(?:jan|जन)/u, /^(?:feb|फर)/u, /^(?:mar|मार्च)/u, /^(?:apr|अप्रैल|अप्रेल)/u, /^(?:may|मई)/u, /^(?:jun|जून)/u,
  /^(?:jul|जुल)/u, /^(?:aug|अग)/u, /^(?:sep|सित)/u, /^(?:oct|अक्)/u, /^(?:nov|नव)/u, /^(?:dec|दिस)/u,
]; // prettier-ignore
const DAY_MS = 86_400_000;

interface Day {
  year: number;
  month: number;
  day: number;
}

/**
 * ISO; day first as India writes it; with the month's name, as spreadsheets save it ("15-Aug-90"); or the number of the day
 * that a spreadsheet counts from 1900 where its cell lost the form of a date. A year of two digits is the last one that was.
 */
function dateIn(text: string, today: Date): Day | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text);
  if (iso) return dayOf(iso[1]!, iso[2]!, iso[3]!, today);
  if (/^\d{5}$/.test(text)) return serial(Number(text));
  const parts = /^(\d{1,2})(?:st|nd|rd|th)?[-/., ]+([\p{L}\p{M}.]+|\d{1,2})[-/., ]+(\d{4}|\d{2})$/iu.exec(text);
  const american = /^([\p{L}\p{M}.]+)[-/., ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})$/iu.exec(text);
  const [day, month, year] = parts ? parts.slice(1) : american ? [american[2], american[1], american[3]] : [];
  if (!day || !month || !year) return null;
  const named = monthOf(month);
  // Month first, as an American spreadsheet saves it, where it can't be otherwise.
  if (!named && Number(month) > 12) return dayOf(year, day, month, today);
  return dayOf(year, named ? String(named) : month, day, today);
}

function monthOf(word: string): number {
  const plain = word.toLowerCase().replace(/\u093c/gu, '');
  return MONTHS.findIndex((month) => month.test(plain)) + 1;
}

function dayOf(year: string, month: string, day: string, today: Date): Day | null {
  const found = { year: year.length === 2 ? lastYearOf(Number(year), today) : Number(year), month: Number(month), day: Number(day) }; // prettier-ignore
  return found.year && found.month && found.day && found.month <= 12 && found.day <= 31 ? found : null;
}

function lastYearOf(two: number, today: Date): number {
  const now = today.getUTCFullYear();
  const year = now - (now % 100) + two;
  return year > now ? year - 100 : year;
}

/** Days since 1900 as Excel counts them (ECMA-376, part 1, 18.17.4.1); only those on which somebody living was born. */
function serial(days: number): Day | null {
  if (days < 5_000) return null;
  const at = new Date(Date.UTC(1899, 11, 30) + days * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}
