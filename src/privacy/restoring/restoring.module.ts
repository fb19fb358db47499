/** What must be done again after a backup was restored: people erased, stopped or withdrawn since it was made. */
import { Module } from '@nestjs/common';
import { SympathisersModule } from '../../sympathisers/sympathisers.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { RestoredErasures } from './restored-erasures.service.js';

@Module({
  imports: [SympathisersModule, ErasureModule],
  providers: [RestoredErasures],
  exports: [RestoredErasures],
})
export class RestoringModule {}
