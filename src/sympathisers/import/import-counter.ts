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
         count(*) FILTER (WHERE code IS NULL AND warnings <> '[]')::int AS warnings,
         count(*) FILTER (WHERE outcome = 'created' AND home_waiting)::int AS waiting
    FROM import_rows WHERE batch_id = $1`;

const NO_CONSENT = `
  SELECT count(*)::int AS n FROM import_rows r
   WHERE r.batch_id = $1 AND r.outcome = 'created' AND r.consent <> 'given'
     AND r.person_id NOT IN (SELECT person_id FROM import_rows WHERE batch_id = $1 AND outcome = 'changed' AND 'consent' = ANY (filled))`;

const BY_REASON = `
  SELECT code, count(*)::int AS rows, (array_agg(row_no ORDER BY row_no))[1:5] AS first
    FROM import_rows WHERE batch_id = $1 AND code IS NOT NULL GROUP BY code ORDER BY count(*) DESC, code`;

const BY_WARNING = `
  SELECT code, count(*)::int AS rows, (array_agg(row_no ORDER BY row_no))[1:5] AS first
    FROM (SELECT DISTINCT r.row_no, w.code FROM import_rows r, jsonb_to_recordset(r.warnings) AS w(code text)
           WHERE r.batch_id = $1 AND r.code IS NULL AND r.warnings <> '[]') w
   GROUP BY code ORDER BY count(*) DESC, code`;

const BY_TERRITORY = `
  SELECT home_id AS id, count(*)::int AS people FROM import_rows
   WHERE batch_id = $1 AND outcome = 'created' GROUP BY home_id ORDER BY count(*) DESC, home_id LIMIT 200`;

/**
 * Rows that can't be used, with their cells. Of the refused and of minors nothing stays but the number and the reason;
 * of a row stopped by a phone, mail or handle the cells with such things are left out ($2: kinds by column).
 */
const REJECTS = `
  INSERT INTO import_rejects (batch_id, row_no, path, code, field, line)
  SELECT batch_id, row_no, path, code, field,
         CASE WHEN secret OR line IS NULL THEN NULL
              WHEN stopped = '{}' THEN line
              ELSE ARRAY(SELECT CASE WHEN c.kinds && stopped THEN '' ELSE l.cell END
                           FROM unnest(line) WITH ORDINALITY AS l(cell, n)
                           LEFT JOIN json_to_recordset($2::json) AS c(n integer, kinds text[]) ON c.n = l.n
                          ORDER BY l.n) END
    FROM import_rows WHERE batch_id = $1 AND code IS NOT NULL`;

/** Counts what was decided, into the batch, and puts the rows that can't be used aside. */
@Injectable()
export class ImportCounter {
  async count(tx: Transaction, batch: ImportBatch): Promise<void> {
    const { waiting, ...figures } = (await tx.one<Record<string, number>>(OUTCOMES, [batch.id]))!;
    Object.assign(batch, figures);
    const noConsent = (await tx.one<{ n: number }>(NO_CONSENT, [batch.id]))!.n;
    batch.counts = {
      rejected: await tx.query<ReasonCount>(BY_REASON, [batch.id]),
      warnings: await tx.query<ReasonCount>(BY_WARNING, [batch.id]),
      territories: await tx.query(BY_TERRITORY, [batch.id]),
      waiting,
      noConsent,
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
