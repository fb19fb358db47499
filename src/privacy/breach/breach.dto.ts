import { FreeText } from '../../platform/web/free-text.decorator.js';
import { Id, IdParam, Ids, ListQuery, OneOf, Text, WallTime } from '../../platform/web/fields.js';
import { STEPS, type Step } from './breach.entity.js';

export class BreachesQuery extends ListQuery {
  @OneOf(['open', 'closed'], { optional: true })
  state?: 'open' | 'closed';
}

/** What a form begins with. */
export class NewBreachQuery {
  @Id({ optional: true, description: 'A notice about bulk reading: its user and its day' })
  notice?: string;

  @Id({ optional: true, description: 'A file that was taken out: everybody in it' })
  export?: string;

  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

/** Times are on the wall of the organisation. At least one of users, tokens, territories and exports is needed. */
export class NewBreachBody {
  @Text({ max: 120, description: 'What the case is called' })
  @FreeText()
  title: string;

  @WallTime({ description: 'When somebody of ours became aware: the clock runs from then' })
  aware: string;

  @WallTime({ description: 'Begin of what is looked into' })
  from: string;

  @WallTime({ description: 'Its end' })
  to: string;

  @Text({ optional: true, max: 300, description: 'Names, e-mails or ids of users, with commas' })
  @FreeText()
  who?: string;

  @Ids({ optional: true, max: 50, description: 'Ids of users' })
  users?: string[];

  @Ids({ optional: true, max: 50, description: 'Ids of tokens: only what was done with them' })
  tokens?: string[];

  @Text({
    optional: true,
    max: 300,
    description: 'Codes or ids of territories, with commas: only people at home there',
  })
  territories?: string;

  @Ids({ optional: true, max: 50, description: 'Ids of files that were taken out' })
  exports?: string[];

  @Id({ optional: true })
  notice?: string;
}

/** The report's own words; blank: not said yet. */
export class BreachWordsBody {
  @Text({ optional: true, max: 4000, multiline: true, description: 'What happened, when, where, how' })
  @FreeText()
  nature?: string;

  @Text({ optional: true, max: 4000, multiline: true, description: 'What it may mean for those affected' })
  @FreeText()
  consequences?: string;

  @Text({ optional: true, max: 4000, multiline: true, description: 'What was done, and will be' })
  @FreeText()
  measures?: string;

  @Text({ optional: true, max: 4000, multiline: true, description: 'So that it does not happen again' })
  @FreeText()
  prevention?: string;
}

export class StepBody {
  @OneOf([...STEPS, 'decision'], { description: 'decision: only the note' })
  step: Step | 'decision';

  @Text({ optional: true, max: 1000, multiline: true, description: 'Needed for a decision, and for closing' })
  @FreeText()
  note?: string;
}

export class ListReasonBody {
  @Text({ min: 10, max: 300, description: 'What the list is needed for: it stands in the trail' })
  @FreeText()
  reason: string;
}

export const DRAFTS = ['board', 'details', 'people'] as const;
export type DraftName = (typeof DRAFTS)[number];

export class DraftParam extends IdParam {
  @OneOf(DRAFTS, { description: 'board: first word to the Board; details: within 72 hours; people: to those affected' })
  draft: DraftName;
}
