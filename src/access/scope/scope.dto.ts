import { Day, Id, Text } from '../../platform/web/fields.js';
import { FreeText } from '../../platform/web/free-text.decorator.js';

export class DelegationBody {
  @Id({ description: 'Who stands in' })
  user: string;

  @Day({ optional: true, description: "From this day on, in the organisation's zone; today, where not told" })
  from?: string;

  @Day({ description: 'The last day' })
  until: string;

  @Text({ max: 300 })
  @FreeText()
  why: string;
}
