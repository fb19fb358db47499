import { ListQuery, OneOf, Text } from '../../platform/web/fields.js';

export class NoticesQuery extends ListQuery {
  @OneOf(['open', 'reviewed'], { optional: true, description: 'open: nobody has looked at it yet' })
  state?: 'open' | 'reviewed';
}

export class ReviewBody {
  @Text({ max: 500, multiline: true, description: 'What was found' })
  note: string;
}
