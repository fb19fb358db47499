import { Id, OneOf, Text, Tick, Whole } from '../../platform/web/fields.js';
import { LANGUAGE_CODES } from '../../sympathisers/language-names.js';
import { Clearable, Several } from '../../sympathisers/sympathiser-fields.js';

export class OwnTokenParam {
  @Text({ max: 200, description: 'The signed part of the mailed address' })
  token: string;
}

export class OwnPointParam extends OwnTokenParam {
  @Id()
  pointId: string;
}

export class AskQuery {
  @Tick({ description: 'It was just asked' })
  sent?: boolean;

  @OneOf(['hi', 'en'], { optional: true })
  lang?: string;
}

export class AskDto {
  @Text({ max: 254, description: 'An e-mail or a phone' })
  contact: string;
}

export class CorrectDto {
  @Text({ optional: true, max: 200 })
  name?: string;

  @OneOf(LANGUAGE_CODES, { optional: true })
  language?: string;

  @Clearable({ max: 12 })
  pin?: string | null;
}

export class PhoneDto {
  @Text({ max: 40 })
  phone: string;
}

export class MailDto {
  @Text({ max: 254, description: 'Counts once the link sent to it was confirmed' })
  email: string;

  @Id({ optional: true, description: 'The mail of theirs that it stands for' })
  replaces?: string;
}

/** Channels by purpose: what is named is agreed to, what isn't is not. */
export class ChannelsDto {
  @Several({ max: 60, length: 40 })
  contact?: string[];

  @Several({ max: 60, length: 40 })
  invitations?: string[];

  @Several({ max: 60, length: 40 })
  photos?: string[];
}

export class PauseDto {
  @Whole({ min: 0, max: 6, description: 'Months; 0 ends a pause' })
  months: number;
}

export class QuestionQuery {
  @Tick({ description: 'Somebody else writes, for whoever the link is about' })
  onBehalf?: boolean;

  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

export class OwnRequestDto {
  @OneOf(['access', 'correction', 'objection', 'grievance'])
  kind: 'access' | 'correction' | 'objection' | 'grievance';

  @Text({ max: 2000, multiline: true })
  words: string;

  @Tick({ description: 'Somebody else writes, as the person has died or can’t act' })
  onBehalf?: boolean;

  @Text({ optional: true, max: 120, description: 'Of who writes on their behalf; needed then' })
  name?: string;

  @Text({ optional: true, max: 254, description: 'A phone or mail of who writes on their behalf; needed then' })
  contact?: string;
}

export class WayOutDto {
  @OneOf(['everything', 'contact', 'invitations', 'photos'], {
    optional: true,
    description: 'What to stop; everything unless told',
  })
  what?: 'everything' | 'contact' | 'invitations' | 'photos';
}

export class NewMailDto {
  @OneOf(['yes', 'not_me'], { optional: true, description: 'Whether the address is theirs; yes unless told' })
  what?: 'yes' | 'not_me';
}

export class SettleReplyDto {
  @OneOf(['stopped', 'read'])
  how: 'stopped' | 'read';
}
