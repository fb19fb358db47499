import { Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import { Config } from '../../platform/config/config.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Invalid, NotFound } from '../../platform/errors.js';
import { parseEmail } from '../../platform/formats/email-address.js';
import { parsePhone } from '../../platform/formats/phone.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { ConsentService, standsStopped, type ConsentEntry } from '../../sympathisers/consent/consent.service.js';
import type { Purpose } from '../../sympathisers/consent/purposes.js';
import { PrivacyNotices } from '../../sympathisers/privacy-notices/privacy-notices.js';
import { StopService } from '../../sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../sympathisers/consent/suppression.service.js';
import { UndoStopService } from '../../sympathisers/consent/undo-stop.service.js';
import { CorrectionsService } from '../../sympathisers/corrections.service.js';
import type { Correction } from '../../sympathisers/new-sympathiser.js';
import type { OwnLink } from '../../sympathisers/own-links.js';
import { WishesService } from '../../sympathisers/wishes.service.js';
import { ConfirmNewMail } from './own-data-jobs.js';
import { OwnDataQueries } from './own-data.queries.js';

/** What can be chosen by channel. Being in the register is not: who doesn't want to be is erased. */
export const CHOSEN_PURPOSES = ['contact', 'invitations', 'photos'] as const satisfies Purpose[];

/** Addresses that somebody may have in the making at a time. */
const MOST_NEW_MAILS = 3;

/** What the person says about their own data, by the link that was sent for it. Each leaves an entry in the trail. */
@Injectable()
export class OwnDataService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly queries: OwnDataQueries,
    private readonly corrections: CorrectionsService,
    private readonly suppressions: SuppressionService,
    private readonly consents: ConsentService,
    private readonly wishes: WishesService,
    private readonly stops: StopService,
    private readonly undoing: UndoStopService,
    private readonly notices: PrivacyNotices,
  ) {}

  /** Their own word, whatever it is: the clock of those of whom nothing is heard begins anew. */
  used(link: OwnLink): Promise<void> {
    return this.work.run(link, async (tx) => {
      await tx.execute('UPDATE own_data_links SET used_at = now() WHERE person_id = $1 AND id = $2', [
        link.personId,
        link.linkId,
      ]);
    });
  }

  /** @throws Invalid by field */
  correct(link: OwnLink, correction: Pick<Correction, 'name' | 'language' | 'pin'>): Promise<void> {
    return this.corrections.correct(link, link.personId, correction);
  }

  /**
   * A further phone. One that somebody asked never to be called on stays stopped.
   * @throws Invalid `phone`
   */
  addPhone(link: OwnLink, typed: string): Promise<void> {
    const { e164 } = parsePhone(typed);
    if (!e164) throw Invalid.field('phone', 'own_data.problem.phone');
    return this.work.run(link, (tx) => this.addPoint(tx, link, 'phone', e164));
  }

  /**
   * A new mail counts once a link sent to it has been opened and confirmed; until then the old one stands.
   * @param replaces the mail of theirs that it stands for from then on
   * @throws Invalid `email`
   */
  changeMail(link: OwnLink, typed: string, replaces: string | null, locale: Locale): Promise<void> {
    const { email } = parseEmail(typed);
    if (!email || !/^[\x21-\x7e]+$/.test(email)) throw Invalid.field('email', 'own_data.problem.email');
    return this.work.run(link, async (tx) => {
      const open = await tx.one<{ n: number }>(
        `SELECT count(*)::int AS n FROM own_data_links
          WHERE person_id = $1 AND kind = 'mail' AND used_at IS NULL AND at > now() - interval '1 day'`,
        [link.personId],
      );
      if (open!.n >= MOST_NEW_MAILS) throw Invalid.field('email', 'own_data.problem.too_many_mails');
      const id = uuidv7();
      await tx.execute(
        `INSERT INTO own_data_links (person_id, id, path, kind, value, replaces, language, expires_at)
         SELECT p.id, $2, p.path, 'mail', $3, (SELECT c.id FROM contact_points c WHERE c.person_id = p.id AND c.id = $4), $5, now() + make_interval(days => $6)
           FROM people p WHERE p.id = $1`,
        [link.personId, id, email, replaces, locale, this.config.ownDataLinkDays],
      );
      const [stopped] = await this.suppressions.stopped(link, [{ kind: 'email', value: email }]);
      tx.audit('own_data.mail_asked', { ...about(link), after: { email }, facts: { stopped } });
      // Whoever asked never to be written to there isn't, and nobody is told by it.
      if (stopped) return;
      await tx.enqueue(ConfirmNewMail, { personId: link.personId, linkId: id, locale });
    });
  }

  /**
   * The new mail is theirs: it is added (and what it stands for ended), and the links sent to the old one are retired.
   * @throws Conflict where it was used by somebody meanwhile
   */
  confirmMail(link: OwnLink): Promise<void> {
    return this.work.run(link, async (tx) => {
      const row = await tx.one<{ value: string | null; replaces: string | null }>(
        `SELECT value, replaces FROM own_data_links WHERE person_id = $1 AND id = $2 AND used_at IS NULL FOR UPDATE`,
        [link.personId, link.linkId],
      );
      if (!row?.value) throw new Conflict('own_data.problem.used');
      await this.addPoint(tx, link, 'email', row.value);
      if (row.replaces)
        await tx.execute(
          `UPDATE contact_points SET dead_at = now(), dead_why = 'replaced', preferred = false
            WHERE person_id = $1 AND id = $2 AND value <> $3 AND dead_at IS NULL`,
          [link.personId, row.replaces, row.value],
        );
      await tx.execute('UPDATE own_data_links SET used_at = now(), value = NULL WHERE person_id = $1 AND id = $2', [
        link.personId,
        link.linkId,
      ]);
      await tx.execute('UPDATE people SET link_version = link_version + 1 WHERE id = $1', [link.personId]);
      await tx.query('SELECT gate.keep_reach(ARRAY[$1::uuid])', [link.personId]);
    });
  }

  /** A stranger got the letter that asks: the address is never written to again, and nothing of the person changes. */
  refuseMail(link: OwnLink): Promise<void> {
    return this.work.run(link, async (tx) => {
      const row = await tx.one<{ value: string | null }>(
        'SELECT value FROM own_data_links WHERE person_id = $1 AND id = $2 AND used_at IS NULL FOR UPDATE',
        [link.personId, link.linkId],
      );
      if (!row?.value) throw new Conflict('own_data.problem.used');
      await this.suppressions.stop(link, 'email', row.value, 'not_theirs');
      await tx.execute('UPDATE own_data_links SET used_at = now(), value = NULL WHERE person_id = $1 AND id = $2', [
        link.personId,
        link.linkId,
      ]);
      tx.audit('own_data.mail_refused', about(link));
    });
  }

  /** @throws NotFound for one that isn't theirs */
  async endPoint(link: OwnLink, pointId: string): Promise<void> {
    await this.work.run(link, async (tx) => {
      const ofTheirs = [link.personId, pointId];
      const point = await tx.one<{ kind: string; value: string }>(
        'SELECT kind, value FROM contact_points WHERE person_id = $1 AND id = $2',
        ofTheirs,
      );
      const handle = await tx.one<{ kind: string; value: string }>(
        'SELECT platform AS kind, handle AS value FROM person_identities WHERE person_id = $1 AND id = $2',
        ofTheirs,
      );
      const ended = point ?? handle;
      if (!ended) throw new NotFound();
      if (point)
        await tx.execute(
          `UPDATE contact_points SET dead_at = now(), dead_why = 'by_hand', preferred = false
            WHERE person_id = $1 AND id = $2 AND dead_at IS NULL`,
          ofTheirs,
        );
      else {
        await tx.execute(
          `UPDATE person_identities SET to_at = now(), ended_why = 'by_hand', preferred = false
            WHERE person_id = $1 AND id = $2 AND to_at IS NULL`,
          ofTheirs,
        );
        // It may be somebody else's tomorrow.
        await tx.execute('DELETE FROM identity_claims WHERE person_id = $1 AND platform = $2 AND handle = $3', [
          link.personId,
          ended.kind,
          ended.value,
        ]);
      }
      await tx.query('SELECT gate.keep_reach(ARRAY[$1::uuid])', [link.personId]);
      tx.audit('own_data.point_ended', { ...about(link), before: { [ended.kind]: ended.value } });
    });
  }

  /**
   * By which channel for what: what is ticked is agreed to, what is not any more is withdrawn; what was never said stays so.
   * @throws Conflict while everything is stopped: that is taken back first
   */
  choose(link: OwnLink, wanted: Record<(typeof CHOSEN_PURPOSES)[number], string[]>, locale: Locale): Promise<void> {
    return this.work.run(link, async (tx) => {
      if (await standsStopped(tx, link.personId)) throw new Conflict('own_data.problem.stopped');
      const { channels, newest } = await this.queries.choices(tx, link.personId);
      const notices = await this.notices.ids(tx);
      const said = new Map(newest.map(({ purpose, channel, state }) => [`${purpose} ${channel}`, state]));
      const entries: ConsentEntry[] = CHOSEN_PURPOSES.flatMap((purpose) =>
        channels.flatMap((channel) => {
          const given = said.get(`${purpose} ${channel}`) === 'given';
          const ticked = wanted[purpose].includes(channel);
          if (given === ticked) return [];
          const entry = { purpose, channel, how: 'link', notice: notices[purpose], language: locale };
          return [{ ...entry, state: ticked ? ('given' as const) : ('withdrawn' as const) }];
        }),
      );
      if (!entries.length) {
        tx.audit('own_data.chosen', { ...about(link), facts: { entries: 0 } });
        return;
      }
      await this.consents.record(link, link.personId, entries);
      if (entries.some(({ purpose, state }) => purpose === 'contact' && state === 'given'))
        await tx.execute('UPDATE people SET closed_at = NULL WHERE id = $1 AND closed_at IS NOT NULL', [link.personId]);
    });
  }

  /** Nobody is in touch for so many months; none takes an earlier pause back. */
  pause(link: OwnLink, months: number): Promise<void> {
    const today = DateTime.now().setZone(this.config.timeZone);
    return this.wishes.wish(link, link.personId, { notBefore: months ? today.plus({ months }).toISODate() : null });
  }

  /** Every consent taken back and every number stopped, at once. */
  withdraw(link: OwnLink): Promise<void> {
    return this.stops.stop(link, link.personId, 'link');
  }

  /**
   * Takes their own stops back, and with them what any of us wrote down.
   * @throws Conflict where nothing is stopped, or the link went to a mail that somebody added after the stop
   */
  contactAgain(link: OwnLink): Promise<void> {
    return this.work.run(link, async (tx) => {
      if (!(await this.wentToTheirMail(tx, link))) throw new Conflict('own_data.problem.newer_mail');
      const undone = await this.undoing.undoAll(link, link.personId);
      if (!undone) throw new Conflict('own_data.problem.not_stopped');
    });
  }

  /** A mail that they had when they stopped. A later one may be anybody's: whoever may add it could else take any stop back. */
  private async wentToTheirMail(tx: Transaction, { personId, linkId }: OwnLink): Promise<boolean> {
    const row = await tx.one<{ theirs: boolean }>(
      `SELECT l.point_id IS NULL OR EXISTS (
                SELECT FROM contact_points c
                 WHERE c.person_id = $1 AND c.id = l.point_id AND gate.had_when_stopped($1, c.kind, c.value)) AS theirs
         FROM own_data_links l WHERE l.person_id = $1 AND l.id = $2`,
      [personId, linkId],
    );
    return row?.theirs ?? false;
  }

  private async addPoint(tx: Transaction, link: OwnLink, kind: 'phone' | 'email', value: string): Promise<void> {
    const [stopped] = await this.suppressions.stopped(link, [{ kind, value }]);
    await tx.execute(
      `INSERT INTO contact_points (person_id, id, path, kind, value, suppressed_at)
       SELECT p.id, $2, p.path, $3, $4, CASE WHEN $5 THEN now() END FROM people p WHERE p.id = $1
       ON CONFLICT (person_id, kind, value) DO UPDATE SET dead_at = NULL, dead_why = NULL`,
      [link.personId, uuidv7(), kind, value, stopped],
    );
    await tx.query('SELECT gate.keep_reach(ARRAY[$1::uuid])', [link.personId]);
    tx.audit('own_data.point_added', { ...about(link), after: { [kind]: value }, facts: { stopped } });
  }
}

const about = ({ personId }: OwnLink) => ({ subject: 'person', subjectId: personId, people: [personId] });
