import { Day, Id, OneOf } from '../../../platform/web/fields.js';
import { OneChannel } from '../../platform-fields.js';
import { SomeOf } from '../../sympathiser-fields.js';
import { CONSENT_STATES, PURPOSES } from '../purposes.js';

/** What the paper says, beside the file. */
export class PaperFields {
  @SomeOf(PURPOSES, 'For what')
  purposes?: string[];

  @OneChannel({ optional: true, description: 'By which channel; on all of theirs when not told' })
  channel?: string;

  @OneOf(CONSENT_STATES.filter((state) => state !== 'expired'))
  state: 'given' | 'refused' | 'withdrawn';

  @Day({ optional: true, description: 'The day on the paper' })
  consentOn?: string;
}

export class PaperParam {
  @Id()
  id: string;

  @Id()
  paperId: string;
}
