/** The tree of territories, what each covers of the state's own divisions, and the home of an address. */
import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoverageQueries } from './coverage.queries.js';
import { CoverageService } from './coverage.service.js';
import { HomeFinder } from './home-finder.js';
import { PeopleMover } from './people-mover.js';
import { ShippedTree } from './shipped-tree.js';
import { TerritoriesController } from './territories.controller.js';
import { TerritoriesJobs } from './territories.jobs.js';
import { TerritoriesQueries } from './territories.queries.js';
import { TerritoriesService } from './territories.service.js';
import { Territory } from './territory.entity.js';
import { TerritoryMoves } from './territory-moves.js';
import { TerritoryPages } from './territory-pages.js';

const SERVICES = [
  TerritoriesService,
  TerritoriesQueries,
  TerritoryPages,
  TerritoryMoves,
  CoverageService,
  CoverageQueries,
  HomeFinder,
  PeopleMover,
  ShippedTree,
];

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Territory])],
  controllers: [TerritoriesController],
  providers: [...SERVICES, TerritoriesJobs],
  exports: SERVICES,
})
export class TerritoriesModule {}
