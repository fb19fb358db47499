import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { PURPOSES, type Purpose } from '../consent/purposes.js';
import { directionOf, type NoticeText } from './notice-text.js';

/** The ids that entries of the ledger cite now, by purpose. */
export type NoticeIds = Record<Purpose, string>;

/** A published notice for a reader. */
export interface ShownNotice {
  id: string;
  /** Those it speaks for where it is the current one of several. */
  purposes: Purpose[];
  publishedAt: Date;
  /** The language its text is in: the reader's, or the nearest there is. */
  language: string;
  direction: 'ltr' | 'rtl';
  text: NoticeText;
  /** All the languages it is in. */
  languages: string[];
}

interface Row {
  id: string;
  purpose: Purpose;
  texts: Record<string, NoticeText>;
  published_at: Date;
}

/** What people are told, as published: which version holds now, and its words. Everybody may read it, whoever asks. */
@Injectable()
export class PrivacyNotices {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * The version that a new entry of the ledger cites: the newest of its purpose; the register's where that purpose has none
   * of its own, since the register's first words spoke of all of them.
   */
  async current(tx: Transaction, purpose: string): Promise<string> {
    return (await this.ids(tx))[purpose as Purpose];
  }

  /** The same for every purpose. */
  async ids(tx: Transaction): Promise<NoticeIds> {
    return idsOf(await newest(tx));
  }

  /** The same, in a unit of work of its own. */
  currentIds(actor: Actor): Promise<NoticeIds> {
    return this.work.run(actor, (tx) => this.ids(tx));
  }

  /** The notices that hold now, each once with the purposes it speaks for, in the reader's language. */
  async told(tx: Transaction, locale: Locale, of: readonly Purpose[] = PURPOSES): Promise<ShownNotice[]> {
    const rows = await newest(tx);
    const ids = idsOf(rows);
    return rows
      .map((row) => ({ ...shown(row, locale), purposes: of.filter((purpose) => ids[purpose] === row.id) }))
      .filter(({ purposes }) => purposes.length);
  }

  /**
   * One published version.
   * @param language as asked for; where there is no text in it, in the page's own language
   * @throws NotFound also for a draft
   */
  async one(
    tx: Transaction,
    id: string,
    language: string,
    locale: Locale,
  ): Promise<ShownNotice & { purpose: Purpose }> {
    const row = await tx.one<Row>(
      'SELECT id, purpose, texts, published_at FROM privacy_notices WHERE id = $1 AND published_at IS NOT NULL',
      [id],
    );
    if (!row) throw new NotFound();
    return { ...shown(row, row.texts[language] ? language : locale), purpose: row.purpose, purposes: [row.purpose] };
  }
}

/** The newest published version of each purpose that has one, in the order of the purposes. */
async function newest(tx: Transaction): Promise<Row[]> {
  const rows = await tx.query<Row>(
    `SELECT DISTINCT ON (purpose) id, purpose, texts, published_at FROM privacy_notices
      WHERE published_at IS NOT NULL ORDER BY purpose, n DESC`,
  );
  return PURPOSES.flatMap((purpose) => rows.filter((row) => row.purpose === purpose));
}

function idsOf(rows: readonly Row[]): NoticeIds {
  const register = rows.find(({ purpose }) => purpose === 'register')!.id;
  return Object.fromEntries(
    PURPOSES.map((purpose) => [purpose, rows.find((row) => row.purpose === purpose)?.id ?? register]),
  ) as NoticeIds;
}

/** Every published version is in the two languages of the pages: Postgres sees to that. */
function shown(row: Row, language: string): ShownNotice {
  return {
    id: row.id,
    purposes: [],
    publishedAt: row.published_at,
    language,
    direction: directionOf(language),
    text: row.texts[language]!,
    languages: Object.keys(row.texts),
  };
}
