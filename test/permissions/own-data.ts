import { randomBytes } from 'node:crypto';
import { uuidv7 } from '../../src/platform/database/id.js';
import { OwnLinks } from '../../src/sympathisers/own-links.js';
import { aLinkToOwnData, aNominee } from '../factories/own-data.js';
import { aSympathiser } from '../factories/sympathisers.js';
import type { AUser } from '../factories/users.js';
import { leading, members, type Row, type Territory, type Things, type World } from './rows.js';

const MINE = { own: '200', below: '404' };
const open = (route: string, thing: string, answers = '200', send?: Row['send']): Row => ({
  route,
  thing,
  send,
  allowed: 'anyone',
  answers,
});
let made = 0;
const newMail = () => `walk-own-${(made += 1)}@example.org`;

/** "Why do you have me?" and "stop": by links without an account; what a person has to look at; stops set by mistake. */
export const rows: Row[] = [
  { route: 'GET /my-data', allowed: 'anyone', answers: '200' },
  { route: 'POST /my-data', allowed: 'anyone', answers: '202', send: () => ({ contact: newMail() }) },
  open('GET /my-data/why/:token', 'link that says why'),
  open('POST /my-data/why/:token', 'link that says why', '202'),
  open('GET /my-data/mail/:token', 'link to a new mail'),
  open('POST /my-data/mail/:token', 'link to a new mail'),
  open('GET /my-data/:token', 'link to own data'),
  open('GET /my-data/:token/correct', 'link to own data'),
  open('POST /my-data/:token/correct', 'link to own data', '200', () => ({ name: 'New Name' })),
  open('POST /my-data/:token/phone', 'link to own data', '200', () => ({
    phone: `+9194${String(10_000_000 + (made += 1))}`,
  })),
  open('POST /my-data/:token/mail', 'link to own data', '202', () => ({ email: newMail() })),
  open('POST /my-data/:token/points/:pointId/end', 'link to own data'),
  open('GET /my-data/:token/channels', 'link to own data'),
  open('POST /my-data/:token/channels', 'link to own data', '200', () => ({ contact: ['email'] })),
  open('POST /my-data/:token/pause', 'link to own data', '200', () => ({ months: 3 })),
  open('GET /my-data/:token/nominee', 'link to own data'),
  open('POST /my-data/:token/nominee', 'link to own data', '200', () => ({
    name: 'Kiran Devi',
    contact: newMail(),
    knows: true,
    adult: true,
  })),
  open('POST /my-data/:token/nominee/removal', 'link to own data, with a nominee'),
  open('GET /my-data/:token/file.json', 'link to own data'),
  open('GET /my-data/:token/file.csv', 'link to own data'),
  open('POST /my-data/:token/withdraw', 'link to own data'),
  open('POST /my-data/:token/contact-again', 'link to own data, stopped'),
  open('GET /my-data/:token/erase', 'link to own data'),
  open('POST /my-data/:token/erase', 'link to own data', '202'),
  open('GET /my-data/:token/ask', 'link to own data'),
  open('POST /my-data/:token/ask', 'link to own data', '200', () => ({ kind: 'access', words: 'What is a mandal?' })),

  {
    route: 'GET /sympathisers/:id/way-out',
    thing: 'sympathiser',
    allowed: { ...leading('200'), it_centre_operator: '200', data_protection_officer: '200', ...members(MINE) },
  },
  open('GET /stop/:token', 'way out by a phone'),
  open('POST /stop/:token', 'way out by a phone'),

  { route: 'GET /stops', allowed: { ...leading('200'), it_centre_operator: '200', ...members('200') } },
  {
    route: 'POST /sympathisers/:id/stops/:stopId/undo',
    thing: 'stop set by mistake',
    send: () => ({ why: 'The wrong row' }),
    // Who leads takes back what any of theirs wrote down; everybody else what they wrote down themselves.
    allowed: { ...leading('200'), it_centre_operator: MINE, ...members(MINE) },
  },
  { route: 'GET /replies', allowed: { ...leading('200'), it_centre_operator: '200' } },
  {
    route: 'POST /replies/:id',
    thing: 'reply to look at',
    send: () => ({ how: 'read' }),
    allowed: { ...leading('200'), it_centre_operator: '200' },
  },
];

async function linkTo({ sampark }: World, at: Territory) {
  const person = await aSympathiser(sampark, { in: at.code, emails: [newMail()] });
  const [point] = await sampark.sql<{ id: string }>('SELECT id FROM contact_points WHERE person_id = $1', [person.id]);
  const token = (await aLinkToOwnData(sampark, person.id)).split('/').at(-1)!;
  return { params: { token, pointId: point!.id }, personId: person.id };
}

async function stopOf(world: World, personId: string, byUser: string | null) {
  const stopId = uuidv7();
  await world.sampark.sql(
    `INSERT INTO stops (person_id, id, path, how, by_user, since) SELECT id, $2, path, 'spoken', $3, $2 FROM people WHERE id = $1`,
    [personId, stopId, byUser],
  );
  return stopId;
}

export const things: Things = {
  'link to own data': linkTo,
  'link to own data, stopped': async (world, at) => {
    const made = await linkTo(world, at);
    await stopOf(world, made.personId, null);
    return made;
  },
  'link to own data, with a nominee': async (world, at) => {
    const made = await linkTo(world, at);
    await aNominee(world.sampark, made.personId);
    return made;
  },
  'link to a new mail': async (world, at) => {
    const { personId } = await linkTo(world, at);
    const linkId = uuidv7();
    await world.sampark.sql(
      `INSERT INTO own_data_links (person_id, id, path, kind, value, expires_at) SELECT id, $2, path, 'mail', $3, now() + interval '1 day' FROM people WHERE id = $1`,
      [personId, linkId, newMail()],
    );
    return { params: { token: world.sampark.get(OwnLinks).newMail(personId, linkId, 1).split('/').at(-1)! } };
  },
  'link that says why': async ({ sampark }, at) => {
    const person = await aSympathiser(sampark, { in: at.code, emails: [newMail()] });
    return { params: { token: sampark.get(OwnLinks).why(person.id).split('/').at(-1)! } };
  },
  'way out by a phone': async ({ sampark }, at) => {
    const person = await aSympathiser(sampark, { in: at.code, emails: [newMail()] });
    return { params: { token: sampark.get(OwnLinks).wayOut(person.id).split('/').at(-1)! } };
  },
  'stop set by mistake': async (world, at, as: AUser) => {
    const person = await aSympathiser(world.sampark, { in: at.code });
    // In their own place they set it themselves; elsewhere somebody else did.
    const theirs = at.path === as.path;
    const stopId = await stopOf(world, person.id, theirs ? as.id : world.users.organiser.id);
    // In their hands before, and so in a member's again.
    if (theirs) await world.sampark.sql(`UPDATE people SET assigned_to = $2 WHERE id = $1`, [person.id, as.id]);
    return { params: { id: person.id, stopId } };
  },
  'reply to look at': async ({ sampark }, at) => {
    const person = await aSympathiser(sampark, { in: at.code });
    const id = uuidv7();
    await sampark.sql(`INSERT INTO replies (id, path, digest, people, why) VALUES ($1, $2, $3, $4, '{unsure}')`, [
      id,
      at.path,
      randomBytes(32),
      [person.id],
    ]);
    return { params: { id } };
  },
};
