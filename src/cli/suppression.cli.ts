import type { Command } from 'commander';
import { DataSource } from 'typeorm';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { SystemActor } from '../platform/database/actor.js';
import { ErasureLogProblem } from '../platform/erasure-log/erasure-log-file.js';
import { ErasureLog } from '../platform/erasure-log/erasure-log.service.js';
import { KeyedHashes } from '../platform/security/keyed-hashes.js';
import { knownKeys, type KnownKey } from '../platform/security/suppression-keys.js';
import { withApplication } from './with-application.js';

interface Line {
  name: string;
  /** newest: for new entries; older: for looking up; missing: not in SUPPRESSION_KEYS; changed: there with another secret. */
  state: 'newest' | 'older' | 'missing' | 'changed';
  entries: number;
  /** Entries of the erasure log; null: it can't be read here. */
  logged: number | null;
  firstUsedAt: Date | null;
}

export function registerSuppressionCommands(program: Command): void {
  program
    .command('suppression')
    .description('the list of what must never be contacted again')
    .command('keys')
    .description('shows the keys it is made with, how many entries hang on each, and which may be dropped')
    .option('--forget <name>', 'forgets a key that nothing hangs on, so that its name is free again')
    .option('--json', 'prints [{"name", "state", "entries", "firstUsedAt"}]')
    .action(async ({ forget, json }: { forget?: string; json?: boolean }) => {
      await withApplication(
        'suppression',
        async ({ app, actor }) => {
          const source = app.get(DataSource);
          const hashes = app.get(KeyedHashes);
          if (forget) {
            if (hashes.names.includes(forget)) throw new CommandFailure(`"${forget}" is in SUPPRESSION_KEYS still.`);
            const [row] = await source.query<{ gone: boolean }[]>('SELECT gate.forget_suppression_key($1) AS gone', [forget]); // prettier-ignore
            if (!row!.gone) throw new CommandFailure(`"${forget}" can't be forgotten: entries hang on it, or nobody knows it.`); // prettier-ignore
            await app.get(UnitOfWork).run(actor, async (tx) => tx.audit('suppression.key_forgotten', { facts: { key: forget } })); // prettier-ignore
          }
          const lines = linesOf(await knownKeys(source), hashes, await loggedBy(app.get(ErasureLog), actor));
          console.log(json ? JSON.stringify(lines) : inWords(lines));
        },
        { mending: true },
      );
    });
}

/** How many entries of the erasure log hang on each key. */
async function loggedBy(log: ErasureLog, actor: SystemActor): Promise<Map<string, number> | null> {
  const counts = new Map<string, number>();
  try {
    const file = await log.file(actor);
    await file.read(({ keyName }) => counts.set(keyName, (counts.get(keyName) ?? 0) + 1));
    return counts;
  } catch (error) {
    if (error instanceof ErasureLogProblem) return null;
    throw error;
  }
}

function linesOf(known: KnownKey[], hashes: KeyedHashes, logged: Map<string, number> | null): Line[] {
  const inLog = (name: string) => (logged ? (logged.get(name) ?? 0) : null);
  const stateOf = (name: string, check: Buffer | null): Line['state'] => {
    if (!hashes.names.includes(name)) return 'missing';
    if (check && !hashes.checkOf(name).equals(check)) return 'changed';
    return name === hashes.names[0] ? 'newest' : 'older';
  };
  const own = hashes.names.map((name): Line => {
    const key = known.find((one) => one.name === name);
    return { name, state: stateOf(name, key?.check ?? null), entries: key?.entries ?? 0, logged: inLog(name), firstUsedAt: key?.firstUsedAt ?? null }; // prettier-ignore
  });
  const gone = known
    .filter(({ name }) => !hashes.names.includes(name))
    .map(({ name, entries, firstUsedAt }): Line => ({
      name,
      state: 'missing',
      entries,
      logged: inLog(name),
      firstUsedAt,
    }));
  return [...own, ...gone];
}

const SAYS: Record<Line['state'], (entries: number, logged: number | null) => string> = {
  newest: () => 'the newest: new entries use it',
  older: (entries, logged) =>
    entries
      ? 'in use: keep it'
      : logged === 0
        ? 'has run dry: it may be dropped from SUPPRESSION_KEYS'
        : 'keep it: only the erasure log needs it, until that is pruned',
  missing: (entries) => (entries ? 'MISSING from SUPPRESSION_KEYS: put it back' : 'no longer in use; --forget it, and its name is free'), // prettier-ignore
  changed: () => 'has ANOTHER SECRET than before: give the new secret a name of its own',
};

function inWords(lines: Line[]): string {
  const width = Math.max(...lines.map(({ name }) => name.length));
  return lines
    .map(
      ({ name, state, entries, logged }) =>
        `${name.padEnd(width)}  ${String(entries).padStart(9)} entries  ${String(logged ?? '?').padStart(9)} in the erasure log  ${SAYS[state](entries, logged)}`,
    )
    .join('\n');
}
