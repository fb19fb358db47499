import { isGrantActor, scopeOfActor, userIdOf, type Actor, type Scope, type SystemActor } from '../database/actor.js';

/**
 * A kind of job: its name in the queue and the named system actor it runs as. Payloads carry ids, never people's data,
 * because the queue keeps them in the clear.
 */
export interface Job<P extends object> {
  readonly task: string;
  readonly actorName: string;
  /** Only for the type of the payload. */
  readonly payload?: P;
}

export interface JobOptions {
  /** Two jobs with one key are one job. */
  key?: string;
  runAt?: Date;
  maxAttempts?: number;
}

/** What lies in the queue: the payload beside the scope of the grant that caused it, so that it outlives the user. */
export interface Envelope<P extends object> {
  scope: Scope;
  causedBy: string | null;
  payload: P;
}

/** Declares a kind of job, e.g. `declareJob<{ eventId: string }>('mailings.tell-invitees')`. */
export const declareJob = <P extends object>(task: string): Job<P> => ({ task, actorName: `system:${task}` });

/** The statement that enqueues; the caller runs it inside its own transaction. */
export function enqueueSql<P extends object>(actor: Actor, job: Job<P>, payload: P, options: JobOptions) {
  const scope = scopeOfActor(actor) ?? linkScope(actor);
  const envelope: Envelope<P> = { scope, causedBy: userIdOf(actor), payload };
  return {
    sql: 'SELECT queue.enqueue($1, $2::json, $3, $4, $5)',
    params: [
      job.task,
      JSON.stringify(envelope),
      options.key ?? null,
      options.runAt ?? new Date(),
      options.maxAttempts ?? 12,
    ],
  };
}

/** The actor that a job runs as. */
export function actorOf<P extends object>(job: Job<P>, envelope: Envelope<P>): SystemActor {
  return { kind: 'system', name: job.actorName, scope: envelope.scope, causedBy: envelope.causedBy ?? undefined };
}

/** The holder of a link has no territory; what it causes is done in the one its thing lies in. */
function linkScope(actor: Actor): Scope {
  if (actor.kind === 'link' && actor.scope) return actor.scope;
  throw new Error(`A ${isGrantActor(actor) ? 'user' : actor.kind} without a scope cannot enqueue a job.`);
}
