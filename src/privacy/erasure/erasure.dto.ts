import { ListQuery, OneOf, Text } from '../../platform/web/fields.js';
import { FreeText } from '../../platform/web/free-text.decorator.js';

const STATES = ['wished', 'asked', 'erased', 'refused'] as const;

export class ErasureListQuery extends ListQuery {
  @OneOf(STATES, { optional: true, description: 'wished: told to a member; asked: a job is at it' })
  state?: (typeof STATES)[number];
}

export class EraseDto {
  @Text({ max: 20, description: 'The word that confirms it, in the language of the page: erase / मिटाएँ' })
  word: string;
}

export class RefuseErasureDto {
  @FreeText()
  @Text({ max: 500, multiline: true, description: 'Why it is not done' })
  reason: string;
}
