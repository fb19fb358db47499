/** Nobody under 18 is kept (T29): whoever is found to be is erased. */
import { Module } from '@nestjs/common';
import { ErasureModule } from '../erasure/erasure.module.js';
import { MinorsController } from './minors.controller.js';
import { MinorsService } from './minors.service.js';

@Module({
  imports: [ErasureModule],
  controllers: [MinorsController],
  providers: [MinorsService],
})
export class MinorsModule {}
