import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { withQuery } from '../../platform/views/renderer.js';
import { TerritoriesQueries, type Choice } from '../../territories/territories.queries.js';
import { FIELDS } from './columns.js';
import { ImportBatch, type ReasonCount } from './import-batch.entity.js';
import { pageOf, readCursor } from '../../platform/web/keyset.js';
import type { ListQuery } from '../../platform/web/fields.js';
import { ImportMappings } from './import-mappings.service.js';
import { keptFile } from './kept-file.js';
import { goesBy, ImportUndo, MANY_TO_UNDO } from './import-undo.service.js';
import type { ImportList } from './imports.dto.js';
import { ImportsQueries, type ImportShown } from './imports.queries.js';
import { rejectionKey } from './problem.js';

const LEVELS = ['state', 'region', 'district'];
const MOST_CHOICES = 500;
const OPEN = new Set(['uploaded', 'reading', 'previewed']);

/** What the pages of an import show beside what a program gets. */
@Injectable()
export class ImportPages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: ImportsQueries,
    private readonly territories: TerritoriesQueries,
    private readonly words: Words,
    private readonly config: Config,
    private readonly undoing: ImportUndo,
    private readonly mappings: ImportMappings,
  ) {}

  /** @param url the page's address; null for a program */
  async list(actor: Actor, query: ImportList, locale: Locale, url: string | null) {
    const { items, next } = await this.work.run(actor, (tx) => this.queries.list(tx, query, locale));
    if (url === null) return { items, next };
    return {
      items,
      next: next && withQuery(url, { cursor: next }),
      first: query.cursor ? withQuery(url, { cursor: null }) : null,
      q: query.q,
    };
  }

  async fresh(actor: Actor, locale: Locale) {
    const places = await this.work.run(actor, async (tx) => {
      const districts = await this.territories.choices(tx, { levels: LEVELS });
      // Somebody below the districts sees their own places.
      return districts.length ? districts : this.territories.choices(tx, { limit: MOST_CHOICES });
    });
    const largestMb = this.config.importLargestMb;
    return { largestMb, territories: grouped(places, locale), only: places.length === 1 ? places[0]!.code : undefined };
  }

  async show(actor: Actor, id: string, locale: Locale, page: boolean) {
    const shown = await this.work.run(actor, (tx) => this.queries.show(tx, id, locale));
    if (!page) return shown;
    // All of a large file is here, and a job finds out what it is.
    const looking = shown.state === 'uploading' && shown.bytes >= (shown.expected ?? Infinity);
    const kept = await this.work.run(actor, (tx) => this.mappings.named(tx, shown.territory.id));
    const finished = shown.finishedAt === null ? null : Date.now() - shown.finishedAt.getTime();
    return {
      ...shown,
      counts: {
        ...shown.counts,
        rejected: shown.counts.rejected.map((one) => ({ ...withRows(one), says: rejectionKey(one.code) })),
        warnings: shown.counts.warnings.map(withRows),
      },
      open: OPEN.has(shown.state),
      looking,
      running: shown.progress !== null || looking,
      aboveHeaders: shown.mapping.headerRow > 1,
      otherSheets: shown.mapping.sheets.filter((name) => name !== shown.mapping.sheet).join(', '),
      counted: shown.state === 'previewed' || shown.state === 'done',
      known: shown.changed + shown.same,
      left: shown.rows - shown.created - shown.changed - shown.same - shown.rejected,
      usable: shown.rows - shown.rejected,
      agreeing: shown.counts.agreeing,
      refusing: shown.counts.refusing.rows > 0 && shown.counts.refusing,
      kilobytes: Math.ceil(shown.bytes / 1024),
      megabytes: Math.floor(shown.bytes / 1_048_576),
      megabytesExpected: Math.ceil((shown.expected ?? shown.bytes) / 1_048_576),
      expired: finished !== null && finished > this.config.importFileDays * 86_400_000,
      moreTerritories: Math.max(0, shown.counts.inTerritories - shown.counts.territories.length),
      rate: this.rate(shown, locale),
      columns: shown.mapping.columns.map((column, i) => ({
        ...column,
        field: column.field ?? '',
        n: i + 1,
        fieldName: column.field && this.words.say(locale, `imports.field.${column.field}`),
        label: column.name.trim() || this.words.say(locale, 'imports.column', { n: i + 1 }),
      })),
      choices: FIELDS.map((field) => ({ value: field, label: this.words.say(locale, `imports.field.${field}`) })),
      days: this.config.importFileDays,
      keptMappings: kept.map(({ id: value, name }) => ({ value, label: name! })),
    };
  }

  async undo(actor: Actor, id: string) {
    const { batch, foreseen } = await this.undoing.foresee(actor, id);
    const { fileName: file, state } = batch;
    const goes = goesBy(foreseen);
    const refused = batch.counts.refusing?.rows ?? 0;
    return { id, file, state, ...foreseen, goes, asked: goes > MANY_TO_UNDO, refused };
  }

  /** What it comes to in each territory, by pages. @param url the page's address; null for a program @throws NotFound */
  async inTerritories(actor: Actor, id: string, query: ListQuery, url: string | null) {
    const limit = query.limit ?? 50;
    const after = Number(readCursor(query.cursor, 1)?.[0] ?? 0);
    return this.work.run(actor, async (tx) => {
      const { fileName: file, state } = await tx.findOrFail(ImportBatch, { id });
      const rows = await this.queries.territories(tx, id, after, limit + 1);
      const { items, next } = pageOf(rows, limit, (row) => [row.n]);
      if (url === null) return { items, next };
      return {
        id,
        file,
        done: state === 'done',
        items,
        next: next && withQuery(url, { cursor: next }),
        first: query.cursor ? withQuery(url, { cursor: null }) : null,
      };
    });
  }

  /** @param url the page's address; null for a program */
  async kept(actor: Actor, id: string, query: ListQuery, url: string | null) {
    const { items, next, beyond } = await this.undoing.kept(actor, id, query);
    if (url === null) return { items, next, beyond };
    return {
      id,
      items,
      beyond,
      next: next && withQuery(url, { cursor: next }),
      first: query.cursor ? withQuery(url, { cursor: null }) : null,
    };
  }

  /** @throws NotFound */
  async keptFile(actor: Actor, id: string, locale: Locale) {
    // Asked once before anything is sent: what isn't there is a 404 and no broken file.
    await this.undoing.kept(actor, id, { limit: 1 });
    const pages = (cursor?: string) => this.undoing.kept(actor, id, { limit: 200, cursor });
    return keptFile(pages, this.words, locale, (person) => `${this.config.baseUrl}/sympathisers/${person}`);
  }

  private rate({ progress }: ImportShown, locale: Locale): string | null {
    if (!progress?.rate || progress.secondsLeft === null) return null;
    const unit = progress.phase === 'reading' ? 'imports.rate.bytes' : 'imports.rate.rows';
    const n = progress.phase === 'reading' ? Math.round(progress.rate / 1024) : progress.rate;
    return this.words.say(locale, unit, { n, seconds: progress.secondsLeft });
  }
}

const withRows = ({ code, rows, first }: ReasonCount) => ({
  code,
  rows,
  firstRows: first.join(', '),
  more: String(rows > first.length),
});

/** Territories by what lies above them, for a list to choose from. */
function grouped(places: Choice[], locale: Locale) {
  const name = (place: { name_en: string; name_hi: string }) => (locale === 'hi' ? place.name_hi : place.name_en);
  const option = (place: Choice) => ({ value: place.code, label: name(place) });
  const above = (place: Choice) => (locale === 'hi' ? place.parent_hi : place.parent_en) ?? '';
  const wide = places.filter(({ level }) => level === 'state' || level === 'region');
  const rest = Map.groupBy(
    places.filter((place) => !wide.includes(place)),
    above,
  );
  return [...wide.map(option), ...[...rest].map(([label, members]) => ({ label, options: members.map(option) }))];
}
