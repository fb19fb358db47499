import { Id, ListQuery, OneOf, Text } from '../platform/web/fields.js';
import { FreeText } from '../platform/web/free-text.decorator.js';
import { RETURN_REASONS } from './assignments.service.js';

export class SpreadDto {
  @Id({ description: 'The team' })
  team_id: string;

  @Text({ optional: true, max: 200, description: 'Path of the page to go back to' })
  return_to?: string;
}

export class GiveDto {
  @Id({ description: 'A member of a team over the person’s home' })
  user_id: string;

  @Text({ optional: true, max: 200, description: 'Path of the page to go back to' })
  return_to?: string;
}

export class GiveBackDto {
  @OneOf(RETURN_REASONS)
  reason: (typeof RETURN_REASONS)[number];

  @Text({ optional: true, max: 300 })
  @FreeText()
  note?: string;
}

export class PersonParam {
  @Id()
  personId: string;
}

export const ASSIGNMENT_STATES = ['open', 'returned', 'closed'] as const;

export class AssignmentsQuery extends ListQuery {
  @OneOf(ASSIGNMENT_STATES, {
    optional: true,
    description: 'open unless told; returned: given back, and nobody’s since',
  })
  state?: (typeof ASSIGNMENT_STATES)[number];

  @Id({ optional: true, description: 'Only of this user' })
  user_id?: string;

  @Id({ optional: true, description: 'Only of this team' })
  team_id?: string;
}
