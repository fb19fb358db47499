import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { SystemActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { isLocale } from '../platform/i18n/locale.js';
import { Mailer } from '../platform/mail/mailer.service.js';
import { SignedLinks } from '../platform/security/signed-links.js';
import { mayUsePassword } from './oidc/by-password.js';
import { User } from './user.entity.js';
import { WELCOME, WELCOME_DAYS, welcomeEnds } from './sign-in/passwords.service.js';

/** The letter that brings a new user the link to set a password. */
@Injectable()
export class InvitationLetters {
  constructor(
    private readonly work: UnitOfWork,
    private readonly links: SignedLinks,
    private readonly mailer: Mailer,
    private readonly config: Config,
  ) {}

  /** Run twice it sends the same letter, with the same id and link; nothing to who is disabled or has no e-mail. */
  async send(actor: SystemActor, userId: string): Promise<void> {
    const found = await this.work.run(actor, async (tx) => {
      const user = await tx.find(User, { id: userId });
      if (!user || user.disabledAt || !user.email) return null;
      const roles = await tx.query<{
        role: string;
        role_en: string;
        role_hi: string;
        name_en: string;
        name_hi: string;
      }>('SELECT role, role_en, role_hi, name_en, name_hi FROM gate.grants_of($1)', [userId]);
      const by = await tx.one<{ full_name: string }>('SELECT full_name FROM user_names WHERE id = $1', [
        actor.causedBy ?? user.createdBy,
      ]);
      return { user, roles, by };
    });
    if (!found) return;
    const { user, roles, by } = found;
    const byPassword = mayUsePassword(this.config, roles);
    const token = this.links.make(WELCOME, [user.id], user.linkVersion);
    await this.mailer.send({
      template: 'user-invitation',
      to: { name: user.fullName, address: user.email! },
      locale: isLocale(user.language) ? user.language : this.config.defaultLanguage,
      messageId: `<user-${user.id}-${user.linkVersion}@${this.config.hostName}>`,
      model: {
        name: user.fullName,
        login: user.email,
        by: by?.full_name ?? null,
        link: byPassword ? `${this.config.baseUrl}/welcome/${token}` : `${this.config.baseUrl}/sign-in`,
        provider: byPassword ? null : { name_en: this.config.oidcNameEn, name_hi: this.config.oidcNameHi },
        days: WELCOME_DAYS,
        until: welcomeEnds(user.linkMadeAt),
        roles: roles.map((one) => ({
          role: { name_en: one.role_en, name_hi: one.role_hi },
          territory: { name_en: one.name_en, name_hi: one.name_hi },
        })),
      },
    });
  }
}
