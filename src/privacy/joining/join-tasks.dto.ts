import { OneOf } from '../../platform/web/fields.js';
import { PURPOSES, type Purpose } from '../../sympathisers/consent/purposes.js';
import { SomeOf } from '../../sympathisers/sympathiser-fields.js';

export class EndTaskDto {
  @OneOf(['yes', 'no', 'no_answer', 'not_called'], { description: 'What came of the call' })
  outcome: 'yes' | 'no' | 'no_answer' | 'not_called';

  @SomeOf(PURPOSES, 'With yes: what they agreed to on the phone')
  purposes?: Purpose[];
}
