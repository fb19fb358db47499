import { LOCALES } from '../platform/i18n/locale.js';
import { Day, ListQuery, OneOf, Text } from '../platform/web/fields.js';
import { FreeText } from '../platform/web/free-text.decorator.js';

export const USER_STATES = ['active', 'invited', 'disabled'] as const;

export class UsersQuery extends ListQuery {
  @OneOf(USER_STATES, { optional: true, description: 'invited: has never set a password' })
  state?: (typeof USER_STATES)[number];

  @Text({ optional: true, max: 40, description: 'Code of a role' })
  role?: string;
}

/** For the pages with forms: what to begin with. */
export class FormQuery {
  @Text({ optional: true, max: 80, description: 'Code or id of a territory to begin with' })
  territory?: string;

  @Text({ optional: true, max: 5 })
  lang?: string;
}

export class NewGrantBody {
  @Text({ max: 40, description: 'Code of a role' })
  role: string;

  @Text({ max: 80, description: 'Code or id of the territory' })
  territory: string;

  @Text({ max: 300, description: 'Why they get it' })
  @FreeText()
  why: string;

  @Day({ optional: true, description: "From this day on, in the organisation's zone; today, where not told" })
  from?: string;

  @Day({ optional: true, description: 'The last day; open, where not told' })
  until?: string;
}

export class MoveBody {
  @Text({ max: 40, description: 'Code of the one role they have there' })
  role: string;

  @Text({ max: 80, description: 'Code or id of the territory' })
  territory: string;

  @Text({ max: 300 })
  @FreeText()
  why: string;
}

export class NewUserBody {
  @Text({ max: 120 })
  name: string;

  @Text({ optional: true, max: 254, description: 'E-mail, mobile number, or both' })
  email?: string;

  @Text({ optional: true, max: 30 })
  phone?: string;

  @Text({ max: 40, description: 'Code of a role' })
  role: string;

  @Text({ max: 80, description: 'Code or id of the territory' })
  territory: string;

  @OneOf(LOCALES, { optional: true })
  language?: string;
}

export class WhyBody {
  @Text({ optional: true, max: 300 })
  @FreeText()
  why?: string;
}
