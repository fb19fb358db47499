/** The table of contents: the platform, then the domains, each using only those above it. */
import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AssignmentsModule } from './assignments/assignments.module.js';
import { AuditModule } from './audit/audit.module.js';
import { EventsModule } from './events/events.module.js';
import { BreachModule } from './privacy/breach/breach.module.js';
import { DeskModule } from './privacy/desk/desk.module.js';
import { MinorsModule } from './privacy/minors/minors.module.js';
import { DemoModule } from './demo/demo.module.js';
import { ImportsModule } from './sympathisers/import/imports.module.js';
import { MailingsModule } from './mailings/mailings.module.js';
import { OutreachModule } from './outreach/outreach.module.js';
import { NominationsModule } from './privacy/nominations/nominations.module.js';
import { PlatformModule, type Surroundings } from './platform/platform.module.js';
import { JoiningModule } from './privacy/joining/joining.module.js';
import { ErasureModule } from './privacy/erasure/erasure.module.js';
import { RetentionModule } from './privacy/retention/retention.module.js';
import { VaultModule } from './privacy/vault/vault.module.js';
import { RequestsModule } from './privacy/requests/requests.module.js';
import { RestoringModule } from './privacy/restoring/restoring.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { ExportsModule } from './sympathisers/exports/exports.module.js';
import { SegmentsModule } from './sympathisers/segments/segments.module.js';
import { OwnDataModule } from './privacy/own-data/own-data.module.js';
import { PlacementModule } from './sympathisers/placement/placement.module.js';
import { SympathisersModule } from './sympathisers/sympathisers.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { TerritoriesModule } from './territories/territories.module.js';

@Module({})
export class AppModule {
  static with(surroundings: Surroundings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(surroundings),
        TerritoriesModule,
        AccessModule,
        AuditModule,
        TeamsModule,
        SympathisersModule,
        ImportsModule,
        PlacementModule,
        SegmentsModule,
        ExportsModule,
        AssignmentsModule,
        OutreachModule,
        EventsModule,
        MailingsModule,
        ReportsModule,
        JoiningModule,
        VaultModule,
        NominationsModule,
        ErasureModule,
        RestoringModule,
        RetentionModule,
        RequestsModule,
        OwnDataModule,
        MinorsModule,
        BreachModule,
        DeskModule,
        DemoModule,
      ],
    };
  }
}
