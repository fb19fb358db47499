import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { isLocale } from '../../platform/i18n/locale.js';
import { Mailer, UnsendableLetter } from '../../platform/mail/mailer.service.js';
import { StopLinks } from '../../events/stop-links.js';
import { OwnLinks } from '../../sympathisers/own-links.js';
import { SuppressionService } from '../../sympathisers/consent/suppression.service.js';

const SLICE = 50;

interface Due {
  id: string;
  notice: string;
  name: string;
  language: string | null;
  erase_on: string;
  since: Date;
  addresses: string[];
  barrier: string | null;
}

interface News {
  userId: string;
  name: string;
  email: string;
  language: string;
  places: { name_en: string; name_hi: string; n: number }[];
}

/** The last notice: to the person by mail where we may, else to their team, with figures and no names. */
@Injectable()
export class RetentionLetters {
  constructor(
    private readonly work: UnitOfWork,
    private readonly mailer: Mailer,
    private readonly config: Config,
    private readonly links: StopLinks,
    private readonly own: OwnLinks,
    private readonly suppressions: SuppressionService,
  ) {}

  /**
   * Writes to everybody who has not been told yet. A letter is claimed before it goes out, so that nobody gets two after a
   * crash; a server that is away puts it off. Whom it can't reach is told to the team.
   * @returns how many letters went out
   */
  async tellPeople(actor: SystemActor): Promise<number> {
    let sent = 0;
    for (;;) {
      const due = await this.waiting(actor);
      for (const one of due) if (await this.write(actor, one)) sent += 1;
      if (due.length < SLICE) return sent;
    }
  }

  /** One letter a night to each of those who look after a territory. @returns how many letters went out */
  async tellTeams(actor: SystemActor): Promise<number> {
    const news = await this.work.run(actor, (tx) =>
      tx.query<News>(
        `WITH n AS (SELECT path, count(*)::int AS n FROM retention_notices WHERE told = 'team' AND told_at IS NULL GROUP BY path)
         SELECT u.id AS "userId", u.full_name AS name, u.email, u.language,
                jsonb_agg(jsonb_build_object('name_en', t.name_en, 'name_hi', t.name_hi, 'n', n.n) ORDER BY n.path) AS places
           FROM n JOIN territories t ON t.path = n.path CROSS JOIN LATERAL gate.retention_readers(n.path) r
           JOIN users u ON u.id = r.user_id
          GROUP BY u.id, u.full_name, u.email, u.language`,
      ),
    );
    const day = new Date().toISOString().slice(0, 10);
    for (const { userId, name, email, language, places } of news)
      await this.mailer.send({
        template: 'retention-team',
        to: { name, address: email },
        locale: isLocale(language) ? language : this.config.defaultLanguage,
        messageId: `<retention-${day}-${userId}@${this.config.hostName}>`,
        model: {
          name,
          places,
          n: places.reduce((sum, place) => sum + place.n, 0),
          link: `${this.config.baseUrl}/retention/due`,
        },
      });
    await this.work.run(actor, (tx) =>
      tx.execute(`UPDATE retention_notices SET told_at = now() WHERE told = 'team' AND told_at IS NULL`),
    );
    return news.length;
  }

  private waiting(actor: SystemActor): Promise<Due[]> {
    return this.work.run(actor, async (tx) => {
      // The program died while this one was on its way: it may have gone out, so it is not sent again.
      await tx.execute(
        `UPDATE retention_notices SET told_at = sending_at
          WHERE told = 'mail' AND told_at IS NULL AND sending_at < now() - interval '10 minutes'`,
      );
      return tx.query<Due>(
        `SELECT p.id, n.id AS notice, p.full_name AS name, p.language, n.erase_on::text, p.created_at AS since,
                contact_barrier(p.id, 'contact', 'email') AS barrier,
                ARRAY(SELECT c.value FROM contact_points c WHERE c.person_id = p.id AND c.kind = 'email' AND c.suppressed_at IS NULL
                         AND c.dead_at IS NULL ORDER BY c.preferred DESC, c.created_at, c.id) AS addresses
           FROM retention_notices n JOIN people p ON p.id = n.person_id
          WHERE n.told = 'mail' AND n.told_at IS NULL AND n.sending_at IS NULL ORDER BY n.person_id LIMIT ${SLICE}`,
      );
    });
  }

  private async write(actor: SystemActor, one: Due): Promise<boolean> {
    const stopped = await this.suppressions.stopped(
      actor,
      one.addresses.map((value) => ({ kind: 'email', value })),
    );
    const address = one.addresses.find((_, at) => !stopped[at]);
    const end = (set: string) =>
      this.work.run(actor, (tx) =>
        tx.execute(`UPDATE retention_notices SET ${set} WHERE person_id = $1 AND id = $2`, [one.id, one.notice]),
      );
    const toTeam = `told = 'team', sending_at = NULL`;
    if (!address || one.barrier) {
      await end(toTeam);
      return false;
    }
    // Claimed, and that is committed, before the server hears of it; another process may have been faster.
    const mine = await this.work.run(actor, (tx) =>
      tx.execute(
        `UPDATE retention_notices SET sending_at = now() WHERE person_id = $1 AND id = $2 AND told = 'mail' AND sending_at IS NULL`,
        [one.id, one.notice],
      ),
    );
    if (!mine) return false;
    try {
      await this.mailer.send({
        template: 'retention-notice',
        to: { name: one.name, address },
        locale: one.language && isLocale(one.language) ? one.language : this.config.defaultLanguage,
        messageId: `<${one.notice}@${this.config.hostName}>`,
        unsubscribeUrl: this.links.addressOf(one.id),
        model: {
          name: one.name,
          since: one.since,
          eraseOn: new Date(`${one.erase_on}T00:00:00Z`),
          stayUrl: this.own.why(one.id),
          stopUrl: this.links.addressOf(one.id),
          whyUrl: this.own.why(one.id),
        },
      });
    } catch (error) {
      const refused =
        error instanceof UnsendableLetter || ((error as { responseCode?: number }).responseCode ?? 0) >= 500;
      await end(refused ? toTeam : 'sending_at = NULL');
      if (!refused) throw error;
      return false;
    }
    await end('told_at = now()');
    return true;
  }
}
