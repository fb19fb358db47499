import { Controller, Get, Header, Param, Query, Res } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam, ListQuery } from '../../platform/web/fields.js';
import { CurrentActor, CurrentLocale, type Reply } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { EventsQueries } from '../events.queries.js';
import { attendanceCsv } from './attendance-csv.js';
import { CheckInQueries, type AttendanceRow } from './check-in.queries.js';

/** Who was there: as a page, as JSON, and as a file for a spreadsheet. */
@Controller('events/:id')
export class AttendanceController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly words: Words,
    private readonly events: EventsQueries,
    private readonly queries: CheckInQueries,
  ) {}

  @Get('attendance')
  @Allow('attendance.read')
  @View('events/attendance')
  list(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() query: ListQuery,
  ) {
    return this.work.run(actor, async (tx) => {
      const event = await this.events.one(tx, id, locale);
      const page = await this.queries.log(tx, id, query);
      tx.shown('attendance.list', page.items.map((row) => row.personId)); // prettier-ignore
      return { event, items: page.items.map((row) => asJson(row, locale)), next: page.next, q: query.q ?? null };
    });
  }

  @Get('attendance.csv')
  @Allow('attendance.export')
  @Header('content-type', 'text/csv; charset=utf-8')
  async export(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { event, rows } = await this.work.run(actor, async (tx) => {
      const event = await this.events.one(tx, id, locale);
      const rows = await this.queries.wholeLog(tx, id);
      tx.audit('attendance.exported', {
        subject: 'event',
        subjectId: id,
        people: rows.map((row) => row.personId),
        shown: true,
        facts: { rows: rows.length, as: 'csv' },
      });
      return { event, rows };
    });
    reply.header('content-disposition', `attachment; filename="attendance-${event.startsAt.slice(0, 10)}.csv"`);
    return attendanceCsv(rows, event.zone, locale, (key) => this.words.say(locale, `events.csv.${key}`));
  }
}

const asJson = (row: AttendanceRow, locale: Locale) => ({
  personId: row.personId,
  name: row.name,
  territory: { name: locale === 'hi' ? row.name_hi : row.name_en, name_en: row.name_en, name_hi: row.name_hi },
  how: row.how,
  deviceAt: row.deviceAt?.toISOString() ?? null,
  serverAt: row.serverAt.toISOString(),
  by: row.by,
  answer: row.answer,
  guests: row.answerGuests ?? 0,
});
