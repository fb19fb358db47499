import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { NomineeQueries } from '../nominations/nominee.queries.js';
import { RequestLetters } from './request-letters.service.js';
import { RequestPages } from './request-pages.js';
import {
  CheckBody,
  EntryParam,
  LetterBody,
  LetterParam,
  NewRequestBody,
  NewRequestQuery,
  NoteBody,
  RequestsQuery,
} from './requests.dto.js';
import { RequestsQueries } from './requests.queries.js';
import { RequestsService } from './requests.service.js';

/** What people ask of us about their data, and how it is answered. */
@Controller('requests')
export class RequestsController {
  constructor(
    private readonly requests: RequestsService,
    private readonly queries: RequestsQueries,
    private readonly letters: RequestLetters,
    private readonly pages: RequestPages,
    private readonly nominees: NomineeQueries,
  ) {}

  @Get()
  @Allow('privacy.requests')
  @View('requests/list')
  async list(@CurrentActor() actor: GrantActor, @Query() query: RequestsQuery) {
    return { ...(await this.queries.list(actor, query)), asked: { ...query } };
  }

  @Get('new')
  @Allow('privacy.requests')
  @View('requests/new')
  new(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Query() { person, onBehalf }: NewRequestQuery,
  ) {
    return this.pages.form(actor, locale, person, onBehalf);
  }

  @Post()
  @Allow('privacy.requests')
  async open(@CurrentActor() actor: GrantActor, @Body() body: NewRequestBody) {
    const id = await this.requests.open(actor, body);
    return created(`/requests/${id}`, { id }, 'requests.opened');
  }

  @Get(':id')
  @Allow('privacy.requests')
  @View('requests/show')
  async show(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    const request = await this.queries.one(actor, id);
    return { request, nominee: request.onBehalf ? await this.nominees.forRequest(actor, id) : null };
  }

  @Post(':id/check')
  @Allow('privacy.requests')
  async check(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { how }: CheckBody) {
    await this.requests.check(actor, id, how);
    return changed(`/requests/${id}`, { id }, 'requests.checked');
  }

  @Post(':id/notes')
  @Allow('privacy.requests')
  async note(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { text }: NoteBody) {
    await this.requests.note(actor, id, text);
    return changed(`/requests/${id}`, { id }, 'requests.noted');
  }

  @Post(':id/withdrawal')
  @Allow('privacy.requests')
  async withdraw(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { text }: NoteBody) {
    await this.requests.withdraw(actor, id, text);
    return changed(`/requests/${id}`, { id }, 'requests.withdrawn');
  }

  /** A letter to begin with, in the person's language. */
  @Get(':id/letters/new/:letter')
  @Allow('privacy.requests')
  @View('requests/letter')
  async draft(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id, letter }: LetterParam,
  ) {
    const request = await this.queries.one(actor, id);
    return { request, letter, text: this.letters.draft(request, letter), hows: this.pages.hows(locale, request.mail) };
  }

  @Post(':id/letters/new/:letter')
  @Allow('privacy.requests')
  async send(
    @CurrentActor() actor: GrantActor,
    @Param() { id, letter }: LetterParam,
    @Body() { text, how }: LetterBody,
  ) {
    const entry = await this.requests.answer(actor, id, letter, text, how);
    const page = how === 'mail' ? `/requests/${id}` : `/requests/${id}/letters/${entry}`;
    return changed(page, { id, letter: entry }, `requests.sent.${how}`);
  }

  /** A letter as it was written, to be printed or read out. */
  @Get(':id/letters/:entry')
  @Allow('privacy.requests')
  @View('requests/print')
  async letter(@CurrentActor() actor: GrantActor, @Param() { id, entry }: EntryParam) {
    const request = await this.queries.one(actor, id);
    const letter = request.entries.find((one) => one.id === entry && one.sentHow);
    if (!letter) throw new NotFound();
    return { request, letter, paragraphs: letter.text.split(/\r?\n/) };
  }
}
