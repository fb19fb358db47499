import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { userIdOf, type Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../../platform/errors.js';
import { DEFAULT_LIMIT, pageOf, readCursor } from '../../platform/web/keyset.js';
import type { ListQuery } from '../../platform/web/fields.js';
import { StopService } from '../../sympathisers/consent/stop.service.js';

export interface Kept {
  /** Of the message, so that one that is read twice is one. */
  digest: Buffer;
  /** Whom it may be about. */
  people: string[];
  path: string;
  why: string[];
  sender: string | null;
  subject: string | null;
  words: string | null;
}

interface Row {
  id: string;
  people: string[];
  why: string[];
  sender: string | null;
  subject: string | null;
  words: string | null;
  received_at: Date;
}

/** More of a reply nobody needs to see what it wants. */
const MOST_WORDS = 4_000;

/** What people wrote back, and somebody has to look at. Nothing that a person wrote is dropped. */
@Injectable()
export class Replies {
  constructor(
    private readonly work: UnitOfWork,
    private readonly stops: StopService,
  ) {}

  /** @returns false where this message was kept before */
  keep(actor: Actor, reply: Kept): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const written = await tx.execute(
        `INSERT INTO replies (id, path, digest, people, why, sender, subject, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
        [uuidv7(), reply.path, reply.digest, reply.people, reply.why, reply.sender, reply.subject?.slice(0, 300) ?? null,
          reply.words?.slice(0, MOST_WORDS) ?? null], // prettier-ignore
      );
      if (written) tx.audit('reply.kept', { path: reply.path, people: reply.people, facts: { why: reply.why } });
      return written > 0;
    });
  }

  /** Something asked for that only a person can give. */
  keepRequest(actor: Actor, people: string[], path: string, id: string, why: string): Promise<boolean> {
    const digest = createHash('sha256').update(`${why} ${id}`).digest();
    return this.keep(actor, { digest, people, path, why: [why], sender: null, subject: null, words: null });
  }

  /** What waits for a look in the actor's territory, oldest first. */
  list(actor: Actor, query: ListQuery) {
    return this.work.run(actor, async (tx) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const cursor = readCursor(query.cursor, 1);
      const rows = await tx.query<Row>(
        `SELECT id, people, why, sender, subject, words, received_at FROM replies
          WHERE settled_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
        [cursor?.[0] ?? null, limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.id]);
      const names = await namesOf(
        tx,
        page.items.flatMap((row) => row.people),
      );
      tx.shown('reply.list', [...names.keys()]);
      return {
        items: page.items.map(({ people, received_at, ...row }) => ({
          ...row,
          receivedAt: received_at,
          people: people.flatMap((id) => (names.has(id) ? [{ id, name: names.get(id)! }] : [])),
        })),
        next: page.next,
      };
    });
  }

  /**
   * Somebody has looked. The words of it go; that it was, and what came of it, stays.
   * @param how `stopped`: they want us to stop; `read`: nothing to do, or done
   * @throws NotFound out of sight, or settled already; Invalid `how` for a stop of nobody we know
   */
  settle(actor: Actor, id: string, how: 'stopped' | 'read'): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ people: string[]; path: string }>(
        'SELECT people, path FROM replies WHERE id = $1 AND settled_at IS NULL FOR UPDATE',
        [id],
      );
      if (!row) throw new NotFound();
      const people = [...(await namesOf(tx, row.people)).keys()];
      if (how === 'stopped') {
        if (!people.length) throw Invalid.field('how', 'replies.problem.nobody');
        for (const personId of people) await this.stops.stop(actor, personId, 'mail');
      }
      await tx.execute(
        `UPDATE replies SET settled_at = now(), settled_by = $2, settled_how = $3, sender = NULL, subject = NULL, words = NULL WHERE id = $1`,
        [id, userIdOf(actor), how],
      );
      tx.audit('reply.settled', { subject: 'reply', subjectId: id, path: row.path, people, facts: { how } });
    });
  }
}

/** Of these people those in sight, whoever they are now, by id. */
async function namesOf(tx: Transaction, ids: string[]): Promise<Map<string, string>> {
  if (!ids.length) return new Map();
  const rows = await tx.query<{ id: string; name: string }>(
    `SELECT DISTINCT p.id, p.full_name AS name FROM unnest($1::uuid[]) w(id)
       JOIN people p ON p.id = coalesce(gate.successor(w.id), w.id) WHERE p.erased_at IS NULL AND p.path <> '' ORDER BY p.id`,
    [ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
