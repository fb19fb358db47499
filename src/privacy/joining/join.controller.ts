import { Body, Controller, Get, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Public } from '../../platform/web/allow.decorator.js';
import { accepted, changed } from '../../platform/web/outcome.js';
import { CurrentLocale, wantsPage, type Refused, type Reply, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { RefusedForm } from '../../sympathisers/refused-form.decorator.js';
import { ConfirmingService } from './confirming.service.js';
import { EmbeddingGuard } from './embedding.guard.js';
import { JoinDto, JoinQuery, PosterParam, TokenParam } from './join.dto.js';
import { JoinLinks } from './join-links.js';
import { JoinPage } from './join-page.js';
import { JoinRequests } from './join-requests.js';
import { JoiningService } from './joining.service.js';

/** Joining by oneself, without an account and without a script: the form, and the link that confirms it. */
@Controller('join')
export class JoinController {
  constructor(
    private readonly pages: JoinPage,
    private readonly joining: JoiningService,
    private readonly confirming: ConfirmingService,
    private readonly links: JoinLinks,
    private readonly requests: JoinRequests,
  ) {}

  @Get()
  @Public()
  @View('join/form', 'public')
  form(@CurrentLocale() locale: Locale, @Query() _query: JoinQuery, @RefusedForm() refused: Refused | null) {
    return this.pages.show(locale, { embedded: false, poster: null }, refused);
  }

  /** The same answer for everybody: who is in the register is not to be found out this way. */
  @Post()
  @Public()
  async signUp(@Req() request: Request, @Body() dto: JoinDto) {
    await this.joining.signUp(dto, '/join', request.ip);
    return accepted('/join/sent', { sent: true });
  }

  @Get('sent')
  @Public()
  @View('join/sent', 'public')
  sent(@Query() _query: JoinQuery) {
    return { sent: true, embedded: false };
  }

  @Get('embed')
  @Public()
  @UseGuards(EmbeddingGuard)
  @View('join/form', 'public')
  embedded(@CurrentLocale() locale: Locale, @Query() _query: JoinQuery, @RefusedForm() refused: Refused | null) {
    return this.pages.show(locale, { embedded: true, poster: null }, refused);
  }

  @Post('embed')
  @Public()
  @UseGuards(EmbeddingGuard)
  async signUpEmbedded(
    @Req() request: Request,
    @CurrentLocale() locale: Locale,
    @Query() _query: JoinQuery,
    @Body() dto: JoinDto,
  ) {
    await this.joining.signUp(dto, '/join/embed', request.ip);
    return accepted(`/join/embed/sent?lang=${locale}`, { sent: true });
  }

  @Get('embed/sent')
  @Public()
  @UseGuards(EmbeddingGuard)
  @View('join/sent', 'public')
  sentEmbedded(@Query() _query: JoinQuery) {
    return { sent: true, embedded: true };
  }

  @Get('embed/:code')
  @Public()
  @UseGuards(EmbeddingGuard)
  @View('join/form', 'public')
  embeddedOfPoster(
    @CurrentLocale() locale: Locale,
    @Param() { code }: PosterParam,
    @Query() _query: JoinQuery,
    @RefusedForm() refused: Refused | null,
  ) {
    return this.pages.show(locale, { embedded: true, poster: code }, refused);
  }

  /** Mail scanners open every link: this changes nothing (T1). */
  @Get('confirm/:token')
  @Public()
  @View('join/confirm', 'public')
  async look(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { token }: TokenParam) {
    const id = this.links.requestOf(token);
    const waiting = id ? await this.confirming.look(await this.joining.actor(), id) : null;
    if (waiting === 'confirmed') return { confirmed: true };
    if (waiting) return { waiting, links: { self: `/join/confirm/${token}` } };
    if (!wantsPage(request)) throw new NotFound('join.unknown_link');
    reply.status(404);
    return { unknown: true };
  }

  @Post('confirm/:token')
  @Public()
  async confirm(@Param() { token }: TokenParam) {
    const id = this.links.requestOf(token);
    if (!id) throw new NotFound('join.unknown_link');
    await this.confirming.confirm(await this.joining.actor(), id);
    return changed(`/join/confirm/${token}`, { confirmed: true });
  }

  /** Whoever gets this mail never signed up: what was typed is gone at once. */
  @Post('confirm/:token/not-me')
  @Public()
  async notMe(@Param() { token }: TokenParam) {
    const id = this.links.requestOf(token);
    if (!id) throw new NotFound('join.unknown_link');
    await this.requests.erase(await this.joining.actor(), id);
    return changed('/join', { erased: true }, 'join.not_me.done');
  }

  /** From a poster, so that it is known where somebody comes from. One that has ended, or never was, leads here as well. */
  @Get(':code')
  @Public()
  @View('join/form', 'public')
  formOfPoster(
    @CurrentLocale() locale: Locale,
    @Param() { code }: PosterParam,
    @Query() _query: JoinQuery,
    @RefusedForm() refused: Refused | null,
  ) {
    return this.pages.show(locale, { embedded: false, poster: code }, refused);
  }
}
