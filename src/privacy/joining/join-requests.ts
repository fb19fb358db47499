import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import { AnswerSignUp } from './join-jobs.js';
import { FormSeal } from './form-seal.js';
import { SEALED, UNCONFIRMED_DAYS, type SignUp } from './sign-up.js';

/** new > mailed > confirmed; a phone alone: new > to_call > taken > tried. held: nothing is sent, and nobody is asked. */
export type JoinState = 'new' | 'mailed' | 'to_call' | 'taken' | 'tried' | 'held' | 'confirmed';

export interface JoinRequest {
  id: string;
  state: JoinState;
  /** Null once it is confirmed. */
  signUp: SignUp | null;
  posterCode: string | null;
}

interface Row {
  id: string;
  state: JoinState;
  sealed: Buffer | null;
  poster_code: string | null;
}

/**
 * Sign-ups that wait to be confirmed. They are the whole organisation's: where nothing else is said, the actor must have all of
 * it in scope.
 */
@Injectable()
export class JoinRequests {
  constructor(
    private readonly work: UnitOfWork,
    private readonly box: SecretBox,
    private readonly seal: FormSeal,
  ) {}

  /**
   * Takes a sign-up down, and has it answered by a job. Sends the same statements whoever it is.
   * @param form hash of the form it came with: sent twice, it is one sign-up
   */
  async add(actor: Actor, signUp: SignUp, form: Buffer, poster: string | null): Promise<void> {
    await this.work.run(actor, async (tx) => {
      const id = uuidv7();
      const added = await tx.execute(
        `INSERT INTO join_requests (id, sealed, mail_hash, phone_hash, form_hash, poster_code)
         VALUES ($1, $2, $3, $4, $5, (SELECT code FROM posters WHERE code = $6 AND ended_at IS NULL))
         ON CONFLICT (form_hash) DO NOTHING`,
        [
          id,
          this.box.seal(SEALED, id, JSON.stringify(signUp)),
          signUp.email && this.seal.hash('email', signUp.email),
          signUp.phone && this.seal.hash('phone', signUp.phone),
          form,
          poster,
        ],
      );
      if (!added) return;
      await tx.execute('UPDATE posters SET signed_up = signed_up + 1 WHERE code = $1 AND ended_at IS NULL', [poster]);
      await tx.enqueue(AnswerSignUp, { requestId: id });
      tx.audit('join.asked', { subject: 'join_request', subjectId: id, facts: { page: signUp.page } });
    });
  }

  /** One of them; null where it is not there (any more). */
  async find(tx: Transaction, id: string): Promise<JoinRequest | null> {
    const row = await tx.one<Row>('SELECT id, state, sealed, poster_code FROM join_requests WHERE id = $1', [id]);
    return row && this.opened(row);
  }

  /**
   * The same, locked together with all others of that mail: of two who confirm at once, the second sees whom the first made.
   * In the order of ids, so that they wait for each other and don't block each other.
   */
  async lock(tx: Transaction, id: string): Promise<JoinRequest | null> {
    const rows = await tx.query<Row>(
      `SELECT id, state, sealed, poster_code FROM join_requests
        WHERE id = $1 OR mail_hash = (SELECT mail_hash FROM join_requests WHERE id = $1) ORDER BY id FOR UPDATE`,
      [id],
    );
    const row = rows.find((one) => one.id === id);
    return row ? this.opened(row) : null;
  }

  /** Nothing of what was typed is left but that somebody signed up, and by which poster. */
  async confirmed(tx: Transaction, { id, posterCode }: JoinRequest): Promise<void> {
    await tx.execute(
      `UPDATE join_requests SET state = 'confirmed', confirmed_at = now(), sealed = NULL, mail_hash = NULL, phone_hash = NULL
        WHERE id = $1`,
      [id],
    );
    await tx.execute('UPDATE posters SET joined = joined + 1 WHERE code = $1', [posterCode]);
  }

  /** It wasn't them, or they don't want to: gone at once. */
  erase(actor: Actor, id: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const gone = await tx.execute(`DELETE FROM join_requests WHERE id = $1 AND state <> 'confirmed'`, [id]);
      if (gone) tx.audit('join.erased', { subject: 'join_request', subjectId: id });
    });
  }

  /** Whatever waits under a mail or a phone, for whoever is being erased; for any job. @returns how many there were */
  forget(actor: Actor, points: readonly { kind: 'email' | 'phone'; value: string }[]): Promise<number> {
    const hashes = (wanted: 'email' | 'phone') =>
      points.filter(({ kind }) => kind === wanted).map(({ value }) => this.seal.hash(wanted, value));
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ gone: number }>('SELECT gate.forget_join_requests($1, $2) AS gone', [
        hashes('email'),
        hashes('phone'),
      ]);
      return row!.gone;
    });
  }

  /** Who hasn't confirmed within the time is erased; what is left of the others, too. @returns how many there were */
  eraseOld(actor: Actor): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const gone = await tx.execute('DELETE FROM join_requests WHERE asked_at < now() - make_interval(days => $1)', [
        UNCONFIRMED_DAYS,
      ]);
      if (gone) tx.audit('join.erased', { facts: { erased: gone, days: UNCONFIRMED_DAYS } });
      return gone;
    });
  }

  open(id: string, sealed: Buffer): SignUp | null {
    const text = this.box.open(SEALED, id, sealed);
    return text === null ? null : (JSON.parse(text) as SignUp);
  }

  private opened({ id, state, sealed, poster_code }: Row): JoinRequest {
    return { id, state, posterCode: poster_code, signUp: sealed && this.open(id, sealed) };
  }
}
