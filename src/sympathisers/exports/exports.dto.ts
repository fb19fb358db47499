import { Id, ManyOf, OneOf, Text, Tick, Whole } from '../../platform/web/fields.js';
import { FreeText } from '../../platform/web/free-text.decorator.js';
import { ConditionsBody } from '../segments/segments.dto.js';
import { COLUMNS } from './columns.js';

/** Of whom: a saved list, or conditions. */
export class WantedQuery extends ConditionsBody {
  @Id({ optional: true, description: 'A saved list' })
  segment?: string;

  @Tick({ description: 'Also whom nobody looks after any more' })
  closed?: boolean;

  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

export class ExportBody extends ConditionsBody {
  @Id({ optional: true, description: 'A saved list' })
  segment?: string;

  @Tick({ description: 'Also whom nobody looks after any more' })
  closed?: boolean;

  @OneOf(['csv', 'xlsx'])
  format: 'csv' | 'xlsx';

  @ManyOf(COLUMNS)
  columns: string[];

  @Text({ min: 10, max: 300, description: 'What the file is needed for; it stands in the file and in the trail' })
  @FreeText()
  reason: string;

  @Tick({ description: 'Phones, mails and handles that the ledger does not allow to use, too' })
  everyPoint?: boolean;

  @Whole({ min: 1, description: 'How many people, as the page said: a changed number is refused' })
  count: number;
}
