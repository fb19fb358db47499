import { SeveralOf, Text, Whole } from '../../platform/web/fields.js';
import { NEVER_BY_TOKEN, PERMISSIONS } from '../roles/permissions.js';

export const MAX_DAYS = 365;
export const USUAL_DAYS = 90;

export class TokensQuery {
  @Whole({ optional: true, min: 1, max: 200, description: 'Rows a page' })
  limit?: number;

  @Text({ optional: true, max: 400, description: 'Where the last page ended: its `next`' })
  cursor?: string;

  @Text({ optional: true, max: 5 })
  lang?: string;
}

export class NewTokenBody {
  @Text({ max: 80, description: 'What it is for' })
  name: string;

  @SeveralOf(PERMISSIONS.filter((permission) => !NEVER_BY_TOKEN.includes(permission)), {
    optional: true,
    description: 'What it may do, of what the grant in use allows; at least one',
  })
  permissions?: string[];

  @Whole({ min: 1, max: MAX_DAYS, description: 'Ends by itself after so many days' })
  days: number;
}
