import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Request } from './request.js';

/**
 * What a body must average, in bytes a second, once its first seconds are over. A limit of time alone would either shut
 * out a large list on a slow line or let a few open connections be held for as long; by rate, 64 MiB on a line of
 * 150 kbit/s go through, and a byte now and then does not.
 */
const LEAST_RATE = 4 * 1024;
/** Nothing takes longer, whatever its rate. */
const LONGEST_MS = 3_600_000;

/**
 * Node's own limits: headers within `seconds`, and no connection stands still (neither for a reader who doesn't read,
 * nor for one who says nothing) for twice that.
 */
export function timeLimits(seconds: number) {
  return {
    requestTimeout: LONGEST_MS,
    connectionTimeout: 2 * seconds * 1000,
    keepAliveTimeout: 10_000,
    http: {
      headersTimeout: seconds * 1000,
      connectionsCheckingInterval: Math.min(5_000, seconds * 250),
      maxHeaderSize: 16 * 1024,
    },
    clientErrorHandler: answerBroken,
  };
}

/** Cuts off whoever sends a body slower than {@link LEAST_RATE}, or longer than `mostBytes`, however it is sent. */
export function cutSlowBodies(server: FastifyInstance, seconds: number, mostBytes: number): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    const hasBody = raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > 0;
    // What is asked from inside (a form that comes back) has no line.
    if (hasBody && raw.socket instanceof Socket) watch(request as Request, raw.socket, seconds * 1000, mostBytes);
    done();
  });
}

function watch(request: Request, socket: Socket, graceMs: number, mostBytes: number): void {
  const { raw } = request;
  const before = socket.bytesRead;
  const step = Math.min(1000, graceMs / 4);
  let waited = 0;
  const timer = setInterval(() => {
    if (raw.complete || socket.destroyed) return clearInterval(timer);
    const received = socket.bytesRead - before;
    // What has come and isn't read yet waits for us, and not we for it.
    if (raw.readableLength === 0) waited += step;
    const late = waited > graceMs + (received / LEAST_RATE) * 1000;
    if (!late && received <= mostBytes) return;
    clearInterval(timer);
    request.log.info({ received }, late ? 'a body came too slowly' : 'a body went on for too long');
    cut(raw, socket, late ? 408 : 413);
  }, step);
  raw.once('close', () => clearInterval(timer));
}

function cut(raw: IncomingMessage, socket: Socket, status: number): void {
  if (socket.writable) socket.write(answerOf(status));
  raw.destroy();
}

/** For whoever doesn't speak HTTP, or not in time: there is no request yet that a page could answer. */
function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  if (error.code !== 'ECONNRESET' && socket.writable) socket.write(answerOf(status));
  socket.destroy();
}

function answerOf(status: number): string {
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
