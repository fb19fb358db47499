import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isLocale } from '../../platform/i18n/locale.js';
import { Mailer } from '../../platform/mail/mailer.service.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import { SignedLinks } from '../../platform/security/signed-links.js';
import { mayUsePassword } from '../oidc/by-password.js';
import { RESET, RESET_LOGIN } from './reset.service.js';

/** How long a link to set a new password works. */
export const RESET_MINUTES = 60;

interface Reader {
  id: string;
  full_name: string;
  email: string;
  path: string;
  language: string;
  link_version: number;
  password_set_at: Date | null;
}

const READER = `SELECT id, full_name, email, path, language, link_version, password_set_at FROM users
                 WHERE email IS NOT NULL AND disabled_at IS NULL AND`;

/** The letters about passwords: the link to set a new one, and the word that it was changed. */
@Injectable()
export class ResetLetters {
  constructor(
    private readonly work: UnitOfWork,
    private readonly box: SecretBox,
    private readonly links: SignedLinks,
    private readonly mailer: Mailer,
    private readonly config: Config,
  ) {}

  /**
   * Mails the link to whoever asked, if it is a user with an open account and an e-mail. Run twice it sends the same letter;
   * once a newer request has been answered, nothing.
   */
  async answer(actor: SystemActor, requestId: string): Promise<void> {
    const reader = await this.work.run(actor, (tx) => this.newestLinkOf(tx, requestId));
    if (reader) {
      const token = this.links.make(RESET, [reader.id, requestId], reader.link_version);
      await this.send('password-reset', reader, `reset-${requestId}`, {
        link: `${this.config.baseUrl}/reset/${token}`,
        minutes: RESET_MINUTES,
      });
    }
    await this.work.run(actor, async (tx) => {
      await tx.query('SELECT gate.forget_reset_request($1)', [requestId]);
      if (reader) tx.audit('user.reset_sent', { subject: 'user', subjectId: reader.id, path: reader.path });
    });
  }

  /** Tells a user that their password was changed, and what to do if it wasn't by them. */
  async tellChanged(actor: SystemActor, userId: string): Promise<void> {
    const reader = await this.work.run(actor, (tx) => tx.one<Reader>(`${READER} id = $1`, [userId]));
    if (!reader) return;
    await this.send('password-changed', reader, `password-${reader.id}-${reader.link_version}`, {
      at: reader.password_set_at,
      link: `${this.config.baseUrl}/forgotten`,
    });
  }

  private async newestLinkOf(tx: Transaction, requestId: string): Promise<Reader | null> {
    const request = await tx.one<{ sealed: Buffer | null }>('SELECT gate.reset_request($1) AS sealed', [requestId]);
    const login = request?.sealed ? this.box.open(RESET_LOGIN, requestId, request.sealed) : null;
    if (login === null) return null;
    const reader = await tx.one<Reader>(`${READER} (email = $1 OR phone = $1)`, [login]);
    if (!reader) return null;
    const roles = await tx.query<{ role: string }>('SELECT role FROM gate.grants_of($1)', [reader.id]);
    if (!mayUsePassword(this.config, roles)) return null;
    const made = await tx.one<{ ok: boolean | null }>(
      'SELECT gate.make_reset_link($1, $2, make_interval(mins => $3)) AS ok',
      [reader.id, requestId, RESET_MINUTES],
    );
    return made?.ok === true ? reader : null;
  }

  private async send(template: string, reader: Reader, name: string, model: object): Promise<void> {
    await this.mailer.send({
      template,
      to: { name: reader.full_name, address: reader.email },
      locale: isLocale(reader.language) ? reader.language : this.config.defaultLanguage,
      messageId: `<${name}@${this.config.hostName}>`,
      model: { name: reader.full_name, ...model },
    });
  }
}
