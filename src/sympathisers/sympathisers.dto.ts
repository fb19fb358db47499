import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { Day, Id, Instant, ListQuery, OneOf, Text, Tick, Whole } from '../platform/web/fields.js';
import { FreeText } from '../platform/web/free-text.decorator.js';
import { CONSENT_HOWS_BY_HAND, CONSENT_STATES, PURPOSES } from './consent/purposes.js';
import { LANGUAGE_CODES } from './language-names.js';
import { OneChannel, OnePlatform } from './platform-fields.js';
import { Clearable, ClearableDay, Several, SomeOf } from './sympathiser-fields.js';
import { CONTACT_TIMES } from './wishes.service.js';

export class SympathiserListQuery extends ListQuery {
  @Text({ optional: true, max: 500, description: 'A name, phone, mail, handle, link or PIN; links can be long' })
  declare q?: string;

  @Text({ optional: true, max: 100, description: 'Id or code: at or below this territory' })
  territory?: string;

  @OneOf(LANGUAGE_CODES, { optional: true, description: 'Their language, or one that they speak as well' })
  language?: string;

  @OnePlatform({ optional: true, description: 'Has an identity there' })
  platform?: string;

  @OneChannel({ optional: true, or: ['none'], description: 'May be contacted by it; none: never agreed to contact' })
  consent?: string;

  @OneOf(['yes', 'no'], { optional: true, description: 'Somebody looks after them' })
  assigned?: 'yes' | 'no';

  @Id({ optional: true, description: 'Assigned to this user' })
  assignedTo?: string;

  @Tick({ description: 'Waits to be placed' })
  waiting?: boolean;

  @Id({ optional: true, description: 'On this saved list' })
  segment?: string;

  @OneOf(['never', 'week', 'over_month', 'over_quarter'], { optional: true, description: 'When somebody last tried' })
  contacted?: string;
}

export class IdentityDto {
  @Text({ optional: true, max: 40, description: 'Code or name; not needed where the handle is a link' })
  platform?: string;

  @Text({ max: 300, description: 'Handle, link or number' })
  handle: string;
}

/** How somebody can be reached, as typed. A form has one identity in `platform` and `handle`. */
export class PointsDto {
  @Several({ description: 'As people write them; kept as E.164' })
  phones?: string[];

  @Several()
  emails?: string[];

  @ApiProperty({ type: [IdentityDto], required: false })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20, { context: { max: 20 } })
  // A list in the list would count as nested, and pass.
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => IdentityDto)
  identities?: IdentityDto[];

  @Text({ optional: true, max: 40, description: 'Platform of `handle`' })
  platform?: string;

  @Text({ optional: true, max: 300, description: 'One handle, link or number' })
  handle?: string;

  @Tick({ description: 'The phones are on WhatsApp, too' })
  onWhatsapp?: boolean;

  @Tick({ description: 'They gave what was stopped themselves, and agreed anew' })
  agreedAnew?: boolean;
}

export class MorePointsDto extends PointsDto {
  @Tick({ description: 'A handle that somebody else in sight holds is theirs now' })
  changedHands?: boolean;
}

export class EndPointDto {
  @OneOf(['by_hand', 'wrong'], { optional: true, description: 'wrong: it was never theirs' })
  why?: 'by_hand' | 'wrong';
}

export class VerifyDto {
  @Text({ max: 200, description: 'What was seen, in the words of whoever looked' })
  @FreeText()
  seen: string;

  @Text({ optional: true, max: 100, description: "The platform's own stable id" })
  uid?: string;
}

/** What is not there is not offered (any more). */
export class SkillsDto {
  @Several({ max: 50, length: 40, description: 'Codes of skills' })
  skills?: string[];

  @Clearable({ max: 200, description: 'Where they offered it' })
  @FreeText()
  source?: string | null;
}

/** What is given is changed; what is blank is emptied; what is absent stays. */
export class WishesDto {
  @Several({ max: 20, length: 10, description: 'Languages beside their own' })
  alsoSpeaks?: string[];

