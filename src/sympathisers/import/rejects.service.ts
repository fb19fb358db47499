import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { pageOf, readCursor } from '../../platform/web/keyset.js';
import { ImportBatch } from './import-batch.entity.js';
import { ImportsQueries, type Reject } from './imports.queries.js';
import { rejectionKey } from './problem.js';
import { headersOf, rejectsFile, type RejectLine } from './rejects-file.js';

const PAGE = 2_000;

/** The rows that could not be used, with the reason in the reader's language. */
@Injectable()
export class Rejects {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: ImportsQueries,
    private readonly words: Words,
  ) {}

  /** A file like the original, made as it is fetched. @throws NotFound */
  async file(actor: Actor, id: string, locale: Locale): Promise<{ name: string; text: AsyncGenerator<string> }> {
    const batch = await this.fetched(actor, id);
    const { delimiter } = batch.mapping;
    const titles = {
      row: this.words.say(locale, 'imports.rejects.row'),
      reason: this.words.say(locale, 'imports.rejects.reason'),
    };
    return {
      name: `${batch.fileName.replace(/\.\w+$/, '')} - ${this.words.say(locale, 'imports.rejects.name')}.csv`,
      text: rejectsFile(headersOf(batch.mapping, this.words, locale), delimiter, titles, this.lines(actor, id, locale)),
    };
  }

  /** The same as rows of JSON, by pages. */
  async page(actor: Actor, id: string, query: { limit?: number; cursor?: string }, locale: Locale) {
    const limit = query.limit ?? 50;
    const after = Number(readCursor(query.cursor, 1)?.[0] ?? 0);
    const batch = await this.fetched(actor, id);
    const rows = await this.work.run(actor, (tx) => this.queries.rejects(tx, id, after, limit + 1));
    const { items, next } = pageOf(rows, limit, (row) => [row.row]);
    const { columns } = batch.mapping;
    return {
      items: items.map(({ row, code, field, line }) => ({
        row,
        code,
        field,
        reason: this.reason(code, locale),
        cells: line && Object.fromEntries(columns.map((name, i) => [name, line[i] ?? ''])),
      })),
      next,
    };
  }

  private fetched(actor: Actor, id: string): Promise<ImportBatch> {
    return this.work.run(actor, async (tx) => {
      const batch = await tx.findOrFail(ImportBatch, { id });
      tx.audit('import.rejects_fetched', {
        shown: true,
        subject: 'import',
        subjectId: id,
        path: batch.path,
        facts: { rows: batch.rejected },
      });
      return batch;
    });
  }

  private async *lines(actor: Actor, id: string, locale: Locale): AsyncGenerator<RejectLine> {
    for (let after = 0; ;) {
      const rows: Reject[] = await this.work.run(actor, (tx) => this.queries.rejects(tx, id, after, PAGE));
      for (const { row, code, line } of rows) yield { row, reason: this.reason(code, locale), line };
      if (rows.length < PAGE) return;
      after = rows.at(-1)!.row;
    }
  }

  private reason(code: string, locale: Locale): string {
    return this.words.say(locale, rejectionKey(code));
  }
}
