import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Forbidden, NotFound } from '../platform/errors.js';
import { childPath } from './path.js';
import { recordSpans } from './spans.js';
import type { TerritoryRow } from './territory-file.js';

/** A territory as it stands, or as it will once the file is in. */
interface Standing {
  id: string;
  code: string;
  path: string;
  level: string;
  kind: string | null;
  nameEn: string;
  nameHi: string;
  lgdCode: number | null;
  parentCode: string | null;
}

export interface Loaded {
  /** Ids of the territories that are new. */
  created: string[];
  changed: number;
  same: number;
  /** Territories whose parent in the file is another one than they have. */
  toMove: { id: string; parentId: string }[];
}

const CHUNK = 5_000;

/**
 * Brings rows of a territory file into the tree, set by set: keys of children are taken from the parent's counter, and
 * whatever is new or renamed gets its span.
 * @param rows checked by readTerritoryFile, every parent before its children
 * @param keep leave territories that are there as they are: what was edited goes before what is shipped
 * @throws NotFound for a parent that isn't there
 * @throws Forbidden where a parent or a territory lies outside the actor's scope
 */
export async function loadTree(
  tx: Transaction,
  rows: TerritoryRow[],
  keep: boolean,
  progress: (done: number) => void,
): Promise<Loaded> {
  const standing = await standingOf(tx, rows);
  const fresh = rows.filter((row) => !standing.has(row.code));
  const known = rows.filter((row) => standing.has(row.code));
  const created = await create(tx, fresh, standing, progress);
  const toMove: Loaded['toMove'] = [];
  if (keep) return { created, changed: 0, same: known.length, toMove };

  const renamed: (Standing & { renamed: boolean })[] = [];
  const touched = new Set<string>();
  for (const row of known) {
    const old = standing.get(row.code)!;
    const next = after(old, row);
    if (next) renamed.push(next);
    const parent = standing.get(row.parentCode);
    if (!parent) throw new NotFound('territories.problem.unknown_parent', { value: row.parentCode });
    const moves = row.parentCode !== old.parentCode;
    if (moves) toMove.push({ id: old.id, parentId: parent.id });
    if (next || moves) touched.add(old.id);
  }
  await change(tx, renamed);
  progress(rows.length);
  return { created, changed: touched.size, same: known.length - touched.size, toMove };
}

async function standingOf(tx: Transaction, rows: TerritoryRow[]): Promise<Map<string, Standing>> {
  const codes = new Set(rows.flatMap((row) => [row.code, row.parentCode]));
  const found = await tx.query<Standing>(
    `SELECT t.id, t.code, t.path, t.level, t.kind, t.name_en AS "nameEn", t.name_hi AS "nameHi", t.lgd_code AS "lgdCode",
            p.code AS "parentCode"
       FROM territories t LEFT JOIN territories p ON p.id = t.parent_id WHERE t.code = ANY ($1)`,
    [[...codes]],
  );
  return new Map(found.map((territory) => [territory.code, territory]));
}

/** Adds the new territories to `standing`, too. */
async function create(
  tx: Transaction,
  rows: TerritoryRow[],
  standing: Map<string, Standing>,
  progress: (done: number) => void,
): Promise<string[]> {
  const children = new Map<string, number>();
  for (const row of rows) children.set(row.parentCode, (children.get(row.parentCode) ?? 0) + 1);
  const counters = await takeKeys(
    tx,
    [...children].flatMap(([code, more]) => (standing.has(code) ? [{ id: standing.get(code)!.id, more }] : [])),
  );

  const made = new Map<string, number>();
  const inserts = rows.map((row) => {
    const parent = standing.get(row.parentCode);
    if (!parent) throw new NotFound('territories.problem.unknown_parent', { value: row.parentCode });
    const counter = counters.get(parent.id);
    const ordinal = (made.get(parent.id) ?? counter?.from ?? 0) + 1;
    made.set(parent.id, ordinal);
    const { code, level, kind, nameEn, nameHi, parentCode } = row;
    const lgdCode = row.lgdCode === null ? null : Number(row.lgdCode);
    const path = childPath(counter?.path ?? parent.path, ordinal);
    const territory = { id: uuidv7(), code, path, level, kind, nameEn, nameHi, lgdCode, parentCode };
    standing.set(code, territory);
    return { ...territory, parentId: parent.id, childrenMade: children.get(code) ?? 0 };
  });
  for (let at = 0; at < inserts.length; at += CHUNK) {
    const chunk = inserts.slice(at, at + CHUNK);
    await tx.execute(
      `INSERT INTO territories (id, parent_id, path, code, level, kind, name_en, name_hi, lgd_code, children_made)
       SELECT id, "parentId", path, code, level, kind, "nameEn", "nameHi", "lgdCode", "childrenMade"
         FROM jsonb_to_recordset($1::jsonb) AS n(id uuid, "parentId" uuid, path text, code text, level text, kind text,
              "nameEn" text, "nameHi" text, "lgdCode" integer, "childrenMade" integer)`,
      [JSON.stringify(chunk)],
    );
    await recordSpans(
      tx,
      chunk.map(({ id }) => id),
    );
    progress(at + chunk.length);
  }
  return inserts.map(({ id }) => id);
}

/**
 * Raises the parents' counters, which locks them against anybody who does the same.
 * @returns by parent: its path now, and the last ordinal given before ours
 */
export async function takeKeys(
  tx: Transaction,
  wanted: { id: string; more: number }[],
): Promise<Map<string, { path: string; from: number }>> {
  if (!wanted.length) return new Map();
  const taken = await tx.query<{ id: string; path: string; from: number }>(
    `WITH taken AS (
       UPDATE territories t SET children_made = t.children_made + n.more
         FROM jsonb_to_recordset($1::jsonb) AS n(id uuid, more integer) WHERE t.id = n.id
       RETURNING t.id, t.path, t.children_made - n.more AS "from")
     SELECT * FROM taken`,
    [JSON.stringify(wanted)],
  );
  if (taken.length < wanted.length) throw new Forbidden();
  return new Map(taken.map((row) => [row.id, row]));
}

/** What a row changes, or null. Blanks change nothing; nor does a name the file gave in one language only. */
function after(old: Standing, row: TerritoryRow): (Standing & { renamed: boolean }) | null {
  const copied = row.nameEn === row.nameHi && (row.nameEn === old.nameEn || row.nameEn === old.nameHi);
  const next = {
    ...old,
    nameEn: copied ? old.nameEn : row.nameEn,
    nameHi: copied ? old.nameHi : row.nameHi,
    kind: row.kind ?? old.kind,
    lgdCode: row.lgdCode === null ? old.lgdCode : Number(row.lgdCode),
  };
  const renamed = next.nameEn !== old.nameEn || next.nameHi !== old.nameHi;
  return renamed || next.kind !== old.kind || next.lgdCode !== old.lgdCode ? { ...next, renamed } : null;
}

async function change(tx: Transaction, changes: (Standing & { renamed: boolean })[]): Promise<void> {
  if (!changes.length) return;
  const done = await tx.execute(
    `UPDATE territories t SET name_en = n."nameEn", name_hi = n."nameHi", kind = n.kind, lgd_code = n."lgdCode"
       FROM jsonb_to_recordset($1::jsonb) AS n(id uuid, "nameEn" text, "nameHi" text, kind text, "lgdCode" integer)
      WHERE t.id = n.id`,
    [JSON.stringify(changes)],
  );
  if (done < changes.length) throw new Forbidden();
  await recordSpans(
    tx,
    changes.filter(({ renamed }) => renamed).map(({ id }) => id),
  );
}
