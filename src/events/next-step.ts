export type NextStep = 'ask' | 'unsure' | 'door' | 'ask_more' | 'answers' | 'close' | 'log' | 'none';

/** What the step is chosen by. */
export interface EventStanding {
  state: string;
  startsAt: Date;
  endsAt: Date;
  closed: boolean;
  asked: number;
  unsure: number;
  /** Null where there is no limit. */
  placesLeft: number | null;
}

/** The door opens this long before the start. */
const DOOR_BEFORE_MS = 4 * 3_600_000;

/** The one next sensible step for whoever organises it. */
export function nextStep(event: EventStanding, now: Date): NextStep {
  if (event.state === 'cancelled') return 'none';
  if (event.endsAt <= now) return event.closed ? 'log' : 'close';
  if (now.getTime() >= event.startsAt.getTime() - DOOR_BEFORE_MS) return 'door';
  if (event.asked === 0) return 'ask';
  if (event.unsure > 0) return 'unsure';
  return event.placesLeft === 0 ? 'answers' : 'ask_more';
}
