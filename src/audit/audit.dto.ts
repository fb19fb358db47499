import { Day, Id, ListQuery, OneOf, Text } from '../platform/web/fields.js';

/** `q` looks for who did it, by name. */
export class AuditQuery extends ListQuery {
  @Id({ optional: true, description: 'Who did it: a user' })
  user?: string;

  @Text({ optional: true, max: 60, description: 'What was done, e.g. event.cancelled, or its beginning, e.g. event.' })
  action?: string;

  @OneOf(['shown', 'changed'], { optional: true, description: 'shown: people were looked at; changed: all the rest' })
  kind?: 'shown' | 'changed';

  @Text({ optional: true, max: 60, description: 'The role that was acted in' })
  role?: string;

  @Text({ optional: true, max: 80, description: 'Code or id of a territory: what happened in it and below' })
  territory?: string;

  @Day({ optional: true, description: "From this day on, in the organisation's zone" })
  from?: string;

  @Day({ optional: true, description: 'Up to and with this day' })
  to?: string;

  @Id({ optional: true, description: 'A person concerned, or shown' })
  person?: string;
}
