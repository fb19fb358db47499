/** Saved lists of people by conditions: counted, opened, exported, and chosen from for a meet-up. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SympathisersModule } from '../sympathisers.module.js';
import { SegmentPages } from './segment-pages.js';
import { Segment } from './segment.entity.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsQueries } from './segments.queries.js';
import { SegmentsService } from './segments.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Segment]), SympathisersModule],
  controllers: [SegmentsController],
  providers: [SegmentPages, SegmentsQueries, SegmentsService],
  exports: [SegmentPages, SegmentsQueries],
})
export class SegmentsModule {}
