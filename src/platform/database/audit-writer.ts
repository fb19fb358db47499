import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { isGrantActor, scopeOfActor, userIdOf, type Actor } from './actor.js';
import { uuidv7 } from './id.js';

export interface AuditDetails {
  /** What kind of thing, e.g. `event`; and which. */
  subject?: string;
  subjectId?: string;
  /** The people concerned or shown. */
  people?: string[];
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

/** Writes the notes of one unit of work in two statements at most. Values get a random salt each, for the later chain. */
export async function writeAudit(
  runner: QueryRunner,
  actor: Actor,
  requestId: string | undefined,
  notes: AuditNote[],
): Promise<void> {
  if (!notes.length) return;
  const rows = notes.map((note) => ({
    id: note.id,
    action: note.action,
    subject: note.subject ?? null,
    subject_id: note.subjectId ?? null,
    people: note.people ?? [],
    path: note.path ?? scopeOfActor(actor)?.from ?? '',
    facts: note.facts ?? null,
  }));
  await runner.query(
    `INSERT INTO public.audit_entries
       (id, at, actor_kind, actor_name, user_id, grant_id, role, path, action, subject, subject_id, people, facts, request_id)
     SELECT n.id, clock_timestamp(), $2, $3, $4, $5, $6, n.path, n.action, n.subject, n.subject_id, n.people, n.facts, $7
       FROM jsonb_to_recordset($1::jsonb)
            AS n(id uuid, action text, subject text, subject_id uuid, people uuid[], path text, facts jsonb)`,
    [
      JSON.stringify(rows),
      actor.kind,
      actor.kind === 'system' ? actor.name : actor.kind === 'link' ? actor.purpose : null,
      userIdOf(actor),
      isGrantActor(actor) ? actor.grantId : null,
      isGrantActor(actor) ? actor.role : null,
      requestId ?? null,
    ],
  );
  const values = notes
    .filter((note) => note.before || note.after)
    .map((note) => ({
      id: uuidv7(),
      entry_id: note.id,
      salt: randomBytes(16).toString('hex'),
      before: note.before ?? null,
      after: note.after ?? null,
    }));
  if (values.length)
    await runner.query(
      `INSERT INTO public.audit_values (id, entry_id, salt, before, after)
       SELECT v.id, v.entry_id, decode(v.salt, 'hex'), v.before, v.after
         FROM jsonb_to_recordset($1::jsonb) AS v(id uuid, entry_id uuid, salt text, before jsonb, after jsonb)`,
      [JSON.stringify(values)],
    );
}
