import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { ImportBatch } from './import-batch.entity.js';
import { ImportsQueries, type Warned } from './imports.queries.js';
import { headersOf, rejectsFile, type RejectLine } from './rejects-file.js';

const PAGE = 2_000;

/**
 * The rows that go in with a part left out, to be mended before somebody says yes. They are read from what was staged: nothing
 * of them is kept a second time, and what is staged goes with the import.
 */
@Injectable()
export class WarnedRows {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: ImportsQueries,
    private readonly words: Words,
  ) {}

  /** A file like the original, made as it is fetched. @throws NotFound; Conflict where nothing waits for a yes (any more) */
  async file(actor: Actor, id: string, locale: Locale): Promise<{ name: string; text: AsyncGenerator<string> }> {
    const batch = await this.work.run(actor, async (tx) => {
      const found = await tx.findOrFail(ImportBatch, { id });
      if (found.state !== 'previewed') throw new Conflict(`imports.error.${found.state}`);
      tx.audit('import.warned_fetched', {
        shown: true,
        subject: 'import',
        subjectId: id,
        path: found.path,
        facts: { rows: found.warnings },
      });
      return found;
    });
    const say = (key: string) => this.words.say(locale, key);
    const titles = { row: say('imports.rejects.row'), reason: say('imports.warned.what') };
    return {
      name: `${batch.fileName.replace(/\.\w+$/, '')} - ${say('imports.warned.name')}.csv`,
      text: rejectsFile(
        headersOf(batch.mapping, this.words, locale),
        batch.mapping.delimiter,
        titles,
        this.lines(actor, id, say),
      ),
    };
  }

  private async *lines(actor: Actor, id: string, say: (key: string) => string): AsyncGenerator<RejectLine> {
    for (let after = 0; ;) {
      const rows: Warned[] = await this.work.run(actor, (tx) => this.queries.warned(tx, id, after, PAGE));
      for (const { row, codes, line } of rows)
        yield { row, reason: codes.map((code) => say(`import.problem.${code}`)).join('; '), line };
      if (rows.length < PAGE) return;
      after = rows.at(-1)!.row;
    }
  }
}
