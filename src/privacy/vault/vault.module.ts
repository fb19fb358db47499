/** The sealed vault: what law makes us keep of the erased, by jurisdiction; off by default. */
import { Module } from '@nestjs/common';
import { VaultController } from './vault.controller.js';
import { VaultJobs } from './vault.jobs.js';
import { VaultKeys } from './vault-keys.js';
import { VaultQueries } from './vault.queries.js';
import { VaultService } from './vault.service.js';

@Module({
  controllers: [VaultController],
  providers: [VaultKeys, VaultService, VaultQueries, VaultJobs],
  exports: [VaultService],
})
export class VaultModule {}
