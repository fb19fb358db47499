/** The waiting list: people whose home isn't certain yet, placed by coverage or by somebody who knows. */
import { Module } from '@nestjs/common';
import { CoverageInput } from './coverage-input.js';
import { CoveragePages } from './coverage-pages.js';
import { CoverageController } from './coverage.controller.js';
import { PlacementPages } from './placement-pages.js';
import { PlacementController } from './placement.controller.js';
import { PlacementQueries } from './placement.queries.js';
import { PlacementService } from './placement.service.js';

@Module({
  controllers: [CoverageController, PlacementController],
  providers: [PlacementService, PlacementQueries, PlacementPages, CoverageInput, CoveragePages],
  exports: [PlacementService, PlacementQueries, CoverageInput],
})
export class PlacementModule {}
