import type { INestApplicationContext } from '@nestjs/common';
import { closeApplication, createContext } from '../application.js';
import { CommandFailure } from '../platform/cli/command-failure.js';
import { loadConfig, type Config } from '../platform/config/config.js';
import { openDatabase } from '../platform/database/database.js';
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
  /** The whole organisation, named after the command. */
  actor: SystemActor;
}

/**
 * Runs a command with the program's services, beside a running program or alone. The embedded database is joined or
 * started, and brought up to date; a server must have been migrated.
 */
export async function withApplication<T>(name: string, work: (context: CommandContext) => Promise<T>): Promise<T> {
  const config = loadConfig();
  // What a command has to say stands on standard output; the log keeps to what went wrong.
  const logger = makeLogger(
    Object.assign(Object.create(config) as Config, { logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel }),
  );
  const database = await openDatabase(config);
  let app: INestApplicationContext | undefined;
  try {
    if (database.embedded) await installRoot(database, config, () => migrate(database.urls));
    app = await createContext({ config, database, logger });
    const actor: SystemActor = {
      kind: 'system',
      name: `system:command.${name}`,
      scope: await app.get(RootScope).scope(),
    };
    return await work({ app, config, actor });
  } catch (error) {
    if (error instanceof DomainError && app) throw new CommandFailure(inWords(error, app.get(Words)));
    throw error;
  } finally {
    if (app) await closeApplication(app);
    await database.leave();
  }
}

function inWords(error: DomainError, words: Words): string {
  const lines = [words.say('en', error.key, error.params)];
  if (error instanceof Invalid)
    for (const one of error.problems) lines.push(`  ${one.field}: ${words.say('en', one.key, one.params)}`);
  return lines.join('\n');
}
