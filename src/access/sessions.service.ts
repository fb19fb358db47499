import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { scopeFrom, type Reach, type TokenActor, type UserActor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import { hashToken, randomToken } from '../platform/security/tokens.js';

/** A session dies after this long without a request, and after LIFETIME in any case. */
const IDLE = '7 days';
const LIFETIME = '30 days';

/** A grant in force, with what its role is: as `gate.grants_of` gives it. */
export interface HeldGrant {
  grant_id: string;
  role: string;
  territory_id: string;
  path: string;
  name_en: string;
  name_hi: string;
  role_en: string;
  role_hi: string;
  reach: Reach;
  permissions: string[];
  /** The role asks for a second factor. */
  second_factor: boolean;
  team_ids: string[] | null;
  event_id: string | null;
  /** Who gave it on for a time; null for one's own. */
  delegated_by: string | null;
  until: string | null;
}

/** Somebody signed in: the actor of the grant in use, and all grants in force now. */
export interface SignedIn {
  sessionId: string;
  userId: string;
  name: string;
  language: string;
  /** Null when no grant is in force: signed in, and nothing to see. */
  actor: UserActor | null;
  grants: HeldGrant[];
}

/**
 * Looks up sessions and tokens through the gate's narrow functions: before we know who somebody is, nothing else may be
 * read. Each request looks again, so that a disabled user or an ended grant is out at once.
 */
@Injectable()
export class SessionsService {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns the new session's token: shown to the browser, kept only as a hash */
  async start(userId: string, grantId: string | null = null, { byCode = false } = {}): Promise<string> {
    const token = randomToken();
    await this.dataSource.query('SELECT gate.start_session($1, $2, $3, $4, $5::interval, $6)', [
      uuidv7(),
      hashToken(token),
      userId,
      grantId,
      LIFETIME,
      byCode,
    ]);
    return token;
  }

  async end(token: string): Promise<void> {
    await this.dataSource.query('SELECT gate.end_session($1)', [hashToken(token)]);
  }

  /** Acts within another of one's grants from now on; false where it is not one's own or not in force. */
  async chooseGrant(token: string, grantId: string): Promise<boolean> {
    const rows = await this.dataSource.query<{ ok: boolean | null }[]>('SELECT gate.choose_grant($1, $2) AS ok', [
      hashToken(token),
      grantId,
    ]);
    return rows[0]?.ok === true;
  }

  async find(token: string): Promise<SignedIn | null> {
    const [row] = await this.dataSource.query<
      {
        session_id: string;
        user_id: string;
        full_name: string;
        language: string;
        chosen: string | null;
        grants: HeldGrant[];
      }[]
    >('SELECT * FROM gate.session($1, $2::interval)', [hashToken(token), IDLE]);
    if (!row) return null;
    const grant = row.grants.find((one) => one.grant_id === row.chosen) ?? row.grants[0];
    return {
      sessionId: row.session_id,
      userId: row.user_id,
      name: row.full_name,
      language: row.language,
      grants: row.grants,
      actor: grant ? { kind: 'user', sessionId: row.session_id, userId: row.user_id, ...within(grant) } : null,
    };
  }

  /** @param address where it is used from, kept beside the time */
  async findToken(token: string, address?: string): Promise<TokenActor | null> {
    const [row] = await this.dataSource.query<{ token_id: string; user_id: string; held: HeldGrant }[]>(
      'SELECT * FROM gate.token($1, $2)',
      [hashToken(token), address ?? null],
    );
    return row ? { kind: 'token', tokenId: row.token_id, userId: row.user_id, ...within(row.held) } : null;
  }
}

/** What a grant makes of an actor. */
export function within(grant: HeldGrant) {
  return {
    grantId: grant.grant_id,
    role: grant.role,
    reach: grant.reach,
    territoryId: grant.territory_id,
    scope: scopeFrom(grant.path),
    permissions: new Set(grant.permissions),
    ...(grant.team_ids && { teamIds: grant.team_ids }),
    ...(grant.event_id && { eventId: grant.event_id }),
  };
}
