/** The register of sympathisers: who they are, how to reach them, what they agreed to, and who must not be contacted. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PapersController } from './consent/papers/papers.controller.js';
import { PapersService } from './consent/papers/papers.service.js';
import { ConsentJobs } from './consent/consent.jobs.js';
import { ConsentService } from './consent/consent.service.js';
import { ReachMending } from './consent/reach-mending.service.js';
import { StopService } from './consent/stop.service.js';
import { StopSuppressions } from './consent/stop-suppressions.service.js';
import { StopsController } from './consent/stops.controller.js';
import { SuppressionService } from './consent/suppression.service.js';
import { ComeBackService } from './consent/come-back.service.js';
import { UndoStopService } from './consent/undo-stop.service.js';
import { ContactPoint } from './contact-point.entity.js';
import { IdentityClaim } from './identity-claim.entity.js';
import { PersonIdentity } from './person-identity.entity.js';
import { PersonNote } from './person-note.entity.js';
import { PersonSuggestion } from './person-suggestion.entity.js';
import { Person } from './person.entity.js';
import { CorrectionsService } from './corrections.service.js';
import { IdentitiesService } from './identities.service.js';
import { PlatformCatalogue } from './vocabulary/platform-catalogue.service.js';
import { PlatformRecord } from './vocabulary/platform.entity.js';
import { Skill } from './vocabulary/skill.entity.js';
import { VocabularyController } from './vocabulary/vocabulary.controller.js';
import { VocabularyService } from './vocabulary/vocabulary.service.js';
import { WishesService } from './wishes.service.js';
import { FormChoices } from './form-choices.js';
import { ListPage } from './list-page.js';
import { NewPage } from './new-page.js';
import { PersonActsController } from './person-acts.controller.js';
import { PersonPage } from './person-page.js';
import { PersonPageQueries } from './person-page.queries.js';
import { OwnLinks } from './own-links.js';
import { PointsService } from './points.service.js';
import { NamesJobs } from './search/names.jobs.js';
import { ReplyAddresses } from './reply-addresses.js';
import { RekeyingService } from './search/rekeying.service.js';
import { DuplicateFinder } from './duplicates/duplicate-finder.service.js';
import { DuplicatesPages } from './duplicates/duplicates-pages.js';
import { DuplicatesController } from './duplicates/duplicates.controller.js';
import { DuplicatesJobs } from './duplicates/duplicates.jobs.js';
import { DuplicatesQueries } from './duplicates/duplicates.queries.js';
import { MergesService } from './duplicates/merges.service.js';
import { PairsService } from './duplicates/pairs.service.js';
import { PersonMerge } from './duplicates/person-merge.entity.js';
import { SinceMerge } from './duplicates/since-merge.service.js';
import { UnmergesService } from './duplicates/unmerges.service.js';
import { PrivacyLanguage } from './privacy-notices/privacy-language.entity.js';
import { PrivacyNotice } from './privacy-notices/privacy-notice.entity.js';
import { PrivacyController } from './privacy-notices/privacy.controller.js';
import { PrivacyNoticePages } from './privacy-notices/privacy-notice-pages.js';
import { PrivacyNoticesController } from './privacy-notices/privacy-notices.controller.js';
import { PrivacyNoticesService } from './privacy-notices/privacy-notices.service.js';
import { PrivacyNotices } from './privacy-notices/privacy-notices.js';
import { SympathisersController } from './sympathisers.controller.js';
import { SympathisersQueries } from './sympathisers.queries.js';
import { SympathisersService } from './sympathisers.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      Person,
      ContactPoint,
      PersonIdentity,
      IdentityClaim,
      PersonNote,
      PersonSuggestion,
      PlatformRecord,
      Skill,
      PersonMerge,
      PrivacyNotice,
      PrivacyLanguage,
    ]),
  ],
  controllers: [
    SympathisersController,
    PersonActsController,
    PapersController,
    StopsController,
    VocabularyController,
    DuplicatesController,
    PrivacyNoticesController,
    PrivacyController,
  ],
  providers: [
    ConsentService,
    SuppressionService,
    StopSuppressions,
    StopService,
    ReachMending,
    PapersService,
    ConsentJobs,
    ComeBackService,
    UndoStopService,
    OwnLinks,
    ReplyAddresses,
    PointsService,
    IdentitiesService,
    WishesService,
    PlatformCatalogue,
    VocabularyService,
    CorrectionsService,
    SympathisersService,
    SympathisersQueries,
    PersonPageQueries,
    FormChoices,
    ListPage,
    NewPage,
    PersonPage,
    RekeyingService,
    NamesJobs,
    DuplicateFinder,
    DuplicatesJobs,
    DuplicatesQueries,
    DuplicatesPages,
    PairsService,
    MergesService,
    SinceMerge,
    UnmergesService,
    PrivacyNotices,
    PrivacyNoticesService,
    PrivacyNoticePages,
  ],
  exports: [
    FormChoices,
    PrivacyNotices,
    PrivacyNoticesService,
    ConsentService,
    SuppressionService,
    StopService,
    ComeBackService,
    UndoStopService,
    OwnLinks,
    ReplyAddresses,
    PointsService,
    CorrectionsService,
    WishesService,
    IdentitiesService,
    SympathisersService,
    MergesService,
  ],
})
export class SympathisersModule {}
