import { Injectable } from '@nestjs/common';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Config } from '../platform/config/config.js';
import type { SystemActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Mailer } from '../platform/mail/mailer.service.js';
import type { ChainPoint } from './chain.js';
import { SealingService } from './sealing.service.js';

/** Once a day we look back further than each minute, for what a clock put back has dated earlier. */
const LOOK_BACK_MS = 40 * 86_400_000;

/** The file that heads are noted in; none where nobody said which, beside a server of somebody's. */
export const headFile = (config: Config): string | null =>
  config.auditHeadFile ?? (config.embedded ? join(config.dataDir, 'audit-heads.log') : null);

interface HeadOfDay extends ChainPoint {
  day: string;
  mailedAt: Date | null;
}

/**
 * Notes the chain's end outside the database, daily. Whoever can rewrite the whole database can't rewrite a mailbox or
 * another machine's file, and `sampark audit verify --against` compares the two.
 */
@Injectable()
export class HeadsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sealing: SealingService,
    private readonly mailer: Mailer,
    private readonly config: Config,
  ) {}

  /** The first try of a day fixes what is said of it; another says the same, and only where it was not yet said. */
  async note(actor: SystemActor, now: Date): Promise<void> {
    await this.sealing.seal(actor, { since: new Date(now.getTime() - LOOK_BACK_MS) });
    const head = await this.ofDay(actor, dayIn(this.config.timeZone, now));
    await this.write(head);
    await this.mail(actor, head);
  }

  private async ofDay(actor: SystemActor, day: string): Promise<HeadOfDay> {
    const { seq, hash } = await this.sealing.head(actor);
    return this.work.run(actor, async (tx) => {
      await tx.query(
        `INSERT INTO audit_heads (day, seq, hash) VALUES ($1::date, $2, decode($3, 'hex')) ON CONFLICT (day) DO NOTHING`,
        [day, seq, hash],
      );
      const row = await tx.one<{ seq: string; hash: string; mailedAt: Date | null }>(
        `SELECT seq, encode(hash, 'hex') AS hash, mailed_at AS "mailedAt" FROM audit_heads WHERE day = $1::date`,
        [day],
      );
      return { ...row!, seq: Number(row!.seq), day };
    });
  }

  private async write({ day, seq, hash }: HeadOfDay): Promise<void> {
    const file = headFile(this.config);
    if (!file) return;
    const written = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    if (!written.split('\n').some((line) => line.startsWith(`${day} `)))
      await appendFile(file, `${day} ${seq} ${hash}\n`, { mode: 0o600 });
  }

  private async mail(actor: SystemActor, { day, seq, hash, mailedAt }: HeadOfDay): Promise<void> {
    const address = this.config.auditHeadMail;
    if (!address || mailedAt) return;
    await this.mailer.send({
      template: 'audit-head',
      to: { name: '', address },
      locale: this.config.defaultLanguage,
      messageId: `<audit-head-${day}@${this.config.hostName}>`,
      model: { day, seq, hash },
    });
    await this.work.run(actor, (tx) =>
      tx.execute('UPDATE audit_heads SET mailed_at = now() WHERE day = $1::date', [day]),
    );
  }
}

const dayIn = (timeZone: string, now: Date) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(now);
