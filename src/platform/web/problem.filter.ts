import { Catch, HttpException, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { sqlStateOf } from '../database/sql-state.js';
import {
  Conflict,
  DomainError,
  Forbidden,
  Gone,
  Invalid,
  NotFound,
  TooMany,
  Unauthenticated,
  type FieldProblem,
  type MarkedPiece,
} from '../errors.js';
import { EXCUSABLE } from '../free-text/free-text-problem.js';
import type { Locale } from '../i18n/locale.js';
import { Words } from '../i18n/words.js';
import { Pages } from './pages.js';
import { RefusedForms, type PageAgain } from './refused-forms.js';
import { isLooking, wantsPage, type Refused, type Reply, type Request } from './request.js';

const STATUS = new Map<unknown, number>([
  [NotFound, 404],
  [Gone, 410],
  [Forbidden, 403],
  [Unauthenticated, 401],
  [Conflict, 409],
  [TooMany, 429],
  [Invalid, 422],
]);

/** Words for what the frameworks and the web side refuse by themselves. */
const REFUSED: Record<number, string> = {
  404: 'errors.not_found',
  413: 'errors.too_large',
  414: 'errors.long_address',
  421: 'errors.wrong_host',
};
const wordsFor = (status: number) => REFUSED[status] ?? (status < 500 ? 'errors.bad_request' : 'errors.unexpected');

/** What the reader of forms with files says of a body that isn't one; its errors have no code. */
const BROKEN_FORM = /^(Multipart: |Unexpected end of |Malformed )/;

/** What a client of the API sees of an error: RFC 9457 problem details, with our field names. */
interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  errors?: { field: string; detail: string; code: string; marked?: MarkedPiece[] }[];
}

/** Turns every error into an answer in the reader's language. Nothing of the inside is shown. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly words: Words,
    private readonly pages: Pages,
    private readonly forms: RefusedForms,
    private readonly host: HttpAdapterHost,
  ) {}

  async catch(error: unknown, argumentsHost: ArgumentsHost): Promise<void> {
    const http = argumentsHost.switchToHttp();
    const request = http.getRequest<Request>();
    const reply = http.getResponse<Reply>();
    if (reply.sent) return;
    try {
      await this.answer(error, request, reply);
    } catch (failure) {
      // Nobody waits for a filter's promise: what it threw would end the program, for everybody.
      request.log.error({ err: failure }, 'an error could not be told');
      if (!reply.sent)
        await reply.status(500).type('application/problem+json').send({ type: 'about:blank', status: 500 });
    }
  }

  private async answer(error: unknown, request: Request, reply: Reply): Promise<void> {
    const { problem, cause } = this.describe(error, request);
    if (problem.status >= 500) request.log.error({ err: cause }, 'request failed');
    const wait = error instanceof TooMany ? Number(error.params.minutes) : NaN;
    if (wait) reply.header('retry-after', String(wait * 60));
    if (!wantsPage(request)) {
      await reply.status(problem.status).type('application/problem+json').send(problem);
      return;
    }
    if (problem.status === 401 && isLooking(request)) {
      const back = encodeURIComponent(request.url);
      await reply.status(303).header('location', `/sign-in?next=${back}`).send('');
      return;
    }
    const again = error instanceof Invalid || problem.status === 409 ? await this.formAgain(problem, request) : null;
    reply.status(problem.status).type('text/html; charset=utf-8');
    // The page was made by a request of its own: only with its own policy do its scripts and sheets run.
    if (again) reply.header('content-security-policy', again.policy);
    await reply.send(again?.body ?? this.page(problem, request));
  }

  private describe(error: unknown, request: Request): { problem: Problem; cause: unknown } {
    const { locale } = request.sampark;
    let status = 500;
    let key = 'errors.unexpected';
    let params = {};
    let errors: Problem['errors'];
    if (error instanceof DomainError) {
      status = STATUS.get(error.constructor) ?? 422;
      ({ key, params } = error);
      if (error instanceof Invalid)
        errors = error.problems.map((one) => ({
          field: one.field,
          detail: this.words.say(locale, one.key, { ...one.params, ...this.foundIn(one, locale) }),
          code: one.key,
          ...(one.marked && { marked: one.marked }),
        }));
    } else if (error instanceof HttpException) {
      status = error.getStatus();
      key = wordsFor(status);
    } else if (typeof (error as { statusCode?: number })?.statusCode === 'number') {
      // Fastify's own refusals: a body too large, of a kind we don't read, or malformed.
      status = (error as { statusCode: number }).statusCode;
      key = wordsFor(status);
    } else if (request.isMultipart() && BROKEN_FORM.test(String((error as Error)?.message))) {
      status = 400;
      key = 'errors.bad_request';
    } else if (['22P02', '22003', '22007', '22008', '22021'].includes(sqlStateOf(error) ?? '')) {
      // A value that the database cannot even read as an id, a date or a number of its size names nothing that is there.
      status = 404;
      key = 'errors.not_found';
    } else if (['08006', '57P01', '57P03', 'ECONNREFUSED'].includes(sqlStateOf(error) ?? '')) {
      status = 503;
      key = 'errors.unavailable';
    }
    const problem: Problem = {
      type: `urn:sampark:${key}`,
      title: this.words.say(locale, `frame.problem.${kindOf(status)}.title`),
      status,
      detail: this.words.say(locale, key, params),
      instance: `urn:uuid:${request.id}`,
      ...(errors && { errors }),
    };
    return { problem, cause: error };
  }

  /** The form once more, with what was typed and what is wrong: asked from ourselves as the reader would. */
  private async formAgain(problem: Problem, request: Request): Promise<PageAgain | null> {
    const refused: Refused = { summary: problem.detail, errors: {}, values: valuesOf(request.body) };
    for (const { field, detail, code, marked } of problem.errors ?? []) {
      (refused.errors[field] ??= []).push(detail);
      if (marked) (refused.marked ??= {})[field] = { pieces: marked, excusable: code === EXCUSABLE };
    }
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    return this.forms.again(server, request, refused);
  }

  /** What was found in a text, with what it is: “jaundice” (health). */
  private foundIn({ marked }: FieldProblem, locale: Locale): { found?: string } {
    const found = (marked ?? []).filter(({ kind }) => kind);
    if (!found.length) return {};
    return {
      found: found
        .map(({ text, kind }) => `“${text}” (${this.words.say(locale, `free_text.kind.${kind}`)})`)
        .join(', '),
    };
  }

  private page(problem: Problem, request: Request): string {
    request.sampark.refused = null;
    return this.pages.render(
      { template: 'problem', layout: request.sampark.who ? 'app' : 'public' },
      {
        title: problem.title,
        what: [problem.detail, ...(problem.errors ?? []).map(({ field, detail }) => `${field}: ${detail}`)].join(' '),
        todo: this.words.say(request.sampark.locale, `frame.problem.${kindOf(problem.status)}.todo`),
        retry: request.method === 'GET' && problem.status >= 500 ? request.url : undefined,
        requestId: problem.status >= 500 ? request.id : undefined,
      },
      request,
    );
  }
}

/** Which words of the frame fit a status. */
function kindOf(status: number): string {
  const kinds: Record<number, string> = {
    401: 'forbidden',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    410: 'gone',
    429: 'too_many',
  };
  return kinds[status] ?? (status >= 500 ? 'broken' : 'refused');
}

/** What was typed, without what must not come back into a page. */
function valuesOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([name]) => !/password|code|^_|^client_id$/.test(name)));
}
