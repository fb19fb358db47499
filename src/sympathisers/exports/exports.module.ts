/** Files of people that leave the register: with a reason, a mark, an end, and every look in the trail. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SegmentsModule } from '../segments/segments.module.js';
import { SympathisersModule } from '../sympathisers.module.js';
import { ExportPages } from './export-pages.js';
import { ExportWriter } from './export-writer.service.js';
import { Export } from './export.entity.js';
import { ExportsController } from './exports.controller.js';
import { ExportsJobs } from './exports.jobs.js';
import { ExportsService } from './exports.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Export]), SympathisersModule, SegmentsModule],
  controllers: [ExportsController],
  providers: [ExportPages, ExportWriter, ExportsJobs, ExportsService],
  exports: [ExportsService],
})
export class ExportsModule {}
