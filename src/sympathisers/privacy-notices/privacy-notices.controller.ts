import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, type Refused } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { RefusedForm } from '../refused-form.decorator.js';
import { PrivacyNoticePages, textOf } from './privacy-notice-pages.js';
import {
  LanguageDto,
  LanguageParam,
  LanguageQuery,
  NewNoticeDto,
  NoticeParam,
  NoticeTextDto,
  PublicationDto,
} from './privacy-notices.dto.js';
import { PrivacyNoticesService } from './privacy-notices.service.js';

/** What people are told, for the officer: drafts, previews, publishing. */
@Controller()
export class PrivacyNoticesController {
  constructor(
    private readonly pages: PrivacyNoticePages,
    private readonly notices: PrivacyNoticesService,
  ) {}

  @Get('privacy-notices')
  @Allow('privacy.notices')
  @View('privacy-notices/list')
  list(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale) {
    return this.pages.list(actor, locale);
  }

  @Post('privacy-notices')
  @Allow('privacy.notices')
  async begin(@CurrentActor() actor: GrantActor, @Body() { purpose }: NewNoticeDto) {
    const begun = await this.notices.begin(actor, purpose);
    return created(`/privacy-notices/${begun.id}`, begun);
  }

  @Get('privacy-notices/:id')
  @Allow('privacy.notices')
  @View('privacy-notices/show')
  show(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale, @Param() { id }: NoticeParam) {
    return this.pages.show(actor, id, locale);
  }

  @Get('privacy-notices/:id/text')
  @Allow('privacy.notices')
  @View('privacy-notices/edit')
  form(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: NoticeParam,
    @Query() { language }: LanguageQuery,
    @RefusedForm() refused: Refused | null,
  ) {
    return this.pages.form(actor, id, language ?? locale, locale, refused);
  }

  @Post('privacy-notices/:id/text')
  @Allow('privacy.notices')
  async write(@CurrentActor() actor: GrantActor, @Param() { id }: NoticeParam, @Body() dto: NoticeTextDto) {
    await this.notices.write(actor, id, dto.language, textOf(dto));
    return changed(`/privacy-notices/${id}`, { id }, 'privacy.notice.saved');
  }

  @Get('privacy-notices/:id/preview')
  @Allow('privacy.notices')
  @View('privacy/show', 'public')
  preview(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: NoticeParam,
    @Query() { language }: LanguageQuery,
  ) {
    return this.pages.preview(actor, id, language ?? locale, locale);
  }

  @Post('privacy-notices/:id/publication')
  @Allow('privacy.notices')
  async publish(@CurrentActor() actor: GrantActor, @Param() { id }: NoticeParam, @Body() { count }: PublicationDto) {
    await this.notices.publish(actor, id, count);
    return changed(`/privacy-notices/${id}`, { id }, 'privacy.notice.published');
  }

  @Post('privacy-notices/:id/end')
  @Allow('privacy.notices')
  async drop(@CurrentActor() actor: GrantActor, @Param() { id }: NoticeParam) {
    await this.notices.drop(actor, id);
    return changed('/privacy-notices', { id }, 'privacy.notice.dropped');
  }

  @Post('privacy-languages')
  @Allow('privacy.notices')
  async addLanguage(@CurrentActor() actor: GrantActor, @Body() { language }: LanguageDto) {
    await this.notices.addLanguage(actor, language);
    return created('/privacy-notices', { language }, 'privacy.notice.language.added');
  }

  @Post('privacy-languages/:code/end')
  @Allow('privacy.notices')
  async endLanguage(@CurrentActor() actor: GrantActor, @Param() { code }: LanguageParam) {
    await this.notices.endLanguage(actor, code);
    return changed('/privacy-notices', { language: code }, 'privacy.notice.language.ended');
  }
}
