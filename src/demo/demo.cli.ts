import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { serve } from '../main.js';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { loadConfig, type Config } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import { isDemo, markAsDemo } from '../platform/database/installation.js';
import { RootScope } from '../platform/database/root-scope.js';
import { DemoService, type DemoSignIn } from './demo.service.js';

export function registerDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('builds an invented organisation and serves it on this machine, until Ctrl-C')
    .action(async () => {
      const config = demoConfig(loadConfig());
      let signIns: DemoSignIn[] = [];
      await serve(config, {
        prepare: async (app, database) => {
          signIns = await prepare(app, database, config);
        },
        ready: (url) => console.log(welcome(url, signIns)),
      });
    });
}

/** On loopback, into the mailbox, and never in production. */
function demoConfig(config: Config): Config {
  if (config.production) throw new CommandFailure('The demo does not run in production: unset NODE_ENV.');
  if (config.smtpUrl) throw new CommandFailure('The demo sends to its own mailbox only: unset SMTP_URL.');
  if (config.publicUrl) throw new CommandFailure('The demo is for this machine only: unset PUBLIC_URL.');
  const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(config.host);
  if (!loopback) throw new CommandFailure(`The demo listens on this machine only: unset HOST (it is ${config.host}).`);
  if (!config.embedded && !config.databaseOwnerUrl)
    throw new CommandFailure('DATABASE_OWNER_URL: is needed by the demo on a server');
  return Object.assign(Object.create(config) as Config, {
    process: 'both',
    logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel,
  });
}

async function prepare(app: INestApplicationContext, database: Database, config: Config): Promise<DemoSignIn[]> {
  const dataSource = app.get(DataSource);
  const file = join(config.dataDir, 'demo-sign-ins.json');
  const finished = existsSync(file);
  const ours = await isDemo(dataSource);
  if (ours && finished) return JSON.parse(readFileSync(file, 'utf8')) as DemoSignIn[];
  const scope = await app.get(RootScope).scope();
  const actor = { kind: 'system' as const, name: 'system:demo', scope };
  if (ours)
    throw new CommandFailure(
      `The demo in ${config.dataDir} was interrupted while it was made. Delete that folder and start again.`,
    );
  if (await isUsed(dataSource))
    throw new CommandFailure(
      `The database of ${config.dataDir} is not the demo's. Set DATA_DIR to another folder, e.g. DATA_DIR=./data-demo`,
    );
  await markAsDemo(database.urls.owner);
  const password = () => randomBytes(9).toString('base64url');
  const signIns = await app.get(DemoService).build(actor, password, (what) => console.log(`Making ${what} …`));
  writeFileSync(file, JSON.stringify(signIns, null, 2), { mode: 0o600 });
  return signIns;
}

/** Anything beyond the root territory that `migrate` makes is somebody's work. */
async function isUsed(dataSource: DataSource): Promise<boolean> {
  const rows = await dataSource.query<{ n: number }[]>('SELECT count(*)::int AS n FROM territories');
  const [users] = await dataSource.query<{ yes: boolean }[]>('SELECT gate.any_user() AS yes');
  return rows[0]!.n > 1 || users!.yes;
}

function welcome(url: string, signIns: DemoSignIn[]): string {
  const width = Math.max(...signIns.map((one) => one.role.length));
  return [
    '',
    `An invented organisation is ready to look at: ${url}`,
    '',
    ...signIns.map(
      (one) => `  ${one.role.padEnd(width)}  ${one.email.padEnd(24)} ${one.password}   (${one.territory})`,
    ),
    '',
    `Mails it sends stay here: ${url}/dev/mailbox`,
    'End with Ctrl-C.',
    '',
  ].join('\n');
}
