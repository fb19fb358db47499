import { AnswerLinks } from '../../src/events/rsvp/answer-links.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aHelper, type AUser } from '../factories/users.js';
import { leading, members, type Made, type Row, type Territory, type Things, type World } from './rows.js';

const ORGANISERS = { ...leading('200'), organiser: '200' };
const CREATED = { ...leading('201'), organiser: '201' };
/** A helper works at the one door that the grant names, and no other, not even below. */
const THE_DOOR = { own: '200', below: '404' };
const AT_THE_DOOR = { ...ORGANISERS, it_centre_operator: '200', check_in_helper: THE_DOOR };
const MARKED = { ...CREATED, it_centre_operator: '201', check_in_helper: { own: '201', below: '404' } };
/** Who was asked and what they said; a helper at the door needs only to know who may come in. */
const SEEING = { ...ORGANISERS, it_centre_operator: '200', data_protection_officer: '200', ...members('200') };
const EVERYBODY = { ...SEEING, check_in_helper: THE_DOOR };
let made = 0;

/** Meet-ups, the door, and the answers of those who were asked. */
export const rows: Row[] = [
  { route: 'GET /events', allowed: { ...EVERYBODY, check_in_helper: '200' } },
  { route: 'GET /events/new', allowed: ORGANISERS },
  {
    route: 'POST /events',
    thing: 'territory',
    send: ({ params }) => ({ ...plan(), territoryId: params!.id }),
    allowed: CREATED,
  },
  { route: 'GET /events/:id', thing: 'meet-up', allowed: EVERYBODY },
  { route: 'GET /events/:id/figures', thing: 'meet-up', allowed: SEEING },
  { route: 'GET /events/:id/edit', thing: 'meet-up', allowed: ORGANISERS },
  { route: 'POST /events/:id', thing: 'meet-up', send: plan, allowed: ORGANISERS },
  { route: 'POST /events/:id/cancellation', thing: 'meet-up', allowed: CREATED },
  { route: 'POST /events/:id/closing', thing: 'meet-up that is over', allowed: ORGANISERS },
  { route: 'GET /events/:id/invitations', thing: 'meet-up', allowed: SEEING },

  { route: 'GET /events/:id/door', thing: 'meet-up', allowed: AT_THE_DOOR },
  { route: 'GET /events/:id/walk-in', thing: 'meet-up', allowed: AT_THE_DOOR },
  {
    route: 'POST /events/:id/attendance',
    thing: 'meet-up',
    send: ({ person }) => ({ personId: person }),
    allowed: MARKED,
  },
  { route: 'POST /events/:id/attendance/:personId/undo', thing: 'somebody present', allowed: AT_THE_DOOR },
  {
    route: 'POST /events/:id/walk-ins',
    thing: 'meet-up',
    send: () => ({ name: 'New One', phone: `+9195${String(10_000_000 + (made += 1))}`, consent: true, adult: true }),
    allowed: MARKED,
  },
  {
    route: 'GET /events/:id/attendance',
    thing: 'somebody present',
    allowed: { ...ORGANISERS, it_centre_operator: '200', data_protection_officer: '200' },
  },
  { route: 'GET /events/:id/attendance.csv', thing: 'somebody present', allowed: ORGANISERS },

  { route: 'GET /events/:id/helpers', thing: 'meet-up', allowed: ORGANISERS },
  {
    route: 'POST /events/:id/helpers',
    thing: 'meet-up',
    send: () => ({ name: 'New Helper', email: `door-${(made += 1)}@example.org` }),
    allowed: CREATED,
  },
  { route: 'POST /events/:id/helpers/:grantId/end', thing: 'helper at a door', allowed: ORGANISERS },
  { route: 'POST /events/:id/helpers/:grantId/code', thing: 'helper at a door', allowed: CREATED },

  { route: 'GET /rsvp/:token', thing: 'answer link', allowed: 'anyone', answers: '200' },
  {
    route: 'POST /rsvp/:token',
    thing: 'answer link',
    send: () => ({ answer: 'yes', guests: 1 }),
    allowed: 'anyone',
    answers: '200',
  },
  { route: 'POST /rsvp/:token/not-me', thing: 'answer link', allowed: 'anyone', answers: '200' },
  { route: 'POST /rsvp/:token/call-me', thing: 'answer link', allowed: 'anyone', answers: '200' },
];

/** A plan as it is typed, for tomorrow. */
function plan(): Record<string, unknown> {
  const day = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
  return { title_en: 'Tea', place: 'The park', starts: `${day}T17:00`, ends: `${day}T18:30` };
}

/** A meet-up of the place to which somebody of the place was asked. */
async function meetUp({ sampark }: World, at: Territory, inHours?: number) {
  const event = await anEvent(sampark, { in: at.code, inHours });
  const person = await aSympathiser(sampark, { in: at.code });
  const invitation = await anInvitation(sampark, event.id, person.id);
  return { params: { id: event.id, personId: person.id }, person: person.id, invitation: invitation.id };
}

/** A helper's grant names one meet-up: this one, if it lies where they help. */
async function atItsDoor<M extends Made>(world: World, at: Territory, as: AUser, made: M): Promise<M> {
  if (as.role === 'check_in_helper' && at.path === as.path)
    await world.sampark.sql('UPDATE grants SET event_id = $2 WHERE id = $1', [as.grantId, made.params!.id]);
  return made;
}

export const things: Things = {
  'meet-up': async (world, at, as) => atItsDoor(world, at, as, await meetUp(world, at)),
  'meet-up that is over': (world, at) => meetUp(world, at, -5),
  'somebody present': async (world, at, as) => {
    const made = await atItsDoor(world, at, as, await meetUp(world, at));
    await world.sampark.sql(
      `INSERT INTO attendances (person_id, event_id, id, path, how, territory_id, at_path)
       VALUES ($1, $2, gen_random_uuid(), $4, 'list', $3, $4)`,
      [made.person, made.params.id, at.id, at.path],
    );
    return made;
  },
  'helper at a door': async (world, at) => {
    const { params } = await meetUp(world, at);
    const { grantId } = await aHelper(world.sampark, params.id);
    return { params: { ...params, grantId } };
  },
  'answer link': async (world, at) => {
    const { person, invitation } = await meetUp(world, at);
    const address = world.sampark.get(AnswerLinks).addressOf(person, invitation, 1);
    return { params: { token: address.split('/').at(-1)! } };
  },
};
