import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { GrantsService } from '../grants.service.js';
import { OwnAccount, type Oneself } from '../second-factor/own-account.js';
import { SecondFactors, type Factors } from '../second-factor/second-factors.queries.js';
import { SessionsService, type SessionMethod } from '../sessions.service.js';
import { User } from '../user.entity.js';
import { deviceOf, type Device } from './device.js';

export interface SessionRow {
  id: string;
  device: Device;
  address: string | null;
  method: SessionMethod;
  /** The second factor was shown in it. */
  proved: boolean;
  since: Date;
  seenAt: Date;
  /** The one that is asking. */
  current: boolean;
}

interface Row {
  id: string;
  method: SessionMethod;
  proved: boolean;
  address: string | null;
  agent: string | null;
  created_at: Date;
  seen_at: Date;
}

/** The sessions that live: one's own, or those of somebody whom one may manage. Nobody else sees where a user was. */
@Injectable()
export class SessionList {
  constructor(
    private readonly dataSource: DataSource,
    private readonly work: UnitOfWork,
    private readonly own: OwnAccount,
    private readonly sessions: SessionsService,
    private readonly grants: GrantsService,
    private readonly factors: SecondFactors,
  ) {}

  async ofOneself({ userId, sessionId }: Oneself): Promise<SessionRow[]> {
    const rows = await this.dataSource.query<Row[]>('SELECT * FROM gate.sessions_of($1, $2::interval)', [
      userId,
      this.sessions.idle,
    ]);
    return rows.map((row) => shown(row, sessionId)).sort((a, b) => Number(b.current) - Number(a.current));
  }

  /** @throws NotFound for one that isn't one's own, or is over */
  endOwn({ userId }: Oneself, id: string): Promise<void> {
    return this.own.run(userId, async (tx) => {
      const ended = await tx.one<{ ok: boolean | null }>('SELECT gate.end_session_of($1, $2) AS ok', [userId, id]);
      if (ended?.ok !== true) throw new NotFound();
      tx.audit('session.ended', { subject: 'user', subjectId: userId });
    });
  }

  /** Ends all but the one in hand. @returns how many */
  endOthers({ userId, sessionId }: Oneself): Promise<number> {
    return this.own.run(userId, async (tx) => {
      const row = await tx.one<{ n: number }>('SELECT gate.end_sessions_of($1, $2) AS n', [userId, sessionId]);
      if (row!.n) tx.audit('session.ended', { subject: 'user', subjectId: userId, facts: { sessions: row!.n } });
      return row!.n;
    });
  }

  /**
   * Where somebody is signed in, and what second factor they have. That it was looked at is written down.
   * @throws NotFound outside the actor's territory; Forbidden for oneself, and for who is more elsewhere
   */
  of(
    actor: Actor,
    userId: string,
  ): Promise<{ user: { id: string; name: string }; sessions: SessionRow[]; factors: Factors }> {
    return this.work.run(actor, async (tx) => {
      const user = await tx.findOrFail(User, { id: userId });
      await this.grants.mustManage(tx, userId);
      const rows = await tx.query<Row>('SELECT * FROM gate.sessions_of($1, $2::interval)', [
        userId,
        this.sessions.idle,
      ]);
      const factors = await this.factors.of(userId, (sql, params) => tx.query(sql, params));
      tx.audit('session.list', { subject: 'user', subjectId: userId, path: user.path });
      return { user: { id: userId, name: user.fullName }, sessions: rows.map((row) => shown(row)), factors };
    });
  }

  /** @throws as `of` */
  end(actor: Actor, userId: string, id: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const user = await tx.findOrFail(User, { id: userId });
      await this.grants.mustManage(tx, userId);
      const ended = await tx.one<{ ok: boolean | null }>('SELECT gate.end_session_of($1, $2) AS ok', [userId, id]);
      if (ended?.ok !== true) throw new NotFound();
      tx.audit('session.ended', { subject: 'user', subjectId: userId, path: user.path });
    });
  }
}

const shown = (row: Row, current?: string): SessionRow => ({
  id: row.id,
  device: deviceOf(row.agent),
  address: row.address,
  method: row.method,
  proved: row.proved,
  since: row.created_at,
  seenAt: row.seen_at,
  current: row.id === current,
});
