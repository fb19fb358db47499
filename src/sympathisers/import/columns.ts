import { parseEmail } from '../../platform/formats/email-address.js';
import { parseHandle } from '../handle.js';
import { parseLanguage } from '../language.js';
import { parsePhone } from '../../platform/formats/phone.js';
import { platformByCode, platformByWord } from '../platforms.js';
import { asciiDigits } from '../../platform/formats/digits.js';

export const FIELDS = [
  'name',
  'phone',
  'whatsapp',
  'email',
  'platform',
  'handle',
  'district',
  'pin',
  'language',
  'age',
  'birth_year',
  'source',
  'consent',
  'remarks',
  'mandal',
  'ward',
  'tehsil',
] as const;
export type Field = (typeof FIELDS)[number];

/** What each column is, in the order of the sheet; null where it isn't known and is left out. */
export type Mapping = readonly (Field | null)[];

const HEADERS: Record<Field, string> = {
  name: 'name, full name, fullname, first name, last name, middle name, surname, given name, person, person name, member name, supporter name, sympathiser name, sympathizer name, your name, naam, नाम, पूरा नाम, समर्थक का नाम, व्यक्ति का नाम, सदस्य का नाम, उपनाम, कुलनाम, शुभ नाम',
  phone:
    'phone, phone no, phone number, phone 1, phone 2, mobile, mobile no, mobile number, mobile 1, mobile 2, mob, mob no, cell, contact, contact no, contact number, telephone, tel, number, alternate mobile, alternate number, mobail, मोबाइल, मोबाइल नंबर, मोबाइल नं, मोबाइल न, मो, मो नं, फ़ोन, फ़ोन नंबर, फ़ोन नं, दूरभाष, संपर्क नंबर, सम्पर्क नंबर, संपर्क सूत्र, नंबर, दूसरा नंबर',
  whatsapp:
    'whatsapp, whatsapp no, whatsapp number, whats app, whats app number, wa, wa number, व्हाट्सऐप, व्हाट्सएप, व्हाट्सअप, व्हाट्सएप नंबर, व्हाट्सएप नं, व्हाट्सऐप नंबर, व्हाट्सऐप नं, व्हाट्सअप नं, whats app no, whatsapp mobile, व्हाट्सअप नंबर, वाट्सएप, वाट्सएप नंबर, वाट्सऐप नंबर',
  email:
    'email, e mail, mail, email id, mail id, email address, e mail address, e mail id, gmail, ईमेल, ई मेल, ईमेल आईडी, ईमेल पता, मेल',
  platform:
    'platform, social platform, social media, social media platform, network, site, app, प्लेटफ़ॉर्म, प्लेटफार्म, मंच, सोशल मीडिया, माध्यम',
  handle:
    'handle, handle or link, link, profile, profile link, profile url, url, username, user name, user id, social media link, social media id, account, id link, हैंडल, लिंक, प्रोफ़ाइल, प्रोफ़ाइल लिंक, आईडी, हैंडल या लिंक, सोशल मीडिया आईडी, यूज़रनेम',
  district: 'district, dist, district name, zila, jila, zilla, janpad, जिला, ज़िला, जनपद, जिले का नाम, जिला का नाम',
  pin: 'pin, pincode, pin code, postal code, postcode, zip, zip code, पिन, पिनकोड, पिन कोड, डाक कोड',
  language: 'language, lang, preferred language, mother tongue, bhasha, भाषा, पसंदीदा भाषा, मातृभाषा',
  age: 'age, age years, age in years, umr, umar, aayu, उम्र, आयु, उम्र वर्ष, आयु वर्ष',
  birth_year:
    'birth year, year of birth, yob, dob, date of birth, birth date, birthday, born, जन्म वर्ष, जन्म तिथि, जन्मतिथि, जन्म तारीख, जन्म दिनांक',
  source:
    'source, where from, from where, origin, collected at, reference, came from, स्रोत, कहाँ से, कहां से, कहाँ से मिला, माध्यम स्रोत, सूत्र',
  consent:
    'consent, agreed to be contacted, agreed, agree, permission, ok to contact, may we contact, opt in, sahmati, सहमति, संपर्क की सहमति, सम्पर्क की सहमति, अनुमति, संपर्क करें, सहमत',
  remarks: 'remarks, remark, note, notes, comment, comments, टिप्पणी, टिप्पणियाँ, टिप्पणियां, विवरण, नोट, रिमार्क, अन्य',
  mandal: 'mandal, mandal name, sector mandal, मंडल, मण्डल, मंडल का नाम',
  ward: 'ward, ward no, ward number, ward name, वार्ड, वार्ड नं, वार्ड नंबर, वार्ड संख्या',
  tehsil: 'tehsil, tahsil, taluka, sub district, subdistrict, तहसील, तहसील का नाम',
};

