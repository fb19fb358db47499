import { StopLinks } from '../../src/events/stop-links.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { leading, type Row, type Things } from './rows.js';

const ORGANISERS = { ...leading('200'), organiser: '200' };
const ACCEPTED = { ...leading('202'), organiser: '202' };
let made = 0;

/** Whom to ask, asking them, and the way out of it. */
export const rows: Row[] = [
  { route: 'GET /events/:id/audience', thing: 'meet-up', allowed: ORGANISERS },
  { route: 'GET /events/:id/sample', thing: 'meet-up', allowed: ORGANISERS },
  {
    route: 'POST /events/:id/invitations',
    thing: 'somebody to ask',
    send: ({ count }) => ({ count }),
    allowed: ACCEPTED,
  },
  { route: 'POST /events/:id/resending', thing: 'mail that may be lost', allowed: ACCEPTED },

  { route: 'GET /unsubscribe/:token', thing: 'way out', allowed: 'anyone', answers: '200' },
  { route: 'POST /unsubscribe/:token', thing: 'way out', allowed: 'anyone', answers: '200' },
];

const newMail = () => `walk-guest-${(made += 1)}@example.org`;

export const things: Things = {
  'somebody to ask': async ({ sampark }, at, as) => {
    const event = await anEvent(sampark, { in: at.code });
    await aSympathiser(sampark, { in: at.code, emails: [newMail()] });
    // Whoever may ask has seen the number first.
    const { body } = await sampark.as(as).get(`/events/${event.id}/audience`);
    return { params: { id: event.id }, count: body.count ?? 1 };
  },
  'mail that may be lost': async ({ sampark }, at) => {
    const event = await anEvent(sampark, { in: at.code });
    const person = await aSympathiser(sampark, { in: at.code, emails: [newMail()] });
    const invitation = await anInvitation(sampark, event.id, person.id);
    await sampark.sql(
      `INSERT INTO mails (person_id, id, path, kind, event_id, invitation_id, state)
       VALUES ($1, gen_random_uuid(), $2, 'invitation', $3, $4, 'unsure')`,
      [person.id, at.path, event.id, invitation.id],
    );
    return { params: { id: event.id } };
  },
  'way out': async ({ sampark }, at) => {
    const person = await aSympathiser(sampark, { in: at.code, emails: [newMail()] });
    return { params: { token: sampark.get(StopLinks).tokenOf(person.id) } };
  },
};
