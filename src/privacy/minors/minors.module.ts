/** Nobody under 18 is kept (T29): whoever is found to be is erased. */
import { Module } from '@nestjs/common';
import { Erasing, NobodyErases } from './erasing.js';
import { MinorsController } from './minors.controller.js';
import { MinorsService } from './minors.service.js';

@Module({
  controllers: [MinorsController],
  providers: [MinorsService, { provide: Erasing, useClass: NobodyErases }],
})
export class MinorsModule {}
