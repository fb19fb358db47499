import type { DataSource } from 'typeorm';
import type { KeyedHashes } from './keyed-hashes.js';

type Source = Pick<DataSource, 'query'>;

/** A key as the database knows it. */
export interface KnownKey {
  name: string;
  /** Null: it was in use before there were check values, and no start has told its own yet. */
  check: Buffer | null;
  /** Entries of the suppression list that hang on it. */
  entries: number;
  firstUsedAt: Date;
}

/** Every key that the suppression list has been used with, oldest first. */
export async function knownKeys(source: Source): Promise<KnownKey[]> {
  const rows = await source.query<{ name: string; check: Buffer | null; entries: string; firstUsedAt: Date }[]>(
    'SELECT name, check_value AS check, entries, first_used_at AS "firstUsedAt" FROM gate.suppression_keys()',
  );
  return rows.map((row) => ({ ...row, entries: Number(row.entries) }));
}

/**
 * A list whose key is gone stops nobody any more, without a word. So the program does not come up while an entry hangs on
 * a key that SUPPRESSION_KEYS doesn't have, or has with another secret; keys seen for the first time are noted.
 * @throws Error that names each such key, and how many entries hang on it
 */
export async function requireKeys(source: Source, hashes: KeyedHashes): Promise<void> {
  const known = await knownKeys(source);
  const problems = [...missing(known, hashes.names), ...(await changed(source, known, hashes))];
  if (problems.length)
    throw new Error(`SUPPRESSION_KEYS is not what the suppression list was made with:\n${problems.join('\n')}`);
}

/** What is wrong with these keys for what was made with those; without a look at any database. */
export function problemsOfKeys(known: readonly Pick<KnownKey, 'name' | 'check' | 'entries'>[], hashes: KeyedHashes) {
  return [
    ...missing(known, hashes.names),
    ...known
      .filter(({ name, check }) => check && hashes.names.includes(name) && !hashes.checkOf(name).equals(check))
      .map(({ name, entries }) => otherSecret(name, entries)),
  ];
}

const missing = (known: readonly Pick<KnownKey, 'name' | 'entries'>[], names: readonly string[]): string[] =>
  known
    .filter(({ name, entries }) => entries > 0 && !names.includes(name))
    .map(
      ({ name, entries }) => `  the key "${name}" is missing, and ${counted(entries)} on it: put it back, at the end.`,
    );

async function changed(source: Source, known: readonly KnownKey[], hashes: KeyedHashes): Promise<string[]> {
  const problems: string[] = [];
  for (const name of hashes.names) {
    const own = hashes.checkOf(name);
    // Whoever is first notes the key; two processes that start at once agree on what stands there.
    const [row] = await source.query<{ check: Buffer }[]>('SELECT gate.use_suppression_key($1, $2) AS check', [name, own]); // prettier-ignore
    if (!row!.check.equals(own)) problems.push(otherSecret(name, known.find((key) => key.name === name)?.entries ?? 0));
  }
  return problems;
}

const otherSecret = (name: string, entries: number) =>
  `  the key "${name}" has another secret than before, and ${counted(entries)} on the old one: give the new secret a name of its own.`; // prettier-ignore

const counted = (n: number) => (n === 1 ? '1 entry hangs' : `${n} entries hang`);
