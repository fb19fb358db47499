import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Config } from '../platform/config/config.js';
import { Allow } from '../platform/web/allow.decorator.js';
import { IdParam } from '../platform/web/fields.js';
import { changed, created } from '../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, wantsPage, type Request } from '../platform/web/request.js';
import { View } from '../platform/web/view.decorator.js';
import {
  AddTerritory,
  ChildrenQuery,
  EndTerritory,
  MoveTerritory,
  NewTerritoryQuery,
  RenameTerritory,
  TerritoryListQuery,
} from './territories.dto.js';
import { TerritoriesService } from './territories.service.js';
import { TerritoryMoves } from './territory-moves.js';
import { TerritoryPages } from './territory-pages.js';
import { TerritoriesQueries } from './territories.queries.js';

@Controller('territories')
export class TerritoriesController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly pages: TerritoryPages,
    private readonly queries: TerritoriesQueries,
    private readonly territories: TerritoriesService,
    private readonly moves: TerritoryMoves,
    private readonly config: Config,
  ) {}

  @Get()
  @Allow('territory.read')
  @View('territories/list')
  list(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Query() query: TerritoryListQuery,
    @Req() request: Request,
  ) {
    return this.pages.list(actor, query, locale, wantsPage(request) ? request.url : null);
  }

  @Get('new')
  @Allow('territory.edit')
  @View('territories/new')
  fresh(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Query() { parent }: NewTerritoryQuery) {
    return this.pages.fresh(actor, parent, locale);
  }

  @Post()
  @Allow('territory.edit')
  async add(@CurrentActor() actor: Actor, @Body() dto: AddTerritory) {
    const territory = await this.work.run(actor, async (tx) => {
      const parent = await this.queries.find(tx, dto.parent);
      const { name_en: nameEn, name_hi: nameHi, level, code, kind, lgd_code: lgdCode } = dto;
      return this.territories.add(actor, { parentId: parent.id, nameEn, nameHi, level, code, kind, lgdCode });
    });
    return created(`/territories/${territory.id}`, { id: territory.id, code: territory.code }, 'territories.added');
  }

  @Get(':id')
  @Allow('territory.read')
  @View('territories/show')
  show(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Query() query: ChildrenQuery,
    @Req() request: Request,
  ) {
    return this.pages.show(actor, id, query, locale, request.url);
  }

  @Get(':id/edit')
  @Allow('territory.edit')
  @View('territories/edit')
  edit(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    return this.pages.edit(actor, id, locale);
  }

  @Post(':id/name')
  @Allow('territory.edit')
  async rename(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() dto: RenameTerritory) {
    const { name_en: nameEn, name_hi: nameHi, kind, lgd_code: lgdCode } = dto;
    await this.territories.rename(actor, id, { nameEn, nameHi, kind, lgdCode });
    return changed(`/territories/${id}`, { id }, 'territories.renamed');
  }

  /** Moves it, with everything below it and in it, under another parent. */
  @Post(':id/parent')
  @Allow('territory.edit')
  async move(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() dto: MoveTerritory) {
    const { moved } = await this.work.run(actor, async (tx) => {
      const parent = await this.queries.find(tx, dto.parent);
      return this.moves.move(actor, id, parent.id);
    });
    return changed(
      `/territories/${id}`,
      { id, moved },
      moved ? 'territories.moved' : { tone: 'info', key: 'territories.not_moved' },
    );
  }

  @Post(':id/end')
  @Allow('territory.edit')
  async end(@CurrentActor() actor: Actor, @Param() { id }: IdParam, @Body() dto: EndTerritory) {
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: this.config.timeZone }).format(new Date());
    const on = dto.on ?? today;
    if (on > today) throw Invalid.field('on', 'territories.end.not_later');
    const { people } = await this.territories.end(actor, id, on);
    return changed(
      `/territories/${id}`,
      { id, people },
      { tone: 'good', key: 'territories.ended', params: { people } },
    );
  }
}
