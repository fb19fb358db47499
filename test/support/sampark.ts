import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Abstract, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { ParsedMail } from 'mailparser';
import pg from 'pg';
import type { DestinationStream } from 'pino';
import { closeApplication, createApplication } from '../../src/application.js';
import { loadConfig, type Config } from '../../src/platform/config/config.js';
import { RootScope } from '../../src/platform/database/root-scope.js';
import type { SystemActor } from '../../src/platform/database/actor.js';
import { WorkerService } from '../../src/platform/jobs/worker.service.js';
import { makeLogger } from '../../src/platform/log/logger.js';
import { Mailbox } from '../../src/platform/mail/mailbox.js';
import { aDatabase, adminUrlOf, urlsFor } from './database.js';
import type { KillableServer } from './killable-server.js';
import { Browser } from './browser.js';
import { Client } from './client.js';

/** Somebody to ask as: a user made by `aUser`, or anybody with a token and a session cookie. */
export interface Somebody {
  token?: string;
  cookie?: string;
}

export interface SamparkOptions {
  env?: Record<string, string>;
  /** Takes the lines of the log; silent otherwise. */
  log?: DestinationStream;
  /** A second process on the database of this one. */
  beside?: Sampark;
  /** On a server of its own instead of a database of the run's. */
  on?: KillableServer;
}

/** The whole program, in this process, on a database of its own with the real tree, and a real mail server. */
export interface Sampark {
  config: Config;
  database: string;
  app: NestFastifyApplication;
  /** A service of the program. */
  get<T>(token: Type<T> | Abstract<T>): T;
  /** JSON with a bearer token; nobody in particular without one. */
  as(somebody?: Somebody): Client;
  /** Pages with a session cookie. */
  browser(somebody?: Somebody, options?: { lang?: 'hi' | 'en' }): Browser;
  /** As the superuser, past every policy. */
  sql<Row = Record<string, unknown>>(text: string, params?: unknown[]): Promise<Row[]>;
  /** A named system actor over the whole organisation. */
  system(name?: string): Promise<SystemActor>;
  /** Runs the queued jobs until none is due. */
  drain(): Promise<void>;
  /** What the mail server received, oldest first. */
  mails(): Promise<ParsedMail[]>;
  close(): Promise<void>;
}

/** What a set-up writes past the gate's functions has to be kept on people as they would. */
const DECIDES_REACH = /\b(INTO|UPDATE)\s+(public\.)?(consents|contact_points|person_identities)\b/i;
const KEEP_TOUCHED = `SELECT gate.keep_reach(ARRAY(${['consents', 'contact_points', 'person_identities']
  .map((table) => `SELECT person_id FROM ${table} WHERE xmin = pg_current_xact_id()::xid`)
  .join(' UNION ')}))`;

async function databaseFor({ beside, on }: SamparkOptions) {
  const drop = async () => {};
  if (on) return { name: 'sampark', urls: on.database.urls, adminUrl: on.adminUrl, drop };
  const database = beside ? { name: beside.database, urls: urlsFor(beside.database), drop } : await aDatabase();
  return { ...database, adminUrl: adminUrlOf(database.name) };
}

/** @param mortal the server may be killed: by a pool of one, which connects anew */
async function asAdmin(connectionString: string, mortal: boolean): Promise<pg.Client | pg.Pool> {
  if (mortal) return new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0 }).on('error', () => undefined);
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

export async function aSampark(options: SamparkOptions = {}): Promise<Sampark> {
  const database = await databaseFor(options);
  const dataDir = options.on?.dataDir ?? mkdtempSync(join(tmpdir(), 'sampark-app-'));
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATA_DIR: dataDir,
    DATABASE_URL: database.urls.app,
    DATABASE_OWNER_URL: database.urls.owner,
    DATABASE_QUEUE_URL: database.urls.queue,
    DATABASE_POOL: '5',
    SECRET_KEY: 'a secret key of the tests, long enough',
    ERASURE_LOG_FILE: options.beside?.config.erasureLogFile ?? join(dataDir, 'erasures.log'),
    SUPPRESSION_KEYS: 'tests:a-suppression-key-of-the-tests-long-enough',
    VAULT_KEYS: 'tests:a-key-of-the-vault-for-tests-that-is-long-enough',
    PUBLIC_URL: 'https://sampark.example.org',
    MAIL_FROM: 'sampark@example.org',
    ...options.env,
  });
  const app = await createApplication({
    config,
    logger: makeLogger(config, options.log),
    database: {
      urls: database.urls,
      secretKey: config.secretKey!,
      suppressionKeys: config.suppressionKeys!,
      leave: async () => {},
    },
  });
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const admin = await asAdmin(database.adminUrl, options.on !== undefined);
  let inside = false;
  return {
    config,
    database: database.name,
    app,
    get: (token) => app.get(token),
    as: (somebody) => new Client(server, somebody?.token),
    browser: (somebody, { lang = 'en' } = {}) => new Browser(server, somebody?.cookie, lang),
    sql: async <Row>(text: string, params: unknown[] = []) => {
      // A test with a transaction of its own looks after itself.
      if (/^\s*(BEGIN|COMMIT|ROLLBACK)\b/i.test(text)) inside = /BEGIN/i.test(text);
      if (inside || !DECIDES_REACH.test(text)) return (await admin.query(text, params)).rows as Row[];
      await admin.query('BEGIN');
      const { rows } = await admin.query(text, params).catch(async (error: unknown) => {
        await admin.query('ROLLBACK');
        throw error;
      });
      await admin.query(KEEP_TOUCHED);
      await admin.query('COMMIT');
      return rows as Row[];
    },
    system: async (name = 'system:test') => ({ kind: 'system', name, scope: await app.get(RootScope).scope() }),
    drain: () => app.get(WorkerService).drain(),
    mails: async () => {
      const mailbox = app.get(Mailbox);
      return Promise.all(
        mailbox
          .list()
          .reverse()
          .map(async (name) => (await mailbox.read(name))!),
      );
    },
    close: async () => {
      await admin.end();
      await closeApplication(app);
      await database.drop();
      if (!options.on) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
