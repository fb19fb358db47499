import { Text, Tick } from '../../platform/web/fields.js';

export class NomineeDto {
  @Text({ max: 120, description: 'Of the one individual who may use their rights' })
  name: string;

  @Text({ max: 254, description: 'One phone or mail of that individual' })
  contact: string;

  @Tick({ description: 'The individual knows that they are named' })
  knows?: boolean;

  @Tick({ description: 'The individual is 18 or older' })
  adult?: boolean;
}
