import type { Transaction } from '../../platform/database/transaction.js';

type Values = Record<string, unknown>;

/** What was set in one row for the sake of a merge: `was` and `became` of the same columns. */
export interface Change {
  table: string;
  /** With whom the row is after the merge is undone. */
  side: 'winner' | 'loser';
  id: string;
  was: Values;
  became: Values;
}

const KEYS: Record<string, string> = {
  people: 't.id = $1',
  // A pair stands with either of the two.
  person_suggestions: '$1 IN (t.person_id, t.other_id) AND t.id = $2',
};
const keyed = (table: string) => KEYS[table] ?? 't.person_id = $1 AND t.id = $2';
const picked = (columns: string[]) => `jsonb_build_object(${columns.map((column) => `'${column}', t.${column}`).join(', ')})`; // prettier-ignore

/** Sets columns of a row of one person. Table and columns are ours; values go in beside the text. */
export async function change(
  tx: Transaction,
  table: string,
  side: Change['side'],
  personId: string,
  id: string,
  values: Values,
): Promise<Change | null> {
  const columns = Object.keys(values);
  const of = table === 'people' ? [personId] : [personId, id];
  const before = await tx.one<{ was: Values }>(`SELECT ${picked(columns)} AS was FROM ${table} t WHERE ${keyed(table)}`, of); // prettier-ignore
  if (!before) return null;
  await set(tx, table, of, values, table === 'person_identities' && 'to_at' in values ? before.was : null);
  const after = await tx.one<{ became: Values }>(`SELECT ${picked(columns)} AS became FROM ${table} t WHERE ${keyed(table)}`, of); // prettier-ignore
  return { table, side, id, was: before.was, became: after!.became };
}

/** @returns whether the row stood as the merge had left it, and stands as before now */
export async function setBack(tx: Transaction, of: Change, personId: string): Promise<boolean> {
  const key = of.table === 'people' ? [personId] : [personId, of.id];
  return (await set(tx, of.table, key, of.was, of.became)) > 0;
}

function set(tx: Transaction, table: string, of: string[], values: Values, onlyIf: Values | null): Promise<number> {
  if (table === 'person_identities' && 'to_at' in values) return turnIdentity(tx, of, values, onlyIf);
  const columns = Object.keys(values);
  const params: unknown[] = [...of, JSON.stringify(values)];
  const list = columns.join(', ');
  const where = onlyIf ? ` AND ${picked(columns)} = $${params.push(JSON.stringify(onlyIf))}::jsonb` : '';
  return tx.execute(
    `UPDATE ${table} t SET (${list}) = (SELECT ${list} FROM jsonb_populate_record(NULL::${table}, $${of.length + 1}::jsonb))
      WHERE ${keyed(table)}${where}`,
    params,
  );
}

/** Whether a handle is used decides whether somebody can be reached: only the gate changes that. */
async function turnIdentity(tx: Transaction, of: string[], values: Values, onlyIf: Values | null): Promise<number> {
  const row = await tx.one<{ done: boolean }>('SELECT gate.turn_identity($1, $2, $3, $4) AS done', [
    ...of,
    onlyIf?.to_at ?? null,
    values.to_at,
  ]);
  return row!.done ? 1 : 0;
}
