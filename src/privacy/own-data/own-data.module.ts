/** "Why do you have me?" and "stop": links to one's own data, what can be done by them, and replies to our mails. */
import { Module } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { SympathisersModule } from '../../sympathisers/sympathisers.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { NominationsModule } from '../nominations/nominations.module.js';
import { RequestsModule } from '../requests/requests.module.js';
import { OwnDataAsking } from './asking.service.js';
import { LinkHolder } from './link-holder.service.js';
import { MyDataController } from './my-data.controller.js';
import { NomineeController } from './nominee.controller.js';
import { OwnDataController } from './own-data.controller.js';
import { OwnDataJobs } from './own-data.jobs.js';
import { OwnDataLetters } from './own-data-letters.service.js';
import { OwnDataPage } from './own-data-page.js';
import { OwnDataQueries } from './own-data.queries.js';
import { OwnDataService } from './own-data.service.js';
import { RepliesController } from './replies.controller.js';
import { Replies } from './replies.service.js';
import { ReplyReader } from './reply-reader.service.js';
import { WayOutController } from './way-out.controller.js';
import { WhyPage } from './why-page.js';

@Module({
  imports: [AccessModule, SympathisersModule, ErasureModule, RequestsModule, NominationsModule],
  controllers: [MyDataController, OwnDataController, NomineeController, WayOutController, RepliesController],
  providers: [
    OwnDataAsking,
    OwnDataLetters,
    OwnDataJobs,
    OwnDataQueries,
    OwnDataPage,
    OwnDataService,
    LinkHolder,
    WhyPage,
    Replies,
    ReplyReader,
  ],
})
export class OwnDataModule {}
