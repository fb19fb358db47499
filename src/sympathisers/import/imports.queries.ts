import { containing } from '../../platform/database/like.js';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import { inUnicode, type Sheet } from './csv-text.js';
import type { ImportCounts, ImportPhase, ImportState, TerritoryCount } from './import-batch.entity.js';

export interface ImportItem {
  id: string;
  state: ImportState;
  file: string;
  source: string | null;
  territory: { id: string; code: string; name: string; name_en: string; name_hi: string };
  rows: number;
  created: number;
  changed: number;
  same: number;
  rejected: number;
  warnings: number;
  at: Date;
  by: string | null;
  finishedAt: Date | null;
  /** Who answers for the yes in the file: its words, its day, where the originals are. */
  declaredNotice: string | null;
  declaredOn: string | null;
  declaredWhere: string | null;
  declaredBy: string | null;
  declaredAt: Date | null;
}

export interface ImportShown extends ImportItem {
  bytes: number;
  sha256: string;
  problem: string | null;
  problemRow: number | null;
  /** The font of a file that was refused for it, else the one its letters are converted from. */
  font: string | null;
  /** Only some cells of a column are converted. */
  fontMixed: boolean;
  /** Somebody said that nothing is to be converted. */
  asItLooks: boolean;
  /** Somebody stopped it on its way in. */
  stopped: boolean;
  /** Bytes that a file in pieces will have; null: it came in one. */
  expected: number | null;
  /** `territories`: the first of them; `inTerritories`: how many there are. */
  counts: ImportCounts & { territories: NamedCount[]; inTerritories: number };
  /** Null once it is over. `rate`: bytes (reading) or rows (merging) a second; `secondsLeft` by it. */
  progress: {
    phase: ImportPhase;
    done: number;
    total: number;
    percent: number;
    rate: number | null;
    secondsLeft: number | null;
  } | null;
  mapping: {
    encoding: string;
    delimiter: string;
    /** As a spreadsheet counts; 0: there are none. */
    headerRow: number;
    /** Of a workbook with several sheets: their names, and the one that is read. */
    sheets: string[];
    sheet: string | null;
    /** `typed`: the samples as they stand in the file, where they were typed for a legacy font. */
    columns: { name: string; field: string | null; samples: string[]; font: string | null; typed: string[] }[];
  };
}

/** Without a code: rows that tell no place within the import's. */
export type NamedCount = TerritoryCount & {
  n: number;
  code: string | null;
  name_en: string | null;
  name_hi: string | null;
};

/** A row that can be used, as it stands in the file, and the codes of what is wrong with it. */
export interface Warned {
  row: number;
  codes: string[];
  line: string[];
}

export interface Reject {
  row: number;
  code: string;
  field: string | null;
  line: string[] | null;
}

const NO_COUNTS: ImportCounts = {
  rejected: [],
  warnings: [],
  fields: [],
  similar: 0,
  suppressed: 0,
  waiting: 0,
  noConsent: 0,
  agreeing: 0,
  refusing: { rows: 0, values: 0, people: 0 },
};
/** Of the territories so many are shown with the counts; a list of their own has all. */
const FIRST_TERRITORIES = 12;
const SAMPLES = 3;

const ITEM = `
  SELECT b.id, b.state, b.file_name AS file, b.source, b.rows, b.created, b.changed, b.same, b.rejected, b.warnings,
         b.declared_notices->>'register' AS "declaredNotice", b.declared_on::text AS "declaredOn", b.declared_where AS "declaredWhere",
         b.declared_at AS "declaredAt", (SELECT d.full_name FROM user_names d WHERE d.id = b.declared_by) AS "declaredBy",
         b.created_at AS at, u.full_name AS by, b.finished_at AS "finishedAt",
         json_build_object('id', t.id, 'code', t.code, 'name_en', t.name_en, 'name_hi', t.name_hi) AS territory`;
const FROM = `
    FROM import_batches b JOIN territories t ON t.id = b.territory_id LEFT JOIN user_names u ON u.id = b.created_by`;

@Injectable()
export class ImportsQueries {
  /** Newest first. */
  async list(
    tx: Transaction,
    query: { q?: string; limit?: number; cursor?: string },
    locale: Locale,
  ): Promise<Page<ImportItem>> {
    const limit = query.limit ?? 50;
    const key = readCursor(query.cursor, 1);
    const rows = await tx.query<ImportItem>(
      `${ITEM} ${FROM}
        WHERE ($1::uuid IS NULL OR b.id < $1) AND ($2::text IS NULL OR b.file_name ILIKE $2 OR b.source ILIKE $2)
        ORDER BY b.id DESC LIMIT $3`,
      [key?.[0] ?? null, containing(query.q), limit + 1],
    );
    return pageOf(
      rows.map((row) => named(row, locale)),
      limit,
      (row) => [row.id],
    );
  }

