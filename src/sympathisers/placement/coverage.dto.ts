import { ListQuery, OneOf, Text } from '../../platform/web/fields.js';
import { COVERAGE_KINDS, type CoverageKind } from '../../territories/coverage-file.js';
import { MAX_CODE_LENGTH } from '../../territories/territory-file.js';

/** Below the limit of a form's body, which carries it written out. */
const MAX_ROWS_LENGTH = 300_000;

export class CoverageListQuery extends ListQuery {
  @Text({ optional: true, max: MAX_CODE_LENGTH, description: 'Id or code of a territory' })
  territory?: string;

  @OneOf(COVERAGE_KINDS, { optional: true })
  kind?: CoverageKind;

  @Text({ optional: true, max: 20, description: 'LGD code, or PIN' })
  value?: string;
}

export class AddCoverage {
  @Text({ max: MAX_CODE_LENGTH, description: 'Id or code of the territory' })
  territory: string;

  @OneOf(COVERAGE_KINDS)
  kind: CoverageKind;

  @Text({ max: 200, description: 'PIN, LGD code, or the name where there is only one of it' })
  value: string;
}

export class PreviewCoverage extends AddCoverage {
  @OneOf(['hi', 'en'], { optional: true })
  lang?: string;
}

export class AddCoverageRows {
  @Text({ max: MAX_ROWS_LENGTH, multiline: true, description: 'CSV: territory_code, kind, value' })
  rows: string;
}
