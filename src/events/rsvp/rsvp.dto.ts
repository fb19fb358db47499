import { OneOf, Text, Whole } from '../../platform/web/fields.js';
import { MAX_GUESTS } from './seats.js';

export class TokenParam {
  @Text({ max: 200, description: 'The signed part of the mailed address' })
  token: string;
}

export class RsvpDto {
  @OneOf(['yes', 'maybe', 'no'], { description: 'The answer; the newest counts' })
  answer: 'yes' | 'maybe' | 'no';

  @Whole({ optional: true, min: 0, max: MAX_GUESTS, description: 'How many come along' })
  guests?: number;
}
