import { constants, crc32, deflateRawSync } from 'node:zlib';

/**
 * A spreadsheet (ECMA-376) in pieces that can be written hours and processes apart: after each, three numbers are all there
 * is to remember. Each piece of the sheet is deflated by itself and ends on a byte with nothing final (RFC 1951, 3.2.4; as
 * parallel compressors do it), so that one behind the other they are one stream; its length stands behind it (APPNOTE,
 * 4.4.4, bit 3). Every cell is an inline string: nothing in it is ever a formula.
 */
export interface SheetState {
  crc: number;
  /** Bytes of the sheet, and of its deflated form. */
  size: number;
  packed: number;
}

/** A spreadsheet takes no more rows than this, its header included. */
export const MOST_ROWS = 1_048_576;

const STATIC: readonly [name: string, xml: string][] = [
  [
    '[Content_Types].xml',
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
  ],
  [
    '_rels/.rels',
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
  ],
  [
    'xl/workbook.xml',
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sampark" sheetId="1" r:id="rId1"/></sheets></workbook>',
  ],
  [
    'xl/_rels/workbook.xml.rels',
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
  ],
];
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SHEET = 'xl/worksheets/sheet1.xml';
const OPENING = `${DECLARATION}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`;
const CLOSING = '</sheetData></worksheet>';

/** The beginning of the file, up to the first row. */
export function xlsxHead(): { bytes: Buffer; state: SheetState } {
  const sheet = piece({ crc: 0, size: 0, packed: 0 }, OPENING, false);
  return {
    bytes: Buffer.concat([
      ...STATIC.map(([name, xml]) => {
        const data = Buffer.from(DECLARATION + xml);
        return Buffer.concat([
          local(name, { crc: crc32(data), size: data.length, packed: data.length }, 'stored'),
          data,
        ]);
      }),
      local(SHEET, { crc: 0, size: 0, packed: 0 }, 'behind'),
      sheet.bytes,
    ]),
    state: sheet.state,
  };
}

/** Some more rows. */
export function xlsxRows(
  state: SheetState,
  rows: readonly (readonly string[])[],
): { bytes: Buffer; state: SheetState } {
  return piece(state, rows.map(rowXml).join(''), false);
}

/** The end: the sheet's own, what it measures, and the list of what is in the file (APPNOTE, 4.3.12 and 4.3.16). */
export function xlsxTail(state: SheetState): Buffer {
  const last = piece(state, CLOSING, true);
  const { crc, size, packed } = last.state;
  const measured = Buffer.alloc(16);
  measured.writeUInt32LE(0x08074b50, 0);
  measured.writeUInt32LE(crc, 4);
  measured.writeUInt32LE(packed, 8);
  measured.writeUInt32LE(size, 12);
  let offset = 0;
  const entries = STATIC.map(([name, xml]) => {
    const data = Buffer.from(DECLARATION + xml);
    const entry = central(name, { crc: crc32(data), size: data.length, packed: data.length }, 'stored', offset);
    offset += 30 + name.length + data.length;
    return entry;
  });
  entries.push(central(SHEET, last.state, 'behind', offset));
  const start = offset + 30 + SHEET.length + packed + measured.length;
  const list = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(start, 16);
  return Buffer.concat([last.bytes, measured, list, end]);
}

function piece(state: SheetState, xml: string, last: boolean): { bytes: Buffer; state: SheetState } {
  const data = Buffer.from(xml);
  const bytes = deflateRawSync(data, { finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH });
  return {
    bytes,
    state: { crc: crc32(data, state.crc), size: state.size + data.length, packed: state.packed + bytes.length },
  };
}

/** `stored`: as it is, measured beforehand; `behind`: deflated, its measures behind it. */
type How = 'stored' | 'behind';

/** What both headers of an entry say: version, flags (UTF-8 names), method, a fixed date (1 January 1980), measures. */
function common(name: string, { crc, size, packed }: SheetState, how: How): Buffer {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(0x800 | (how === 'behind' ? 8 : 0), 2);
  head.writeUInt16LE(how === 'behind' ? 8 : 0, 4);
  head.writeUInt32LE(0x00210000, 6);
  head.writeUInt32LE(crc, 10);
  head.writeUInt32LE(packed, 14);
  head.writeUInt32LE(size, 18);
  head.writeUInt16LE(name.length, 22);
  return head;
}

const local = (name: string, state: SheetState, how: How) =>
  Buffer.concat([Buffer.from('PK\u0003\u0004'), common(name, state, how), Buffer.from(name)]);

function central(name: string, state: SheetState, how: How, offset: number): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), common(name, state, how), rest, Buffer.from(name)]);
}

const rowXml = (cells: readonly string[]): string =>
  `<row>${cells.map((cell) => (cell === '' ? '<c/>' : `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`)).join('')}</row>`;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** What XML can't hold (control characters, half a character) is left out; a spreadsheet cell takes 32,767 characters. */
const escaped = (text: string): string =>
  text
    .slice(0, 32_767)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>]/g, (sign) => ESCAPES[sign]!);
