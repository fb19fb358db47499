import type { Transaction } from '../../platform/database/transaction.js';
import { nameKey } from '../name-key.js';
import { FIELD_CODES, FIELDS, type Choice, type Field } from './carried-tables.js';
import type { Two } from './resolutions.js';

/** Those asked for, and those in which the one that remains has nothing. The other must have something. */
export async function fieldsToTake(tx: Transaction, two: Two, asked: readonly Choice[]): Promise<Field[]> {
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
export async function swap(tx: Transaction, two: Two, field: Field): Promise<void> {
  const sets = FIELDS[field].map((column) => `${column} = o.${column}`).join(', ');
  await tx.execute(
    `UPDATE people p SET ${sets} FROM people o WHERE (p.id = $1 AND o.id = $2) OR (p.id = $2 AND o.id = $1)`,
    [two.winner, two.loser],
  );
  if (field === 'name') await keyAnew(tx, two);
}

/** The key of a name that was set aside may be made by the rules of an older program: making keys anew passes it by. */
export async function keyAnew(tx: Transaction, { winner, loser }: Two): Promise<void> {
  const rows = await tx.query<{ id: string; name: string; key: string }>(
    'SELECT id, full_name AS name, name_key AS key FROM people WHERE id = ANY ($1)',
    [[winner, loser]],
  );
  for (const { id, name, key } of rows)
    if (nameKey(name) !== key) await tx.execute('UPDATE people SET name_key = $2 WHERE id = $1', [id, nameKey(name)]);
}

/** Whether the one that remains still has what was taken over. */
export async function standsAsTaken(
  tx: Transaction,
  winner: string,
  mergeId: string,
  field: Field,
  taken: string,
): Promise<boolean> {
  if ((await digestOf(tx, winner, mergeId, field)) === taken) return true;
  // Merges of an older program have the key of the name in it.
  return field === 'name' && (await digestOf(tx, winner, mergeId, field, FIELDS.name)) === taken;
}

/** Keys of names are made anew whenever their rules change: they say nothing about the name. */
const said = (field: Field): readonly string[] => FIELDS[field].filter((column) => column !== 'name_key');

/** Tells whether a value is still the same, without telling the value. */
async function digestOf(
  tx: Transaction,
  personId: string,
  mergeId: string,
  field: Field,
  columns: readonly string[] = said(field),
): Promise<string> {
  const row = await tx.one<{ digest: string }>(
    `SELECT left(encode(sha256(convert_to($2 || jsonb_build_array(${columns.map((column) => `p.${column}`).join(', ')})::text, 'UTF8')), 'hex'), 32) AS digest
       FROM people p WHERE p.id = $1`,
    [personId, mergeId],
  );
  return row!.digest;
}
