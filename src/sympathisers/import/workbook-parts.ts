import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { Take } from './workbook-zip.js';
import { Unreadable } from './unreadable.js';

/** Texts that cells share lie in memory while the sheet is read: at most so many, and so long altogether. */
const MOST_TEXTS = 1_500_000;
const LONGEST_TEXTS = 48_000_000;
/** Nobody reads the names of more sheets. */
const MOST_NAMES = 20;
/** Number formats that Excel itself shows as dates (ECMA-376, part 1, 18.8.30). */
const BUILT_IN_DATES = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]);

export const nameOfTag = (name: string): string => name.slice(name.indexOf(':') + 1);
export const attribute = (tag: SaxesTagPlain, name: string): string => {
  const found = tag.attributes[name];
  return typeof found === 'string' ? found : '';
};

/** XML as bytes come, to a parser that knows no entities but the five: nothing in it can grow. */
export function intoXml(on: {
  open?: (name: string, tag: SaxesTagPlain) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
}): Take {
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8');
  parser.on('error', () => {
    throw new Unreadable('broken_workbook');
  });
  parser.on('doctype', () => {
    throw new Unreadable('broken_workbook');
  });
  parser.on('opentag', (tag) => on.open?.(nameOfTag(tag.name), tag));
  parser.on('closetag', (tag) => on.close?.(nameOfTag(tag.name)));
  if (on.text) parser.on('text', on.text);
  return (bytes, last) => {
    parser.write(decoder.decode(bytes, { stream: !last }));
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
        if (name === 'Relationship') this.targets.set(attribute(tag, 'Id'), attribute(tag, 'Target'));
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
      text: (piece) => {
        if (!within) return;
        text += piece;
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
        // In brackets and quotes stands what isn't part of a date: colours, languages, words.
        if (name === 'numFmt')
          own.set(
            Number(attribute(tag, 'numFmtId')),
            /[ymdhs]/i.test(attribute(tag, 'formatCode').replace(/\[[^\]]*\]|"[^"]*"|\\./g, '')),
          );
        if (name === 'cellXfs') cells = true;
        if (name !== 'xf' || !cells) return;
        const format = Number(attribute(tag, 'numFmtId'));
        this.dates.push(own.get(format) ?? BUILT_IN_DATES.has(format));
      },
      close: (name) => {
        if (name === 'cellXfs') cells = false;
      },
    });
  }
}
