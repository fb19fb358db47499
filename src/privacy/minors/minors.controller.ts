import { Body, Controller, Param, Post } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { Invalid } from '../../platform/errors.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam, Tick } from '../../platform/web/fields.js';
import { accepted } from '../../platform/web/outcome.js';
import { CurrentActor } from '../../platform/web/request.js';
import { MinorsService } from './minors.service.js';

export class MinorBody {
  @Tick({ description: 'It is known, from them or their family: what is erased stays so' })
  sure?: boolean;
}

@Controller('sympathisers')
export class MinorsController {
  constructor(private readonly minors: MinorsService) {}

  /** They are found to be under 18: everything about them is erased. */
  @Post(':id/minor')
  @Allow('sympathiser.edit')
  async found(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() { sure }: MinorBody) {
    if (!sure) throw Invalid.field('sure', 'minors.sure.missing');
    await this.minors.found(actor, id);
    return accepted('/sympathisers', {}, 'minors.done');
  }
}
