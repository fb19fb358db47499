import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { Event } from '../events/event.entity.js';
import { EventsQueries } from '../events/events.queries.js';
import { territoryChoices } from '../events/territory-choices.js';
import { hostsOnly, type GrantActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Mailer } from '../platform/mail/mailer.service.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { accepted } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, type Reply } from '../platform/web/request.js';
import { shutIn } from '../platform/web/security-headers.js';
import { View } from '../platform/web/view.decorator.js';
import { PLATFORMS } from '../sympathisers/platforms.js';
import { AskingService } from './asking.service.js';
import { AskDto, AudienceQuery, ResendDto, SampleQuery, WEEKS } from './audience.dto.js';
import { AudienceQueries } from './audience.queries.js';
import { Letters } from './letters.js';
import { SecondLookService } from './second-look.service.js';

/** Whom to ask to a meet-up, what they would read, and sending it. */
@Controller('events/:id')
export class AudienceController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly events: EventsQueries,
    private readonly audiences: AudienceQueries,
    private readonly asking: AskingService,
    private readonly secondLook: SecondLookService,
    private readonly letters: Letters,
    private readonly mailer: Mailer,
  ) {}

  @Get('audience')
  @Allow('event.invite')
  @View('events/audience')
  audience(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() query: AudienceQuery,
  ) {
    return this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id });
      const { lang: _, ...filters } = query;
      const audience = await this.audiences.count(tx, await this.audiences.params(tx, event, filters));
      // Conditions narrow enough say something about somebody: who tries many of them is seen to.
      if (hostsOnly(actor))
        tx.audit('event.audience_counted', {
          subject: 'event',
          subjectId: id,
          path: event.path,
          facts: { filters: { ...filters }, count: audience.count },
        });
      const host = await this.letters.hostOf(tx, event);
      return {
        event: await this.events.one(tx, id, locale),
        ...audience,
        filters,
        // The reader's own language first.
        samples: event.languages
          .sort((a) => (a === locale ? -1 : 1))
          .map((language) => {
            const { subject, text } = this.mailer.preview(this.letters.sample(event, host, language));
            return { language, subject, text, html: `/events/${id}/sample?language=${language}` };
          }),
        choices: {
          territories: await territoryChoices(tx, event.path, locale),
          platforms: PLATFORMS.map(({ code, name }) => ({ value: code, label: name[locale] })),
          weeks: [...WEEKS],
        },
      };
    });
  }

  /**
   * The sample's HTML part alone, for a frame.
   * `language`, not `lang`: that one would be remembered as the choice of whoever looks at the page around the frame.
   */
  @Get('sample')
  @Allow('event.invite')
  async sample(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() { language }: SampleQuery,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const html = await this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id });
      return this.mailer.preview(this.letters.sample(event, await this.letters.hostOf(tx, event), language ?? locale))
        .html;
    });
    shutIn(reply);
    return html;
  }

  @Post('invitations')
  @Allow('event.invite')
  async ask(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() dto: AskDto) {
    const done = await this.asking.ask(actor, id, dto);
    return accepted(`/events/${id}`, done, { tone: 'good', key: 'mailings.asked', params: { n: done.asked } });
  }

  @Post('resending')
  @Allow('event.invite')
  async resend(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { personId, state }: ResendDto) {
    const done = await this.secondLook.resend(actor, id, state ?? 'unsure', personId);
    return accepted(`/events/${id}`, done, { tone: 'good', key: 'mailings.sent_again', params: { n: done.again } });
  }
}
