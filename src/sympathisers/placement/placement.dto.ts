import { Id, Ids, ListQuery, Text, Tick, Whole } from '../../platform/web/fields.js';
import { MAX_CODE_LENGTH } from '../../territories/territory-file.js';

export class WaitingQuery extends ListQuery {
  @Text({ optional: true, max: 10, description: 'PIN, or `none`' })
  pin?: string;

  @Whole({ optional: true, min: 1, description: 'LGD code of a tehsil' })
  tehsil?: number;

  @Whole({ optional: true, min: 1, description: 'LGD code of a revenue district' })
  district?: number;

  @Text({ optional: true, max: MAX_CODE_LENGTH, description: 'Id or code of the territory they wait at' })
  at?: string;
}

export class PlacePeople {
  @Text({ max: MAX_CODE_LENGTH, description: 'Id or code of the territory they belong to' })
  territory: string;

  @Ids({ optional: true, max: 1000, description: 'Whom' })
  people?: string[];

  @Tick({ description: 'Instead of `people`: everybody of the filter' })
  everybody?: boolean;

  @Text({ optional: true, max: 10, description: 'PIN, or `none`' })
  pin?: string;

  @Whole({ optional: true, min: 1, description: 'LGD code of a tehsil' })
  tehsil?: number;

  @Whole({ optional: true, min: 1, description: 'LGD code of a revenue district' })
  district?: number;

  @Id({ optional: true, description: 'The territory they wait at' })
  at?: string;

  @Text({ optional: true, max: 100 })
  q?: string;
}
