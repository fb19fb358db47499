import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import type { RequestContext } from '../web/request-context.js';
import { isGrantActor, scopeOfActor, userIdOf, type Actor } from './actor.js';
import { digestOfValues } from './audit-digest.js';
import { uuidv7 } from './id.js';

export interface AuditDetails {
  /** What kind of thing, e.g. `event`; and which. */
  subject?: string;
  subjectId?: string;
  /** The people concerned or shown; more than a thousand are spread over several entries. */
  people?: string[];
  /** Whether it is a look at people (an export, a file) and no change. */
  shown?: boolean;
  /** Territory path where it happened; the actor's own scope when not told. */
  path?: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  /** Plain facts without personal data (counts, codes) that stay with the entry. */
  facts?: Record<string, unknown>;
}

export interface AuditNote extends AuditDetails {
  id: string;
  action: string;
}

/** So that an entry stays small enough to be read, hashed and shown. */
const MOST_PEOPLE = 1_000;

/** A note as it is kept: one for each thousand people. The values stand with the first. */
export function asNotes(action: string, details: AuditDetails): AuditNote[] {
  const people = details.people ?? [];
  const parts = Math.max(1, Math.ceil(people.length / MOST_PEOPLE));
  if (parts === 1) return [{ id: uuidv7(), action, ...details }];
  return Array.from({ length: parts }, (_, part) => ({
    id: uuidv7(),
    action,
    ...details,
    ...(part && { before: undefined, after: undefined }),
    people: people.slice(part * MOST_PEOPLE, (part + 1) * MOST_PEOPLE),
    facts: { ...details.facts, part: part + 1, parts },
  }));
}

/**
 * Beside the first change: that a text in it was kept as written, since whoever wrote it says that the words found in it are
 * not about the person.
 */
export function asToldInContext(context: Partial<RequestContext> | undefined, notes: AuditNote[]): AuditNote[] {
  const texts = context?.keptAsWritten;
  const change = notes.find((note) => !note.shown);
  if (!texts?.length || !change) return [];
  const { subject, subjectId, people, path } = change;
  return asNotes('text.kept_as_written', { subject, subjectId, people, path, facts: { of: change.action, texts } });
}

/**
 * Writes the notes of one unit of work, in one statement. Values lie beside the entry under a random salt of their own; the
 * entry keeps only their digest, which is all that the chain covers.
 */
export async function writeAudit(
  runner: QueryRunner,
  actor: Actor,
  context: Partial<RequestContext> | undefined,
  notes: AuditNote[],
): Promise<void> {
  if (!notes.length) return;
  const rows = notes.map((note) => ({
    id: note.id,
    action: note.action,
    shown: note.shown ?? false,
    subject: note.subject ?? null,
    subject_id: note.subjectId ?? null,
    people: note.people ?? [],
    path: note.path ?? placeOf(actor),
    facts: note.facts ?? null,
    ...valuesOf(note),
  }));
  await runner.query(
    `WITH n AS MATERIALIZED (
       SELECT clock_timestamp() AS at, n.* FROM jsonb_to_recordset($1::jsonb)
         AS n(id uuid, action text, shown boolean, subject text, subject_id uuid, people uuid[], path text, facts jsonb,
              salt text, digest text, before jsonb, after jsonb)
     ), entries AS (
       INSERT INTO public.audit_entries
         (at, id, actor_kind, actor_name, user_id, grant_id, role, reach, scope, session_id, token_id, address, request_id,
          path, action, shown, subject, subject_id, people, facts, values_digest)
       SELECT n.at, n.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
              n.path, n.action, n.shown, n.subject, n.subject_id, n.people, n.facts, decode(n.digest, 'hex') FROM n
     )
     INSERT INTO public.audit_values (at, entry_id, path, salt, before, after)
     SELECT n.at, n.id, n.path, decode(n.salt, 'hex'), n.before, n.after
       FROM n WHERE n.salt IS NOT NULL`,
    [JSON.stringify(rows), ...whoOf(actor), context?.address ?? null, context?.requestId ?? null],
  );
}

function valuesOf({ before, after }: AuditNote) {
  if (!before && !after) return {};
  const salt = randomBytes(16);
  const digest = digestOfValues(salt, { before, after });
  return { salt: salt.toString('hex'), digest: digest.toString('hex'), before, after };
}

/** Where something happened that didn't say so: in the actor's scope; for a link, where its thing lies. */
const placeOf = (actor: Actor): string =>
  scopeOfActor(actor)?.from ?? (actor.kind === 'link' ? actor.scope?.from : undefined) ?? '';

/** Kind, name, user, grant, role, its reach, territory acted in, session, token. */
function whoOf(actor: Actor) {
  const grant = isGrantActor(actor) ? actor : null;
  return [
    actor.kind,
    actor.kind === 'system' ? actor.name : actor.kind === 'link' ? actor.purpose : null,
    userIdOf(actor),
    grant?.grantId ?? null,
    grant?.role ?? null,
    grant?.reach ?? null,
    scopeOfActor(actor)?.from ?? null,
    actor.kind === 'user' ? actor.sessionId : null,
    actor.kind === 'token' ? actor.tokenId : null,
  ];
}
