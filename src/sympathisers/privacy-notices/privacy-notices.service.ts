import { Injectable } from '@nestjs/common';
import { scopeOfActor, type Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Invalid } from '../../platform/errors.js';
import { KEY_LENGTH } from '../../territories/path.js';
import type { Purpose } from '../consent/purposes.js';
import { missingIn, type NoticeText } from './notice-text.js';
import { PrivacyLanguage } from './privacy-language.entity.js';
import { PrivacyNotice } from './privacy-notice.entity.js';

/** So many (or a hundredth) may have joined or left between the page and the click: that is the same number. */
const FEW = 5;

/** Drafts, and their one way out: publishing, after which nobody changes anything (Postgres would refuse it as well). */
@Injectable()
export class PrivacyNoticesService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Begins the next version of a purpose, with the words of the newest one.
   * @throws Conflict where a draft is there already; Forbidden for somebody of a part of the organisation
   */
  begin(actor: Actor, purpose: Purpose): Promise<{ id: string }> {
    mustHaveTheWhole(actor);
    return this.work.run(actor, async (tx) => {
      const [last] = await tx.findAll(PrivacyNotice, { where: { purpose }, order: { n: 'DESC' }, take: 1 });
      if (last && !last.publishedAt) throw new Conflict('privacy.notice.problem.draft');
      const n = (last?.n ?? 0) + 1;
      const id = `${purpose}-${n}`;
      // Of two who begin at once, one does.
      if (!(await tx.insertOnce(PrivacyNotice, { id, purpose, n, texts: last?.texts ?? {} })))
        throw new Conflict('privacy.notice.problem.draft');
      tx.audit('privacy_notice.begun', { subject: 'privacy_notice', facts: { id } });
      return { id };
    });
  }

  /**
   * Writes a draft's text in one language, complete or not.
   * @throws NotFound; Conflict once it is published; Invalid `items` for a line that is filled in half
   */
  write(actor: Actor, id: string, language: string, text: NoticeText): Promise<void> {
    mustHaveTheWhole(actor);
    if (text.items.some(({ data, why, keep, seen }) => !data || !why || !keep || !seen))
      throw Invalid.field('items', 'privacy.notice.problem.line');
    return this.work.run(actor, async (tx) => {
      await draft(tx, id);
      await tx.execute(
        'UPDATE privacy_notices SET texts = texts || jsonb_build_object($2::text, $3::jsonb) WHERE id = $1',
        [id, language, JSON.stringify(text)],
      );
      tx.audit('privacy_notice.changed', {
        subject: 'privacy_notice',
        facts: { id, language, missing: missingIn(text) },
      });
    });
  }

  /**
   * Publishes a draft: it is what people are told from now on, for ever as it stands.
   * @param count how many have agreed under an older version, as the page showed it: whoever publishes has seen it
   * @throws NotFound; Conflict once it is published; Invalid `publication` where a language isn't complete, `count`
   */
  publish(actor: Actor, id: string, count: number): Promise<void> {
    mustHaveTheWhole(actor);
    return this.work.run(actor, async (tx) => {
      const notice = await draft(tx, id);
      const languages = await languagesOf(tx);
      const short = languages.filter((code) => missingIn(notice.texts[code]).length);
      if (short.length)
        throw Invalid.field('publication', 'privacy.notice.problem.missing', { languages: short.join(', ') });
      const older = await peopleOnOlder(tx, notice.purpose);
      if (Math.abs(older - count) > Math.max(FEW, older * 0.01))
        throw Invalid.field('count', 'privacy.notice.problem.count');
      // A language that was taken out meanwhile isn't published half done.
      const texts = Object.fromEntries(
        Object.entries(notice.texts).filter(([code, text]) => languages.includes(code) || !missingIn(text).length),
      );
      await tx.execute('UPDATE privacy_notices SET texts = $2, published_at = now() WHERE id = $1', [
        id,
        JSON.stringify(texts),
      ]);
      tx.audit('privacy_notice.published', {
        subject: 'privacy_notice',
        facts: { id, older, languages: Object.keys(texts) },
      });
    });
  }

  /** @throws NotFound; Conflict once it is published */
  drop(actor: Actor, id: string): Promise<void> {
    mustHaveTheWhole(actor);
    return this.work.run(actor, async (tx) => {
      await draft(tx, id);
      await tx.execute('DELETE FROM privacy_notices WHERE id = $1', [id]);
      tx.audit('privacy_notice.dropped', { subject: 'privacy_notice', facts: { id } });
    });
  }

  /** From the next version on, people are told in this language, too. @throws Conflict where it is there */
  addLanguage(actor: Actor, code: string): Promise<void> {
    mustHaveTheWhole(actor);
    return this.work.run(actor, async (tx) => {
      const known = await tx.find(PrivacyLanguage, { code });
      if (known && !known.endedAt) throw new Conflict('privacy.notice.problem.language');
      if (known) await tx.execute('UPDATE privacy_languages SET ended_at = NULL WHERE code = $1', [code]);
      else await tx.insertOnce(PrivacyLanguage, { code });
      tx.audit('privacy_notice.language_added', { subject: 'privacy_notice', facts: { language: code } });
    });
  }

  /** The next versions don't need it any more. @throws NotFound; Conflict for a language of the pages */
  endLanguage(actor: Actor, code: string): Promise<void> {
    mustHaveTheWhole(actor);
    return this.work.run(actor, async (tx) => {
      if (['hi', 'en'].includes(code)) throw new Conflict('privacy.notice.problem.fixed');
      await tx.findOrFail(PrivacyLanguage, { code });
      await tx.execute('UPDATE privacy_languages SET ended_at = now() WHERE code = $1 AND ended_at IS NULL', [code]);
      tx.audit('privacy_notice.language_ended', { subject: 'privacy_notice', facts: { language: code } });
    });
  }
}

/** The languages a version must be complete in, those of the pages first. */
export async function languagesOf(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ code: string }>(
    `SELECT code FROM privacy_languages WHERE ended_at IS NULL ORDER BY code NOT IN ('hi', 'en'), code = 'en', added_at, code`,
  );
  return rows.map(({ code }) => code);
}

/**
 * How many people in sight have agreed to a purpose under a version that the next one replaces: any that stands in the
 * ledger, as the last word of theirs on some channel. What was said last counts, not what was typed in last.
 */
export async function peopleOnOlder(tx: Transaction, purpose: Purpose): Promise<number> {
  const row = await tx.one<{ n: number }>(
    `SELECT count(DISTINCT c.person_id)::int AS n FROM consents c
      WHERE c.purpose = $1 AND c.state = 'given' AND c.notice IS NOT NULL
        AND NOT EXISTS (SELECT FROM consents later WHERE later.person_id = c.person_id AND later.purpose = c.purpose
                           AND later.channel = c.channel AND (later.at, later.id) > (c.at, c.id))`,
    [purpose],
  );
  return row!.n;
}

/** Locks a draft. @throws NotFound; Conflict for what is published */
async function draft(tx: Transaction, id: string): Promise<PrivacyNotice> {
  const notice = await tx.findOrFail(PrivacyNotice, { id });
  if (notice.publishedAt) throw new Conflict('privacy.notice.problem.published');
  return tx.lock(PrivacyNotice, { id });
}

/** What people are told holds for everybody. */
function mustHaveTheWhole(actor: Actor): void {
  const scope = scopeOfActor(actor);
  if (!scope || scope.from.length > KEY_LENGTH) throw new Forbidden('privacy.notice.problem.whole');
}
