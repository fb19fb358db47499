import { ValidateIf } from 'class-validator';
import { Id, ManyOf, OneOf, Text, Tick } from '../../platform/web/fields.js';
import { LANGUAGE_CODES } from '../language-names.js';
import { OneChannel, OnePlatform } from '../platform-fields.js';
import { Several } from '../sympathiser-fields.js';
import { ALLOWED_FOR, ANSWERED, ATTENDED, CONDITION_NAMES, CONTACTED, type Conditions } from './conditions.js';

/** Conditions out of a form or a program's body; whatever isn't named here is refused. */
export class ConditionsBody {
  @Id({ optional: true, description: 'At or below this territory' })
  territory?: string;

  @ManyOf(LANGUAGE_CODES, { optional: true, description: 'Speaks one of them' })
  languages?: string[];

  @OnePlatform({ optional: true, description: 'Has a handle there' })
  platform?: string;

  @Several({ max: 50, length: 40, description: 'Offers one of these skills' })
  skills?: string[];

  @OneOf(CONTACTED, { optional: true, description: 'When somebody last tried' })
  contacted?: (typeof CONTACTED)[number];

  @OneOf(ANSWERED, { optional: true, description: 'Answer to a meet-up; never: asked, and answered none' })
  answered?: (typeof ANSWERED)[number];

  @OneOf(ATTENDED, { optional: true, description: 'Was at a meet-up' })
  attended?: (typeof ATTENDED)[number];

  @OneOf(ALLOWED_FOR, { optional: true, description: 'Agreed to this, by `channel`; contact unless told' })
  purpose?: (typeof ALLOWED_FOR)[number];

  @OneChannel({ optional: true, description: 'May be reached by it, for `purpose`' })
  channel?: string;

  @OneOf(['yes', 'no'], { optional: true, description: 'Somebody looks after them' })
  assigned?: 'yes' | 'no';
}

export class SegmentBody extends ConditionsBody {
  @ValidateIf(({ look }: SegmentBody) => !look)
  @Text({ max: 100 })
  name: string;

  @Tick({ description: 'Nothing is saved: back to the form, with the number of those who fit' })
  look?: boolean;

  @Tick({ description: 'With everybody whose territory holds this one' })
  shared?: boolean;
}

export class CountQuery extends ConditionsBody {
  @Text({ optional: true, max: 100, description: 'A name for the list, kept while its conditions are tried' })
  name?: string;

  @Tick({ description: 'With everybody whose territory holds this one' })
  shared?: boolean;

  @Tick({ description: 'What is chosen is all that is chosen: a list that is changed may ask nothing any more' })
  chosen?: boolean;

  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

/** What is asked for and nothing else, in one order: equal conditions are equal texts. */
export function conditionsOf(body: ConditionsBody): Conditions {
  const asked = Object.fromEntries(
    CONDITION_NAMES.map((name) => [name, body[name]]).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && !value.length),
    ),
  ) as Conditions;
  if (asked.channel) asked.purpose ??= 'contact';
  else delete asked.purpose;
  return asked;
}

/** The form of a list with what was chosen so far. */
export function formAt(path: string, { name, shared, look: _, ...conditions }: SegmentBody): string {
  const query = new URLSearchParams({ chosen: 'true' });
  if (name) query.set('name', name);
  if (shared) query.set('shared', 'true');
  for (const [field, value] of Object.entries(conditionsOf(conditions)))
    for (const one of [value].flat()) query.append(field, String(one));
  return `${path}?${query}`;
}
