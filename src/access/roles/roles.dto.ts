import { REACHES, type Reach } from '../../platform/database/actor.js';
import { ManyOf, OneOf, Slug, Text, Tick } from '../../platform/web/fields.js';
import { LEVELS } from '../../territories/levels.js';
import { PERMISSIONS } from './permissions.js';

/** Reaches that a role made here can have; one for a single meet-up comes with the program. */
export const CHOSEN_REACHES = REACHES.filter((reach) => reach !== 'event');

export class RoleParam {
  @Slug({ description: 'Code of a role' })
  code: string;
}

export class RoleBody {
  @Text({ optional: true, max: 60, description: 'Needed, unless it came with the program' })
  name_en?: string;

  @Text({ optional: true, max: 60 })
  name_hi?: string;

  @ManyOf(PERMISSIONS, { optional: true })
  permissions?: string[];

  @ManyOf(LEVELS.map((level) => level.code), { optional: true, description: 'Where it may be given; anywhere, where not told' }) // prettier-ignore
  levels?: string[];

  @Tick({ description: 'Whoever acts in it has to show a second factor' })
  second_factor?: boolean;
}

export class NewRoleBody extends RoleBody {
  @Slug({ description: 'Lower-case letters, digits and _' })
  code: string;

  @OneOf(CHOSEN_REACHES)
  reach: Reach;
}
