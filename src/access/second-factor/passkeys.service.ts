import { Injectable } from '@nestjs/common';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { DataSource, QueryFailedError } from 'typeorm';
import { Config } from '../../platform/config/config.js';
import { uuidv7 } from '../../platform/database/id.js';
import { Conflict, Invalid, Unauthenticated } from '../../platform/errors.js';
import { mayUsePassword } from '../oidc/by-password.js';
import { ChallengesService, type Holder, type Purpose } from './challenges.service.js';
import { OwnAccount, tellOf, type Oneself } from './own-account.js';
import { RecoveryCodesService } from './recovery-codes.service.js';
import { RelyingParty } from './relying-party.js';
import { SecondFactors } from './second-factors.queries.js';

/** EdDSA, ES256, RS256 (IANA COSE algorithms): what phones, laptops and security keys make. */
const ALGORITHMS = [-8, -7, -257];
/** WebAuthn, section 7.1, step 27: 1,023 bytes, here in base64url. */
const LONGEST_ID = 1364;
const TRANSPORTS = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);
/** One may read and think before touching the sensor; the challenge lives as long. */
const TIMEOUT = 5 * 60_000;

interface Row {
  id: string;
  user_id: string;
  full_name: string;
  path: string;
  disabled: boolean;
  public_key: Buffer;
  /** bigint, which comes as text. */
  counter: string;
  transports: string[];
}

