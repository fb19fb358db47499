import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import type { Refused } from '../../platform/web/request.js';
import { FormChoices } from '../form-choices.js';
import { LANGUAGE_CODES, languageName } from '../language-names.js';
import { directionOf, emptyNotice, missingIn, type NoticeItem, type NoticeText } from './notice-text.js';
import { PrivacyNotice } from './privacy-notice.entity.js';
import { languagesOf, peopleOnOlder } from './privacy-notices.service.js';

/** Lines to fill beside those that are there. */
const MORE_LINES = 2;
const COLUMNS = ['data', 'why', 'keep', 'seen'] as const;

/** What the officer's pages show: versions, drafts, what is missing. */
@Injectable()
export class PrivacyNoticePages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly choices: FormChoices,
  ) {}

  /** Each purpose with the version that holds, the draft, and those before; and the languages. */
  list(actor: Actor, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const notices = await tx.findAll(PrivacyNotice, { order: { n: 'DESC' } });
      const languages = await languagesOf(tx);
      const purposes = this.choices.purposes(locale).map(({ value, label }) => {
        const all = notices.filter(({ purpose }) => purpose === value);
        const [current = null, ...older] = all.filter(({ publishedAt }) => publishedAt);
        const draft = all.find(({ publishedAt }) => !publishedAt) ?? null;
        return {
          purpose: value,
          name: label,
          current: current && {
            ...brief(current),
            itemised: Object.values(current.texts).every(({ items }) => items.length),
          },
          draft: draft && { id: draft.id, missing: missingParts(draft, languages) },
          older: older.map(brief),
        };
      });
      return {
        purposes,
        languages: languages.map((code) => ({
          code,
          name: languageName(code, locale),
          fixed: ['hi', 'en'].includes(code),
        })),
        more: LANGUAGE_CODES.filter((code) => !languages.includes(code)).map((code) => ({
          value: code,
          label: languageName(code, locale),
        })),
      };
    });
  }

  /** One version: where it stands, and of a draft what is still missing and how many are on an older one. @throws NotFound */
  show(actor: Actor, id: string, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const notice = await tx.findOrFail(PrivacyNotice, { id });
      const needed = await languagesOf(tx);
      const codes = [...new Set([...needed, ...Object.keys(notice.texts)])];
      const languages = codes.map((code) => ({
        code,
        name: languageName(code, locale),
        missing: missingIn(notice.texts[code]),
        begun: Boolean(notice.texts[code]),
      }));
      return {
        ...brief(notice),
        name: this.choices.say(locale, `consent.purpose.${notice.purpose}`),
        draft: !notice.publishedAt,
        languages: notice.publishedAt ? languages.filter(({ begun }) => begun) : languages,
        ready: !missingParts(notice, needed),
        older: notice.publishedAt ? null : await peopleOnOlder(tx, notice.purpose),
      };
    });
  }

  /** The form of a draft's text in one language; come back refused, with what was typed. @throws NotFound */
  form(actor: Actor, id: string, language: string, locale: Locale, refused: Refused | null) {
    return this.work.run(actor, async (tx) => {
      const notice = await tx.findOrFail(PrivacyNotice, { id });
      const text = notice.texts[language] ?? emptyNotice();
      const lines = refused ? typedLines(refused.values) : text.items;
      return {
        id,
        name: this.choices.say(locale, `consent.purpose.${notice.purpose}`),
        draft: !notice.publishedAt,
        language: { code: language, name: languageName(language, locale), direction: directionOf(language) },
        text,
        lines: [...lines, ...Array.from({ length: MORE_LINES }, () => ({ data: '', why: '', keep: '', seen: '' }))].map(
          (line, at) => ({ ...line, n: at + 1 }),
        ),
      };
    });
  }

  /** A draft as people would read it. @throws NotFound */
  preview(actor: Actor, id: string, language: string, locale: Locale) {
    return this.work.run(actor, async (tx) => {
      const notice = await tx.findOrFail(PrivacyNotice, { id });
      return {
        notice: {
          ...brief(notice),
          purposeName: this.choices.say(locale, `consent.purpose.${notice.purpose}`),
          language,
          direction: directionOf(language),
          text: { ...emptyNotice(), ...notice.texts[language] },
        },
        draft: !notice.publishedAt,
        others: [],
      };
    });
  }
}

const brief = ({ id, purpose, publishedAt }: PrivacyNotice) => ({ id, purpose, publishedAt });

const missingParts = (notice: PrivacyNotice, languages: readonly string[]): number =>
  languages.reduce((sum, code) => sum + missingIn(notice.texts[code]).length, 0);

/** The lines of a form: the nth of each column, without those that are blank in all of them. */
export function linesOf(columns: Partial<Record<(typeof COLUMNS)[number], readonly string[]>>): NoticeItem[] {
  const length = Math.max(0, ...COLUMNS.map((column) => columns[column]?.length ?? 0));
  return Array.from({ length }, (_, at) => ({
    data: columns.data?.[at] ?? '',
    why: columns.why?.[at] ?? '',
    keep: columns.keep?.[at] ?? '',
    seen: columns.seen?.[at] ?? '',
  })).filter((line) => COLUMNS.some((column) => line[column]));
}

const typedLines = (values: Record<string, unknown>): NoticeItem[] =>
  linesOf(
    Object.fromEntries(
      COLUMNS.map((column) => [
        column,
        [values[column]].flat().map((one) => (typeof one === 'string' ? one.trim() : '')),
      ]),
    ),
  );

/** A text as a form sends it. */
export const textOf = (dto: {
  title?: string | null;
  say?: string | null;
  responsible?: string | null;
  rights?: string | null;
  complaint?: string | null;
  data?: string[];
  why?: string[];
  keep?: string[];
  seen?: string[];
}): NoticeText => ({
  title: dto.title ?? '',
  say: dto.say ?? '',
  items: linesOf(dto),
  responsible: dto.responsible ?? '',
  rights: dto.rights ?? '',
  complaint: dto.complaint ?? '',
});
