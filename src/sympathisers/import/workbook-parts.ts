import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { LONGEST_CELL } from './csv-reader.js';
import type { Take } from './workbook-zip.js';
import { Unreadable } from './unreadable.js';

/** Texts that cells share lie in memory while the sheet is read: at most so many, and so long altogether. */
const MOST_TEXTS = 1_500_000;
const LONGEST_TEXTS = 48_000_000;
/** Sheets, relations and formats of cells; a spreadsheet has 65,490 of the last at most (Excel specifications and limits). */
const MOST_PARTS = 100_000;
/** Letters without the end of a text, a value or a comment: they would lie in memory until it comes. */
const LONGEST_PIECE = 1_000_000;
/** Letters that the parser gets at a time. */
const PART = 64 * 1024;
/** Elements within each other; a sheet has six. */
const DEEPEST = 100;
/** Nobody reads the names of more sheets. */
const MOST_NAMES = 20;
/** Number formats that Excel itself shows as dates (ECMA-376, part 1, 18.8.30). */
const BUILT_IN_DATES = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]);

export const nameOfTag = (name: string): string => name.slice(name.indexOf(':') + 1);
export const attribute = (tag: SaxesTagPlain, name: string): string => {
  const found = tag.attributes[name];
  return typeof found === 'string' ? found : '';
};

/**
 * XML as bytes come, to a parser that knows no entities but the five: nothing in it can grow. What the parser gathers until a
 * text ends or an element closes is bounded, too.
 * @param on `endless` says why a piece beyond LONGEST_PIECE is refused; a damaged workbook where it is left out
 * @throws Unreadable
 */
export function intoXml(on: {
  open?: (name: string, tag: SaxesTagPlain) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
  endless?: () => Unreadable;
}): Take {
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8');
  let since = 0;
  let depth = 0;
  parser.on('error', () => {
    throw new Unreadable('broken_workbook');
  });
  parser.on('doctype', () => {
    throw new Unreadable('broken_workbook');
  });
  parser.on('opentag', (tag) => {
    since = 0;
    if ((depth += 1) > DEEPEST) throw new Unreadable('broken_workbook');
    on.open?.(nameOfTag(tag.name), tag);
  });
  parser.on('closetag', (tag) => {
    since = 0;
    depth -= 1;
    on.close?.(nameOfTag(tag.name));
  });
  if (on.text) {
    parser.on('text', on.text);
    parser.on('cdata', on.text);
  }
  return (bytes, last) => {
    const text = decoder.decode(bytes, { stream: !last });
    for (let at = 0; at < text.length; at += PART) {
      const part = text.slice(at, at + PART);
      since += part.length;
      parser.write(part);
      if (since > LONGEST_PIECE) throw on.endless?.() ?? new Unreadable('broken_workbook');
    }
    if (last) parser.close();
  };
}

/** What of a workbook has to be known before its sheet is read. */
export class WorkbookParts {
  readonly texts: string[] = [];
  /** Which cell formats show a date. */
  readonly dates: boolean[] = [];
  from1904 = false;
  private readonly sheets: { name: string; relation: string; hidden: boolean }[] = [];
  private readonly targets = new Map<string, string>();

  /** @returns what takes an entry of this name; null for others */
  taking(name: string): Take | null {
    if (name === 'xl/workbook.xml') return this.book();
    if (name === 'xl/_rels/workbook.xml.rels') return this.relations();
    if (name === 'xl/sharedStrings.xml') return this.shared();
    return name === 'xl/styles.xml' ? this.styles() : null;
  }

  /** The names of the sheets that aren't hidden; a spreadsheet takes no more than 31 characters. */
  get names(): string[] {
    return this.shown.slice(0, MOST_NAMES).map(({ name }) => name.slice(0, 31));
  }

  /** Where the sheet of that place among those shown stands. @throws Unreadable */
  sheet(place: number): string {
    const sheet = this.shown[place];
    const target = sheet && this.targets.get(sheet.relation);
    if (!target) throw new Unreadable(this.sheets.length ? 'no_sheet' : 'not_xlsx');
    return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  }

  private get shown() {
    return this.sheets.filter(({ hidden }) => !hidden);
  }

  private book(): Take {
    return intoXml({
      open: (name, tag) => {
        if (name === 'workbookPr') this.from1904 = /^(1|true)$/.test(attribute(tag, 'date1904'));
        if (name !== 'sheet') return;
        fewer(this.sheets.length);
        const relation = Object.keys(tag.attributes).find((key) => nameOfTag(key) === 'id' && key !== 'id');
        this.sheets.push({
          name: attribute(tag, 'name'),
          relation: relation ? attribute(tag, relation) : '',
          hidden: /hidden/i.test(attribute(tag, 'state')),
        });
      },
    });
  }

  private relations(): Take {
    return intoXml({
      open: (name, tag) => {
        if (name !== 'Relationship') return;
        fewer(this.targets.size);
        this.targets.set(attribute(tag, 'Id'), attribute(tag, 'Target'));
      },
    });
  }

  private shared(): Take {
    let text = '';
    let length = 0;
    let within = false;
    let phonetic = false;
    return intoXml({
      open: (name) => {
        if (name === 'si') text = '';
        else if (name === 'rPh') phonetic = true;
        within = name === 't' && !phonetic;
      },
      endless: () => new Unreadable('long_cell'),
      text: (piece) => {
        if (!within) return;
        // One letter more than a cell may have is kept, so that the row that shows it can say so.
        if (text.length <= LONGEST_CELL) text += piece.slice(0, LONGEST_CELL + 1);
        if ((length += piece.length) > LONGEST_TEXTS) throw new Unreadable('many_texts');
      },
      close: (name) => {
        within = false;
        if (name === 'rPh') phonetic = false;
        if (name === 'si' && this.texts.push(text) > MOST_TEXTS) throw new Unreadable('many_texts');
      },
    });
  }

  private styles(): Take {
    const own = new Map<number, boolean>();
    let cells = false;
    return intoXml({
      open: (name, tag) => {
        if (name === 'numFmt') {
          fewer(own.size);
          own.set(Number(attribute(tag, 'numFmtId')), showsDate(attribute(tag, 'formatCode')));
        }
        if (name === 'cellXfs') cells = true;
        if (name !== 'xf' || !cells) return;
        fewer(this.dates.length);
        const format = Number(attribute(tag, 'numFmtId'));
        this.dates.push(own.get(format) ?? BUILT_IN_DATES.has(format));
      },
      close: (name) => {
        if (name === 'cellXfs') cells = false;
      },
    });
  }
}

function fewer(parts: number): void {
  if (parts >= MOST_PARTS) throw new Unreadable('broken_workbook');
}

/**
 * Whether a number format is one of dates (ECMA-376, part 1, 18.8.31). In brackets and quotes, and behind a backslash, a star
 * and a low line stands what isn't part of one: colours, languages, words, widths. Letters beside the places of digits
 * are words that nobody quoted (`Rs. 0`); only the parts of a second are digits of a date.
 */
export function showsDate(format: string): boolean {
  const bare = format.replace(/\[[^\]]*\]|"[^"]*"|[\\*_]./gu, '').replace(/(s)\.0+/giu, '$1');
  return /[ymdhs]/iu.test(bare) && !/[0#?]/u.test(bare);
}
