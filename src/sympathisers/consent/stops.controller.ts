import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { seesOwnPeople, type GrantActor } from '../../platform/database/actor.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { Id, Text } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { UndoStopService } from './undo-stop.service.js';

export class StopParam {
  @Id()
  id: string;

  @Id()
  stopId: string;
}

export class UndoStopDto {
  @Text({ optional: true, max: 300, description: 'How the mistake came about' })
  why?: string;
}

/** Stops that were set by mistake: for a day whoever wrote one down, or their convenor, may take it back. */
@Controller()
export class StopsController {
  constructor(private readonly undoing: UndoStopService) {}

  /** What one wrote down within a day: a member has those people no longer in their list. */
  @Get('stops')
  @Allow('sympathiser.edit')
  @View('stops/list')
  async list(@CurrentActor() actor: GrantActor) {
    return { items: await this.undoing.mine(actor), next: null };
  }

  @Post('sympathisers/:id/stops/:stopId/undo')
  @Allow('sympathiser.edit')
  async undo(@CurrentActor() actor: GrantActor, @Param() { id, stopId }: StopParam, @Body() { why }: UndoStopDto) {
    await this.undoing.undo(actor, id, stopId, why ?? null);
    return changed(seesOwnPeople(actor) ? '/stops' : `/sympathisers/${id}`, { id }, 'stops.undone');
  }
}
