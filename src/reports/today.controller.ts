import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow, SIGNED_IN } from '../platform/web/allow.decorator.js';
import { CurrentActor, CurrentLocale, type Request } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { TodayService } from './today.service.js';

@ApiTags('reports')
@Controller()
export class TodayController {
  constructor(private readonly today: TodayService) {}

  /** What to do now, by role; then figures. */
  @Get()
  @Allow(SIGNED_IN)
  @View('today/show')
  async show(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Req() request: Request) {
    const name = request.sampark.who?.name ?? '';
    if (!isGrantActor(actor)) return { name, noRole: true };
    return { name, ...(await this.today.page(actor, locale, name)) };
  }
}
