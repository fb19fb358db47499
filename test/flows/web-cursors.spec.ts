import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

/** A cursor stands in an address, and so in histories and in the logs of whatever stands before us. */
let sampark: Sampark;
let organiser: AUser;
let event: { id: string };
const NAMES = ['Asha Verma', 'Asha Verma', 'Imran Khan', 'Ravi Mishra', 'Sunita Pal'];
beforeAll(async () => {
  sampark = await aSampark();
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
  event = await anEvent(sampark, { in: 'agra', inHours: 1 });
  for (const name of [...NAMES].reverse()) {
    const person = await aSympathiser(sampark, { in: 'agra', name });
    await anInvitation(sampark, event.id, person.id);
  }
});
afterAll(() => sampark?.close());

describe.each(['door', 'invitations'])('the list of the %s', (list) => {
  const page = (cursor = '') => sampark.as(organiser).get(`/events/${event.id}/${list}?limit=1${cursor && `&cursor=${cursor}`}`); // prettier-ignore

  it('goes on where a page ended, namesakes included, and names nobody in its address', async () => {
    const seen: { personId: string; name: string }[] = [];
    let cursor: string | null = '';
    do {
      const { body } = await page(cursor);
      seen.push(...body.items);
      cursor = body.next as string | null;
      if (cursor) expect(Buffer.from(cursor, 'base64url').toString()).not.toMatch(/Asha|Imran|Ravi|Sunita/);
    } while (cursor);
    expect(seen.map(({ name }) => name)).toEqual(NAMES);
    expect(new Set(seen.map(({ personId }) => personId)).size).toBe(NAMES.length);
  });

  it('goes on after nobody of a neighbour’s, as after nobody at all', async () => {
    const theirs = await aSympathiser(sampark, { in: 'mathura', name: 'Neha Gupta' });
    const answers = [];
    for (const id of [theirs.id, '019aa000-0000-7000-8000-000000000000', 'x', 5]) {
      const key = list === 'door' ? [0, id] : [id];
      const { status, body } = await page(Buffer.from(JSON.stringify(key)).toString('base64url'));
      answers.push([status, body.errors?.[0].field]);
    }
    expect(answers).toEqual([422, 422, 422, 422].map((status) => [status, 'cursor']));
  });
});
