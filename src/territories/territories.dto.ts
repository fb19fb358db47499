import { Day, Id, ListQuery, OneOf, Text, Tick, Whole } from '../platform/web/fields.js';
import { LEVELS, LOCAL_BODY_KINDS, ROOT_LEVEL } from './levels.js';
import { MAX_CODE_LENGTH, MAX_NAME_LENGTH } from './territory-file.js';

const LEVEL_CODES = LEVELS.map(({ code }) => code);
const KIND_CODES = LOCAL_BODY_KINDS.map(({ code }) => code);
const ADDABLE = LEVEL_CODES.filter((code) => code !== ROOT_LEVEL);

export class TerritoryListQuery extends ListQuery {
  @OneOf(LEVEL_CODES, { optional: true })
  level?: string;

  @OneOf(KIND_CODES, { optional: true })
  kind?: string;

  @Text({ optional: true, max: MAX_CODE_LENGTH, description: 'Id or code of the territory directly above' })
  parent?: string;

  @Text({ optional: true, max: MAX_CODE_LENGTH, description: 'The territory of exactly this code' })
  code?: string;

  @Tick({ description: 'Ended ones, too' })
  ended?: boolean;
}

export class ChildrenQuery extends ListQuery {
  @OneOf(LEVEL_CODES, { optional: true })
  level?: string;
}

export class NewTerritoryQuery {
  @Id()
  parent: string;

  @OneOf(['hi', 'en'], { optional: true })
  lang?: string;
}

class TerritoryNames {
  @Text({ max: MAX_NAME_LENGTH })
  name_en: string;

  @Text({ max: MAX_NAME_LENGTH })
  name_hi: string;

  @OneOf(KIND_CODES, { optional: true, description: 'Of a local body' })
  kind?: string;

  @Whole({ optional: true, min: 1, description: 'Code of the Local Government Directory' })
  lgd_code?: number;
}

export class RenameTerritory extends TerritoryNames {}

export class AddTerritory extends TerritoryNames {
  @Text({ max: MAX_CODE_LENGTH, description: 'Id or code of the territory it lies in' })
  parent: string;

  @OneOf(ADDABLE)
  level: string;

  @Text({ optional: true, max: MAX_CODE_LENGTH, description: 'Made from the name where left out' })
  code?: string;
}

export class MoveTerritory {
  @Text({ max: MAX_CODE_LENGTH, description: 'Id or code of the new parent' })
  parent: string;
}

export class EndTerritory {
  @Day({ optional: true, description: 'First day it is no more; today where left out, never later' })
  on?: string;
}