  @SomeOf(CONTACT_TIMES, 'When they like to be called')
  times?: string[];

  @Several({ max: 20, length: 40, description: 'Channels in the order they like best' })
  order?: string[];

  @Clearable({ max: 40, description: 'The channel they like best; the rest of their order stays behind it' })
  first?: string | null;

  @Clearable({ max: 40, description: 'By this channel and no other' })
  only?: string | null;

  @ClearableDay({ description: 'Not before this day' })
  notBefore?: string | null;
}

export class AddSympathiserDto extends PointsDto {
  @Id({ optional: true, description: 'UUIDv7 of the client: sent twice, it is one person' })
  client_id?: string;

  @Instant({ optional: true })
  device_at?: string;

  @Text({ max: 200 })
  name: string;

  @Id({ optional: true, description: "Where they come to us; the grant's own territory when not told" })
  territoryId?: string;

  @OneOf(LANGUAGE_CODES, { optional: true })
  language?: string;

  @Clearable({ max: 12 })
  pin?: string | null;

  @Whole({ optional: true, min: 1, description: 'LGD code of the revenue district' })
  districtLgd?: number;

  @Clearable({ max: 30, description: 'Year of birth, or age in years; under 18 is refused' })
  birthYear?: string | null;

  @Text({ optional: true, max: 4000, multiline: true })
  @FreeText()
  note?: string;

  @Text({ optional: true, max: 200, description: 'Where they come from, in the words of whoever adds them' })
  @FreeText()
  source?: string;

  @SomeOf(PURPOSES, 'What they agreed to')
  purposes?: string[];

  @OneOf(CONSENT_HOWS_BY_HAND, { optional: true, description: 'How they said it' })
  how?: string;

  @Day({ optional: true, description: 'When they said it' })
  consentOn?: string;

  @Tick({ description: 'Add, although somebody of that name and phone is there' })
  anyway?: boolean;
}

/** What is given is changed; what is blank is emptied; what is absent stays. */
export class CorrectSympathiserDto {
  @Text({ optional: true, max: 200 })
  name?: string;

  @Clearable({ max: 10 })
  language?: string | null;

  @Clearable({ max: 12 })
  pin?: string | null;

  @Clearable({ max: 10, description: 'LGD code of the revenue district' })
  districtLgd?: string | null;

  @Clearable({ max: 30, description: 'Year of birth, or age in years' })
  birthYear?: string | null;

  @Id({ optional: true, description: 'Another home, inside the own territory' })
  territoryId?: string;
}

export class HistoryQuery {
  @Text({ optional: true, max: 400, description: 'Where the history goes on: `timelineNext` of the page before' })
  earlier?: string;

  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

export class NoteDto {
  @Text({ max: 4000, multiline: true })
  @FreeText()
  text: string;

  @Id({ optional: true })
  client_id?: string;

  @Instant({ optional: true })
  device_at?: string;
}

export class ConsentDto {
  @SomeOf(PURPOSES, 'For what')
  purposes?: string[];

  @OneChannel({ optional: true, description: 'By which channel; on all of theirs when not told' })
  channel?: string;

  @OneOf(CONSENT_STATES.filter((state) => state !== 'expired'))
  state: 'given' | 'refused' | 'withdrawn';

  @OneOf(CONSENT_HOWS_BY_HAND)
  how: string;

  @Day({ optional: true, description: 'When they said it' })
  consentOn?: string;
}

export class StopDto {
  @OneOf(['spoken', 'mail'], { optional: true, description: 'How they said it' })
  how?: 'spoken' | 'mail';
}

export class PointParam {
  @Id()
  id: string;

  @Id()
  pointId: string;
}

export class SuggestionParam {
  @Id()
  id: string;

  @Id()
  suggestionId: string;
}

export class SettleDto {
  @OneOf(['taken', 'left'], { description: 'Put in place, or left as it was' })
  how: 'taken' | 'left';
}
