import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { requireMigrated } from './platform/database/migrate.js';
import { refuseBypass } from './platform/database/roles.js';
import { NestLog } from './platform/log/logger.js';
import { Mailbox } from './platform/mail/mailbox.js';
import { Mailer } from './platform/mail/mailer.service.js';
import { WorkerService } from './platform/jobs/worker.service.js';
import type { Surroundings } from './platform/platform.module.js';
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
    await refuseBypass(app.get(DataSource));
    await requireMigrated(app.get(DataSource));
    await prepareServer(app);
    serveApi(app);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
}

/** The program without its web side, for commands. */
export async function createContext(surroundings: Surroundings): Promise<INestApplicationContext> {
  const context = await NestFactory.createApplicationContext(AppModule.with(surroundings), {
    logger: new NestLog(surroundings.logger),
    abortOnError: false,
  });
  return orClose(context, async () => {
    await refuseBypass(context.get(DataSource));
    await requireMigrated(context.get(DataSource));
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
