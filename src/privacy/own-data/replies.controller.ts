import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam, ListQuery } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { SettleReplyDto } from './own-data.dto.js';
import { Replies } from './replies.service.js';

/** What people wrote back and nobody but a person can judge. */
@Controller('replies')
export class RepliesController {
  constructor(private readonly replies: Replies) {}

  @Get()
  @Allow('sympathiser.edit')
  @View('replies/list')
  list(@CurrentActor() actor: GrantActor, @Query() query: ListQuery) {
    return this.replies.list(actor, query);
  }

  @Post(':id')
  @Allow('sympathiser.edit')
  async settle(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { how }: SettleReplyDto) {
    await this.replies.settle(actor, id, how);
    return changed('/replies', { id, how }, `replies.settled.${how}`);
  }
}
