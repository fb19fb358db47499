import type { INestApplicationContext } from '@nestjs/common';
import { closeApplication, createContext } from '../application.js';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { loadConfig, type Config } from '../platform/config/config.js';
import { openDatabase, type Database } from '../platform/database/database.js';
import { migrate } from '../platform/database/migrate.js';
import { RootScope } from '../platform/database/root-scope.js';
import type { SystemActor } from '../platform/database/actor.js';
import { DomainError, Invalid } from '../platform/errors.js';
import { Words } from '../platform/i18n/words.js';
import { makeLogger } from '../platform/log/logger.js';
import { installRoot } from '../territories/root.js';

export interface CommandContext {
  app: INestApplicationContext;
  config: Config;
  database: Database;
  /** The whole organisation, named after the command. */
  actor: SystemActor;
}

/**
 * Runs a command with the program's services, beside a running program or alone. The embedded database is joined or
 * started, and brought up to date; a server must have been migrated.
 */
export async function withApplication<T>(
  name: string,
  work: (context: CommandContext) => Promise<T>,
  options: { mending?: boolean } = {},
): Promise<T> {
  const config = loadConfig();
  const database = await openDatabase(config);
  try {
    if (database.embedded) await installRoot(database, config, () => migrate(database.urls));
    return await onDatabase(name, { config, database }, work, options);
  } finally {
    await database.leave();
  }
}

/** The same on a database that is open already, and up to date. */
export async function onDatabase<T>(
  name: string,
  { config, database }: { config: Config; database: Database },
  work: (context: CommandContext) => Promise<T>,
  options: { mending?: boolean } = {},
): Promise<T> {
  // What a command has to say stands on standard output; the log keeps to what went wrong.
  const logger = makeLogger(
    Object.assign(Object.create(config) as Config, { logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel }),
  );
  let app: INestApplicationContext | undefined;
  try {
    app = await createContext({ config, database, logger }, options);
    const actor: SystemActor = {
      kind: 'system',
      name: `system:command.${name}`,
      scope: await app.get(RootScope).scope(),
    };
    return await work({ app, config, database, actor });
  } catch (error) {
    if (error instanceof DomainError && app) throw new CommandFailure(inWords(error, app.get(Words)));
    throw error;
  } finally {
    if (app) await closeApplication(app);
  }
}

function inWords(error: DomainError, words: Words): string {
  const lines = [words.say('en', error.key, error.params)];
  if (error instanceof Invalid)
    for (const one of error.problems) lines.push(`  ${one.field}: ${words.say('en', one.key, one.params)}`);
  return lines.join('\n');
}
