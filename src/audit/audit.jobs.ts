import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { declareJob } from '../platform/jobs/job.js';
import { Runs } from '../platform/jobs/runs.decorator.js';
import { HeadsService } from './heads.service.js';
import { MonthsService } from './months.service.js';
import { BulkReadingService } from './notices/bulk-reading.service.js';
import { NoticeLetters } from './notices/notice-letters.service.js';
import { TellOfNotice } from './notices/tell-of-notice.job.js';
import { SealingService } from './sealing.service.js';

const SealEntries = declareJob('audit.seal');
const KeepMonths = declareJob('audit.months');
const NoteHead = declareJob('audit.note-head');
const LookForBulkReading = declareJob('audit.bulk-reading');

@Injectable()
export class AuditJobs {
  constructor(
    private readonly sealing: SealingService,
    private readonly months: MonthsService,
    private readonly heads: HeadsService,
    private readonly bulkReading: BulkReadingService,
    private readonly letters: NoticeLetters,
  ) {}

  @Runs({ job: SealEntries, cron: '* * * * *' })
  async seal(actor: SystemActor) {
    await this.sealing.seal(actor);
  }

  @Runs({ job: KeepMonths, cron: '35 20 * * *' })
  async keepMonths(actor: SystemActor) {
    await this.months.makeAhead(actor, new Date());
    await this.months.dropOld(actor, new Date());
  }

  @Runs({ job: NoteHead, cron: '45 20 * * *' })
  async noteHead(actor: SystemActor) {
    await this.heads.note(actor, new Date());
  }

  @Runs({ job: LookForBulkReading, cron: '*/10 * * * *' })
  async lookForBulkReading(actor: SystemActor) {
    await this.bulkReading.look(actor, new Date());
  }

  @Runs({ job: TellOfNotice })
  async tell(actor: SystemActor, { noticeId, userId }: { noticeId: string; userId: string }) {
    await this.letters.send(actor, noticeId, userId);
  }
}
