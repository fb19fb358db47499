import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import { Config } from '../../platform/config/config.js';
import type { SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { dayAt } from '../../platform/formats/day.js';
import { FormChoices } from '../form-choices.js';
import { languageName } from '../language-names.js';
import { CARD_COLUMNS, CARD_TABLES, cardsOf, pointsOf, type CardRow, type Point } from '../person-cards.js';
import { segmentRule } from '../segments/conditions.js';
import { plainCell } from './cell.js';
import { cellOf, type ExportedPerson } from './columns.js';
import { Export, type Progress } from './export.entity.js';
import { xlsxHead, xlsxRows, xlsxTail } from './xlsx-file.js';
import { STOP_STANDS } from '../consent/stop-stands.js';

/** People a piece: what one unit of work reads, writes and is lost at a crash. */
const PIECE = 2_000;

/** Whoever is not looked after any more asked to stop, or was given up: left out unless asked for. */
export const LEFT_OUT = `p.closed_at IS NULL AND NOT ${STOP_STANDS}`;

type Row = CardRow & { source: string | null };

const mayGoOut = (point: Point): boolean => !point.dead && !point.suppressed;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const newestOf = (rows: readonly Row[]): string | undefined =>
  rows
    .map(({ id }) => id)
    .sort(compare)
    .at(-1);

/**
 * Writes the file of an export, piece by piece, each in a unit of work of its own together with how far it is: after a crash
 * it goes on behind the last piece. The pieces go by people's ids, which never change: whoever moves to another place of the
 * scope meanwhile is in the file once, and not left out. Memory holds one piece, however many people.
 */
@Injectable()
export class ExportWriter {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly choices: FormChoices,
  ) {}

  /** Until it is done, cancelled or expired. Safe to run twice, also at once. */
  async write(actor: SystemActor, exportId: string, size = PIECE): Promise<void> {
    while (await this.piece(actor, exportId, size));
  }

  /** One piece more. @returns whether there is another one to write */
  piece(actor: SystemActor, exportId: string, size = PIECE): Promise<boolean> {
    return this.work.run(actor, async (tx) => {
      const file = await tx.lock(Export, { id: exportId });
      if (file.state !== 'writing' || file.expiresAt <= new Date()) return false;
      const rows = await this.next(tx, file, size);
      const last = rows.length < size;
      const { bytes, progress } = await this.bytesOf(tx, file, rows, last);
      const n = file.progress.pieces ?? 0;
      await tx.execute(
        'INSERT INTO export_chunks (export_id, n, path, people, bytes) VALUES ($1, $2, $3, $4::uuid[], $5)',
        [exportId, n, file.path, rows.map(({ id }) => id), bytes],
      );
      file.startedAt ??= new Date();
      file.written += rows.length;
      file.bytes += bytes.length;
      file.progress = { ...progress, pieces: n + 1, behind: newestOf(rows) ?? file.progress.behind };
      if (last) {
        file.state = 'done';
        file.finishedAt = new Date();
        tx.audit('export.written', {
          subject: 'export',
          subjectId: exportId,
          path: file.path,
          facts: { people: file.written, bytes: file.bytes },
        });
      }
      await tx.save(file);
      return !last;
    });
  }

  private async next(tx: Transaction, file: Export, size: number): Promise<Row[]> {
    const params: unknown[] = [file.progress.behind ?? null, size];
    const rule = await segmentRule(tx, file.conditions, params);
    // The file's own territory: a job may see more than whoever asked for it by then.
    const place = `$${params.push(file.path)}`;
    const rows = await tx.query<Row>(
      `SELECT ${CARD_COLUMNS}, p.source FROM ${CARD_TABLES}
        WHERE ${rule} AND p.path >= ${place} AND p.path < ${place} || '~' ${file.closed ? '' : `AND ${LEFT_OUT}`}
          AND ($1::uuid IS NULL OR p.id > $1)
        ORDER BY p.id LIMIT $2`,
      params,
    );
    // A piece is read by people: place by place.
    return rows.sort((a, b) => compare(a.path, b.path) || compare(a.id, b.id));
  }

  private async bytesOf(
    tx: Transaction,
    file: Export,
    rows: Row[],
    last: boolean,
  ): Promise<{ bytes: Buffer; progress: Progress }> {
    const mark = await this.watermark(tx, file);
    const lines = (await this.people(tx, file, rows)).map((cells) => [...cells, mark.short]);
    const first = !file.progress.pieces;
    if (first) lines.unshift([...file.columns.map((name) => this.say(file, `column.${name}`)), this.say(file, 'mark')]);
    if (last) lines.push([mark.whole(file.written + rows.length)]);
    if (file.format === 'csv') {
      const text = stringify(
        lines.map((line) => line.map(plainCell)),
        { record_delimiter: 'windows' },
      );
      // With the mark, spreadsheets know that it is UTF-8.
      return { bytes: Buffer.from((first ? '\ufeff' : '') + text), progress: {} };
    }
    const head = first ? xlsxHead() : null;
    const { bytes, state } = xlsxRows(head?.state ?? file.progress.sheet!, lines);
    return {
      bytes: Buffer.concat([head?.bytes ?? Buffer.alloc(0), bytes, last ? xlsxTail(state) : Buffer.alloc(0)]),
      progress: { sheet: state },
    };
  }

  private async people(tx: Transaction, file: Export, rows: Row[]): Promise<string[][]> {
    const { language: locale, columns } = file;
    const ids = rows.map(({ id }) => id);
    const cards = await cardsOf(tx, rows, locale);
    const every = file.everyPoint ? await pointsOf(tx, ids) : null;
    const skills = await tx.query<{ person_id: string; name: string }>(
      `SELECT k.person_id, CASE $2 WHEN 'hi' THEN s.name_hi ELSE s.name_en END AS name
         FROM person_skills k JOIN skills s ON s.code = k.code WHERE k.person_id = ANY ($1) ORDER BY s.name_en`,
      [ids, locale],
    );
    const bySkills = Map.groupBy(skills, (row) => row.person_id);
    const say = {
      locale,
      language: (code: string) => languageName(code, locale),
      channel: (code: string) => this.choices.channel(code, locale),
      day: (at: Date) => dayAt(at, this.config.timeZone),
    };
    return cards.map((card, at) => {
      const person: ExportedPerson = {
        card,
        // Stopped is stopped, whoever asks: what came after the stop goes out as little as what they had then.
        points: every && !rows[at]!.stopped ? (every.get(card.id) ?? []).filter(mayGoOut) : card.open,
        skills: bySkills.get(card.id)?.map(({ name }) => name) ?? [],
        source: rows[at]!.source,
      };
      return columns.map((column) => cellOf(column, person, say));
    });
  }

  /** Who, when, why and which: a few words beside each row, all of it below the last one. */
  private async watermark(tx: Transaction, file: Export) {
    const owner = await tx.one<{ name: string }>('SELECT full_name AS name FROM user_names WHERE id = $1', [
      file.ownerId,
    ]);
    const on = dayAt(file.createdAt, this.config.timeZone);
    const by = owner?.name ?? file.ownerId;
    return {
      short: `${file.shortId} · ${by} · ${on}`,
      whole: (n: number) => this.say(file, 'mark.whole', { n, by, on, reason: file.reason, id: file.id }),
    };
  }

  private say(file: Export, key: string, params?: Record<string, string | number>): string {
    return this.choices.say(file.language, `exports.${key}`, params);
  }
}
