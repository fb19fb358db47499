import type { Transaction } from '../../platform/database/transaction.js';
import { FIELD_CODES, FIELDS, type Field } from './carried-tables.js';
import type { Two } from './resolutions.js';

/** Those asked for, and those in which the one that remains has nothing. The other must have something. */
export async function fieldsToTake(tx: Transaction, two: Two, asked: readonly Field[]): Promise<Field[]> {
  const rows = await tx.query<{ id: string } & Record<string, unknown>>(
    `SELECT id, ${FIELD_CODES.map((field) => FIELDS[field][0]).join(', ')} FROM people WHERE id = ANY ($1)`,
    [[two.winner, two.loser]],
  );
  const of = (id: string) => rows.find((row) => row.id === id)!;
  return FIELD_CODES.filter((field) => {
    const [mine, theirs] = [of(two.winner)[FIELDS[field][0]], of(two.loser)[FIELDS[field][0]]];
    return theirs !== null && mine !== theirs && (mine === null || asked.includes(field));
  });
}

/**
 * The two records exchange these values: whichever is not shown any more stands in the record set aside, and nowhere else.
 * @returns by field a digest of what the one that remains has now
 */
export async function exchange(
  tx: Transaction,
  two: Two,
  mergeId: string,
  fields: Field[],
): Promise<Record<string, string>> {
  const taken: Record<string, string> = {};
  for (const field of fields) {
    await swap(tx, two, field);
    taken[field] = await digestOf(tx, two.winner, mergeId, field);
  }
  return taken;
}

/** One statement: both rows read what the other had before it. */
export function swap(tx: Transaction, { winner, loser }: Two, field: Field): Promise<number> {
  const sets = FIELDS[field].map((column) => `${column} = o.${column}`).join(', ');
  return tx.execute(
    `UPDATE people p SET ${sets} FROM people o WHERE (p.id = $1 AND o.id = $2) OR (p.id = $2 AND o.id = $1)`,
    [winner, loser],
  );
}

/** Tells whether a value is still the same, without telling the value. */
export async function digestOf(tx: Transaction, personId: string, mergeId: string, field: Field): Promise<string> {
  const row = await tx.one<{ digest: string }>(
    `SELECT left(encode(sha256(convert_to($2 || jsonb_build_array(${FIELDS[field].map((column) => `p.${column}`).join(', ')})::text, 'UTF8')), 'hex'), 32) AS digest
       FROM people p WHERE p.id = $1`,
    [personId, mergeId],
  );
  return row!.digest;
}
