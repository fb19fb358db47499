import type { Transaction } from '../../platform/database/transaction.js';
import { CONTACT_TIMES } from '../wishes.service.js';
import { change, type Change } from './changes.js';
import type { Note, Two } from './resolutions.js';

interface Wished {
  id: string;
  language: string | null;
  also_speaks: string[];
  contact_times: string[];
  contact_order: string[];
  contact_only: string | null;
  contact_not_before: string | null;
}

/**
 * How somebody wants to be contacted: the more restrictive of both (T23). The later of two days before which they want no
 * contact; one way alone, if either asked for that; what only adds (languages, times) of both. The other record keeps its own.
 * @param theirOnly of two ways that are each the only one, the other record's
 */
export async function wishes(tx: Transaction, { winner, loser }: Two, theirOnly: boolean, note: Note): Promise<void> {
  const rows = await tx.query<Wished>(
    `SELECT id, language, also_speaks, contact_times, contact_order, contact_only, contact_not_before::text FROM people WHERE id = ANY ($1)`,
    [[winner, loser]],
  );
  const [mine, theirs] = [winner, loser].map((id) => rows.find((row) => row.id === id)!) as [Wished, Wished];
  const set = async (values: Partial<Wished>) => note(await change(tx, 'people', 'winner', winner, winner, values));
  // Noted as well where they stay the same: so it is known whether the person asked for something else since.
  const days = [mine.contact_not_before, theirs.contact_not_before].filter((day) => day !== null);
  await set({ contact_not_before: days.sort().at(-1) ?? null });
  const [first, second] = theirOnly ? [theirs, mine] : [mine, theirs];
  await set({ contact_only: first.contact_only ?? second.contact_only });

  const speaks = both(mine.also_speaks, theirs.also_speaks).filter((code) => code !== mine.language);
  if (speaks.join() !== mine.also_speaks.join()) await set({ also_speaks: speaks });
  const times = both(mine.contact_times, theirs.contact_times).sort((a, b) => placeOf(a) - placeOf(b));
  if (times.join() !== mine.contact_times.join()) await set({ contact_times: times });
  if (!mine.contact_order.length && theirs.contact_order.length) await set({ contact_order: theirs.contact_order });
}

const both = (some: string[], more: string[]): string[] => [...new Set([...some, ...more])];
const placeOf = (time: string): number => (CONTACT_TIMES as readonly string[]).indexOf(time);

/**
 * What was asked for while the two were one was asked for by both: a pause, or one way alone.
 * @returns whether the record that came back learned something by it
 */
export async function shareWishes(tx: Transaction, { winner, loser }: Two, since: Change): Promise<boolean> {
  const sets = Object.keys(since.was).flatMap((column) =>
    column === 'contact_not_before'
      ? ['contact_not_before = greatest(l.contact_not_before, w.contact_not_before)']
      : column === 'contact_only'
        ? ['contact_only = coalesce(w.contact_only, l.contact_only)']
        : [],
  );
  if (!sets.length) return false;
  const n = await tx.execute(
    `UPDATE people l SET ${sets.join(', ')} FROM people w
      WHERE w.id = $1 AND l.id = $2 AND (w.contact_not_before > current_date OR w.contact_only IS NOT NULL)`,
    [winner, loser],
  );
  return n > 0;
}
