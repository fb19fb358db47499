import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../platform/config/config.js';
import { scopeFrom, type Reach, type TokenActor, type UserActor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import { hashToken, randomToken } from '../platform/security/tokens.js';
import { currentClient } from '../platform/web/request-context.js';
import { owedBy, type Owed } from './second-factor/owed.js';

/** How somebody came in. */
export type SessionMethod = 'password' | 'code' | 'link' | 'passkey' | 'oidc';

/** Of what a browser calls itself, this much is kept. */
const AGENT_LENGTH = 200;

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
  /** What is missing before the session may go on; then there is no actor. */
  owes: Owed | null;
  /** Null when no grant is in force: signed in, and nothing to see. */
  actor: UserActor | null;
  /** The grant in use. */
  current: string | null;
  /** A second factor was shown lately. */
  proved: boolean;
  grants: HeldGrant[];
}

/**
 * Looks up sessions and tokens through the gate's narrow functions: before we know who somebody is, nothing else may be
 * read. Each request looks again, so that a disabled user or an ended grant is out at once.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: Config,
  ) {}

  /** How long a session lives without a request, as the database understands it. */
  get idle(): string {
    return `${this.config.sessionIdleHours} hours`;
  }

  /**
   * @param proved the way of coming in was a second factor, too
   * @returns the new session's token: shown to the browser, kept only as a hash
   */
  async start(userId: string, how: { method: SessionMethod; proved?: boolean }): Promise<string> {
    const token = randomToken();
    const { address, agent } = currentClient();
    await this.dataSource.query('SELECT gate.start_session($1, $2, $3, $4::interval, $5, $6, $7, $8)', [
      uuidv7(),
      hashToken(token),
      userId,
      `${this.config.sessionDays} days`,
      how.method,
      how.proved ?? false,
      address ?? null,
      agent?.slice(0, AGENT_LENGTH) ?? null,
    ]);
    return token;
  }

  /**
   * The second factor was shown: the session goes on under a new token, until when it would have. A token that somebody
   * got hold of before is worth nothing after it.
   * @returns null where the session was over
   */
  async prove(token: string): Promise<{ token: string; until: Date } | null> {
    const fresh = randomToken();
    const [row] = await this.dataSource.query<{ until: Date | null }[]>('SELECT gate.prove_session($1, $2) AS until', [
      hashToken(token),
      hashToken(fresh),
    ]);
    return row?.until ? { token: fresh, until: row.until } : null;
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
        enrolled: boolean;
        proved: boolean;
        proof_fresh: boolean;
      }[]
    >('SELECT * FROM gate.session($1, $2::interval, make_interval(hours => $3))', [
      hashToken(token),
      this.idle,
      this.config.sessionProofHours,
    ]);
    if (!row) return null;
    const grant = row.grants.find((one) => one.grant_id === row.chosen) ?? row.grants[0];
    const owes = owedBy({ ...row, proofFresh: row.proof_fresh }, grant?.second_factor ?? false);
    return {
      sessionId: row.session_id,
      userId: row.user_id,
      name: row.full_name,
      language: row.language,
      owes,
      grants: row.grants,
      current: grant?.grant_id ?? null,
      proved: row.proof_fresh,
      actor: grant && !owes ? { kind: 'user', sessionId: row.session_id, userId: row.user_id, ...within(grant) } : null,
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
