import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import type { Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict, Invalid } from '../platform/errors.js';
import { Event } from '../events/event.entity.js';
import type { AskDto } from './audience.dto.js';
import { AudienceQueries, conditionsOf, type Audience, type AudienceParams } from './audience.queries.js';
import { SendMails, sendKey } from './mailing-jobs.js';

/** Asks people to a meet-up: an invitation and a mail each, in one statement, and the job that sends them. */
@Injectable()
export class AskingService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly audiences: AudienceQueries,
  ) {}

  /**
   * @param dto filters and the count that the page showed; or the people themselves, where the count is plain to see
   * @returns how many are asked now, and who was left out, by reason
   * @throws Invalid `count`; NotFound; Conflict when the number is another by now (asked already, or changed), or when the
   *   meet-up is over or cancelled
   */
  ask(actor: Actor, eventId: string, dto: AskDto): Promise<{ asked: number; leftOut: Audience['leftOut'] }> {
    return this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id: eventId });
      event.mustBeAhead(new Date());
      const { count, personIds, ...filters } = dto;
      const params = await this.audiences.params(tx, event, filters, personIds ?? null);
      const audience = await this.audiences.count(tx, params);
      if (!personIds && count === undefined) throw Invalid.field('count', 'validation.missing');
      if (count !== undefined && audience.count !== count)
        throw new Conflict('mailings.count_changed', { typed: count, now: audience.count });
      if (!audience.count) throw new Conflict('mailings.nobody_to_ask');
      const asked = await this.insert(tx, event, params, audience.count);
      // Somebody else asked the same people between our two statements.
      if (asked.length !== audience.count)
        throw new Conflict('mailings.count_changed', { typed: audience.count, now: asked.length });
      tx.audit('event.asked', {
        subject: 'event',
        subjectId: eventId,
        path: event.path,
        people: asked,
        facts: { asked: asked.length, filters: { ...filters }, leftOut: audience.leftOut },
      });
      await tx.enqueue(SendMails, { eventId }, { key: sendKey(eventId) });
      return { asked: asked.length, leftOut: audience.leftOut };
    });
  }

  private async insert(tx: Transaction, event: Event, params: AudienceParams, count: number): Promise<string[]> {
    const languages = event.languages;
    const { defaultLanguage } = this.config;
    const fallback = languages.includes(defaultLanguage) ? defaultLanguage : languages[0];
    const ids = Array.from({ length: count }, uuidv7);
    const rows = await tx.query<{ person_id: string }>(
      'SELECT person_id FROM gate.ask($1, $2, $3, $4, $5, $6, $7, $8::uuid[], $9::text[], $10) person_id',
      [...conditionsOf(params), ids, languages, fallback],
    );
    return rows.map((row) => row.person_id);
  }
}
