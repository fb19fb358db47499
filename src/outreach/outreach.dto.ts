import { Day, Id, Instant, ListQuery, OneOf, Text } from '../platform/web/fields.js';
import { FreeText } from '../platform/web/free-text.decorator.js';
import { OneChannel } from '../sympathisers/platform-fields.js';
import { DISPOSITIONS, type Disposition } from './dispositions.js';

/** One logged try to reach somebody. */
export class AttemptDto {
  @Id({ optional: true, description: 'Made by the device; the same one again is the same attempt' })
  client_id?: string;

  @Id()
  person_id: string;

  @OneChannel({ optional: true })
  channel?: string;

  @Text({ optional: true, max: 200, description: 'The phone (E.164), mail or handle used' })
  point?: string;

  @Text({
    optional: true,
    max: 300,
    description: 'Channel and point in one, `phone:+919876543210`, as a form sends it',
  })
  via?: string;

  @OneOf(DISPOSITIONS)
  disposition: Disposition;

  @Text({ optional: true, max: 2000, multiline: true })
  @FreeText({ laterFromDevice: true })
  note?: string;

  @Day({ optional: true, description: 'When to try again' })
  follow_up_on?: string;

  @Day({ optional: true, description: 'A day chosen by hand; goes before follow_up_on' })
  follow_up_other?: string;

  @Instant({ optional: true, description: 'When it happened, by the device’s clock' })
  device_at?: string;

  @Text({ optional: true, max: 200, description: 'Path of the page to go back to' })
  return_to?: string;
}

export class AttemptParam {
  @Id({ description: 'The person' })
  personId: string;

  @Id({ description: 'The attempt' })
  id: string;
}

/** In place of a note that was left out; without one, nothing. */
export class NoteAgainDto {
  @Text({ optional: true, max: 2000, multiline: true })
  @FreeText()
  note?: string;
}

export class AttemptsQuery extends ListQuery {
  @Id({ optional: true, description: 'Only of this user' })
  user_id?: string;

  @Id({ optional: true, description: 'Only with this person' })
  person_id?: string;

  @Day({ optional: true, description: 'Only of this day, in the organisation’s zone' })
  day?: string;

  @OneOf(DISPOSITIONS, { optional: true })
  disposition?: Disposition;
}

export class QueueQuery extends ListQuery {
  @Id({ optional: true, description: 'This person first' })
  person?: string;

  @Id({ optional: true, description: 'The note that is being written once more' })
  note?: string;
}
