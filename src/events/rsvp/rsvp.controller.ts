import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { Public } from '../../platform/web/allow.decorator.js';
import { changed } from '../../platform/web/outcome.js';
import { wantsPage, type Reply, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { OwnLinks } from '../../sympathisers/own-links.js';
import { StopLinks } from '../stop-links.js';
import { AnswerLinks, type AnswerLink } from './answer-links.js';
import { RsvpDto, TokenParam } from './rsvp.dto.js';
import { RsvpQueries } from './rsvp.queries.js';
import { RsvpService } from './rsvp.service.js';

/** The answer page behind a mailed link. Looking changes nothing (scanners look); each answer is a form's POST. */
@Controller('rsvp')
export class RsvpController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly links: AnswerLinks,
    private readonly stopLinks: StopLinks,
    private readonly ownLinks: OwnLinks,
    private readonly queries: RsvpQueries,
    private readonly rsvps: RsvpService,
  ) {}

  @Get(':token')
  @Public()
  @View('rsvp/show', 'public')
  async show(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { token }: TokenParam) {
    const link = await this.links.holderOf(token);
    if (!link) {
      // Without an account there is no Today to start from: this page helps on by itself.
      if (!wantsPage(request)) throw new NotFound('rsvp.unknown_link');
      reply.status(404);
      return { unknown: true };
    }
    const model = await this.work.run(link, (tx) => this.queries.page(tx, link, request.sampark.locale, new Date()));
    return {
      ...model,
      links: {
        self: `/rsvp/${token}`,
        stop: `/unsubscribe/${this.stopLinks.tokenOf(link.personId)}`,
        why: new URL(this.ownLinks.why(link.personId)).pathname,
      },
    };
  }

  @Post(':token')
  @Public()
  async answer(@Param() { token }: TokenParam, @Body() { answer, guests }: RsvpDto) {
    const link = await this.known(token);
    const answered = await this.rsvps.answer(link, answer, guests ?? 0);
    return changed(
      `/rsvp/${token}`,
      answered,
      answered.kept ? { tone: 'bad', key: 'rsvp.kept', params: { n: 1 + answered.guests } } : undefined,
    );
  }

  @Post(':token/not-me')
  @Public()
  async notMe(@Param() { token }: TokenParam) {
    await this.rsvps.notMe(await this.known(token));
    return changed(`/rsvp/${token}`, { notMe: true });
  }

  @Post(':token/call-me')
  @Public()
  async callMe(@Param() { token }: TokenParam) {
    await this.rsvps.callMe(await this.known(token));
    return changed(`/rsvp/${token}`, { callMe: true });
  }

  private async known(token: string): Promise<AnswerLink> {
    const link = await this.links.holderOf(token);
    if (!link) throw new NotFound('rsvp.unknown_link');
    return link;
  }
}
