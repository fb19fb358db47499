import { LOCALES } from '../platform/i18n/locale.js';
import { Id, ListQuery, OneOf, Text } from '../platform/web/fields.js';
import { FreeText } from '../platform/web/free-text.decorator.js';
import { TEAM_LEVELS } from './posts.js';

export class TeamsQuery extends ListQuery {
  @OneOf(TEAM_LEVELS, { optional: true })
  level?: string;
}

export class OpenTeamBody {
  @Text({ max: 80, description: 'Code or id of the territory' })
  territory: string;
}

export class HolderBody {
  @Id({ description: 'A user in sight' })
  user: string;
}

export class NewHolderBody {
  @Text({ max: 120 })
  name: string;

  @Text({ optional: true, max: 254, description: 'E-mail, mobile number, or both' })
  email?: string;

  @Text({ optional: true, max: 30 })
  phone?: string;

  @OneOf(LOCALES, { optional: true })
  language?: string;
}

export class VacancyBody {
  @Text({ max: 300 })
  @FreeText()
  why: string;
}
