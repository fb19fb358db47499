import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { refuseHalfRestored } from './platform/backup/restore-state.js';
import { requireMigrated } from './platform/database/migrate.js';
import { refuseBypass } from './platform/database/roles.js';
import { ErasureLog } from './platform/erasure-log/erasure-log.service.js';
import { NestLog } from './platform/log/logger.js';
import { Mailbox } from './platform/mail/mailbox.js';
import { Mailer } from './platform/mail/mailer.service.js';
import { WorkerService } from './platform/jobs/worker.service.js';
import type { Surroundings } from './platform/platform.module.js';
import { KeyedHashes } from './platform/security/keyed-hashes.js';
import { requireKeys } from './platform/security/suppression-keys.js';
import { serveApi } from './platform/web/openapi.js';
import { makeAdapter, prepareServer } from './platform/web/server.js';

/** The program with its web side, ready to listen. */
export async function createApplication(surroundings: Surroundings): Promise<NestFastifyApplication> {
  const { config, logger } = surroundings;
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(surroundings),
    makeAdapter(config, logger),
    {
      logger: new NestLog(logger),
      abortOnError: false,
    },
  );
  return orClose(app, async () => {
    await requireSound(app);
    await app.get(ErasureLog).require();
    await prepareServer(app);
    serveApi(app);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
}

/** Refuses a database that must not be worked with as it is. @throws Error that says why, and what to do */
async function requireSound(app: INestApplicationContext, { mending = false } = {}): Promise<void> {
  const source = app.get(DataSource);
  await refuseBypass(source);
  await requireMigrated(source);
  if (mending) return;
  await requireKeys(source, app.get(KeyedHashes));
  await refuseHalfRestored(source);
}

/**
 * The program without its web side, for commands.
 * @param options.mending for the commands that put right what is otherwise refused: a missing key, a restore under way
 */
export async function createContext(
  surroundings: Surroundings,
  options: { mending?: boolean } = {},
): Promise<INestApplicationContext> {
  const context = await NestFactory.createApplicationContext(AppModule.with(surroundings), {
    logger: new NestLog(surroundings.logger),
    abortOnError: false,
  });
  return orClose(context, async () => {
    await requireSound(context, options);
  });
}

/** A program that can't come up leaves nothing open behind it. */
export async function orClose<A extends INestApplicationContext>(app: A, prepare: () => Promise<unknown>): Promise<A> {
  try {
    await prepare();
    return app;
  } catch (error) {
    await closeApplication(app);
    throw error;
  }
}

/** Ends requests and jobs in hand, then everything they used. */
export async function closeApplication(app: INestApplicationContext): Promise<void> {
  const worker = app.get(WorkerService).stop();
  const mailer = app.get(Mailer);
  const mailbox = app.get<Mailbox | null>(Mailbox);
  await worker;
  await app.close();
  mailer.close();
  await mailbox?.close();
}
