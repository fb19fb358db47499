import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { CodeParam, NewPlatformBody, NewSkillBody, PlatformBody, SkillParam } from './vocabulary.dto.js';
import { VocabularyService } from './vocabulary.service.js';

/** Platforms and skills, for whoever keeps them for the whole organisation. */
@Controller()
export class VocabularyController {
  constructor(private readonly vocabulary: VocabularyService) {}

  @Get('platforms')
  @Allow('platform.edit')
  @View('platforms/list')
  async platforms(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale) {
    const items = await this.vocabulary.platforms(actor);
    return { items: items.map((item) => ({ ...item, name: locale === 'hi' ? item.nameHi : item.nameEn })) };
  }

  @Get('platforms/new')
  @Allow('platform.edit')
  @View('platforms/new')
  fresh() {
    return { form: {} };
  }

  @Post('platforms')
  @Allow('platform.edit')
  async add(@CurrentActor() actor: Actor, @Body() { code, ...body }: NewPlatformBody) {
    await this.vocabulary.addPlatform(actor, code, body);
    return created(`/platforms/${code}`, { code }, 'platforms.added');
  }

  @Get('platforms/:code')
  @Allow('platform.edit')
  @View('platforms/show')
  async platform(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Param() { code }: CodeParam) {
    const platform = await this.vocabulary.platform(actor, code);
    const lines = (values: string[]) => values.join('\n');
    const { aliases, hosts, paths, reserved } = platform;
    return {
      platform,
      name: locale === 'hi' ? platform.nameHi : platform.nameEn,
      // As a form takes it: one word a line.
      form: {
        ...platform,
        aliases: lines(aliases),
        hosts: lines(hosts),
        paths: lines(paths),
        reserved: lines(reserved),
      },
    };
  }

  @Post('platforms/:code')
  @Allow('platform.edit')
  async change(@CurrentActor() actor: Actor, @Param() { code }: CodeParam, @Body() body: PlatformBody) {
    await this.vocabulary.changePlatform(actor, code, body);
    return changed(`/platforms/${code}`, { code }, 'platforms.changed');
  }

  @Get('skills')
  @Allow('platform.edit')
  @View('skills/list')
  async skills(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale) {
    const items = await this.vocabulary.skills(actor);
    return { items: items.map((item) => ({ ...item, name: locale === 'hi' ? item.nameHi : item.nameEn })) };
  }

  @Post('skills')
  @Allow('platform.edit')
  async addSkill(@CurrentActor() actor: Actor, @Body() body: NewSkillBody) {
    await this.vocabulary.addSkill(actor, body);
    return created('/skills', { code: body.code }, 'skills.added');
  }

  @Post('skills/:code/turn')
  @Allow('platform.edit')
  async turn(@CurrentActor() actor: Actor, @Param() { code }: SkillParam) {
    const { ended } = await this.vocabulary.turnSkill(actor, code);
    return changed('/skills', { code, ended }, ended ? 'skills.ended' : 'skills.reopened');
  }
}
