import { Id, ListQuery, ManyOf, OneOf } from '../../platform/web/fields.js';
import { CHOICES, type Choice } from './carried-tables.js';
import { LEVELS, type Strength } from './duplicates.queries.js';

export const REASONS = ['phone', 'email', 'handle', 'account', 'rare_name'] as const;

export class DuplicatesQuery extends ListQuery {
  @OneOf(Object.keys(LEVELS), { optional: true, description: 'How strongly it speaks for one person' })
  strength?: Strength;

  @OneOf(REASONS, { optional: true, description: 'What they have in common' })
  reason?: string;
}

export class PairParam {
  @Id()
  id: string;

  @Id()
  otherId: string;
}

export class MergeParam {
  @Id()
  id: string;

  @Id()
  mergeId: string;
}

export class MergeDto {
  @Id({ description: 'The record that is taken into this one and set aside' })
  other: string;

  @ManyOf(CHOICES, {
    optional: true,
    description: 'In what the other record is right: fields, and the only way by which they want to be contacted',
  })
  take?: Choice[];
}

export class OtherDto {
  @Id({ description: 'The other record of the pair' })
  other: string;
}
