import { PLATFORMS } from '../platforms.js';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { ImportBatch, ReasonCount } from './import-batch.entity.js';

const OUTCOMES = `
  SELECT count(*)::int AS rows,
         count(*) FILTER (WHERE outcome = 'created')::int AS created,
         count(*) FILTER (WHERE outcome = 'changed')::int AS changed,
         count(*) FILTER (WHERE outcome = 'same')::int AS same,
         count(*) FILTER (WHERE code IS NOT NULL)::int AS rejected,
         count(*) FILTER (WHERE outcome = 'created' AND home_waiting)::int AS waiting,
         count(*) FILTER (WHERE outcome IS NOT NULL AND (others <> '{}' OR met AND (outcome = 'created' OR 'point' = ANY (filled))))::int AS similar,
         count(*) FILTER (WHERE code = 'stopped')::int AS suppressed
    FROM import_outcomes WHERE batch_id = $1 AND group_no <= $2`;

const NO_CONSENT = `
  SELECT count(*)::int AS n
    FROM import_outcomes o JOIN import_rows r ON r.batch_id = o.batch_id AND r.row_no = o.row_no
   WHERE o.batch_id = $1 AND o.group_no <= $2 AND o.outcome = 'created' AND r.consent <> 'given'
     AND o.person_id NOT IN (SELECT person_id FROM import_outcomes
                              WHERE batch_id = $1 AND outcome = 'changed' AND 'consent' = ANY (filled))`;

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

/** Where people live or will; the later rows of a new person count where their first one goes. */
const BY_TERRITORY = `
  SELECT CASE WHEN o.known OR o.outcome = 'created' THEN o.home_id
              ELSE coalesce((SELECT h.home_id FROM import_outcomes h WHERE h.batch_id = o.batch_id AND h.row_no = o.group_no), o.home_id)
         END AS id,
         count(*) FILTER (WHERE o.outcome = 'created')::int AS people,
         count(*) FILTER (WHERE o.outcome = 'changed')::int AS changed, count(*) FILTER (WHERE o.outcome = 'same')::int AS same
    FROM import_outcomes o
   WHERE o.batch_id = $1 AND o.group_no <= $2 AND o.outcome IS NOT NULL
   GROUP BY 1 ORDER BY 2 DESC, 3 DESC, 1 LIMIT 200`;

/** How often each field gets something: in a row of somebody we have, or of somebody whom an earlier row brings. */
const BY_FIELD = `
  SELECT w.field, count(*)::int AS rows
    FROM import_outcomes o CROSS JOIN LATERAL unnest(o.filled) AS w(field)
   WHERE o.batch_id = $1 AND o.group_no <= $2 AND o.outcome = 'changed'
   GROUP BY w.field ORDER BY count(*) DESC, w.field`;

/**
 * Rows that can't be used, with their cells. Of the refused and of minors nothing stays but the number and the reason;
 * of a row stopped by a phone, mail or handle the cells with such things are left out ($2: kinds by column).
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
   WHERE o.batch_id = $1 AND o.code IS NOT NULL`;

const ALL = 2_147_483_647;

/** Counts what was decided, into the batch, and puts the rows that can't be used aside. */
@Injectable()
export class ImportCounter {
  /** @param upto persons up to this group count; those behind were left out, as somebody stopped the import */
  async count(tx: Transaction, batch: ImportBatch, upto = ALL): Promise<void> {
    await tx.query(`SET LOCAL jit = off; SET LOCAL work_mem = '64MB'`);
    const of = [batch.id, upto];
    const { waiting, similar, suppressed, rows, ...figures } = (await tx.one<Record<string, number>>(OUTCOMES, of))!;
    const [warned, ...warnings] = await tx.query<ReasonCount>(BY_WARNING, of);
    // Of an import that was stopped the file keeps its number of rows.
    Object.assign(batch, figures, { warnings: warned!.rows }, upto === ALL && { rows });
    batch.counts = {
      rejected: await tx.query<ReasonCount>(BY_REASON, of),
      warnings,
      territories: await tx.query(BY_TERRITORY, of),
      fields: batch.changed ? await tx.query(BY_FIELD, of) : [],
      waiting: waiting!,
      similar: similar!,
      suppressed: suppressed!,
      noConsent: batch.created ? (await tx.one<{ n: number }>(NO_CONSENT, of))!.n : 0,
    };
    await tx.execute('DELETE FROM import_rejects WHERE batch_id = $1', [batch.id]);
    await tx.execute(REJECTS, [batch.id, JSON.stringify(kindsByColumn(batch))]);
  }
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
