import { PLATFORMS } from '../platforms.js';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { ImportBatch, ReasonCount } from './import-batch.entity.js';
import { REFUSING } from './refusal-sql.js';

/**
 * Where people live or will, and what their rows come to; the later rows of a new person count where their first one goes.
 * All totals are sums of these, so that the outcomes are looked through once. A new person without a yes is one whose first
 * row has none, unless a later row of theirs fills it in.
 */
const BY_TERRITORY = `
  SELECT CASE WHEN o.known OR o.outcome = 'created' OR o.outcome IS NULL THEN o.home_id
              ELSE coalesce((SELECT h.home_id FROM import_outcomes h WHERE h.batch_id = o.batch_id AND h.row_no = o.group_no), o.home_id)
         END AS id,
         count(*)::int AS rows,
         count(*) FILTER (WHERE o.outcome = 'created')::int AS people,
         count(*) FILTER (WHERE o.outcome = 'changed')::int AS changed,
         count(*) FILTER (WHERE o.outcome = 'same')::int AS same,
         count(*) FILTER (WHERE o.outcome IS NOT NULL AND (o.others <> '{}' OR o.met AND (o.outcome = 'created' OR 'point' = ANY (o.filled))))::int AS similar,
         count(*) FILTER (WHERE o.code = 'stopped')::int AS suppressed,
         count(*) FILTER (WHERE o.code IS NOT NULL)::int AS rejected,
         count(*) FILTER (WHERE o.outcome = 'created' AND o.home_waiting)::int AS waiting,
         count(*) FILTER (WHERE o.outcome IS NOT NULL AND o.says_yes)::int AS agreeing,
         count(*) FILTER (WHERE o.outcome = 'created' AND NOT o.says_yes)::int
           - count(*) FILTER (WHERE o.outcome = 'changed' AND NOT o.known AND 'consent' = ANY (o.filled))::int AS "noConsent"
    FROM import_outcomes o
   WHERE o.batch_id = $1 AND o.group_no <= $2
   GROUP BY 1 ORDER BY 1 IS NULL, people DESC, changed DESC, 1`;

const TERRITORIES = `
  INSERT INTO import_territories (batch_id, n, path, territory_id, people, changed, same, suggested, suppressed, rejected)
  SELECT $1, t.n, $2, t.id, t.people, t.changed, t.same, t."similar", t.suppressed, t.rejected
    FROM json_to_recordset($3::json) AS t(n integer, id uuid, people integer, changed integer, same integer,
                                          "similar" integer, suppressed integer, rejected integer)`;

/** Nobody answers for the yes in the file: no row brings one, and a row that brings nothing else is the same. */
const NO_YES = `
  UPDATE import_outcomes o
     SET filled = array_remove(o.filled, 'consent'), outcome = CASE WHEN o.filled = '{consent}' THEN 'same' ELSE o.outcome END,
         more = o.others <> '{}' OR o.differs <> '{}'
             OR (SELECT r.remarks IS NOT NULL FROM import_rows r WHERE r.batch_id = o.batch_id AND r.row_no = o.row_no)
   WHERE o.batch_id = $1 AND o.outcome IN ('changed', 'same') AND o.says_yes AND ('consent' = ANY (o.filled) OR o.more)`;

const BY_REASON = `
  SELECT code, count(*)::int AS rows, (array_agg(row_no ORDER BY row_no))[1:5] AS first
    FROM import_outcomes WHERE batch_id = $1 AND group_no <= $2 AND code IS NOT NULL GROUP BY code ORDER BY count(*) DESC, code`;

/** Rows that can be used with a warning, by its code; without a code: how many there are, as a row may have several. */
const BY_WARNING = `
  WITH warned AS MATERIALIZED (
    SELECT r.row_no, r.warnings
      FROM import_rows r JOIN import_outcomes o ON o.batch_id = r.batch_id AND o.row_no = r.row_no
     WHERE r.batch_id = $1 AND o.group_no <= $2 AND o.code IS NULL AND r.warnings IS NOT NULL)
  SELECT NULL AS code, count(*)::int AS rows, NULL AS first FROM warned
  UNION ALL
  (SELECT code, count(*)::int, (array_agg(row_no ORDER BY row_no))[1:5]
     FROM (SELECT DISTINCT w.row_no, c.code FROM warned w, jsonb_to_recordset(w.warnings) AS c(code text)) w
    GROUP BY code ORDER BY count(*) DESC, code)`;

/** How often each field gets something: in a row of somebody we have, or of somebody whom an earlier row brings. */
const BY_FIELD = `
  SELECT w.field, count(*)::int AS rows
    FROM import_outcomes o CROSS JOIN LATERAL unnest(o.filled) AS w(field)
   WHERE o.batch_id = $1 AND o.group_no <= $2 AND o.outcome = 'changed'
   GROUP BY w.field ORDER BY count(*) DESC, w.field`;