/** What is longer is no header of a table. */
const LONGEST_HEADER = 200;

const BY_HEADER = new Map<string, Field>();
for (const field of FIELDS) {
  for (const words of [field, ...HEADERS[field].split(',')]) BY_HEADER.set(normal(words), field);
}

/** Of these a sheet may have several columns: "first name" and "surname", two numbers, two addresses, two platforms. */
const JOINED: Partial<Record<Field, string>> = {
  name: ' ', phone: '; ', email: '; ', remarks: '; ', whatsapp: '; ', handle: '; ',
}; // prettier-ignore

/** Whether it is one of the words that headers are, and no name of a platform: those stand in rows, too. */
export const isHeader = (cell: string): boolean => BY_HEADER.has(normal(cell));

/** What a header says by itself; null for one that we don't know. */
function fieldOfHeader(header: string): Field | null {
  return BY_HEADER.get(normal(header)) ?? (platformOfHeader(header) ? 'handle' : null);
}

/** What stands beside a platform's name in a header: "Facebook ID", "ट्विटर हैंडल", "Instagram link". */
const BESIDE_PLATFORM =
  /(?:^| )(?:id|i d|handle|link|url|profile|account|username|user name|page|channel|no|आईडी|आइडी|हैंडल|हैण्डल|लिंक|प्रोफाइल|अकाउंट|पेज|चैनल)(?= |$)/gu;

/** The platform whose handles stand below a header that names one; WhatsApp's are numbers, and have a field of their own. */
export function platformOfHeader(header: string): string | null {
  const plain = normal(header);
  const platform = platformByWord(plain.replace(BESIDE_PLATFORM, ' '));
  return platform && platform.code !== 'whatsapp' && !BY_HEADER.has(plain) ? platform.code : null;
}

/** Columns that we add ourselves to the rows we give back; the number of a row can look like a PIN. */
const OURS = new Set(['row', 'reason', 'पंक्ति', 'कारण']);

/** Names of somebody else, which would otherwise look like the person's own. */
const SOMEBODY_ELSE = /father|mother|husband|wife|guardian|nominee|officer|पिता|माता|पति|पत्नी|अभिभावक/iu;

/**
 * Says what the columns are: by header, and where a header says nothing, by what stands below it.
 *
 * `rows` is a sample of the sheet's first rows. A consent, an age or a ward is never guessed from content: a column of
 * yes and no may answer any question, and a consent must have been asked for (T24, T35).
 */
export function mapColumns(headers: readonly string[], rows: readonly (readonly string[])[] = []): Mapping {
  const mapping = headers.map(fieldOfHeader);
  mapping.forEach((field, i) => {
    if (field && !JOINED[field] && mapping.indexOf(field) < i) mapping[i] = null;
  });
  headers.forEach((header, i) => {
    if (mapping[i] || SOMEBODY_ELSE.test(header) || OURS.has(normal(header))) return;
    const guess = byContent(rows.map((row) => row[i] ?? ''));
    if (guess && !mapping.includes(guess)) mapping[i] = guess;
  });
  return mapping;
}

