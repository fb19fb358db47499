import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { Invalid } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { PURPOSES } from '../../sympathisers/consent/purposes.js';
import { languageName } from '../../sympathisers/language-names.js';
import { EndTaskDto } from './join-tasks.dto.js';
import { JoinTasksService } from './join-tasks.service.js';

/** "Confirm once": who signed up with a phone alone, for the team where they live. */
@Controller('join-requests')
export class JoinTasksController {
  constructor(
    private readonly tasks: JoinTasksService,
    private readonly words: Words,
  ) {}

  @Get()
  @Allow('attempt.log')
  @View('join-requests/list')
  async list(@CurrentActor() actor: GrantActor, @CurrentLocale() locale: Locale) {
    const { items, told } = await this.tasks.list(actor, locale);
    return {
      items: items.map(({ signUp, ...task }) => ({
        ...task,
        signUp: signUp && {
          ...signUp,
          languageName: signUp.language && languageName(signUp.language, locale),
          // As they ticked it; whoever asks hears it again.
          choices: PURPOSES.map((purpose) => ({
            value: purpose,
            label: this.words.say(locale, `consent.purpose.${purpose}`),
            ticked: signUp.purposes.includes(purpose),
          })),
        },
      })),
      told,
    };
  }

  @Post(':id/take')
  @Allow('attempt.log')
  async take(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    await this.tasks.take(actor, id);
    return changed('/join-requests', { id });
  }

  @Post(':id/outcome')
  @Allow('attempt.log')
  async end(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Body() { outcome, purposes = [] }: EndTaskDto,
  ) {
    if (outcome !== 'yes') await this.tasks.end(actor, id, outcome);
    else if (!purposes.includes('register')) throw Invalid.field('purposes', 'join.task.register');
    else await this.tasks.agreed(actor, id, purposes, locale);
    return changed('/join-requests', { id, outcome }, `join.task.done.${outcome}`);
  }
}
