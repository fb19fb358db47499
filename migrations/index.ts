import { Ground1764000000001 } from './1764000000001-ground.js';
import { Territories1764000000002 } from './1764000000002-territories.js';
import { Access1764000000003 } from './1764000000003-access.js';
import { Teams1764000000004 } from './1764000000004-teams.js';
import { People1764000000005 } from './1764000000005-people.js';
import { Imports1764000000006 } from './1764000000006-imports.js';
import { Outreach1764000000007 } from './1764000000007-outreach.js';
import { Events1764000000008 } from './1764000000008-events.js';
import { Stop1764000000009 } from './1764000000009-stop.js';
import { Installation1764000000010 } from './1764000000010-installation.js';
import { Roles1764000000011 } from './1764000000011-roles.js';
import { Audit1764000000012 } from './1764000000012-audit.js';
import { SecondFactor1764000000013 } from './1764000000013-second-factor.js';
import { TokensAndReset1764000000014 } from './1764000000014-tokens-and-reset.js';
import { Hosts1764000000015 } from './1764000000015-hosts.js';
import { NameSearch1764000000016 } from './1764000000016-name-search.js';
import { ImportsInBulk1764000000017 } from './1764000000017-imports-in-bulk.js';
import { SegmentsAndExports1764000000019 } from './1764000000019-segments-and-exports.js';
import { Duplicates1764000000020 } from './1764000000020-duplicates.js';
import { MayWe1764000000022 } from './1764000000022-may-we.js';
import { NoticesAndJoining1764000000023 } from './1764000000023-notices-and-joining.js';
import { OwnData1764000000024 } from './1764000000024-own-data.js';
import { Erasure1764000000025 } from './1764000000025-erasure.js';
import { Backup1764000000026 } from './1764000000026-backup.js';
import { DataProtection1764000000027 } from './1764000000027-data-protection.js';
import { SeamsOfPrivacy1764000000028 } from './1764000000028-seams-of-privacy.js';
import { OnlyByThePerson1764000000029 } from './1764000000029-only-by-the-person.js';
import { Nominations1764000000030 } from './1764000000030-nominations.js';
import { AStopClosesAll1764000000031 } from './1764000000031-a-stop-closes-all.js';
import { StagingInPeace1764000000032 } from './1764000000032-staging-in-peace.js';
import { OneTurnForAll1764000000033 } from './1764000000033-one-turn-for-all.js';
import { UndoWeeksLater1764000000034 } from './1764000000034-undo-weeks-later.js';
import { TwoAgain1764000000035 } from './1764000000035-two-again.js';
import { IdentitiesByAccount1764000000036 } from './1764000000036-identities-by-account.js';
import { MappingsOfAnOffice1764000000037 } from './1764000000037-mappings-of-an-office.js';
import { ADryRunInFull1764000000038 } from './1764000000038-a-dry-run-in-full.js';

/** In the order they run. Only ever add at the end. */
export const migrations = [
  Ground1764000000001,
  Territories1764000000002,
  Access1764000000003,
  Teams1764000000004,
  People1764000000005,
  Imports1764000000006,
  Outreach1764000000007,
  Events1764000000008,
  Stop1764000000009,
  Installation1764000000010,
  Roles1764000000011,
  Audit1764000000012,
  SecondFactor1764000000013,
  TokensAndReset1764000000014,
  Hosts1764000000015,
  NameSearch1764000000016,
  ImportsInBulk1764000000017,
  SegmentsAndExports1764000000019,
  Duplicates1764000000020,
  MayWe1764000000022,
  NoticesAndJoining1764000000023,
  OwnData1764000000024,
  Erasure1764000000025,
  Backup1764000000026,
  DataProtection1764000000027,
  SeamsOfPrivacy1764000000028,
  OnlyByThePerson1764000000029,
  Nominations1764000000030,
  AStopClosesAll1764000000031,
  StagingInPeace1764000000032,
  OneTurnForAll1764000000033,
  UndoWeeksLater1764000000034,
  TwoAgain1764000000035,
  IdentitiesByAccount1764000000036,
  MappingsOfAnOffice1764000000037,
  ADryRunInFull1764000000038,
];
