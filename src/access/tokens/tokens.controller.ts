import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { isGrantActor, userIdOf, type Actor } from '../../platform/database/actor.js';
import { Forbidden } from '../../platform/errors.js';
import { Allow, SIGNED_IN } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { carriedByToken, onlyLooks } from '../roles/permissions.js';
import { UsersQueries } from '../users.queries.js';
import { MAX_DAYS, NewTokenBody, TokensQuery, USUAL_DAYS } from './tokens.dto.js';
import { TokensQueries } from './tokens.queries.js';
import { TokensService } from './tokens.service.js';

/** Tokens for programs: one's own, and those of the users one manages. */
@Controller()
export class TokensController {
  constructor(
    private readonly tokens: TokensService,
    private readonly queries: TokensQueries,
    private readonly users: UsersQueries,
  ) {}

  @Get('tokens')
  @Allow('token.make')
  @View('tokens/list')
  async own(@CurrentActor() actor: Actor, @Query() query: TokensQuery) {
    return { ...(await this.queries.list(actor, userIdOf(actor)!, query)), asked: { ...query } };
  }

  /** What the form offers: of the grant in use all that a token may carry, the looking ticked. */
  @Get('tokens/new')
  @Allow('token.make')
  @View('tokens/new')
  form(@CurrentActor() actor: Actor) {
    const possible = isGrantActor(actor) ? carriedByToken(actor.permissions) : [];
    const looking = possible.filter(onlyLooks);
    return {
      looking,
      doing: possible.filter((one) => !onlyLooks(one)),
      preset: looking,
      days: USUAL_DAYS,
      max: MAX_DAYS,
    };
  }

  /** Answers with the token itself, this once: it stands in no address and no cookie. */
  @Post('tokens')
  @Allow('token.make')
  @View('tokens/made')
  async make(@CurrentActor() actor: Actor, @Body() body: NewTokenBody) {
    const { name, permissions = [], days } = body;
    const made = await this.tokens.make(actor, { name, permissions, days });
    return { ...made, name, permissions };
  }

  /** Open to everybody signed in: a token found in wrong hands is ended at once, whatever one's role has become. */
  @Post('tokens/:id/end')
  @Allow(SIGNED_IN)
  async end(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    if (!isGrantActor(actor)) throw new Forbidden('errors.no_grant');
    const { userId } = await this.tokens.end(actor, id);
    return changed(userId === actor.userId ? '/tokens' : `/users/${userId}/tokens`, { id }, 'tokens.ended');
  }

  @Get('users/:id/tokens')
  @Allow('user.read')
  @View('tokens/of-user')
  async ofUser(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Query() query: TokensQuery) {
    const { name, manageable } = await this.users.show(actor, id);
    const page = await this.queries.list(actor, id, query);
    return { ...page, asked: { ...query }, user: { id, name }, manageable };
  }
}
