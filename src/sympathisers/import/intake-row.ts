import { parseAge, parseBirthYear } from '../age.js';
import { parseConsent } from '../consent-word.js';
import { asciiDigits } from '../../platform/formats/digits.js';
import { scan } from '../../platform/free-text/scan.js';
import { type DistrictNames } from '../district-name.js';
import { parseEmail } from '../../platform/formats/email-address.js';
import { parseHandle } from '../handle.js';
import { parseLanguage } from '../language.js';
import { nameKey } from '../name-key.js';
import { parsePhone, type ParsedPhone } from '../../platform/formats/phone.js';
import type { FinerPlaces } from './finer-places.js';
import { FIELDS, handleOfColumn, SEVERAL_HANDLES, type Field } from './columns.js';
import { nameOf, problem, SPOILT, type Problem } from './problem.js';

export interface RowIdentity {
  platform: string;
  handle: string;
  /** The platform's own stable id, where a link carried it. */
  platformId?: string;
}

export interface RowContext {
  /** The day on which ages are taken as told. */
  today: Date;
  districts: DistrictNames;
  /** The PIN's primary revenue district (LGD code), null for a PIN that isn't known. */
  pinDistrict: (pin: string) => number | null;
  /** Whether a PIN reaches into a district, its primary one or not; some ninety PINs cross a border. */
  pinReaches?: (pin: string, district: number) => boolean;
  /** LGD code of a tehsil by its name within a revenue district, null where there is none of that name. */
  tehsils?: (name: string, district: number) => number | null;
  /** The organisation's mandals and wards, where a column tells of them. */
  finer?: Pick<FinerPlaces, 'find'>;
}

export interface ReadRow {
  name: string;
  nameKey: string;
  /** E.164, WhatsApp numbers included, without repeats. */
  phones: string[];
  emails: string[];
  identities: RowIdentity[];
  /** LGD code of the revenue district, from its name, else from the PIN. */
  districtLgd: number | null;
  /** Id of the organisation's own territory: of its mandal or ward, or a district by a name that is one of those alone. */
  territoryHint: string | null;
  /** The column of that mandal or ward. */
  finer?: Field;
  pin: string | null;
  /** LGD code, where the row names a tehsil of its district; only for the home, the address has none. */
  tehsilLgd?: number | null;
  language: string | null;
  birthYear: number | null;
  /** The day the age was noted (YYYY-MM-DD), null without a birth year. */
  ageNotedOn: string | null;
  source: string | null;
  remarks: string | null;
  consent: 'given' | 'refused' | 'unknown';
  /** Some cell says that this person is under eighteen (T29). */
  minor: boolean;
  warnings: Problem[];
  /** Why the row by itself can't be used; points and identities are filled all the same, for stopping and matching. */
  rejected: Problem | null;
}

/** Beyond this a cell holds something else than a name; an index takes no more than a few times that either. */
const LONGEST_NAME = 200;
const LONGEST_REMARK = 4000;
/**
 * No district and no age is longer, and no family has more phones: the rest is cut off before anything looks at it. Looking for
 * a slip of the pen in a hundred thousand letters would keep everybody waiting for minutes.
 */
const LONGEST_CELLS = { other: 200, points: 2_000 };
const SEVERAL: ReadonlySet<Field> = new Set<Field>(['phone', 'whatsapp', 'email', 'handle']);
const OF_ANY_LENGTH: ReadonlySet<Field> = new Set<Field>(['name', 'remarks']);

function shortCells(cells: Readonly<Record<Field, string>>): Readonly<Record<Field, string>> {
  const isLong = (field: Field) => cells[field].length > LONGEST_CELLS.other && !OF_ANY_LENGTH.has(field);
  if (!FIELDS.some(isLong)) return cells;
  const long = FIELDS.filter(isLong);
  const cut = long.map((field) => [
    field,
    cells[field].slice(0, LONGEST_CELLS[SEVERAL.has(field) ? 'points' : 'other']),
  ]);
  return { ...cells, ...(Object.fromEntries(cut) as Partial<Record<Field, string>>) };
}

