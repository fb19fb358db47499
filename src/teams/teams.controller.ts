import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { TerritoryChoices } from '../access/territory-choices.service.js';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { MessageParams } from '../platform/errors.js';
import { formatAgo } from '../platform/i18n/format.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam, ListQuery } from '../platform/web/fields.js';
import { created } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { OpenTeamBody, TeamsQuery } from './teams.dto.js';
import { TeamsQueries } from './teams.queries.js';
import { TeamsService } from './teams.service.js';

@Controller('teams')
export class TeamsController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly teams: TeamsService,
    private readonly queries: TeamsQueries,
    private readonly choices: TerritoryChoices,
    private readonly words: Words,
  ) {}

  @Get()
  @Allow('team.read')
  @View('teams/list')
  async list(@CurrentActor() actor: Actor, @Query() query: TeamsQuery) {
    const page = await this.queries.list(actor, query);
    return { ...page, asked: { ...query } };
  }

  /** Territories whose team can be opened. */
  @Get('new')
  @Allow('team.edit')
  @View('teams/new')
  async openable(@CurrentActor() actor: Actor, @Query() query: ListQuery) {
    const page = await this.queries.openable(actor, query);
    return { ...page, asked: { ...query } };
  }

  @Post()
  @Allow('team.edit')
  async open(@CurrentActor() actor: Actor, @Body() { territory }: OpenTeamBody) {
    const { id } = await this.work.run(actor, async (tx) =>
      this.teams.open(actor, await this.choices.idOf(tx, territory)),
    );
    return created(`/teams/${id}`, { id }, 'teams.opened');
  }

  @Get(':id')
  @Allow('team.read')
  @View('teams/show')
  async show(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    const team = await this.queries.show(actor, id);
    const mayEdit = isGrantActor(actor) && actor.permissions.has('team.edit');
    const say = (key: string, params?: MessageParams) => this.words.say(locale, key, params);
    const now = new Date();
    return {
      ...team,
      vacant: team.sanctioned - team.filled,
      // As the seats partial draws them.
      seats: team.posts.map((post) => ({
        name: post.holder?.name,
        initials: post.holder?.initials,
        post: say(`teams.post.${post.kind}`),
        load: post.load === null ? undefined : say('teams.load', { n: post.load }),
        activity: post.holder?.disabled
          ? say('teams.holder_disabled')
          : post.activity && say('teams.last_active', { when: formatAgo(locale, post.activity, now) }),
        href: mayEdit ? `/posts/${post.id}` : undefined,
        invite: say(mayEdit ? 'teams.fill' : 'teams.vacant'),
      })),
    };
  }
}
