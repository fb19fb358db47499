import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { Permission } from '../access/roles/permissions.js';
import { isGrantActor, type Actor } from '../platform/database/actor.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { changed, created } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import { HolderBody, NewHolderBody, VacancyBody } from './teams.dto.js';
import { TeamsQueries } from './teams.queries.js';
import { TeamsService } from './teams.service.js';

/** One post of a team: who holds it, and filling or vacating it. */
@Controller('posts')
export class PostsController {
  constructor(
    private readonly teams: TeamsService,
    private readonly queries: TeamsQueries,
  ) {}

  @Get(':id')
  @Allow('team.edit')
  @View('teams/post')
  async show(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    const post = await this.queries.post(actor, id);
    const options = post.candidates.map(({ id: value, name, territory }) => ({
      value,
      label: `${name} · ${locale === 'hi' ? territory.name_hi : territory.name_en}`,
    }));
    const may = (permission: Permission) => !isGrantActor(actor) || actor.permissions.has(permission);
    return { ...post, options, mayFill: may('grant.give'), mayInvite: may('grant.give') && may('user.invite') };
  }

  @Post(':id/holder')
  @Allow('team.edit')
  async fill(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { user }: HolderBody) {
    const membership = await this.teams.fill(actor, id, user);
    return created(await this.teamOf(actor, id), { id: membership.id }, 'teams.post_filled_now');
  }

  @Post(':id/invitation')
  @Allow('team.edit')
  async invite(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() body: NewHolderBody) {
    const { name, ...rest } = body;
    const made = await this.teams.fillByInvitation(actor, id, { fullName: name, ...rest });
    // Without an e-mail they need a code, which stands on the user's page.
    return created(
      body.email ? await this.teamOf(actor, id) : `/users/${made.userId}`,
      made,
      body.email ? 'users.invited' : 'users.made',
    );
  }

  @Post(':id/vacancy')
  @Allow('team.edit')
  async vacate(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { why }: VacancyBody) {
    const { userId } = await this.teams.vacate(actor, id, why);
    return changed(await this.teamOf(actor, id), { userId }, 'teams.post_vacated_now');
  }

  private async teamOf(actor: Actor, postId: string): Promise<string> {
    return `/teams/${(await this.queries.post(actor, postId)).team.id}`;
  }
}
