import { OnePlatform } from '../sympathisers/platform-fields.js';
import { Id, Ids, OneOf, Text, Whole } from '../platform/web/fields.js';

/** Weeks without a contact that can be chosen. */
export const WEEKS = ['1', '2', '4', '8', '12', '26', '52'] as const;

/** Whom to ask. Each filter narrows. */
export class AudienceFilters {
  @Id({ optional: true, description: "A territory of the meet-up's, or below it" })
  territoryId?: string;

  @OneOf(['hi', 'en', 'other', 'unknown'], { optional: true, description: 'Their language' })
  language?: string;

  @OnePlatform({ optional: true, description: 'Has a handle there' })
  platform?: string;

  @Id({ optional: true, description: 'Who is on this saved list' })
  segment?: string;

  @OneOf(['never', ...WEEKS], { optional: true, description: 'Never contacted, or not within this many weeks' })
  contacted?: string;
}

export class AudienceQuery extends AudienceFilters {
  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

/** Asks everybody whom the filters leave, or the people named. */
export class AskDto extends AudienceFilters {
  @Whole({
    optional: true,
    min: 1,
    description: 'How many will be asked, as the page said: a changed number is refused',
  })
  count?: number;

  @Ids({ optional: true, max: 1000, description: 'Only these people' })
  personIds?: string[];
}

export class SampleQuery {
  @OneOf(['hi', 'en'], { optional: true })
  language?: 'hi' | 'en';
}

export class ResendDto {
  @Id({ optional: true, description: 'Only this person; else everybody' })
  personId?: string;

  @OneOf(['unsure', 'failed'], {
    optional: true,
    description: 'Which mails; those of which nobody knows whether they went out, unless told',
  })
  state?: 'unsure' | 'failed';
}

export class UnsubscribeDto {
  /** RFC 8058: what a mailbox provider sends. */
  @Text({ optional: true, max: 40 })
  'List-Unsubscribe'?: string;

  @OneOf(['invitations', 'everything'], {
    optional: true,
    description: 'What to stop; invitations by mail unless told',
  })
  what?: 'invitations' | 'everything';
}
