/** The audit trail, to be read. Every unit of work writes it. */
import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditQueries } from './audit.queries.js';

@Module({ controllers: [AuditController], providers: [AuditQueries] })
export class AuditModule {}
