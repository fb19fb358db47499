import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { Actor } from '../platform/database/actor.js';
import { isUuid } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../platform/errors.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import type { AuditQuery } from './audit.dto.js';
import { ENTRY, JOINED, listStatement, type AuditCursor } from './list-statement.js';
import { maskValues } from './mask-values.js';

interface TerritoryName {
  id: string;
  code: string;
  name_en: string;
  name_hi: string;
}

export interface AuditRow {
  id: string;
  at: Date;
  /** kind: user, token, system, link or anonymous; name: of the user; job: of the system actor; territory: acted in. */
  who: {
    kind: string;
    userId: string | null;
    name: string | null;
    role: string | null;
    job: string | null;
    grantId: string | null;
    sessionId: string | null;
    tokenId: string | null;
    territory: TerritoryName | null;
  };
  action: string;
  /** People were looked at, and nothing was changed. */
  shown: boolean;
  subject: string | null;
  subjectId: string | null;
  /** Ids of the people concerned or shown. Their names are the register's to show. */
  people: string[];
  territory: TerritoryName | null;
  facts: Record<string, unknown> | null;
  requestId: string | null;
  address: string | null;
}

export interface AuditDetail extends AuditRow {
  /** Masked. */
  before: unknown;
  after: unknown;
  /** There were values, and they have been erased. */
  erased: boolean;
  seal: { seq: number; hash: string } | null;
}

type Listed = AuditRow & { micros: string };

/**
 * The trail, newest first. It shows ids of people and no value of theirs, so reading it is itself no look at a person.
 */
@Injectable()
export class AuditQueries {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** @throws Invalid `territory` for one that isn't there, `cursor` for one that isn't ours */
  list(actor: Actor, query: AuditQuery): Promise<Page<AuditRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readAuditCursor(query.cursor);
    return this.work.run(actor, async (tx) => {
      const path = query.territory ? await pathOf(tx, query.territory) : undefined;
      const { sql, params } = listStatement({ ...query, path, zone: this.config.timeZone, after, limit: limit + 1 });
      const page = pageOf(await tx.query<Listed>(sql, params), limit, (row) => [row.micros, row.id]);
      return { items: page.items.map(({ micros: _micros, ...row }) => row), next: page.next };
    });
  }

  /** @throws NotFound outside the reader's territory */
  show(actor: Actor, id: string): Promise<AuditDetail> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<
        Listed & { before: unknown; after: unknown; erased: boolean; seq: string | null; hash: string | null }
      >(
        `SELECT ${ENTRY}, v.before, v.after, e.values_digest IS NOT NULL AND v.entry_id IS NULL AS erased,
                c.seq, c.hash
           FROM audit_entries e ${JOINED}
           LEFT JOIN audit_values v ON v.at = e.at AND v.entry_id = e.id
           LEFT JOIN LATERAL gate.audit_seal_of(e.at, e.id) c ON true
          WHERE e.id = $1`,
        [id],
      );
      if (!row) throw new NotFound();
      const { micros: _micros, seq, hash, before, after, ...entry } = row;
      return {
        ...entry,
        before: maskValues(before),
        after: maskValues(after),
        seal: seq === null ? null : { seq: Number(seq), hash: hash! },
      };
    });
  }
}

function readAuditCursor(cursor: string | undefined): AuditCursor | null {
  const key = readCursor(cursor, 2);
  if (!key) return null;
  const [at, id] = key;
  if (typeof at !== 'string' || !/^\d{1,17}$/.test(at) || typeof id !== 'string' || !isUuid(id))
    throw Invalid.field('cursor', 'validation.cursor');
  return [at, id];
}

async function pathOf(tx: Transaction, named: string): Promise<string> {
  const column = isUuid(named) ? 'id' : 'code';
  const row = await tx.one<{ path: string }>(`SELECT path FROM territories WHERE ${column} = $1`, [named]);
  if (!row) throw Invalid.field('territory', 'access.no_such_territory');
  return row.path;
}
