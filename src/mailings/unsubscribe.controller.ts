import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { TokenParam } from '../events/rsvp/rsvp.dto.js';
import { StopLinks } from '../events/stop-links.js';
import type { LinkActor } from '../platform/database/actor.js';
import { NotFound } from '../platform/errors.js';
import { Public } from '../platform/web/allow.decorator.js';
import { changed } from '../platform/web/outcome.js';
import { wantsPage, type Reply, type Request } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { UnsubscribeDto } from './audience.dto.js';
import { UnsubscribeService } from './unsubscribe.service.js';

/**
 * Behind the unsubscribe link of a mail. Mailbox providers POST to it by themselves (RFC 8058): without cookie, sign-in or
 * token, and without being sent on. A GET shows a form and changes nothing.
 */
@Controller('unsubscribe')
export class UnsubscribeController {
  constructor(
    private readonly links: StopLinks,
    private readonly unsubscribing: UnsubscribeService,
  ) {}

  @Get(':token')
  @Public()
  @View('unsubscribe/show', 'public')
  async show(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { token }: TokenParam) {
    const holders = await this.links.holdersOf(token);
    if (!holders.length) {
      if (!wantsPage(request)) throw new NotFound('rsvp.unknown_link');
      reply.status(404);
      return { unknown: true };
    }
    return { ...(await this.unsubscribing.look(holders)), links: { self: `/unsubscribe/${token}` } };
  }

  /** Anything that is not our own form is a provider's one click: invitations by mail stop, and the answer is a plain 200. */
  @Post(':token')
  @Public('anywhere')
  @HttpCode(200)
  @View('unsubscribe/show', 'public')
  async stop(@Req() request: Request, @Param() { token }: TokenParam, @Body() { what }: UnsubscribeDto) {
    await discardParts(request);
    const holders = await this.known(token);
    if (what === 'everything') await this.unsubscribing.stopEverything(holders);
    else await this.unsubscribing.stopInvitations(holders);
    const model = {
      ...(await this.unsubscribing.look(holders)),
      stopped: true,
      links: { self: `/unsubscribe/${token}` },
    };
    if (!what) return model;
    return changed(`/unsubscribe/${token}`, model, what === 'everything' ? 'rsvp.stopped_everything' : undefined);
  }

  private async known(token: string): Promise<LinkActor[]> {
    const holders = await this.links.holdersOf(token);
    if (!holders.length) throw new NotFound('rsvp.unknown_link');
    return holders;
  }
}

/** RFC 8058, section 3.2: providers may send multipart/form-data; what it says is known, but it must be read to its end. */
async function discardParts(request: Request): Promise<void> {
  if (!request.isMultipart()) return;
  for await (const part of request.parts()) if (part.type === 'file') part.file.resume();
}
