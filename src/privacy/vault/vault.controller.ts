import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam, ListQuery } from '../../platform/web/fields.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { OpeningParam, VaultReasonDto } from './vault.dto.js';
import { VaultQueries } from './vault.queries.js';
import { VaultService } from './vault.service.js';

/** The sealed vault, for its keepers: what there is, asking to open, the second word, and the hour in which it is open. */
@Controller('vault')
export class VaultController {
  constructor(
    private readonly vault: VaultService,
    private readonly queries: VaultQueries,
  ) {}

  @Get()
  @Allow('privacy.vault')
  @View('vault/list')
  async list(@CurrentActor() actor: GrantActor, @Query() query: ListQuery) {
    return { ...(await this.queries.list(actor, query)), on: this.vault.rules.length > 0, rules: this.vault.rules };
  }

  @Get(':id')
  @Allow('privacy.vault')
  @View('vault/show')
  show(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    return this.queries.one(actor, id, new Date());
  }

  @Post(':id/openings')
  @Allow('privacy.vault')
  async ask(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam, @Body() { reason }: VaultReasonDto) {
    const opening = await this.vault.ask(actor, id, reason);
    return created(`/vault/${id}`, opening, 'vault.asked');
  }

  @Post(':id/openings/:openingId/approvals')
  @Allow('privacy.vault')
  async approve(
    @CurrentActor() actor: GrantActor,
    @Param() { id, openingId }: OpeningParam,
    @Body() { reason }: VaultReasonDto,
  ) {
    await this.vault.approve(actor, id, openingId, reason);
    return changed(`/vault/${id}`, { id: openingId }, 'vault.approved');
  }

  @Post(':id/openings/:openingId/open')
  @Allow('privacy.vault')
  async open(@CurrentActor() actor: GrantActor, @Param() { id, openingId }: OpeningParam) {
    await this.vault.open(actor, id, openingId);
    return changed(`/vault/${id}/openings/${openingId}`, { id: openingId }, 'vault.opened');
  }

  @Get(':id/openings/:openingId')
  @Allow('privacy.vault')
  @View('vault/content')
  content(@CurrentActor() actor: GrantActor, @Param() { id, openingId }: OpeningParam) {
    return this.vault.content(actor, id, openingId);
  }
}
