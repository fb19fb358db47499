import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { installRoot } from '../territories/root.js';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { loadConfig } from '../platform/config/config.js';
import { openDatabase } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrate.js';
import { prepareDatabase, prepareRoles } from '../platform/database/roles.js';

export function registerDatabaseCommands(program: Command): void {
  program
    .command('migrate')
    .description('brings the database, the queue and the root territory up to date')
    .action(async () => {
      const config = loadConfig();
      const database = await openDatabase(config);
      try {
        const done = await installRoot(database, config, () => migrate(database.urls));
        for (const name of done) console.log(`done: ${name}`);
        console.log(done.length ? 'The database is up to date.' : 'Nothing to do: the database is up to date.');
      } finally {
        await database.leave();
      }
    });

  program
    .command('database')
    .description('work on a PostgreSQL server')
    .command('prepare')
    .description('makes the roles and the database on a server, and prints what to set')
    .requiredOption(
      '--admin-url <url>',
      'a role that may create roles and databases, e.g. postgres://postgres@localhost/postgres',
    )
    .option('--name <name>', 'name of the database', 'sampark')
    .action(prepare);
}

async function prepare({ adminUrl, name }: { adminUrl: string; name: string }) {
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await admin.connect().catch((error: unknown) => {
    throw new CommandFailure(`--admin-url: the server can't be reached or refuses us: ${(error as Error).message}`);
  });
  try {
    const { rows } = await admin.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    if (rows[0]!.version < 150_000) throw new CommandFailure('PostgreSQL 15 or newer is needed.');
    const secret = () => randomBytes(24).toString('base64url');
    const passwords = { owner: secret(), app: secret(), queue: secret() };
    await prepareRoles(admin, passwords);
    await prepareDatabase(admin, name);
    const { host, search } = new URL(adminUrl);
    const url = (role: 'app' | 'owner' | 'queue') =>
      `postgres://sampark_${role}:${passwords[role]}@${host}/${name}${search}`;
    console.log(
      [
        '# The passwords are new and are shown only now.',
        `DATABASE_URL=${url('app')}`,
        `DATABASE_OWNER_URL=${url('owner')}`,
        `DATABASE_QUEUE_URL=${url('queue')}`,
        `SECRET_KEY=${randomBytes(32).toString('base64url')}`,
        `SUPPRESSION_KEYS=first:${randomBytes(32).toString('base64url')}`,
        '# Next, with these set: sampark migrate',
      ].join('\n'),
    );
  } finally {
    await admin.end();
  }
}