/**
 * Rows that can't be used, with their cells. Of the refused and of minors nothing stays but the number and the reason;
 * of a row stopped by a phone, mail or handle the cells with such things are left out ($2: kinds by column) up to a person ($3).
 */
const REJECTS = `
  INSERT INTO import_rejects (batch_id, row_no, path, code, field, line)
  SELECT o.batch_id, o.row_no, o.path, o.code, o.field,
         CASE WHEN o.secret OR r.line IS NULL THEN NULL
              WHEN o.stopped = '{}' THEN string_to_array(r.line, E'\\x1f')
              ELSE ARRAY(SELECT CASE WHEN c.kinds && o.stopped THEN '' ELSE l.cell END
                           FROM unnest(string_to_array(r.line, E'\\x1f')) WITH ORDINALITY AS l(cell, n)
                           LEFT JOIN json_to_recordset($2::json) AS c(n integer, kinds text[]) ON c.n = l.n
                          ORDER BY l.n) END
    FROM import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
   WHERE o.batch_id = $1 AND o.group_no <= $3 AND o.code IS NOT NULL`;

const ALL = 2_147_483_647;

const COUNTS = [
  'rows', 'people', 'changed', 'same', 'similar', 'suppressed', 'rejected', 'waiting', 'agreeing', 'noConsent',
] as const; // prettier-ignore
type Counted = { id: string | null } & Record<(typeof COUNTS)[number], number>;

/** Counts what was decided, into the batch, and puts the rows that can't be used aside. */
@Injectable()
export class ImportCounter {
  /** @param upto persons up to this group count; those behind were left out, as somebody stopped the import */
  async count(tx: Transaction, batch: ImportBatch, upto = ALL): Promise<void> {
    await tx.query(`SET LOCAL jit = off; SET LOCAL work_mem = '64MB'`);
    const of = [batch.id, upto];
    let places = await tx.query<Counted>(BY_TERRITORY, of);
    if (batch.undeclared && sums(places).agreeing && (await tx.execute(NO_YES, [batch.id])))
      places = await tx.query<Counted>(BY_TERRITORY, of);
    const { waiting, similar, suppressed, agreeing, noConsent, rows, people: created, ...figures } = sums(places);
    const [warned, ...warnings] = await tx.query<ReasonCount>(BY_WARNING, of);
    const rejected = figures.rejected ? await tx.query<ReasonCount>(BY_REASON, of) : [];
    // Of an import that was stopped the file keeps its number of rows.
    Object.assign(batch, { ...figures, created, warnings: warned!.rows }, upto === ALL && { rows });
    batch.counts = {
      rejected,
      warnings,
      fields: batch.changed ? await tx.query(BY_FIELD, of) : [],
      waiting,
      similar,
      suppressed,
      agreeing,
      noConsent: batch.undeclared ? created : noConsent,
      refusing: await this.refusing(tx, batch, rejected),
    };
    for (const table of ['import_territories', 'import_rejects'])
      await tx.execute(`DELETE FROM ${table} WHERE batch_id = $1`, [batch.id]);
    const numbered = places.map((place, i) => ({ ...place, n: i + 1 }));
    await tx.execute(TERRITORIES, [batch.id, batch.path, JSON.stringify(numbered)]);
    if (rejected.length) await tx.execute(REJECTS, [batch.id, JSON.stringify(kindsByColumn(batch)), upto]);
  }

  /** Once it was confirmed the refusals are in effect: what they would do now is nothing, what they did was foreseen. */
  private async refusing(tx: Transaction, { id, confirmedAt, counts }: ImportBatch, rejected: ReasonCount[]) {
    const rows = rejected.find(({ code }) => code === 'refused')?.rows ?? 0;
    if (confirmedAt && counts.refusing) return counts.refusing;
    if (!rows) return { rows, values: 0, people: 0 };
    return { rows, ...(await tx.one<{ values: number; people: number }>(REFUSING, [id]))! };
  }
}

function sums(places: readonly Counted[]): Omit<Counted, 'id'> {
  const all = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Omit<Counted, 'id'>;
  for (const place of places) for (const name of COUNTS) all[name] += place[name];
  return all;
}

/** Which columns may hold what was stopped: all of a handle's for any platform, as a cell may name another one. */
function kindsByColumn({ mapping }: ImportBatch): { n: number; kinds: string[] }[] {
  const handles = PLATFORMS.map(({ code }) => code);
  return mapping.fields.flatMap((field, i) => {
    if (field === 'phone' || field === 'whatsapp') return [{ n: i + 1, kinds: ['phone', 'whatsapp'] }];
    if (field === 'email') return [{ n: i + 1, kinds: ['email'] }];
    if (field === 'handle') return [{ n: i + 1, kinds: ['phone', ...handles] }];
    // A remark may repeat any of them.
    return field === 'remarks' ? [{ n: i + 1, kinds: ['phone', 'email', ...handles] }] : [];
  });
}
