import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
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
import { hostRule } from './host-rule.js';
import { RefusedForms } from './refused-forms.js';
import { Refusal } from './refusal.js';
import { requestContext } from './request-context.js';
import { wantsPage, type Reply, type Request } from './request.js';
import { registerHeaders, setPrivate } from './security-headers.js';
import { checkShape } from './shape.js';
import { cutSlowBodies, timeLimits } from './slow-clients.js';
import { inputValidation } from './validation.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
/** One upload in one piece; larger files come in pieces of at most a MiB, each a request of its own. */
export const UPLOAD_LIMIT = 64 * MEBIBYTE;
/** An upload with its fields and the lines between them. */
const BODY_LIMIT = UPLOAD_LIMIT + MEBIBYTE;
/** Path and query; the longest of ours, a search and a place in its list, is some 2 KiB. */
const ADDRESS_LIMIT = 8 * KIBIBYTE;
/** For a load balancer, which asks by address. */
const PROBES = new Set(['/healthz', '/readyz']);

export function makeAdapter(config: Config, logger: Logger): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    genReqId: () => uuidv7(),
    // The forwarded address, host and scheme count only where these machines say them; unset, nobody's do.
    trustProxy: config.trustedProxies?.split(/,\s*/) ?? false,
    bodyLimit: MEBIBYTE,
    forceCloseConnections: 'idle',
    rewriteUrl: ({ url }: { url?: string }) => readable(url ?? '/'),
    // Longer than any address: what is wrong with a token is told in words and by its own rule, and not by the router,
    // which would log it.
    routerOptions: { maxParamLength: 3 * ADDRESS_LIMIT },
    ...timeLimits(config.requestSeconds),
  } as never);
}

/** An address that can't be decoded (a link cut in the middle of a letter) is looked for as it stands, and not found. */
function readable(url: string): string {
  if (url.length > ADDRESS_LIMIT) return '/';
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return path.replaceAll('%', '%25') + url.slice(path.length);
  }
}

/** The web side of an application: plugins, headers, and what every request knows before its handler runs. */
export async function prepareServer(app: NestFastifyApplication): Promise<void> {
  const config = app.get(Config);
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const flash = app.get(FlashCookie);
  const forms = app.get(RefusedForms);
  const isOurs = hostRule(config);
  const https = config.baseUrl.startsWith('https:');

  await app.register(cookie as never);
  await registerHeaders(app, https);
  // What is compressed tells its length. A CSRF token is another one on each page (Signer.csrfToken), and no other
  // secret stands beside what somebody else may have typed (BREACH).
  await app.register(compress as never, { threshold: KIBIBYTE, encodings: ['gzip', 'identity'] } as never);
  await app.register(
    multipart as never,
    {
      limits: {
        fileSize: UPLOAD_LIMIT,
        files: 1,
        fields: 20,
        parts: 21,
        fieldNameSize: 100,
        fieldSize: 64 * KIBIBYTE,
        headerPairs: 20,
      },
    } as never,
  );
  // A piece of a large file: bytes and nothing else, as many as any other body may have.
  server.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  cutSlowBodies(server, config.requestSeconds, BODY_LIMIT);

  server.decorateRequest('sampark', null as never);
  server.addHook('onRequest', (request, reply, done) => {
    setPrivate(reply as Reply);
    const asked = (request.query as { lang?: string }).lang;
    const remembered = request.cookies.lang;
    const locale = isLocale(asked)
      ? asked
      : isLocale(remembered)
        ? remembered
        : preferredLocale(request.headers['accept-language'], config.defaultLanguage);
    request.sampark = {
      locale,
      actor: anonymous,
      who: null,
      flash: null,
      refused: forms.take(request as Request),
      nonces: reply.cspNonce,
    };
    reply.header('content-language', locale);
    const refusal = refusalOf(request as Request, isOurs);
    if (refusal) return done(refusal);
    if (isLocale(asked))
      reply.setCookie('lang', asked, {
        path: '/',
        maxAge: 365 * 86_400,
        sameSite: 'lax',
        httpOnly: true,
        secure: https,
      });
    if (request.method === 'GET' && !request.url.startsWith('/assets/'))
      request.sampark.flash = flash.take(request as Request, reply as Reply);
    requestContext.run(
      {
        requestId: request.id,
        address: request.ip,
        agent: request.headers['user-agent'],
        forPage: wantsPage(request as Request),
      },
      done,
    );
  });
  server.addHook('preValidation', (request, _reply, done) => {
    checkShape(request.query);
    checkShape(request.body);
    done();
  });
  await serveAssets(server, config.orgAccent);
  app.useGlobalPipes(inputValidation());
  app.enableShutdownHooks([]);
}

/** What is wrong with a request before anybody looks for its route. */
function refusalOf(request: Request, isOurs: (host: string) => boolean): Refusal | null {
  if (request.originalUrl.length > ADDRESS_LIMIT) return new Refusal(414);
  // A whole address in place of a path is how one speaks to a proxy.
  if (!request.url.startsWith('/')) return new Refusal(421);
  if (!PROBES.has(request.url) && !isOurs(request.host)) return new Refusal(421);
  // Two names: whoever stands before us may have looked at the other one (RFC 9112, 3.2).
  if (request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length > 1)
    return new Refusal(400);
  if (Number(request.headers['content-length']) > BODY_LIMIT) return new Refusal(413);
  return null;
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
