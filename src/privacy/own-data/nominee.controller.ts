import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Public } from '../../platform/web/allow.decorator.js';
import { changed } from '../../platform/web/outcome.js';
import type { Reply, Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { OwnLinks } from '../../sympathisers/own-links.js';
import { NominationsService } from '../nominations/nominations.service.js';
import { NomineeQueries } from '../nominations/nominee.queries.js';
import { LinkHolder } from './link-holder.service.js';
import { unknown } from './my-data.controller.js';
import { NomineeDto } from './nominee.dto.js';
import { OwnTokenParam } from './own-data.dto.js';

/** Whom they name to use their rights: behind the link to their own data. */
@Controller('my-data/:token/nominee')
export class NomineeController {
  constructor(
    private readonly links: OwnLinks,
    private readonly holder: LinkHolder,
    private readonly nominations: NominationsService,
    private readonly queries: NomineeQueries,
  ) {}

  @Get()
  @Public()
  @View('own-data/nominee', 'public')
  async form(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { token }: OwnTokenParam) {
    const link = await this.links.holderOfData(token);
    if (!link) return unknown(request, reply);
    return { named: await this.queries.own(link), links: { self: `/my-data/${token}` } };
  }

  @Post()
  @Public()
  async nominate(@Param() { token }: OwnTokenParam, @Body() dto: NomineeDto) {
    await this.nominations.nominate(await this.holder.acting(token), dto);
    return changed(`/my-data/${token}`, { named: true }, 'nominations.named');
  }

  @Post('removal')
  @Public()
  async takeAway(@Param() { token }: OwnTokenParam) {
    await this.nominations.takeAway(await this.holder.acting(token));
    return changed(`/my-data/${token}`, { named: false }, 'nominations.taken_away');
  }
}
