import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { plainCell } from '../../sympathisers/exports/cell.js';
import { kindsIn } from './kinds-of-data.js';

interface Row {
  whom: string;
  name: string | null;
  place: string | null;
  phones: string | null;
  emails: string | null;
  actions: string[];
  changed: boolean;
  times: number;
  first_at: Date;
  last_at: Date;
}

/** A piece of the list; whoever is on it is in the trail with it. */
const PIECE = 1_000;

/** Who was affected, as a file for telling them: whom the register still knows, within the reader's territory. */
@Injectable()
export class AffectedList {
  constructor(
    private readonly work: UnitOfWork,
    private readonly words: Words,
  ) {}

  /**
   * Rows of CSV, a piece at a time. Erased people have no row: there is nobody left to be told.
   * @throws NotFound
   */
  async file(actor: GrantActor, id: string, reason: string, locale: Locale): Promise<AsyncGenerator<Buffer>> {
    await this.work.run(actor, async (tx) => {
      const breach = await tx.one<{ path: string; people: number }>('SELECT path, people FROM breaches WHERE id = $1', [
        id,
      ]);
      if (!breach) throw new NotFound();
      const { path, people } = breach;
      tx.audit('breach.list_taken', { subject: 'breach', subjectId: id, path, facts: { reason, people } });
    });
    return this.pieces(actor, id, locale);
  }

  private async *pieces(actor: GrantActor, id: string, locale: Locale): AsyncGenerator<Buffer> {
    const columns = ['id', 'name', 'place', 'phones', 'emails', 'kinds', 'changed', 'times', 'first', 'last'];
    yield Buffer.from(`\ufeff${this.lines([columns.map((name) => this.words.say(locale, `breach.column.${name}`))])}`);
    let after: string | null = null;
    for (;;) {
      const rows = await this.piece(actor, id, after, locale);
      if (rows.length) yield Buffer.from(this.lines(rows.map((row) => this.cells(row, locale))));
      if (rows.length < PIECE) return;
      after = rows.at(-1)!.whom;
    }
  }

  private piece(actor: GrantActor, id: string, after: string | null, locale: Locale): Promise<Row[]> {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Row>(
        `SELECT w.whom, p.full_name AS name, CASE $4 WHEN 'hi' THEN t.name_hi ELSE t.name_en END AS place,
                (SELECT string_agg(c.value, '; ') FROM contact_points c WHERE c.person_id = p.id AND c.kind = 'phone' AND c.dead_at IS NULL) AS phones,
                (SELECT string_agg(c.value, '; ') FROM contact_points c WHERE c.person_id = p.id AND c.kind = 'email' AND c.dead_at IS NULL) AS emails,
                w.actions, w.changed, w.times, w.first_at, w.last_at
           FROM breaches b JOIN breach_people w ON w.breach_id = b.id
           JOIN people p ON p.id = w.whom AND p.erased_at IS NULL JOIN territories t ON t.id = p.territory_id
          WHERE b.id = $1 AND ($2::uuid IS NULL OR w.whom > $2) ORDER BY w.whom LIMIT $3`,
        [id, after, PIECE, locale],
      );
      tx.shown('breach.list', rows.map(({ whom }) => whom)); // prettier-ignore
      return rows;
    });
  }

  private cells(row: Row, locale: Locale): string[] {
    const kinds = kindsIn(row.actions).map((kind) => this.words.say(locale, `breach.data.${kind}`));
    return [
      row.whom,
      row.name ?? '',
      row.place ?? '',
      row.phones ?? '',
      row.emails ?? '',
      kinds.join(', '),
      this.words.say(locale, row.changed ? 'breach.changed' : 'breach.only_seen'),
      String(row.times),
      row.first_at.toISOString(),
      row.last_at.toISOString(),
    ];
  }

  private lines(rows: string[][]): string {
    return stringify(rows.map((row) => row.map(plainCell)), { record_delimiter: 'windows' }); // prettier-ignore
  }
}
