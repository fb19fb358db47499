import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../../platform/web/keyset.js';
import { stateOf, type TokenState } from './token-state.js';

export interface TokenRow {
  id: string;
  name: string;
  /** The grant it acts in. */
  role: { code: string; name_en: string; name_hi: string };
  territory: { name_en: string; name_hi: string };
  /** What it may do of what the role allows; null: everything. */
  permissions: string[] | null;
  state: TokenState;
  madeAt: Date;
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  lastUsedFrom: string | null;
  endedAt: Date | null;
  endedBy: string | null;
}

interface Raw {
  id: string;
  name: string;
  permissions: string[] | null;
  role_code: string;
  role_en: string;
  role_hi: string;
  name_en: string;
  name_hi: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  last_used_from: string | null;
  ended_at: Date | null;
  ended_by: string | null;
  grant_holds: boolean;
}

/** Reads of tokens, newest first. Their hashes never leave the database. */
@Injectable()
export class TokensQueries {
  constructor(private readonly work: UnitOfWork) {}

  /** Of oneself, or of a user in scope: of others there are none. */
  list(actor: Actor, userId: string, query: { limit?: number; cursor?: string }): Promise<Page<TokenRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 1);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Raw>('SELECT * FROM gate.tokens_of($1, $2, $3)', [
        userId,
        after?.[0] ?? null,
        limit + 1,
      ]);
      const page = pageOf(rows, limit, (row) => [row.id]);
      return { items: page.items.map(rowOf), next: page.next };
    });
  }
}

function rowOf(raw: Raw): TokenRow {
  const token = {
    id: raw.id,
    name: raw.name,
    role: { code: raw.role_code, name_en: raw.role_en, name_hi: raw.role_hi },
    territory: { name_en: raw.name_en, name_hi: raw.name_hi },
    permissions: raw.permissions,
    madeAt: raw.created_at,
    expiresAt: raw.expires_at,
    lastUsedAt: raw.last_used_at,
    lastUsedFrom: raw.last_used_from,
    endedAt: raw.ended_at,
    endedBy: raw.ended_by,
  };
  return { ...token, state: stateOf({ ...token, grantHolds: raw.grant_holds }, new Date()) };
}
