/** What every domain stands on: configuration, database, jobs, mail, words, pages. It knows no domain word. */
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, DiscoveryModule, MetadataScanner } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Config } from './config/config.js';
import type { Database } from './database/database.js';
import { dataSourceOptions } from './database/data-source.js';
import { DatabaseHandle } from './database/database-handle.js';
import { RootScope } from './database/root-scope.js';
import { UnitOfWork } from './database/unit-of-work.js';
import { ErasureLogJobs } from './erasure-log/erasure-log.jobs.js';
import { ErasureLog } from './erasure-log/erasure-log.service.js';
import { HealthController } from './health/health.controller.js';
import { Words } from './i18n/words.js';
import { StandIn } from './jobs/stand-in.js';
import { WorkerService } from './jobs/worker.service.js';
import { LOGGER } from './log/logger.js';
import { Mailbox } from './mail/mailbox.js';
import { MailboxController } from './mail/mailbox.controller.js';
import { Mailer } from './mail/mailer.service.js';
import { KeyedHashes } from './security/keyed-hashes.js';
import { SecretBox } from './security/secret-box.js';
import { SignedLinks } from './security/signed-links.js';
import { Signer } from './security/tokens.js';
import { Renderer } from './views/renderer.js';
import { FlashCookie } from './web/flash-cookie.js';
import { Pages } from './web/pages.js';
import { ProblemFilter } from './web/problem.filter.js';
import { RefusedForms } from './web/refused-forms.js';
import { RouteCheck } from './web/route-check.js';
import { ViewInterceptor } from './web/view.interceptor.js';

/** What exists before Nest does. */
export interface Surroundings {
  config: Config;
  database: Database;
  logger: Logger;
}

@Global()
@Module({})
export class PlatformModule {
  static with({ config, database, logger }: Surroundings): DynamicModule {
    const mailbox = config.smtpUrl || config.production ? null : new Mailbox(join(config.dataDir, 'mailbox'));
    let smtpUrl = config.smtpUrl ?? '';
    const words = new Words();
    const renderer = new Renderer(words, config.nodeEnv === 'development');
    const providers = [
      { provide: Config, useValue: config },
      { provide: DatabaseHandle, useValue: new DatabaseHandle(database) },
      { provide: LOGGER, useValue: logger },
      { provide: Words, useValue: words },
      { provide: Renderer, useValue: renderer },
      { provide: SignedLinks, useValue: new SignedLinks(database.secretKey) },
      { provide: Signer, useValue: new Signer(database.secretKey) },
      { provide: SecretBox, useValue: new SecretBox(database.secretKey) },
      { provide: KeyedHashes, useValue: new KeyedHashes(database.suppressionKeys) },
      {
        provide: Mailbox,
        // Listens before anything can send.
        useFactory: async () => {
          if (mailbox) smtpUrl = await mailbox.listen();
          return mailbox;
        },
      },
      {
        provide: Mailer,
        inject: [Mailbox],
        useFactory: () => new Mailer(config, renderer, () => smtpUrl),
      },
      UnitOfWork,
      RootScope,
      ErasureLog,
      ErasureLogJobs,
      WorkerService,
      StandIn,
      FlashCookie,
      RefusedForms,
      Pages,
    ];
    return {
      module: PlatformModule,
      imports: [
        DiscoveryModule,
        TypeOrmModule.forRoot({
          ...dataSourceOptions(database.urls.app, { poolSize: config.databasePool } as never),
          autoLoadEntities: true,
          retryAttempts: 0,
        }),
      ],
      controllers: [HealthController, ...(mailbox ? [MailboxController] : [])],
      providers: [
        ...providers,
        MetadataScanner,
        RouteCheck,
        ProblemFilter,
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: ViewInterceptor },
      ],
      exports: [...providers.map((provider) => ('provide' in provider ? provider.provide : provider)), ProblemFilter],
    };
  }
}
