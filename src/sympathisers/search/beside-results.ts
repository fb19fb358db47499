import { isGrantActor, scopeOfActor, seesEverybody } from '../../platform/database/actor.js';
import { escapeLike } from '../../platform/database/like.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { readSearch } from '../person-search.js';

/** What is said beside those who were found. */
export interface BesideResults {
  /** Territories of the actor's of that name: everybody there may be meant. */
  places?: { code: string; name: string }[];
  /** Somebody out of the actor's sight has this very handle; nothing more is told (T26). */
  elsewhere?: true;
}

const PLACES = 3;

/**
 * Only a handle says "held elsewhere", to somebody who may add people: whoever adds that handle hears the same. A phone and
 * a mail never do. Families share them, so they prove nobody; and a number of a neighbour's is known to many, who could ask
 * one by one who is on our side. Each such answer is in the trail.
 */
export async function besideResults(
  tx: Transaction,
  typed: string,
  found: number,
  locale: Locale,
): Promise<BesideResults> {
  const search = readSearch(typed);
  const { actor } = tx;
  const scope = scopeOfActor(actor);
  if (search.by === 'name' && scope && seesEverybody(actor) && typed.trim().length > 2) {
    const places = await tx.query<{ code: string; name: string }>(
      `SELECT code, CASE $2 WHEN 'hi' THEN name_hi ELSE name_en END AS name FROM territories
        WHERE path >= $3 AND path < $4 AND to_on IS NULL AND (name_en ILIKE $1 OR name_hi ILIKE $1) AND parent_id IS NOT NULL
        ORDER BY length(path), name_en, id LIMIT ${PLACES}`,
      [`${escapeLike(typed.trim())}%`, locale, scope.from, scope.to],
    );
    return places.length ? { places } : {};
  }
  if (search.by !== 'handle' || found || !isGrantActor(actor) || !actor.permissions.has('sympathiser.add')) return {};
  const held = await tx.query(`SELECT FROM gate.held_elsewhere($1, $2)`, [
    search.platforms,
    search.platforms.map(() => search.handle),
  ]);
  const accounts = await tx.query(`SELECT FROM gate.accounts_elsewhere(NULL, $1, $2)`, [
    search.platforms,
    search.platforms.map(() => search.uid),
  ]);
  if (!held.length && !accounts.length) return {};
  tx.audit('sympathiser.held_elsewhere', { facts: { handles: 1 } });
  return { elsewhere: true };
}
