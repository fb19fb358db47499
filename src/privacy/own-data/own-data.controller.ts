import { Body, Controller, Get, Header, Param, Post, Query, Req, Res } from '@nestjs/common';
import { Public } from '../../platform/web/allow.decorator.js';
import { accepted, changed } from '../../platform/web/outcome.js';
import type { Reply, Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { OwnLinks } from '../../sympathisers/own-links.js';
import { LinkHolder } from './link-holder.service.js';
import { unknown } from './my-data.controller.js';
import { OwnDataPage } from './own-data-page.js';
import {
  AskQuery,
  ChannelsDto,
  CorrectDto,
  MailDto,
  OwnPointParam,
  OwnRequestDto,
  OwnTokenParam,
  PauseDto,
  PhoneDto,
  QuestionQuery,
} from './own-data.dto.js';
import { OwnDataService } from './own-data.service.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { RequestsService } from '../requests/requests.service.js';

/**
 * Behind the link that was mailed for it: what we hold about one person, and their word on it. No account, no script. Looking
 * changes nothing (mail scanners look); each act is a form's POST, and leaves an entry in the trail by the link's holder.
 */
@Controller('my-data/:token')
export class OwnDataController {
  constructor(
    private readonly links: OwnLinks,
    private readonly holder: LinkHolder,
    private readonly pages: OwnDataPage,
    private readonly acts: OwnDataService,
    private readonly requests: RequestsService,
    private readonly erasures: ErasureService,
  ) {}

  @Get()
  @Public()
  @View('own-data/show', 'public')
  async show(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { token }: OwnTokenParam) {
    const link = await this.links.holderOfData(token);
    if (!link) return unknown(request, reply);
    return { ...(await this.pages.show(link, request.sampark.locale)), links: { self: self(token) } };
  }

  @Get('correct')
  @Public()
  @View('own-data/correct', 'public')
  async correctForm(
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { token }: OwnTokenParam,
  ) {
    const link = await this.links.holderOfData(token);
    if (!link) return unknown(request, reply);
    return { ...(await this.pages.correct(link, request.sampark.locale)), links: { self: self(token) } };
  }

  @Post('correct')
  @Public()
  async correct(@Param() { token }: OwnTokenParam, @Body() dto: CorrectDto) {
    await this.acts.correct(await this.holder.acting(token), dto);
    return changed(self(token), { corrected: true }, 'own_data.corrected');
  }

  @Post('phone')
  @Public()
  async phone(@Param() { token }: OwnTokenParam, @Body() { phone }: PhoneDto) {
    await this.acts.addPhone(await this.holder.acting(token), phone);
    return changed(`${self(token)}/correct`, { added: true }, 'own_data.phone_added');
  }

  @Post('mail')
  @Public()
  async mail(@Req() request: Request, @Param() { token }: OwnTokenParam, @Body() { email, replaces }: MailDto) {
    await this.acts.changeMail(await this.holder.acting(token), email, replaces ?? null, request.sampark.locale);
    return accepted(`${self(token)}/correct`, { asked: true }, { tone: 'info', key: 'own_data.mail_asked' });
  }

  @Post('points/:pointId/end')
  @Public()
  async endPoint(@Param() { token, pointId }: OwnPointParam) {
    await this.acts.endPoint(await this.holder.acting(token), pointId);
    return changed(`${self(token)}/correct`, { ended: true }, 'own_data.point_ended');
  }

  @Get('channels')
  @Public()
  @View('own-data/channels', 'public')
  async channelsForm(
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { token }: OwnTokenParam,
  ) {
    const link = await this.links.holderOfData(token);
    if (!link) return unknown(request, reply);
    return { ...(await this.pages.channels(link, request.sampark.locale)), links: { self: self(token) } };
  }

  @Post('channels')
  @Public()
  async channels(@Req() request: Request, @Param() { token }: OwnTokenParam, @Body() dto: ChannelsDto) {
    const { contact = [], invitations = [], photos = [] } = dto;
    await this.acts.choose(await this.holder.acting(token), { contact, invitations, photos }, request.sampark.locale);
    return changed(self(token), { chosen: true }, 'own_data.chosen');
  }

  @Post('pause')
  @Public()
  async pause(@Param() { token }: OwnTokenParam, @Body() { months }: PauseDto) {
    await this.acts.pause(await this.holder.acting(token), months);
    return changed(self(token), { paused: months > 0 }, months ? 'own_data.paused' : 'own_data.pause_ended');
  }

  @Get('file.json')
  @Public()
  @Header('content-type', 'application/json; charset=utf-8')
  async json(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { token }: OwnTokenParam) {
    reply.header('content-disposition', 'attachment; filename="my-data.json"');
    return this.pages.file(await this.holder.known(token), 'json', request.sampark.locale);
  }

  @Get('file.csv')
  @Public()
  @Header('content-type', 'text/csv; charset=utf-8')
  async csv(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { token }: OwnTokenParam) {
    reply.header('content-disposition', 'attachment; filename="my-data.csv"');
    return this.pages.file(await this.holder.known(token), 'csv', request.sampark.locale);
  }

  /** One step: as few to leave as to join. */
  @Post('withdraw')
  @Public()
  async withdraw(@Param() { token }: OwnTokenParam) {
    await this.acts.withdraw(await this.holder.acting(token));
    return changed(self(token), { withdrawn: true }, 'own_data.withdrawn');
  }

  @Post('contact-again')
  @Public()
  async contactAgain(@Param() { token }: OwnTokenParam) {
    await this.acts.contactAgain(await this.holder.acting(token));
    return changed(`${self(token)}/channels`, { stopped: false }, 'own_data.contact_again.done');
  }

  @Get('erase')
  @Public()
  @View('own-data/erase', 'public')
  async eraseForm(
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { token }: OwnTokenParam,
    @Query() { sent }: AskQuery,
  ) {
    if (sent) return { done: true };
    if (!(await this.links.holderOfData(token))) return unknown(request, reply);
    return { links: { self: self(token) } };
  }

  @Post('erase')
  @Public()
  async erase(@Param() { token }: OwnTokenParam) {
    const link = await this.holder.acting(token);
    await this.erasures.ask(link, link.personId, 'asked');
    return accepted(`${self(token)}/erase?sent=true`, { erased: true });
  }

  @Get('ask')
  @Public()
  @View('own-data/question', 'public')
  async askForm(
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
    @Param() { token }: OwnTokenParam,
    @Query() { onBehalf }: QuestionQuery,
  ) {
    if (!(await this.links.holderOfData(token))) return unknown(request, reply);
    return { onBehalf: Boolean(onBehalf), links: { self: self(token) } };
  }

  @Post('ask')
  @Public()
  async ask(@Req() request: Request, @Param() { token }: OwnTokenParam, @Body() dto: OwnRequestDto) {
    const { kind, words, onBehalf, name, contact } = dto;
    // Who writes for somebody who has died says nothing of their being alive.
    const link = onBehalf ? await this.holder.known(token) : await this.holder.acting(token);
    const id = await this.requests.open(link, {
      personId: link.personId,
      kind,
      cameHow: 'own_data',
      details: words,
      language: request.sampark.locale,
      ...(onBehalf && { onBehalf, name, contact: contact ?? '' }),
    });
    return changed(self(token), { id }, onBehalf ? 'nominations.asked' : 'own_data.asked');
  }
}

const self = (token: string) => `/my-data/${token}`;
