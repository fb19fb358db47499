import { createServer } from 'node:net';
import { closeApplication, createApplication } from './application.js';
import { loadConfig, requireServing, type Config } from './platform/config/config.js';
import { openDatabase } from './platform/database/database.js';
import { migrate } from './platform/database/migrate.js';
import { WorkerService } from './platform/jobs/worker.service.js';
import { makeLogger } from './platform/log/logger.js';
import { listen } from './platform/web/server.js';
import { installRoot } from './territories/root.js';

/** Requests, jobs and the database get this long to end; then we go in any case. */
const STOP_WITHIN_MS = 9_000;

/** Serves until a signal. Exported for the demo, which prepares its database first. */
export async function serve(config: Config, announce?: (url: string) => Promise<void> | void): Promise<void> {
  requireServing(config);
  // A taken port is told before a database is made.
  if (config.process !== 'worker') await checkPort(config);
  const logger = makeLogger(config);
  const database = await openDatabase(config);
  try {
    if (database.embedded) await installRoot(database, config, () => migrate(database.urls));
    const app = await createApplication({ config, database, logger });
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
    if (config.process !== 'web') await app.get(WorkerService).start();
    if (config.process === 'worker') console.log('Sampark is working');
    else {
      const url = await listen(app, config);
      await announce?.(url);
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
