import { isGrantActor, scopeOfActor, seesEverybody } from '../../platform/database/actor.js';
import { escapeLike } from '../../platform/database/like.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { readSearch, type PersonSearch } from '../person-search.js';

/** What is said beside those who were found. */
export interface BesideResults {
  /** Territories of the actor's of that name: everybody there may be meant. */
  places?: { id: string; code: string; name: string }[];
  /** Somebody out of the actor's sight has this very handle; nothing more is told (T26). */
  elsewhere?: true;
}

const PLACES = 3;

/** "Ward 23, Aliganj" and "वार्ड २३ (पूर्व)" as words with spaces between them and plain digits, in SQL. */
const asWords = (sql: string) => `translate(${sql}, '०१२३४५६७८९-(/.,', '0123456789     ')`;

/** A name, a place with its number, or a word that may be a handle: no phone, mail, link or PIN. */
const mayBePlace = (typed: string, { by }: PersonSearch): boolean =>
  ['name', 'handle', 'nothing'].includes(by) && typed.length > 2 && /^(?=.*\p{L})[^@:]+$/u.test(typed);

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
  const told: BesideResults = {};
  if (seesEverybody(actor) && mayBePlace(typed.trim(), search)) {
    const places = await placesCalled(tx, typed.trim(), locale);
    if (places.length) told.places = places;
  }
  if (search.by !== 'handle' || found || !isGrantActor(actor) || !actor.permissions.has('sympathiser.add')) return told;
  const held = await tx.query(`SELECT FROM gate.held_elsewhere($1, $2)`, [
    search.platforms,
    search.platforms.map(() => search.handle),
  ]);
  const accounts = await tx.query(`SELECT FROM gate.accounts_elsewhere(NULL, $1, $2)`, [
    search.platforms,
    search.platforms.map(() => search.uid),
  ]);
  if (!held.length && !accounts.length) return told;
  tx.audit('sympathiser.held_elsewhere', { facts: { handles: 1 } });
  return { ...told, elsewhere: true };
}

/** Territories of the actor's in whose name, in either language, a word begins like this; those that begin so come first. */
async function placesCalled(tx: Transaction, typed: string, locale: Locale) {
  const scope = scopeOfActor(tx.actor);
  if (!scope) return [];
  return tx.query<{ id: string; code: string; name: string }>(
    `SELECT id, code, CASE $2 WHEN 'hi' THEN name_hi ELSE name_en END AS name FROM territories
      WHERE path >= $3 AND path < $4 AND to_on IS NULL AND parent_id IS NOT NULL
        AND ${asWords(`' ' || name_en || ' ' || name_hi`)} ILIKE '% ' || ${asWords('$1')} || '%'
      ORDER BY NOT (name_en ILIKE $1 || '%' OR name_hi ILIKE $1 || '%'), length(path), name_en, id LIMIT ${PLACES}`,
    [escapeLike(typed), locale, scope.from, scope.to],
  );
}