const PLACEHOLDER = /^(?:[^\p{L}\p{N}]*|n\.?\s?[/.]\s?a\.?|null|none|nil|#n\/a)$/iu;

/** One row of an intake sheet, read by the rules. Pure: the day and all reference data are passed in. */
export function readRow(given: Readonly<Record<Field, string>>, context: RowContext): ReadRow {
  const cells = shortCells(given);
  const warnings: Problem[] = [];
  const warn = (...args: Parameters<typeof problem>): void => void warnings.push(problem(...args));
  let name = oneLine(cells.name);
  if ([...name].length > LONGEST_NAME) {
    warn('long_name', 'name');
    name = [...name].slice(0, LONGEST_NAME).join('').trim();
  }
  const consentWord = parseConsent(cells.consent);
  if (consentWord === 'unknown') warn('unknown_consent', 'consent', cells.consent);
  const points = readPoints(cells, warn);
  const place = withFiner(cells, readPlace(cells, context, warn), context, warn);
  const age = readAge(cells, context.today, warn);
  const language = parseLanguage(cells.language);
  if (!language && filled(cells.language)) warn('unknown_language', 'language', cells.language);
  const row: ReadRow = {
    name,
    nameKey: nameKey(name),
    ...points,
    ...place,
    language,
    birthYear: age.birthYear,
    ageNotedOn: age.birthYear === null ? null : context.today.toISOString().slice(0, 10),
    source: oneLine(cells.source).slice(0, LONGEST_CELLS.other) || null,
    remarks: readRemark(cells.remarks, warn),
    consent: consentWord === 'blank' ? 'unknown' : consentWord,
    minor: age.minor,
    warnings,
    rejected: null,
  };
  const tehsil = row.districtLgd && filled(cells.tehsil) ? context.tehsils?.(cells.tehsil, row.districtLgd) : null;
  if (tehsil) row.tehsilLgd = tehsil;
  return { ...row, rejected: rejection(row, cells) };
}

/** A minor leaves nothing and a refusal must be kept, so both come before what is merely missing. */
function rejection(row: ReadRow, cells: Readonly<Record<Field, string>>): Problem | null {
  if (row.minor) return problem('minor', filled(cells.age) ? 'age' : 'birth_year');
  if (row.consent === 'refused') return problem('refused', 'consent');
  if (!filled(row.name) || !/\p{L}/u.test(row.name)) return problem('no_name', 'name');
  if (row.phones.length + row.emails.length + row.identities.length > 0) return null;
  // What was tried says more than that nothing was left.
  const spoilt = row.warnings.find((warning) => SPOILT.has(nameOf(warning)));
  return spoilt ?? problem('no_contact', 'phone');
}

/** Nobody is there to put a remark otherwise: one that says what must not be kept is left out, and its words with it. */
function readRemark(cell: string, warn: Warn): string | null {
  const remark = cell.normalize('NFC').trim().slice(0, LONGEST_REMARK);
  if (!remark) return null;
  if (!scan(remark).length) return remark;
  warn('withheld_remark', 'remarks');
  return null;
}

type Warn = (...args: Parameters<typeof problem>) => void;

function readPoints(
  cells: Readonly<Record<Field, string>>,
  warn: Warn,
): Pick<ReadRow, 'phones' | 'emails' | 'identities'> {
  const phones = new Set<string>();
  const emails = new Set<string>();
  const identities = new Map<string, RowIdentity>();
  const identify = (identity: RowIdentity): void => {
    const key = `${identity.platform} ${identity.handle}`;
    if (!identities.has(key)) identities.set(key, identity);
    if (identity.platform === 'whatsapp' && identity.handle.startsWith('+')) phones.add(identity.handle);
  };
  for (const [text, parsed] of severalPhones(cells.phone)) {
    if (parsed.problem === undefined) phones.add(parsed.e164);
    else warn(parsed.problem, 'phone', text);
  }
  for (const [text] of severalPhones(cells.whatsapp)) {
    const parsed = parseHandle('whatsapp', text);
    if (parsed.problem === undefined) identify({ platform: parsed.platform, handle: parsed.handle });
    else warn(parsed.problem, 'whatsapp', text);
  }
  for (const text of cells.email.split(/[,;|\r\n]+/).filter(filled)) {
    const parsed = parseEmail(text);
    if (parsed.problem === undefined) emails.add(parsed.email);
    else warn(parsed.problem, 'email', text);
  }
  for (const text of severalHandles(cells.handle)) {
    const own = handleOfColumn(text);
    const parsed = own ? parseHandle(own.platform, own.handle) : parseHandle(cells.platform, text);
    if (parsed.problem !== undefined) warn(parsed.problem, 'handle', text);
    else {
      const { platform, handle, platformId } = parsed;
      identify(platformId ? { platform, handle, platformId } : { platform, handle });
      if (parsed.warning === 'odd_handle') warn('odd_handle', 'handle', text);
      else if (parsed.warning) warn(parsed.warning, 'platform', cells.platform);
    }
  }
  return { phones: [...phones], emails: [...emails], identities: [...identities.values()] };
}

/** Two numbers in one cell, as "98…, 97…" or "98…/97…"; but a slash or a space inside a number is no border. */
function severalPhones(text: string): [text: string, parsed: ParsedPhone][] {
  if (!filled(text)) return [];
  const whole = parsePhone(text);
  if (/^\s*https?:/i.test(text) || whole.problem === undefined) return [[text, whole]];
  const parts = text.split(/[,;|/&\r\n]+|\s+(?:or|and|या|और)\s+/iu).filter(filled);
  const read = parts.map((part): [string, ParsedPhone] => [part, parsePhone(part)]);
  return read.length > 1 && read.some(([, { problem }]) => problem === undefined) ? read : [[text, whole]];
}

function severalHandles(text: string): string[] {
  return text.split(SEVERAL_HANDLES).filter(filled);
}

function readPlace(
  cells: Readonly<Record<Field, string>>,
  context: RowContext,
  warn: Warn,
): Pick<ReadRow, 'pin' | 'districtLgd' | 'territoryHint'> {
  const digits = asciiDigits(cells.pin).replace(/[\s-]|\.0$/g, '');
  const pin = /^[1-9]\d{5}$/.test(digits) ? digits : null;
  if (!pin && filled(cells.pin)) warn('bad_pin', 'pin', cells.pin);
  const pinDistrict = pin === null ? null : context.pinDistrict(pin);
  // "?" is somebody saying that they don't know. It counts among the warnings, as a name that we don't know does.
  if (!filled(cells.district) && !cells.district.includes('?'))
    return { pin, districtLgd: pinDistrict, territoryHint: null };
  const match = context.districts.find(cells.district, { pinDistrict });
  if (!match) {
    warn('unknown_district', 'district', cells.district);
    // Not the PIN's: somebody named another place, and which of the two is the slip can't be told from here.
    return { pin, districtLgd: null, territoryHint: null };
  }
  const named = match.target.district ?? null;
  const reached = pin === null || named === null || context.pinReaches?.(pin, named) === true;
  if (pinDistrict !== null && pinDistrict !== named && !reached) warn('pin_district_mismatch', 'pin', cells.pin);
  return {
    pin,
    districtLgd: named ?? pinDistrict,
    territoryHint: 'territory' in match.target ? match.target.territory : null,
  };
}

type ReadPlace = Pick<ReadRow, 'pin' | 'districtLgd' | 'territoryHint' | 'finer'>;

/** The same with the mandal or ward that the row names. */
function withFiner(
  cells: Readonly<Record<Field, string>>,
  place: ReadPlace,
  { finer }: RowContext,
  warn: Warn,
): ReadPlace {
  if (!finer) return place;
  const [mandal, ward] = [cells.mandal, cells.ward].map((cell) => (filled(cell) ? cell : '')) as [string, string];
  if (!mandal && !ward) return place;
  // The district that was named isn't known, and that has been said: where it would lie nobody can look.
  if (filled(cells.district) && place.districtLgd === null && place.territoryHint === null) return place;
  const { found, unknown } = finer.find({ mandal, ward }, place);
  for (const field of unknown) warn(`unknown_${field}`, field, cells[field]);
  return found ? { ...place, territoryHint: found.id, finer: found.by } : place;
}

function readAge(
  cells: Readonly<Record<Field, string>>,
  today: Date,
  warn: Warn,
): { birthYear: number | null; minor: boolean } {
  const born = filled(cells.birth_year) ? parseBirthYear(cells.birth_year, today) : null;
  const aged = filled(cells.age) ? parseAge(cells.age, today) : null;
  const minor = born?.minor === true || aged?.minor === true;
  if (born?.problem && !born.minor) warn(born.problem, 'birth_year', cells.birth_year);
  if (aged?.problem && !aged.minor) warn(aged.problem, 'age', cells.age);
  return { birthYear: born?.birthYear ?? aged?.birthYear ?? null, minor };
}

function filled(text: string): boolean {
  return !PLACEHOLDER.test(text.trim());
}

function oneLine(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
