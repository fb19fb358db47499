import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { KeyedHashes } from '../../platform/security/keyed-hashes.js';

const RENEW = `
  UPDATE import_keys k
     SET hash = decode(q.hashes[1], 'hex'), older = nullif(ARRAY(SELECT decode(h, 'hex') FROM unnest(q.hashes[2:]) h), '{}')
    FROM (SELECT row_no, kind, value, ARRAY(SELECT json_array_elements_text(hashes)) AS hashes
            FROM json_to_recordset($2::json) AS q (row_no int, kind text, value text, hashes json)) q
   WHERE k.batch_id = $1 AND k.row_no = q.row_no AND k.kind = q.kind AND k.value = q.value`;

const SLICE = 10_000;

/** The keyed hashes of the staged rows, by which the suppression list is asked: made while a file is read. */
@Injectable()
export class StagedHashes {
  constructor(private readonly hashes: KeyedHashes) {}

  /** The key that the staged hashes are by. */
  get newest(): string {
    return this.hashes.names[0]!;
  }

  /**
   * Makes the hashes of a batch anew where SUPPRESSION_KEYS was changed since it was read: whoever was stopped under a
   * newer key would not be found by the older ones.
   * @returns whether they were; what was compared by the old ones says nothing then
   */
  async renew(tx: Transaction, batchId: string): Promise<boolean> {
    const now = this.hashes.names.join(',');
    const row = await tx.one<{ by: string | null }>(
      'SELECT hashed_by AS by FROM import_batches WHERE id = $1 FOR UPDATE',
      [batchId],
    );
    if (!row || row.by === now) return false;
    await tx.execute('UPDATE import_batches SET hashed_by = $2 WHERE id = $1', [batchId, now]);
    for (let above = 0; ;) {
      const keys = await tx.query<{ row_no: number; kind: string; value: string }>(
        `SELECT row_no, kind, value FROM import_keys
          WHERE batch_id = $1 AND row_no > $2 AND hash IS NOT NULL
            AND row_no <= (SELECT max(row_no) FROM (SELECT row_no FROM import_keys WHERE batch_id = $1 AND row_no > $2
                                                     ORDER BY row_no LIMIT ${SLICE}) s)`,
        [batchId, above],
      );
      if (!keys.length) return above > 0;
      const renewed = keys.map((key) => ({
        ...key,
        hashes: this.hashes.all(key.kind, key.value).map((hash) => hash.toString('hex')),
      }));
      await tx.execute(RENEW, [batchId, JSON.stringify(renewed)]);
      above = keys.reduce((most, { row_no }) => Math.max(most, row_no), above);
    }
  }
}
