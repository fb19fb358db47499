import type { Flash } from './request.js';

/** What a POST answers: a page's form is sent on (303) with a word on the next page, a program gets the body. */
export class Outcome<B = unknown> {
  constructor(
    readonly status: 200 | 201 | 202 | 303,
    readonly location: string,
    readonly body: B,
    readonly flash?: Flash,
  ) {}
}

type Words = string | Flash;
const flashOf = (words?: Words): Flash | undefined =>
  typeof words === 'string' ? { tone: 'good', key: words } : words;

/** Something new stands at `location`. */
export const created = <B>(location: string, body: B, words?: Words) =>
  new Outcome(201, location, body, flashOf(words));

/** Something changed; a browser goes (back) to `location`. */
export const changed = <B>(location: string, body: B, words?: Words) =>
  new Outcome(200, location, body, flashOf(words));

/** Something was started that a job goes on with. */
export const accepted = <B>(location: string, body: B, words?: Words) =>
  new Outcome(202, location, body, flashOf(words));

/** What was asked for stands at `location` now; not for ever, so that nobody remembers the way. */
export const movedOn = <B>(location: string, body: B, words?: Words) =>
  new Outcome(303, location, body, flashOf(words));
