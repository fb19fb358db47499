import { LONGEST_CELL, LONGEST_ROW, MOST_COLUMNS } from './csv-reader.js';
import { Unreadable } from './unreadable.js';
import { attribute, intoXml, WorkbookParts } from './workbook-parts.js';
import { throughZip, type Take } from './workbook-zip.js';

/** As many rows as a sheet can have (ECMA-376); a number beyond would make us wait for blank rows. */
const MOST_ROWS = 1_048_576;
const DAY_MS = 86_400_000;
/**
 * Days from 1900 on which somebody living can have been born, or something of a list of people happened: 1913 to 2173.
 * Outside stands no day, however the cell shows it, but an age, a PIN or a phone.
 */
const DAYS = { first: 5_000, last: 99_999 };
/** A blank row, shared by all. */
const BLANK = [''];

/**
 * The rows of a sheet of a workbook (XLSX), as texts, some thousand at a time; a row that is left out is a blank one.
 * Goes through the file twice: the texts that cells share may stand behind the sheet.
 * @param pieces the file, from its beginning, each time it is called
 * @param place of the sheet among those that aren't hidden
 * @throws Unreadable
 */
export async function* workbookRows(pieces: () => AsyncIterable<Uint8Array>, place = 0): AsyncGenerator<string[][]> {
  yield* sheetRows(pieces, await workbookParts(pieces), place);
}

/** @throws Unreadable for what is no workbook */
export async function workbookParts(pieces: () => AsyncIterable<Uint8Array>): Promise<WorkbookParts> {
  const parts = new WorkbookParts();
  for await (const _ of throughZip(pieces(), (name) => parts.taking(name)));
  return parts;
}

/** As `workbookRows`, where the rest of the workbook is known already. */
export async function* sheetRows(
  pieces: () => AsyncIterable<Uint8Array>,
  parts: WorkbookParts,
  place: number,
): AsyncGenerator<string[][]> {
  const sheet = parts.sheet(place);
  const reader = new SheetRows(parts);
  let found = false;
  for await (const _ of throughZip(pieces(), (name) => (name === sheet ? ((found = true), reader.take) : null))) {
    if (reader.rows.length) yield reader.rows.splice(0);
  }
  if (!found) throw new Unreadable('no_sheet');
}

class SheetRows {
  readonly rows: string[][] = [];
  readonly take: Take;
  private count = 0;
  private row: string[] = [];
  private length = 0;
  private column = -1;
  private type = '';
  private style = 0;
  private value = '';
  private within = false;

  constructor(private readonly parts: WorkbookParts) {
    this.take = intoXml({
      open: (name, tag) => {
        if (name === 'row') this.begin(Number(attribute(tag, 'r')) || this.count + 1);
        else if (name === 'c') {
          const place = attribute(tag, 'r');
          this.column = place ? columnOf(place) : this.column + 1;
          this.type = attribute(tag, 't');
          this.style = Number(attribute(tag, 's')) || 0;
          this.value = '';
        }
        this.within = name === 'v' || name === 't';
      },
      endless: () => new Unreadable(this.within ? 'long_cell' : 'broken_workbook', this.count),
      text: (text) => {
        if (!this.within) return;
        this.value += text;
        if (this.value.length > LONGEST_CELL) throw new Unreadable('long_cell', this.count);
      },
      close: (name) => {
        this.within = false;
        if (name === 'c') this.put();
        else if (name === 'row') this.rows.push(this.row);
      },
    });
  }

  private begin(number: number): void {
    if (number > MOST_ROWS || number <= this.count) throw new Unreadable('broken_workbook', this.count + 1);
    for (this.count += 1; this.count < number; this.count += 1) this.rows.push(BLANK);
    this.row = [];
    this.length = 0;
    this.column = -1;
  }

  private put(): void {
    const text = this.text();
    if (!text) return;
    if (text.length > LONGEST_CELL) throw new Unreadable('long_cell', this.count);
    // A text that cells share stands there once, and weighs in each of them.
    if ((this.length += text.length) > LONGEST_ROW) throw new Unreadable('unreadable', this.count);
    if (this.column >= MOST_COLUMNS) throw new Unreadable('many_columns', this.count);
    while (this.row.length < this.column) this.row.push('');
    this.row[this.column] = text;
  }

  private text(): string {
    const { value, type, parts } = this;
    if (type === 's') return parts.texts[Number(value)] ?? '';
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    // A formula that failed says nothing about a person.
    if (type === 'e') return '';
    if (type && type !== 'n') return value;
    const number = Number(value);
    if (!value || !Number.isFinite(number)) return value;
    if (parts.dates[this.style]) {
      const day = dateOf(number, parts.from1904);
      if (day) return day;
    }
    // A workbook keeps a number whole, however it shows it: a phone is not yet 9.19E+11 here.
    return Number.isSafeInteger(number) && !isSpoilt(value, number) ? String(number) : value;
  }
}

/**
 * The day of a number, as Excel counts them: from 1900, with a 29 February that never was; old Macs from 1904.
 * @returns null for one that is no day of somebody's life
 */
function dateOf(serial: number, from1904: boolean): string | null {
  const day = Math.floor(serial);
  if (!(day >= DAYS.first && day <= DAYS.last)) return null;
  const start = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  return new Date(start + day * DAY_MS).toISOString().slice(0, 10);
}

/** The shortest number of a phone. */
const SHORTEST_PHONE = 1e9;
/** Digits that a narrow cell still shows of a long number. */
const SHOWN = 6;

/**
 * A number that some program kept as it was shown, 9.19876E+11, has lost its last digits for good: it stays as it stands, and
 * is refused as such a phone. Other programs write each number in powers of ten and leave out zeros at its end only, without
 * a plus (9.87654321E9 of Java is 9876543210): that is whole.
 */
function isSpoilt(value: string, number: number): boolean {
  const [, digits, fraction = '', plus] = /^-?(\d+)(?:\.(\d*))?E(\+?)\d+$/iu.exec(value) ?? [];
  if (digits === undefined || Math.abs(number) < SHORTEST_PHONE) return false;
  const told = (digits + fraction).replace(/^0+/u, '').length;
  return told < String(Math.abs(number)).length && (plus !== '' || told <= SHOWN);
}

/** `AB12` is the column 27, counted from 0. */
function columnOf(place: string): number {
  let column = 0;
  for (let i = 0; i < place.length; i += 1) {
    const code = place.charCodeAt(i) & 0xdf;
    if (code < 65 || code > 90) break;
    column = column * 26 + (code - 64);
  }
  return column - 1;
}
