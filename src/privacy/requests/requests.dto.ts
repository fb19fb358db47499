import { Day, Id, IdParam, ListQuery, OneOf, Text, Tick } from '../../platform/web/fields.js';
import { FreeText } from '../../platform/web/free-text.decorator.js';
import {
  CAME_HOWS,
  LETTERS,
  REQUEST_KINDS,
  SENT_HOWS,
  type CameHow,
  type LetterKind,
  type RequestKind,
  type SentHow,
} from './request-rules.js';

export class RequestsQuery extends ListQuery {
  @OneOf(['open', 'closed'], { optional: true, description: 'open, unless told' })
  state?: 'open' | 'closed';

  @OneOf(REQUEST_KINDS, { optional: true })
  kind?: RequestKind;
}

export class NewRequestQuery {
  @Id({ optional: true, description: 'Whom it is about' })
  person?: string;

  @Tick({ description: 'Somebody else asks for them' })
  onBehalf?: boolean;

  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

export class NewRequestBody {
  @OneOf(REQUEST_KINDS, { description: 'What they want' })
  kind: RequestKind;

  @OneOf(CAME_HOWS, { description: 'How it came' })
  cameHow: CameHow;

  @FreeText()
  @Text({ max: 4000, multiline: true, description: 'In their words' })
  details: string;

  @Id({ optional: true, description: 'Somebody of the register' })
  personId?: string;

  @Tick({ description: 'Somebody else asks, as the person has died or can’t act; name, mail and phone are theirs' })
  onBehalf?: boolean;

  @Text({
    optional: true,
    max: 200,
    description: 'As they call themselves; needed without a person, and on somebody’s behalf',
  })
  name?: string;

  @Text({ optional: true, max: 40, description: 'Of who asks on somebody’s behalf; kept of nobody else' })
  phone?: string;

  @Text({ optional: true, max: 254, description: 'Where the answer goes' })
  mail?: string;

  @OneOf(['hi', 'en'], { optional: true, description: 'Of the answer; the person’s own unless told' })
  language?: 'hi' | 'en';

  @Day({ optional: true, description: 'When it reached us; today unless told' })
  receivedOn?: string;
}

export class LetterParam extends IdParam {
  @OneOf(LETTERS)
  letter: LetterKind;
}

export class EntryParam extends IdParam {
  @Id()
  entry: string;
}

export class LetterBody {
  @Text({ max: 8000, multiline: true, description: 'The whole letter' })
  text: string;

  @OneOf(SENT_HOWS, { description: 'mail: sent by us; print, spoken: by whoever writes it' })
  how: SentHow;
}

export class CheckBody {
  @FreeText()
  @Text({ max: 500, description: 'How it is known that it is them' })
  how: string;
}

export class NoteBody {
  @FreeText()
  @Text({ max: 2000, multiline: true })
  text: string;
}
