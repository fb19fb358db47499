import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { NotFound } from '../../platform/errors.js';
import { Public } from '../../platform/web/allow.decorator.js';
import { accepted, changed } from '../../platform/web/outcome.js';
import { wantsPage, type Reply, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { OwnLinks } from '../../sympathisers/own-links.js';
import { OwnDataAsking } from './asking.service.js';
import { AskDto, AskQuery, NewMailDto, OwnTokenParam } from './own-data.dto.js';
import { OwnDataService } from './own-data.service.js';
import { WhyPage } from './why-page.js';

/** "Why do you have me?", asked by anybody, or by the link in a mail; and the word that a new mail is theirs. */
@Controller('my-data')
export class MyDataController {
  constructor(
    private readonly links: OwnLinks,
    private readonly asking: OwnDataAsking,
    private readonly why: WhyPage,
    private readonly acts: OwnDataService,
  ) {}

  @Get()
  @Public()
  @View('own-data/ask', 'public')
  page(@Query() { sent }: AskQuery) {
    return { sent: Boolean(sent), ...this.why.responsible() };
  }

  /** The same answer for everybody: whom we have is not to be found out this way. */
  @Post()
  @Public()
  async ask(@Req() request: Request, @Body() { contact }: AskDto) {
    await this.asking.ask(contact, request.ip, request.sampark.locale);
    return accepted('/my-data?sent=true', { sent: true });
  }

  /** Behind the link in a mail, which may have been passed on: in general why, and nobody's data (T3). */
  @Get('why/:token')
  @Public()
  @View('own-data/why', 'public')
  async whyPage(
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { token }: OwnTokenParam,
    @Query() { sent }: AskQuery,
  ) {
    const holders = await this.links.holdersOfWhy(token);
    if (!holders.length) return unknown(request, reply);
    return {
      ...(await this.why.show(holders, request.sampark.locale)),
      sent: Boolean(sent),
      links: { self: `/my-data/why/${token}` },
    };
  }

  /** To the address on record, and no other. */
  @Post('why/:token')
  @Public()
  async send(@Req() request: Request, @Param() { token }: OwnTokenParam) {
    const holders = await this.links.holdersOfWhy(token);
    if (!holders.length) throw new NotFound('own_data.unknown_link');
    await this.asking.askFor(holders, request.ip, request.sampark.locale);
    return accepted(`/my-data/why/${token}?sent=true`, { sent: true });
  }

  @Get('mail/:token')
  @Public()
  @View('own-data/mail', 'public')
  async mail(
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { token }: OwnTokenParam,
    @Query() { sent }: AskQuery,
  ) {
    // A link that was used says so, wherever it is opened again.
    if (sent) return { done: true };
    const link = await this.links.holderOfNewMail(token);
    if (!link) return unknown(request, reply);
    return { ...(await this.why.newMail(link)), links: { self: `/my-data/mail/${token}` } };
  }

  @Post('mail/:token')
  @Public()
  async confirm(@Param() { token }: OwnTokenParam, @Body() { what }: NewMailDto) {
    const link = await this.links.holderOfNewMail(token);
    if (!link) throw new NotFound('own_data.unknown_link');
    if (what === 'not_me') {
      await this.acts.refuseMail(link);
      return changed('/my-data', { confirmed: false }, 'own_data.mail.refused');
    }
    await this.acts.confirmMail(link);
    return changed(`/my-data/mail/${token}?sent=true`, { confirmed: true });
  }
}

/** Without an account there is nowhere else to start from: the page helps on by itself. */
export function unknown(request: Request, reply: Reply): { unknown: true } {
  if (!wantsPage(request)) throw new NotFound('own_data.unknown_link');
  reply.status(404);
  return { unknown: true };
}
