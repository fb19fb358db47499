import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';

export const LOGGER = Symbol('logger');

/**
 * JSON in production, readable lines otherwise. Requests are logged by route pattern: an address may hold a token or a
 * name that was looked for. Errors keep their message and stack, but no parameters of a query.
 * @param destination where lines go instead of standard output
 */
export function makeLogger(config: Config, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level: config.logLevel,
    ...(config.nodeEnv === 'development' && {
      transport: {
        target: 'pino-pretty',
        options: { destination: 2, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' },
      },
    }),
    serializers: {
      req: (request: FastifyRequest) => ({ method: request.method, route: request.routeOptions?.url ?? 'none' }),
      res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      err: describeError,
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** A failed statement's detail and parameters are people's data; its text and code are not. */
function describeError(error: unknown) {
  const { name, message, stack, code, driverError, key } = error as Error & {
    code?: string;
    driverError?: { code?: string };
    key?: string;
  };
  return { type: name, message: message?.split('\n')[0], code: driverError?.code ?? code, key, stack };
}

/** Nest's own messages, through the same logger. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}
  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'trace', message: unknown, rest: unknown[]) {
    const err = message instanceof Error ? message : undefined;
    this.logger[level](
      { err, detail: rest.filter((one) => typeof one === 'string') },
      err ? err.message : String(message),
    );
  }
  log(message: unknown, ...rest: unknown[]) {
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]) {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]) {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]) {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]) {
    this.write('trace', message, rest);
  }
}
