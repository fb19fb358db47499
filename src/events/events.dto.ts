import { Id, ListQuery, OneOf, Text, WallTime, Whole } from '../platform/web/fields.js';
import { FreeText } from '../platform/web/free-text.decorator.js';

export class EventListQuery extends ListQuery {
  @OneOf(['upcoming', 'past'], { optional: true, description: 'Those to come (the default) or those that are over' })
  when?: 'upcoming' | 'past';
}

/** A meet-up as an organiser types it. A title is needed in one language at least. */
export class EventDto {
  @Id({ optional: true, description: "Territory it is for; the grant's own when not told" })
  territoryId?: string;

  @Text({ optional: true, max: 120, description: 'Title in English' })
  title_en?: string;

  @Text({ optional: true, max: 120, description: 'Title in Hindi' })
  title_hi?: string;

  @Text({ optional: true, max: 2000, multiline: true, description: 'A few words for the invitation, in English' })
  @FreeText()
  words_en?: string;

  @Text({ optional: true, max: 2000, multiline: true, description: 'A few words for the invitation, in Hindi' })
  @FreeText()
  words_hi?: string;

  @Text({ max: 300, description: 'Place, as guests find it' })
  place: string;

  @WallTime({ description: 'Start, on the wall there' })
  starts: string;

  @WallTime({ description: 'End, on the wall there' })
  ends: string;

  @Text({ optional: true, max: 60, description: "IANA zone, e.g. Asia/Kolkata; the organisation's own when not told" })
  zone?: string;

  @Whole({ optional: true, min: 1, max: 100_000, description: 'Places, guests counted; none: no limit' })
  capacity?: number;
}

export class InvitationListQuery extends ListQuery {
  @OneOf(['yes', 'maybe', 'no', 'waiting', 'none', 'call_me', 'not_me'], {
    optional: true,
    description: 'Only these answers',
  })
  answer?: string;
}