/**
 * The column that holds districts, where its header doesn't say so and no other does.
 * @param isDistrict whether a word names a district or a territory, as it stands or nearly
 */
export function districtColumn(
  headers: readonly string[],
  mapping: Mapping,
  rows: readonly (readonly string[])[],
  isDistrict: (word: string) => boolean,
): number | null {
  if (mapping.includes('district')) return null;
  const at = headers.findIndex((header, i) => !mapping[i] && !SOMEBODY_ELSE.test(header) && mostly(rows.map((row) => row[i] ?? ''), isDistrict)); // prettier-ignore
  return at < 0 ? null : at;
}

const WAYS: ReadonlySet<Field> = new Set<Field>(['phone', 'whatsapp', 'email', 'handle']);

/** Somebody could be found by these columns: a name, and one way to reach them. */
export const tellsOfPeople = (fields: Mapping): boolean =>
  fields.includes('name') && fields.some((field) => field && WAYS.has(field));

const BLANK = Object.fromEntries(FIELDS.map((field) => [field, ''])) as Record<Field, string>;

/**
 * What a spreadsheet would run as a formula we give back with an apostrophe before it (rejects, exports): read again, it is
 * what it was.
 */
const withoutApostrophe = (cell: string): string => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

/** A handle as it stands in a column of one platform: `facebook:ramesh.k`; a link tells its own. */
const ofPlatform = (platform: string, cell: string): string =>
  cell
    .split(SEVERAL_HANDLES)
    .filter((text) => text.trim())
    .map((text) => `${platform}:${text.trim()}`)
    .join('; ');
/** Between handles in one cell. */
export const SEVERAL_HANDLES = /[,;|\r\n]+|\s+(?=https?:)/u;

/**
 * The cells of a row by field, blank where the sheet has no such column.
 * @param platforms of which platform a column of handles is, where its header says so
 */
export function toCells(
  mapping: Mapping,
  row: readonly string[],
  platforms: readonly (string | null)[] = [],
): Record<Field, string> {
  const cells = { ...BLANK };
  mapping.forEach((field, i) => {
    if (!field || !row[i]?.trim()) return;
    const cell = withoutApostrophe(row[i]);
    const value = field === 'handle' && platforms[i] ? ofPlatform(platforms[i], cell) : cell;
    cells[field] = cells[field] ? cells[field] + (JOINED[field] ?? ' ') + value.trim() : value;
  });
  return cells;
}

const MOSTLY = 0.7;
const CONTENT: readonly [Field, (value: string) => boolean][] = [
  ['email', (value) => parseEmail(value).problem === undefined],
  ['handle', (value) => value.includes('/') && parseHandle('', value).problem === undefined],
  ['pin', (value) => /^[1-9]\d{2}\s?\d{3}$/.test(asciiDigits(value))],
  ['phone', (value) => parsePhone(value).problem === undefined],
  ['platform', (value) => platformByWord(value) !== null],
  ['language', (value) => parseLanguage(value) !== null],
];

function byContent(values: readonly string[]): Field | null {
  return CONTENT.find(([, is]) => mostly(values, is))?.[0] ?? null;
}

function mostly(values: readonly string[], is: (value: string) => boolean): boolean {
  const filled = values.map((value) => value.trim()).filter(Boolean);
  return filled.length > 0 && filled.filter(is).length >= MOSTLY * filled.length;
}

function normal(header: string): string {
  return asciiDigits(header.slice(0, LONGEST_HEADER).normalize('NFC'))
    .toLowerCase()
    .replace(/[\u093c\u200b-\u200f\ufeff*]/gu, '')
    .replace(/\([^)]*\)/gu, ' ')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}

/** The two parts of a handle out of a column of one platform; null for any other cell. */
export function handleOfColumn(text: string): { platform: string; handle: string } | null {
  const [, platform = '', handle = ''] = /^([a-z_0-9]+):(?!\/\/)(.*)$/su.exec(text.trim()) ?? [];
  return platformByCode(platform) ? { platform, handle } : null;
}
