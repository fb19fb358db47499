import { Id, ListQuery, OneOf, Text } from '../../platform/web/fields.js';
import { FreeText } from '../../platform/web/free-text.decorator.js';

export class NoticesQuery extends ListQuery {
  @OneOf(['open', 'reviewed'], { optional: true, description: 'open: nobody has looked at it yet' })
  state?: 'open' | 'reviewed';

  @Id({ optional: true, description: 'This one alone' })
  one?: string;
}

export class ReviewBody {
  @Text({ max: 500, multiline: true, description: 'What was found' })
  @FreeText()
  note: string;
}
