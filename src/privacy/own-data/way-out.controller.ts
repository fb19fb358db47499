import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { maskedName } from '../../events/rsvp/masked-name.js';
import { qrCode } from '../../platform/charts/qr-code.js';
import type { GrantActor, LinkActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { Allow, Public } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { changed } from '../../platform/web/outcome.js';
import { CurrentActor, type Reply, type Request } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { ConsentService } from '../../sympathisers/consent/consent.service.js';
import { StopService } from '../../sympathisers/consent/stop.service.js';
import { OwnLinks } from '../../sympathisers/own-links.js';
import { unknown } from './my-data.controller.js';
import { OwnTokenParam, WayOutDto } from './own-data.dto.js';

/** The way out that may pass through a member's phone: it stops and withdraws, and shows nobody's data. */
@Controller()
export class WayOutController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly links: OwnLinks,
    private readonly stops: StopService,
    private readonly consents: ConsentService,
  ) {}

  /** For a member beside the person, or in a chat with them: a code to scan, and an address to send. */
  @Get('sympathisers/:id/way-out')
  @Allow('sympathiser.read')
  @View('own-data/hand-over')
  handOver(@CurrentActor() actor: GrantActor, @Param() { id }: IdParam) {
    return this.work.run(actor, async (tx) => {
      const person = await tx.one<{ name: string }>(
        'SELECT full_name AS name FROM people WHERE id = $1 AND erased_at IS NULL',
        [id],
      );
      if (!person) throw new NotFound();
      tx.shown('own_data.handed_over', [id]);
      const link = this.links.wayOut(id);
      return { id, name: person.name, link, qr: qrCode(link) };
    });
  }

  @Get('stop/:token')
  @Public()
  @View('own-data/stop', 'public')
  async show(@Req() request: Request, @Res({ passthrough: true }) reply: Reply, @Param() { token }: OwnTokenParam) {
    const link = await this.links.holderOfWayOut(token);
    if (!link) return unknown(request, reply);
    return { name: await this.nameOf(link), links: { self: `/stop/${token}` } };
  }

  @Post('stop/:token')
  @Public()
  async stop(@Param() { token }: OwnTokenParam, @Body() { what = 'everything' }: WayOutDto) {
    const link = await this.links.holderOfWayOut(token);
    if (!link) throw new NotFound('own_data.unknown_link');
    if (what === 'everything') await this.stops.stop(link, link.personId, 'link');
    else
      await this.consents.recordEverywhere(link, link.personId, { purposes: [what], state: 'withdrawn', how: 'link' });
    return changed(`/stop/${token}`, { stopped: what }, `own_data.way_out.done.${what}`);
  }

  private nameOf(link: LinkActor): Promise<string> {
    return this.work.run(link, async (tx) => {
      const row = (await tx.one<{ name: string }>('SELECT full_name AS name FROM people WHERE id = $1', [
        link.personId,
      ]))!;
      tx.shown('own_data.why', [link.personId]);
      return maskedName(row.name);
    });
  }
}
