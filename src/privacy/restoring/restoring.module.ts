/** What must be done again after a backup was restored: people erased, stopped or withdrawn since it was made. */
import { Module } from '@nestjs/common';
import { SympathisersModule } from '../../sympathisers/sympathisers.module.js';
import { ErasedHashes } from './erased-hashes.js';
import { PersonEraser } from './person-eraser.js';
import { RestoredErasures } from './restored-erasures.service.js';

/** Until there is somebody who erases: a restore that would need it stops there, and nothing is served. */
class NobodyErases extends PersonEraser {
  erase(): Promise<never> {
    return Promise.reject(new Error('This version of the program cannot erase people again: nothing is served.'));
  }
}

@Module({
  imports: [SympathisersModule],
  providers: [RestoredErasures, ErasedHashes, { provide: PersonEraser, useClass: NobodyErases }],
  exports: [RestoredErasures, ErasedHashes],
})
export class RestoringModule {}
