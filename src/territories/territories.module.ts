/** The tree of territories, what each covers of the state's own divisions, and the home of an address. */
import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoverageService } from './coverage.service.js';
import { HomeFinder } from './home-finder.js';
import { PeopleMover } from './people-mover.js';
import { ShippedTree } from './shipped-tree.js';
import { TerritoriesJobs } from './territories.jobs.js';
import { TerritoriesService } from './territories.service.js';
import { Territory } from './territory.entity.js';
import { TerritoryMoves } from './territory-moves.js';

const SERVICES = [TerritoriesService, TerritoryMoves, CoverageService, HomeFinder, PeopleMover, ShippedTree];

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Territory])],
  providers: [...SERVICES, TerritoriesJobs],
  exports: SERVICES,
})
export class TerritoriesModule {}
