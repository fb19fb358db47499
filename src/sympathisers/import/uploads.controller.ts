import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid } from '../../platform/errors.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { CurrentActor, type Request } from '../../platform/web/request.js';
import { TerritoriesQueries } from '../../territories/territories.queries.js';
import { territoryOf } from './imports.controller.js';
import { AnnouncedUpload, PieceQuery } from './imports.dto.js';
import { LargeUploads } from './large-uploads.service.js';

/** Large files in pieces; what comes of them is ImportsController's. */
@Controller('imports')
export class UploadsController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly uploads: LargeUploads,
    private readonly territories: TerritoriesQueries,
  ) {}

  @Post('uploads')
  @Allow('import.run')
  @HttpCode(200)
  async announce(@CurrentActor() actor: Actor, @Body() { id, territory, source, name, size }: AnnouncedUpload) {
    const place = await territoryOf(this.work, this.territories, actor, territory);
    const fileName = name.split(/[\\/]/).at(-1)!;
    return this.uploads.announce(actor, { id, fileName, territory: place, source, bytes: size });
  }

  /** Where to go on after the line was lost, or the browser closed. */
  @Get(':id/upload')
  @Allow('import.run')
  where(@CurrentActor() actor: Actor, @Param() { id }: IdParam) {
    return this.uploads.state(actor, id);
  }

  /** One piece of at most a MiB, as bytes. */
  @Post(':id/upload')
  @Allow('import.run')
  @ApiConsumes('application/octet-stream')
  @HttpCode(200)
  take(
    @CurrentActor() actor: Actor,
    @Param() { id }: IdParam,
    @Query() { offset }: PieceQuery,
    @Req() request: Request,
  ) {
    if (!Buffer.isBuffer(request.body)) throw Invalid.field('file', 'imports.error.no_file');
    return this.uploads.take(actor, id, offset, request.body);
  }
}
