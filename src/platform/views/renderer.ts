import Handlebars from 'handlebars';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../config/paths.js';
import {
  formatAgo,
  formatDate,
  formatDateTime,
  formatMonth,
  formatNumber,
  formatPercent,
  formatNearDate,
  formatTime,
  type Moment,
} from '../i18n/format.js';
import type { Locale } from '../i18n/locale.js';
import type { Words } from '../i18n/words.js';
import { chart, type ChartData } from '../charts/chart.js';

/** What every template knows beside its model, as `@page`. */
export interface PageData {
  locale: Locale;
  zone: string;
  now: Date;
  permissions?: ReadonlySet<string>;
  path?: string;
  refused?: {
    errors: Record<string, string[]>;
    values: Record<string, unknown>;
    marked?: Record<string, unknown>;
  } | null;
  [more: string]: unknown;
}

interface Options {
  hash: Record<string, unknown>;
  data: { page: PageData };
}
const optionsOf = (args: unknown[]) => args.at(-1) as Options;

/** Renders templates/: pages in their layout, and the parts of mails. */
export class Renderer {
  private readonly html = Handlebars.create();
  private readonly plain = Handlebars.create();
  private readonly compiled = new Map<string, Handlebars.TemplateDelegate>();

  /** @param fresh read a template again at each use, for development */
  constructor(
    private readonly words: Words,
    private readonly fresh: boolean,
  ) {
    for (const engine of [this.html, this.plain]) this.registerHelpers(engine);
    this.registerPartials();
  }

  /** A page: the body of templates/pages/<name>.hbs inside templates/layouts/<layout>.hbs. */
  page(name: string, layout: string, model: object, page: PageData): string {
    if (this.fresh) this.registerPartials();
    const body = this.template(join('pages', name))(model, { data: { page } });
    return this.template(join('layouts', layout))({ ...model, body }, { data: { page } });
  }

  /** A part of a mail, e.g. `emails/invitation/text`; texts and subjects aren't HTML, so nothing is escaped there. */
  part(name: string, model: object, page: PageData): string {
    return this.template(name, !name.endsWith('html'))(model, { data: { page } });
  }

  has(name: string): boolean {
    return existsSync(fromRoot('templates', `${name}.hbs`));
  }

  private template(name: string, plain = false) {
    const known = this.compiled.get(name);
    if (known && !this.fresh) return known;
    const engine = plain ? this.plain : this.html;
    const source = readFileSync(fromRoot('templates', `${name}.hbs`), 'utf8');
    const template = engine.compile(source, { noEscape: plain, preventIndent: true, explicitPartialContext: true });
    this.compiled.set(name, template);
    return template;
  }

  private registerPartials() {
    const folder = fromRoot('templates', 'partials');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.hbs'))) {
      // What stands in the text part of mails is no HTML.
      const plain = file.startsWith('text-');
      const engine = plain ? this.plain : this.html;
      engine.registerPartial(
        file.slice(0, -4),
        // A partial sees what it is given, and nothing of the page around it.
        engine.compile(readFileSync(join(folder, file), 'utf8'), { noEscape: plain, explicitPartialContext: true }),
      );
    }
  }

  private registerHelpers(engine: typeof Handlebars) {
    const { words } = this;
    const zoneOf = (options: Options) => (options.hash.zone as string | undefined) ?? options.data.page.zone;
    const moment =
      (format: (locale: Locale, value: Moment, zone: string) => string) =>
      (value: Moment | null | undefined, options: Options) =>
        value === null || value === undefined || value === ''
          ? ''
          : format(options.data.page.locale, value, zoneOf(options));
    engine.registerHelper({
      t: (key: string, options: Options) => words.say(options.data.page.locale, key, options.hash as never),
      date: moment(formatDate),
      // Of a span whose end is the first instant it no longer holds.
      lastday: moment((locale, end, zone) => formatDate(locale, new Date(new Date(end).getTime() - 1), zone)),
      shortdate: (value: Moment | null | undefined, options: Options) =>
        value ? formatNearDate(options.data.page.locale, value, zoneOf(options), options.data.page.now) : '',
      monthname: moment(formatMonth),
      time: moment(formatTime),
      datetime: moment(formatDateTime),
      ago: (value: Moment | null, options: Options) =>
        value ? formatAgo(options.data.page.locale, value, options.data.page.now) : '',
      iso: (value: Moment) => new Date(value).toISOString(),
      number: (value: number | null, options: Options) =>
        value === null || value === undefined ? '' : formatNumber(options.data.page.locale, Number(value)),
      percent: (value: number, options: Options) => formatPercent(options.data.page.locale, Number(value)),
      eq: (a: unknown, b: unknown) => a === b,
      gt: (a: number, b: number) => a > b,
      and: (...args: unknown[]) => args.slice(0, -1).every(Boolean),
      or: (...args: unknown[]) => args.slice(0, -1).find(Boolean) ?? false,
      not: (value: unknown) => !value,
      includes: (list: unknown[] | undefined, value: unknown) => Boolean(list?.includes(value)),
      concat: (...args: unknown[]) => args.slice(0, -1).join(''),
      list: (...args: unknown[]) => args.slice(0, -1),
      json: (value: unknown) => JSON.stringify(value),
      can: (permission: string, options: Options) => options.data.page.permissions?.has(permission) ?? false,
      localname: (thing: { name_en?: string; name_hi?: string } | null | undefined, options: Options) =>
        (options.data.page.locale === 'hi' ? (thing?.name_hi ?? thing?.name_en) : (thing?.name_en ?? thing?.name_hi)) ??
        '',
      old: (field: string, ...args: unknown[]) => {
        const typed = optionsOf(args).data.page.refused?.values[field];
        return typed !== undefined ? typed : args.length > 1 ? args[0] : '';
      },
      fieldmarks: (field: string, options: Options) => options.data.page.refused?.marked?.[field] ?? null,
      fielderrors: (field: string, options: Options) => options.data.page.refused?.errors[field] ?? [],
      query: (path: string, options: Options) => withQuery(path, options.hash),
      chart: (kind: keyof ChartData, data: ChartData[keyof ChartData], options: Options) =>
        new Handlebars.SafeString(
          chart(kind, data, {
            locale: options.data.page.locale,
            tableLabel: words.say(options.data.page.locale, 'frame.chart.table'),
            id: options.hash.id as string | undefined,
          }),
        ),
    });
  }
}

/** An address with its query changed: a null or empty value takes a key out. */
export function withQuery(path: string, changes: Record<string, unknown>): string {
  const [base = '', query = ''] = path.split('?');
  const search = new URLSearchParams(query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') search.delete(key);
    else search.set(key, String(value));
  }
  const text = search.toString();
  return text ? `${base}?${text}` : base;
}