/** Passkeys: made, and shown, as WebAuthn has it (Level 3, sections 7.1 and 7.2). */
@Injectable()
export class PasskeysService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly challenges: ChallengesService,
    private readonly party: RelyingParty,
    private readonly factors: SecondFactors,
    private readonly recovery: RecoveryCodesService,
    private readonly own: OwnAccount,
    private readonly config: Config,
  ) {}

  /** What the browser needs to make a new passkey. */
  async offer(me: Oneself) {
    const [user] = await this.dataSource.query<{ full_name: string; login: string }[]>(
      'SELECT full_name, login FROM gate.linked_user($1)',
      [me.userId],
    );
    if (!user) throw new Unauthenticated();
    const { passkeys } = await this.factors.of(me.userId);
    const options = await generateRegistrationOptions({
      rpID: this.party.id,
      rpName: this.party.name,
      userID: bytesOf(me.userId),
      userName: user.login,
      userDisplayName: user.full_name,
      attestationType: 'none',
      excludeCredentials: passkeys.map(({ credential, transports }) => ({ id: credential, transports })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      supportedAlgorithmIDs: ALGORITHMS,
      timeout: TIMEOUT,
    });
    await this.challenges.keep(options.challenge, 'new', ofSession(me), me.address);
    return options;
  }

  /**
   * Takes a new passkey into use.
   * @returns recovery codes where it is the first factor, to be shown this once
   * @throws Invalid `credential`
   * @throws Conflict where it is somebody's already
   */
  async add(me: Oneself, name: string, response: RegistrationResponseJSON): Promise<{ codes: string[] | null }> {
    const verified = await judged(() =>
      verifyRegistrationResponse({
        response,
        expectedChallenge: (challenge) => this.challenges.take(challenge, 'new', ofSession(me)),
        expectedOrigin: this.party.origin,
        expectedRPID: this.party.id,
        requireUserVerification: false,
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
    if (!verified?.verified || verified.registrationInfo.credential.id.length > LONGEST_ID)
      throw Invalid.field('credential', 'second_factor.passkey_not_made');
    const { credential, credentialBackedUp } = verified.registrationInfo;
    // Nobody signs how a key is reached: the browser just says it.
    const said: unknown = credential.transports;
    const transports = Array.isArray(said) ? said.filter((way) => TRANSPORTS.has(way as string)) : [];
    return this.own.run(me.userId, async (tx) => {
      const first = !(await tx.one<{ has: boolean }>('SELECT gate.has_second_factor($1) AS has', [me.userId]))!.has;
      const added = await tx.one<{ ok: boolean | null }>(
        'SELECT gate.add_passkey($1, $2, $3, $4, $5, $6, $7, $8) AS ok',
        [
          uuidv7(),
          me.userId,
          credential.id,
          Buffer.from(credential.publicKey),
          credential.counter,
          transports,
          credentialBackedUp,
          name,
        ],
      );
      if (added?.ok !== true) throw new Conflict('second_factor.passkey_taken');
      const codes = first ? await this.recovery.make(tx, me.userId) : null;
      await tellOf(tx, me.userId, 'passkey_added');
      return { codes };
    });
  }

  /** What the browser needs to show a passkey: one of somebody's, or, to come in by it alone, whichever it has. */
  async ask(purpose: 'sign-in' | 'proof', holder: Holder, address: string, userId?: string) {
    const allowed = userId ? (await this.factors.of(userId)).passkeys : [];
    const options = await generateAuthenticationOptions({
      rpID: this.party.id,
      allowCredentials: allowed.map(({ credential, transports }) => ({ id: credential, transports })),
      // Alone it is both factors: something one has, and a finger, a face or a PIN. After a password having it is enough.
      userVerification: purpose === 'sign-in' ? 'required' : 'preferred',
      timeout: TIMEOUT,
    });
    await this.challenges.keep(options.challenge, purpose, holder, address);
    return options;
  }

  /**
   * Whose passkey signed the challenge, with its user verified; null for nobody's, a shut account's or a wrong one, and where
   * the provider alone lets people in.
   */
  async signedInBy(
    holder: Holder,
    response: AuthenticationResponseJSON,
  ): Promise<{ id: string; name: string; path: string } | null> {
    const row = await this.answered('sign-in', holder, response);
    if (!row || row.disabled) return null;
    const roles = await this.dataSource.query<{ role: string }[]>('SELECT role FROM gate.grants_of($1)', [row.user_id]);
    if (!mayUsePassword(this.config, roles)) return null;
    const handle = Buffer.from(String(response.response.userHandle ?? ''), 'base64url');
    return handle.equals(bytesOf(row.user_id)) ? { id: row.user_id, name: row.full_name, path: row.path } : null;
  }

  /** Whether a passkey of this user signed the challenge of their session. */
  async provedBy(me: Oneself, response: AuthenticationResponseJSON): Promise<boolean> {
    return (await this.answered('proof', ofSession(me), response, me.userId)) !== null;
  }

  private async answered(
    purpose: Purpose,
    holder: Holder,
    response: AuthenticationResponseJSON,
    userId?: string,
  ): Promise<Row | null> {
    if (typeof response.id !== 'string') return null;
    const [row] = await this.dataSource.query<Row[]>('SELECT * FROM gate.passkey($1)', [response.id]);
    if (!row || (userId && row.user_id !== userId)) return null;
    const verified = await judged(() =>
      verifyAuthenticationResponse({
        response,
        expectedChallenge: (challenge) => this.challenges.take(challenge, purpose, holder),
        expectedOrigin: this.party.origin,
        expectedRPID: this.party.id,
        requireUserVerification: purpose === 'sign-in',
        // The counter is judged below, in one place and under the row's lock.
        credential: { id: response.id, publicKey: new Uint8Array(row.public_key), counter: 0 },
      }),
    );
    if (!verified?.verified) return null;
    const { newCounter, credentialBackedUp } = verified.authenticationInfo;
    const [used] = await this.dataSource.query<{ ok: boolean | null }[]>('SELECT gate.use_passkey($1, $2, $3) AS ok', [
      row.id,
      newCounter,
      credentialBackedUp,
    ]);
    if (used?.ok === true) return row;
    // Signed well, and counted back: there are two of this key.
    await this.own.run(row.user_id, async (tx) => {
      tx.audit('second_factor.passkey_copied', {
        subject: 'user',
        subjectId: row.user_id,
        path: row.path,
        facts: { passkey: row.id },
      });
    });
    return null;
  }
}

export const ofSession = ({ sessionId }: { sessionId: string }): Holder => ({ kind: 'session', value: sessionId });

/** The user's id as the 16 bytes that the passkey keeps of its user: no name, and never changing. */
const bytesOf = (id: string) => new Uint8Array(Buffer.from(id.replaceAll('-', ''), 'hex'));

/** The verdict, or null: what doesn't fit is thrown as a plain error, and why is nobody's business who sent it. */
async function judged<T>(verify: () => Promise<T>): Promise<T | null> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof QueryFailedError) throw error;
    return null;
  }
}
