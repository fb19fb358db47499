import { OneOf, Text, Tick } from '../../platform/web/fields.js';
import { PURPOSES, type Purpose } from '../../sympathisers/consent/purposes.js';
import { LANGUAGE_CODES } from '../../sympathisers/language-names.js';
import { OnePlatform } from '../../sympathisers/platform-fields.js';
import { Clearable, SomeOf } from '../../sympathisers/sympathiser-fields.js';

export class PosterParam {
  @Text({ max: 40, description: 'Code of a poster' })
  code: string;
}

export class TokenParam {
  @Text({ max: 200, description: 'The signed part of the mailed address' })
  token: string;
}

export class JoinQuery {
  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

/** The join form as it is sent. */
export class JoinDto {
  @Text({ max: 120 })
  name: string;

  @Clearable({ max: 40, description: 'As people write it' })
  phone?: string | null;

  @Clearable({ max: 254 })
  email?: string | null;

  @Clearable({ max: 12 })
  pin?: string | null;

  @OnePlatform({ optional: true, description: 'Platform of `handle`' })
  platform?: string;

  @Clearable({ max: 300, description: 'One handle or link' })
  handle?: string | null;

  @OneOf(LANGUAGE_CODES, { optional: true })
  language?: string;

  @Clearable({ max: 10, description: 'Year of birth; under 18 is refused' })
  birthYear?: string | null;

  @Tick({ description: 'Is 18 or older' })
  adult?: boolean;

  @SomeOf(PURPOSES, 'What they agree to')
  purposes?: Purpose[];

  @Text({ optional: true, max: 2000, description: 'From the form as it was shown: without it nothing is taken down' })
  seal?: string;

  @Clearable({ max: 1000, description: 'People leave this blank' })
  reference?: string | null;

  @Text({ optional: true, max: 40, description: 'Code of the poster' })
  poster?: string;
}
