import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeBackup } from '../platform/backup/make-backup.js';
import { openBackup, type OpenBackup } from '../platform/backup/restore-backup.js';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { loadConfig, type Config } from '../platform/config/config.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { ErasureLog } from '../platform/erasure-log/erasure-log.service.js';
import { PhaseLine } from './phase-line.js';
import { continueRestore, restoreInto, type Restored } from './restore.js';
import { withApplication } from './with-application.js';

export function registerBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('writes everything in the database to one encrypted file (BACKUP_KEY), while the program runs or not')
    .argument('<file>', 'the file; one that is there is replaced once the new one is whole')
    .option('--with-secrets', 'SECRET_KEY and SUPPRESSION_KEYS go along; without, keep them elsewhere')
    .action(async (file: string, options: { withSecrets?: boolean }) => {
      const passphrase = passphraseOf(loadConfig());
      await withApplication('backup', async ({ app, actor, database }) => {
        const line = new PhaseLine();
        const { secretKey, suppressionKeys } = database;
        const made = await makeBackup(database.urls, resolve(file), {
          passphrase,
          ...(options.withSecrets && { secrets: { secretKey, suppressionKeys } }),
          progress: (table, rows) => line.show(`${table}, ${rows} rows so far`),
        }).finally(() => line.stop());
        const facts = { rows: made.rows, bytes: made.bytes, secrets: !!options.withSecrets };
        await app.get(UnitOfWork).run(actor, async (tx) => tx.audit('backup.made', { facts }));
        console.log(`${made.rows} rows of ${made.tables} tables as of ${made.createdAt}, ${made.bytes} bytes: ${file}`);
      });
    });

  program
    .command('restore')
    .description('puts a backup into an empty database, and erases again whom the erasure log names since')
    .argument('[file]', 'the file that `sampark backup` made')
    .option('--continue', 'goes on where the data is in, and what was erased since is not erased again yet')
    .option('--check', 'only reads the file to its end, and says what it is; needs no database')
    .option('--show-secrets', 'only prints SECRET_KEY and SUPPRESSION_KEYS, where they were put in; needs no database')
    .option('--without-erasure-log <reason>', 'the log is lost: whoever was erased since the backup comes back')
    .action(async (file: string | undefined, options: RestoreFlags) => {
      if (!file === !options.continue) throw new CommandFailure('restore: name a file, or --continue', 2);
      if (options.withoutErasureLog?.trim() === '') throw new CommandFailure('--without-erasure-log: say why', 2);
      if (!file) return say(await continueRestore(options.withoutErasureLog));
      if (options.check) return check(file);
      if (options.showSecrets) return showSecrets(file);
      const line = new PhaseLine();
      const restored = await restoreInto(await open(file), {
        lost: options.withoutErasureLog,
        progress: (text) => line.show(text),
      }).finally(() => line.stop());
      say(restored);
    });

  const log = program
    .command('erasure-log')
    .description('the log, outside the database, of what a restored backup must erase again');

  log
    .command('prune')
    .description('drops what happened before the oldest backup that you keep, so that its keys may run dry')
    .requiredOption('--before <date>', 'when that backup was made, e.g. 2026-11-26 or 2026-11-26T04:00:00Z')
    .action(async ({ before }: { before: string }) => {
      const at = new Date(before);
      if (Number.isNaN(at.getTime()) || at > new Date())
        throw new CommandFailure('--before: must be a date in the past', 2);
      await withApplication('erasure-log', async ({ app, actor }) => {
        console.log(`${await app.get(ErasureLog).prune(actor, at)} entries dropped.`);
      });
    });

  log
    .command('begin-anew')
    .description(
      'gives up a log that is lost or broken: from backups made before now, whoever was erased since comes back',
    )
    .requiredOption('--reason <text>', 'why, for the trail')
    .action(async ({ reason }: { reason: string }) => {
      await withApplication('erasure-log', async ({ app, actor }) => {
        await app.get(ErasureLog).beginAnew(actor, reason);
        console.log('A new erasure log has begun. Make a backup now, and delete the earlier ones.');
      });
    });
}

interface RestoreFlags {
  continue?: boolean;
  check?: boolean;
  showSecrets?: boolean;
  withoutErasureLog?: string;
}

function passphraseOf(config: Config): string {
  if (!config.backupKey)
    throw new CommandFailure(
      'BACKUP_KEY: is needed. Set it to a passphrase of 20 characters or more, and keep it apart from the backups.',
    );
  return config.backupKey;
}

async function open(file: string): Promise<OpenBackup> {
  const passphrase = passphraseOf(loadConfig());
  if (!existsSync(file)) throw new CommandFailure(`${file}: is not there`, 2);
  return openBackup(resolve(file), passphrase);
}

async function check(file: string): Promise<void> {
  const { manifest, frames } = await open(file);
  let rows = 0;
  for (let next = await frames.next(); !next.done; next = await frames.next())
    if (next.value.kind === 'E') rows += (next.value.value as { rows: number }).rows;
  console.log(
    `A whole backup of installation ${manifest.installation} as of ${manifest.createdAt}: ${rows} rows of ${manifest.tables.length} tables, level ${manifest.level.program.at(-1)}.`,
  );
}

async function showSecrets(file: string): Promise<void> {
  const { manifest, close } = await open(file);
  close();
  if (!manifest.secrets) throw new CommandFailure(`${file}: was made without --with-secrets`);
  console.log(`SECRET_KEY=${manifest.secrets.secretKey}\nSUPPRESSION_KEYS=${manifest.secrets.suppressionKeys}`);
}

function say({ rows, createdAt, again }: Restored): void {
  if (rows !== undefined) console.log(`${rows} rows as of ${createdAt} are in.`);
  if (again)
    console.log(
      `Done again since then: ${again.erased} erased, ${again.stopped} stopped, ${again.withdrew} withdrew, ${again.suppressed} suppressions.`,
    );
  else console.log('The erasure log was given up: whoever was erased since then is back.');
  console.log('Everybody signs in anew. Look through the users: whom you shut out since then is let in again.');
}
