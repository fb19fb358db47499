export type Answer = 'yes' | 'maybe' | 'no';
export type Standing = 'in' | 'waiting' | null;

/** The answer that stands on an invitation. */
export interface Standings {
  answer: string | null;
  guests: number;
  standing: string | null;
}

/** Guests anybody may bring along. */
export const MAX_GUESTS = 5;

/** Seats that an answer holds: who said yes and is in, and their guests. */
export const seatsHeld = (said: Standings): number =>
  said.answer === 'yes' && said.standing === 'in' ? 1 + said.guests : 0;

/** Seats that an answer asks for. A maybe keeps none. */
export const seatsWanted = (answer: Answer, guests: number): number => (answer === 'yes' ? 1 + guests : 0);
