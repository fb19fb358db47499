import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Config } from '../config/config.js';
import { anonymous } from '../database/actor.js';
import { uuidv7 } from '../database/id.js';
import { isLocale, preferredLocale } from '../i18n/locale.js';
import { serveAssets } from './assets.js';
import { FlashCookie } from './flash-cookie.js';
import { RefusedForms } from './refused-forms.js';
import { requestContext } from './request-context.js';
import type { Reply, Request } from './request.js';
import { inputValidation } from './validation.js';

const MEBIBYTE = 1024 * 1024;
/** One upload; a later version streams larger ones in pieces. */
export const UPLOAD_LIMIT = 64 * MEBIBYTE;

export function makeAdapter(config: Config, logger: Logger): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    genReqId: () => uuidv7(),
    trustProxy: config.trustedProxies?.split(/,\s*/) ?? false,
    bodyLimit: MEBIBYTE,
    requestTimeout: 30_000,
    keepAliveTimeout: 10_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
  } as never);
}

/** The web side of an application: plugins, headers, and what every request knows before its handler runs. */
export async function prepareServer(app: NestFastifyApplication): Promise<void> {
  const config = app.get(Config);
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const flash = app.get(FlashCookie);
  const forms = app.get(RefusedForms);
  const https = config.baseUrl.startsWith('https:');

  await app.register(cookie as never);
  await app.register(
    helmet as never,
    {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          fontSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          frameSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'same-origin' },
      hsts: https,
      crossOriginEmbedderPolicy: false,
      originAgentCluster: https,
    } as never,
  );
  await app.register(compress as never, { threshold: 1024, encodings: ['gzip', 'identity'] } as never);
  await app.register(
    multipart as never,
    { limits: { fileSize: UPLOAD_LIMIT, files: 1, fields: 20, fieldSize: 64 * 1024 } } as never,
  );
  await serveAssets(server, config.orgAccent);

  server.decorateRequest('sampark', null as never);
  server.addHook('onRequest', (request, reply, done) => {
    const asked = (request.query as { lang?: string }).lang;
    const remembered = request.cookies.lang;
    const locale = isLocale(asked)
      ? asked
      : isLocale(remembered)
        ? remembered
        : preferredLocale(request.headers['accept-language'], config.defaultLanguage);
    if (isLocale(asked))
      reply.setCookie('lang', asked, { path: '/', maxAge: 365 * 86_400, sameSite: 'lax', httpOnly: true });
    request.sampark = { locale, actor: anonymous, who: null, flash: null, refused: forms.take(request as Request) };
    reply.header('content-language', locale);
    if (!request.url.startsWith('/assets/')) {
      reply.header('cache-control', 'no-store');
      if (request.method === 'GET') request.sampark.flash = flash.take(request as Request, reply as Reply);
    }
    requestContext.run({ requestId: request.id, address: request.ip, agent: request.headers['user-agent'] }, done);
  });
  app.useGlobalPipes(inputValidation());
  app.enableShutdownHooks([]);
}

/** Listens, and says so in one line on standard output. */
export async function listen(app: INestApplication, config: Config): Promise<string> {
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new Error(`Port ${config.port} of ${config.host} is in use: end the other program, or set PORT.`, {
        cause: error,
      });
    throw error;
  }
  const { port } = (app.getHttpServer() as { address(): { port: number } }).address();
  return config.publicUrl ?? `http://${config.host}:${port}`;
}
