import { createServer } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { closeApplication, createApplication, orClose } from './application.js';
import { loadConfig, requireServing, type Config } from './platform/config/config.js';
import { openDatabase, type Database } from './platform/database/database.js';
import { isDemo } from './platform/database/installation.js';
import { isServerGone } from './platform/database/patience.js';
import { migrate } from './platform/database/migrate.js';
import { WorkerService } from './platform/jobs/worker.service.js';
import { makeLogger } from './platform/log/logger.js';
import { listen } from './platform/web/server.js';
import { installRoot } from './territories/root.js';

/** Requests, jobs and the database get this long to end; then we go in any case. */
const STOP_WITHIN_MS = 9_000;

export interface ServeHooks {
  /** Before anything is served. */
  prepare?: (app: INestApplicationContext, database: Database) => Promise<void>;
  /** Right before the line that says so. */
  ready?: (url: string) => void;
}

/** Serves until a signal. */
export async function serve(config: Config, hooks: ServeHooks = {}): Promise<void> {
  requireServing(config);
  // A taken port is told before a database is made.
  if (config.process !== 'worker') await checkPort(config);
  const logger = makeLogger(config);
  const database = await openDatabase(config);
  try {
    if (database.embedded) await installRoot(database, config, () => migrate(database.urls));
    const app = await createApplication({ config, database, logger });
    await orClose(app, async () => {
      if (config.production && (await isDemo(app.get(DataSource))))
        throw new Error("DATA_DIR holds the demo's invented organisation: set it to another folder for the real one.");
      await hooks.prepare?.(app, database);
    });
    let stopping: Promise<void> | undefined;
    const stop = (signal: string) => {
      stopping ??= (async () => {
        logger.info({ signal }, 'stopping');
        const late = setTimeout(() => process.exit(1), STOP_WITHIN_MS);
        await closeApplication(app);
        await database.leave();
        clearTimeout(late);
        process.exit(0);
      })();
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
    // What the queue tells the database without waiting for it, at the moment at which the server is killed: see WorkerService.
    process.on('unhandledRejection', (error) => {
      if (!isServerGone(error)) throw error;
      logger.warn({ err: error }, 'a statement was lost with the database server');
    });
    if (config.process !== 'web') await app.get(WorkerService).start();
    if (config.process === 'worker') console.log('Sampark is working');
    else {
      const url = await listen(app, config);
      hooks.ready?.(url);
      console.log(`Sampark is ready at ${url}`);
    }
  } catch (error) {
    await database.leave();
    throw error;
  }
}

function checkPort(config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${config.port} of ${config.host} is in use: end the other program, or set PORT.`)
          : error,
      ),
    );
    probe.listen(config.port, config.host, () => probe.close(() => resolve()));
  });
}

if (import.meta.main) {
  await serve(loadConfig()).catch((error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  });
}