  /** @throws NotFound */
  async show(tx: Transaction, id: string, locale: Locale): Promise<ImportShown> {
    const row = await tx.one<
      Omit<ImportShown, 'counts' | 'mapping' | 'progress'> &
        Progressing & { counts: Partial<ImportCounts>; mapping: Sheet }
    >(
      `${ITEM}, b.bytes::float8 AS bytes, b.sha256, b.problem, b.problem_row AS "problemRow", b.stop_at IS NOT NULL AS stopped, b.expected::float8 AS expected, b.counts, b.mapping, b.phase, b.done::float8 AS done, b.phase_from::float8 AS "from", b.total::float8 AS total,
              extract(epoch FROM b.touched_at - b.phase_at)::float8 AS seconds ${FROM} WHERE b.id = $1`,
      [id],
    );
    if (!row) throw new NotFound();
    const { phase, done, from, total, seconds, counts, mapping, ...rest } = named(row, locale);
    const territories = await this.territories(tx, id, 0, FIRST_TERRITORIES);
    const last = await tx.one<{ n: number }>(
      'SELECT coalesce(max(n), 0) AS n FROM import_territories WHERE batch_id = $1',
      [id],
    );
    return {
      ...rest,
      counts: { ...NO_COUNTS, ...counts, territories, inTerritories: last!.n },
      font: mapping.unknownFont ?? (mapping.fonts?.some(Boolean) ? 'krutidev' : null),
      fontMixed: mapping.fonts?.includes('mixed') ?? false,
      asItLooks: mapping.asItLooks ?? false,
      progress: progressOf({ phase, done, from, total, seconds }),
      mapping: {
        encoding: mapping.encoding,
        delimiter: mapping.delimiter,
        headerRow: mapping.headerRow ?? 1,
        sheets: mapping.sheets ?? [],
        sheet: mapping.sheets?.[mapping.sheet ?? 0] ?? null,
        columns: columnsOf(mapping),
      },
    };
  }

  /** What a file comes to by territory, most new people first, behind one of them. */
  async territories(tx: Transaction, id: string, after: number, limit: number): Promise<NamedCount[]> {
    return tx.query<NamedCount>(
      `SELECT c.n, c.territory_id AS id, t.code, t.name_en, t.name_hi,
              c.people, c.changed, c.same, c.suggested AS similar, c.suppressed, c.rejected
         FROM import_territories c LEFT JOIN territories t ON t.id = c.territory_id
        WHERE c.batch_id = $1 AND c.n > $2 ORDER BY c.n LIMIT $3`,
      [id, after, limit],
    );
  }

  /** Rows that go in with a part left out, behind a row number, in file order; only as long as what was read is there. */
  async warned(tx: Transaction, id: string, after: number, limit: number): Promise<Warned[]> {
    return tx.query<Warned>(
      `SELECT r.row_no AS row, string_to_array(r.line, E'\\x1f') AS line,
              ARRAY(SELECT DISTINCT w.code FROM jsonb_to_recordset(r.warnings) AS w(code text) ORDER BY 1) AS codes
         FROM import_rows r JOIN import_outcomes o ON o.batch_id = r.batch_id AND o.row_no = r.row_no
        WHERE r.batch_id = $1 AND o.batch_id = $1 AND r.row_no > $2 AND o.code IS NULL AND r.warnings IS NOT NULL
        ORDER BY r.row_no LIMIT $3`,
      [id, after, limit],
    );
  }

  /** Rejected rows behind a row number, in file order. */
  async rejects(tx: Transaction, id: string, after: number, limit: number): Promise<Reject[]> {
    return tx.query<Reject>(
      `SELECT row_no AS row, code, field, line FROM import_rejects WHERE batch_id = $1 AND row_no > $2 ORDER BY row_no LIMIT $3`,
      [id, after, limit],
    );
  }
}

interface Progressing {
  phase: ImportPhase | null;
  done: number;
  from: number;
  total: number;
  seconds: number | null;
}

function progressOf({ phase, done, from, total, seconds }: Progressing): ImportShown['progress'] {
  if (!phase) return null;
  // What was in before the phase began says nothing about its pace.
  const rate = seconds && seconds > 0 && done > from ? Math.round((done - from) / seconds) : null;
  return {
    phase,
    done,
    total,
    percent: total ? Math.min(100, Math.floor((done / total) * 100)) : 0,
    rate,
    secondsLeft: rate ? Math.ceil((total - done) / rate) : null,
  };
}

const named = <T extends { territory: { name_en: string; name_hi: string } }>(row: T, locale: Locale): T => ({
  ...row,
  territory: { ...row.territory, name: locale === 'hi' ? row.territory.name_hi : row.territory.name_en },
});

/** Samples go with the file. */
function columnsOf(sheet: Sheet) {
  const { columns, fields, fonts, samples = [] } = sheet;
  const read = inUnicode(samples, sheet);
  const some = (rows: readonly (readonly string[])[], i: number) =>
    [...new Set(rows.map((row) => row[i]?.trim() ?? '').filter(Boolean))].slice(0, SAMPLES);
  return columns.map((name, i) => ({
    name,
    field: fields[i] ?? null,
    samples: some(read, i),
    font: fonts?.[i] ?? null,
    typed: some(
      samples.filter((row, n) => row[i] !== read[n]![i]),
      i,
    ),
  }));
}
