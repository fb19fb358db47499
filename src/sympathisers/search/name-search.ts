import { seesOwnPeople, type Scope } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { probesOf, scopedQuery } from './name-probes.js';

/** How many are looked at. Names that more people share can't be told apart by a name. */
export interface Bounds {
  /** Of each kind of likeness. */
  ofAKind: number;
  /** Enough, so that what is less likely isn't asked for. */
  enough: number;
}
export const BY_NAME: Bounds = { ofAKind: 400, enough: 50 };
/** Where filters stand beside the name: most may fall out again. */
export const BY_NAME_AND_FILTERS: Bounds = { ofAKind: 2_000, enough: 1_000 };

export interface Candidates {
  ids: string[];
  /** There are others like these who were not looked at. */
  more: boolean;
}

/** With so many somebody is likely to be the one. */
const FEW = 8;

/**
 * Ids of people whose name may be the one typed, from the likeliest forms of it on. Every question is answered by an index
 * and gives a bounded number, however many people there are; who they are is read by the caller, who puts them in order.
 */
export async function candidatesFor(
  tx: Transaction,
  typed: string,
  within: Scope,
  bounds: Bounds,
): Promise<Candidates> {
  const probes = probesOf(typed);
  const found = new Set<string>();
  if (!probes) return { ids: [], more: false };
  let more = false;
  const take = async (from: string, ...params: unknown[]) => {
    const rows = await tx.query<{ id: string }>(from, params);
    for (const { id } of rows) found.add(id);
    more ||= rows.length >= bounds.ofAKind;
  };
  const range = [within.from, within.to, bounds.ofAKind];
  const [begins = probes.exact, otherwise = begins] = probes.begins;
  await take(AS_TYPED, ...range, probes.exact, begins, otherwise);
  await take(BY_KEYS, ...range, probes.forms);
  // With one word alone, what looks like a slip of it may well be the beginning of many others.
  if (!probes.begun || found.size < bounds.enough) await take(BY_KEYS, ...range, probes.slips());
  const rest: [words: string, beginnings: string[] | null][] = [[probes.every, null]];
  if (probes.begun) rest.push([probes.begun.words, probes.begun.beginnings]);
  if (probes.most) rest.push([probes.most, null]);
  if (probes.twice) rest.push([probes.twice, null]);
  for (const [n, [words, beginnings]] of rest.entries()) {
    if (n > 0 && found.size >= (words === probes.twice ? FEW : bounds.enough)) break;
    // A member's own people are few, and found by their hands; nobody else needs to be looked at.
    if (seesOwnPeople(tx.actor)) await take(OWN_BY_WORDS, ...range, scopedQuery(words, ''), beginnings);
    else await take(BY_WORDS, ...range, scopedQuery(words, within.from), beginnings);
  }
  return { ids: [...found], more };
}

const WITHIN = 'p.path >= $1 AND p.path < $2';

const AS_TYPED = `
  (SELECT p.id FROM people p WHERE p.name_key = $4 AND ${WITHIN} ORDER BY p.path, p.id LIMIT $3)
  UNION ALL
  (SELECT p.id FROM people p WHERE p.name_key > $5 AND p.name_key < $5 || chr(1114111) AND ${WITHIN} ORDER BY p.name_key, p.path, p.id LIMIT $3)
  UNION ALL
  (SELECT p.id FROM people p WHERE $6 <> $5 AND p.name_key > $6 AND p.name_key < $6 || chr(1114111) AND ${WITHIN}
    ORDER BY p.name_key, p.path, p.id LIMIT $3)`;

/** A few of each key, so that a common one doesn't hide the others. */
const BY_KEYS = `
  SELECT f.id FROM unnest($4::text[]) AS k (key)
   CROSS JOIN LATERAL (SELECT p.id FROM people p WHERE p.name_key = k.key AND ${WITHIN} ORDER BY p.path, p.id LIMIT 40) f
   LIMIT $3`;

const BY_WORDS = 'SELECT id FROM gate.people_by_words($4::text::tsquery, $5::text[], $1, $2, $3) AS f (id)';

const OWN_BY_WORDS = `
  SELECT p.id FROM people p
   WHERE name_tokens(p.name_key, '') @@ $4::text::tsquery AND ($5::text[] IS NULL OR ' ' || p.name_key LIKE ANY ($5)) AND ${WITHIN}
   ORDER BY p.path, p.id LIMIT $3`;
