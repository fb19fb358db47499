import { Text, Whole } from '../../platform/web/fields.js';
import { FreeText } from '../../platform/web/free-text.decorator.js';

export class RetentionRuleParam {
  @Text({ max: 40, description: 'register, or consent.<purpose>' })
  code: string;
}

export class RetentionRuleDto {
  @Whole({ optional: true, min: 1, max: 600, description: 'Months; left out, the clock is off' })
  months?: number;

  @Whole({ optional: true, min: 1, max: 365, description: 'Days between the last notice and the end' })
  noticeDays?: number;
}

export class KeepPersonDto {
  @FreeText()
  @Text({ min: 5, max: 500, multiline: true, description: 'Why they stay' })
  reason: string;
}
