import '@fastify/cookie';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../database/actor.js';
import type { MarkedPiece } from '../errors.js';
import type { Locale } from '../i18n/locale.js';
import type { Nonces } from './security-headers.js';

/** Who is behind a request, as far as pages show it. */
export interface Who {
  userId: string;
  name: string;
  sessionId?: string;
  csrf?: string;
  /** What the session still owes before it may go on, in the word of whoever judges it; null: nothing. */
  owes?: string | null;
  /** They have a second factor. */
  enrolled?: boolean;
  /** They showed lately that it is they: what would outlast a session that somebody found open needs it. */
  fresh?: boolean;
  grants: WhoseGrant[];
}

export interface WhoseGrant {
  id: string;
  role: { code: string; name_en: string; name_hi: string };
  territory: { id: string; name_en: string; name_hi: string };
  /** The one in use. */
  current: boolean;
  /** When it ends by itself, an ISO time; null: open. */
  until: string | null;
  /** Who gave it on while they are away; null: one's own. */
  delegatedBy: string | null;
}

/** A short word shown once on the next page. */
export interface Flash {
  tone: 'good' | 'bad' | 'info';
  key: string;
  params?: Record<string, string | number>;
  undo?: { action: string };
}

/** Why a form came back: what is wrong, in words, by field; and what was typed. */
export interface Refused {
  summary: string;
  errors: Record<string, string[]>;
  values: Record<string, unknown>;
  /** Texts that must be put otherwise, by field. */
  marked?: Record<string, Marked>;
}

export interface Marked {
  pieces: MarkedPiece[];
  /** What was found are words, and they may be about something else. */
  excusable: boolean;
}

/** Our part of a request, set by the hooks before any handler. */
export interface RequestState {
  locale: Locale;
  actor: Actor;
  who: Who | null;
  flash: Flash | null;
  refused: Refused | null;
  /** By which this answer's scripts and sheets run. */
  nonces: Nonces;
  /** The page a form stood on, where the form says so. */
  page?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    sampark: RequestState;
  }
}

export type Request = FastifyRequest;
export type Reply = FastifyReply;

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<Request>();

/** The actor of this request. */
export const CurrentActor = createParamDecorator(
  (_: unknown, context: ExecutionContext) => requestOf(context).sampark.actor,
);

/** The reader's language. */
export const CurrentLocale = createParamDecorator(
  (_: unknown, context: ExecutionContext) => requestOf(context).sampark.locale,
);

/** A page for browsers; JSON for who asks for it, and for every bearer. */
export function wantsPage(request: Request): boolean {
  if (request.headers.authorization) return false;
  const accept = request.headers.accept ?? '';
  return accept.includes('text/html') || !/application\/(problem\+)?json/.test(accept);
}

/** Reads, and changes nothing: HEAD is GET without its body, and gets the same answer. */
export const isLooking = (request: Request): boolean => request.method === 'GET' || request.method === 'HEAD';

/** From this machine itself, told by the socket and not by any header. */
export function isLoopback(request: Request): boolean {
  const address = request.socket.remoteAddress ?? '';
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
