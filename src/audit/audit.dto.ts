import { Day, Id, ListQuery, Text } from '../platform/web/fields.js';

/** `q` looks for who did it, by name. */
export class AuditQuery extends ListQuery {
  @Id({ optional: true, description: 'Who did it: a user' })
  user?: string;

  @Text({ optional: true, max: 60, description: 'What was done, e.g. event.cancelled, or its beginning, e.g. event.' })
  action?: string;

  @Day({ optional: true, description: "On this day, in the organisation's zone" })
  day?: string;

  @Id({ optional: true, description: 'A person concerned, or shown' })
  person?: string;
}
