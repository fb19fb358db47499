/** Whom somebody names to use their rights where they no longer can: said by themselves, and compared for who answers requests. */
import { Module } from '@nestjs/common';
import { NominationsService } from './nominations.service.js';
import { NomineeErasure } from './nominee-erasure.service.js';
import { NomineeQueries } from './nominee.queries.js';

@Module({
  providers: [NominationsService, NomineeQueries, NomineeErasure],
  exports: [NominationsService, NomineeQueries, NomineeErasure],
})
export class NominationsModule {}
