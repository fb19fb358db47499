import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { AnswerLinks } from '../../src/events/rsvp/answer-links.js';
import { StopLinks } from '../../src/events/stop-links.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

/**
 * Beside the table of permissions, which asks for the thing in the address: things of a neighbour's territory named in a
 * body, a query or a token, by somebody who may do the very same with their own.
 */
let sampark: Sampark;
let convenor: AUser;
let organiser: AUser;
let member: AUser;
let theirs: { id: string };
let mine: { id: string };
let unassigned: { id: string };
let meetUp: { id: string };
const phone = { theirs: '+919811100001', mine: '+919811100002', unassigned: '+919811100003' };

beforeAll(async () => {
  sampark = await aSampark();
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
  theirs = await aSympathiser(sampark, { in: 'mathura', name: 'Neha Gupta', phones: [phone.theirs], waiting: true });
  mine = await aSympathiser(sampark, { in: 'agra', name: 'Ram Kumar', phones: [phone.mine], assignedTo: member.id });
  unassigned = await aSympathiser(sampark, { in: 'agra', name: 'Sita Devi', phones: [phone.unassigned] });
  meetUp = await anEvent(sampark, { in: 'agra' });
  for (const person of [mine, unassigned]) await anInvitation(sampark, meetUp.id, person.id);
});
afterAll(() => sampark?.close());

const names = (answer: { body: { items: { name: string }[] } }) => answer.body.items.map(({ name }) => name);

describe("somebody of a neighbour's", () => {
  it('is not placed, not even by everybody who waits there', async () => {
    const [{ id: agra }, { id: mathura }] = await sampark.sql<{ id: string }>(
      `SELECT id FROM territories WHERE code IN ('agra', 'mathura') ORDER BY code`,
    ) as [{ id: string }, { id: string }]; // prettier-ignore
    const placing = { territory: agra, people: [theirs.id] };
    expect((await sampark.as(convenor).post('/placements', placing)).body.placed).toBe(0);
    const everybody = { territory: agra, everybody: true, at: mathura };
    expect((await sampark.as(convenor).post('/placements', everybody)).body.placed).toBe(0);
    const [person] = await sampark.sql('SELECT territory_id, waiting FROM people WHERE id = $1', [theirs.id]);
    expect(person).toEqual({ territory_id: mathura, waiting: true });
  });

  it('is neither marked present nor asked to a meet-up of ours', async () => {
    const at = `/events/${meetUp.id}`;
    expect((await sampark.as(organiser).post(`${at}/attendance`, { personId: theirs.id })).status).toBe(404);
    expect((await sampark.as(organiser).post(`${at}/attendance/${theirs.id}/undo`)).status).toBe(404);
    expect((await sampark.as(convenor).post(`${at}/invitations`, { personIds: [theirs.id] })).status).toBe(409);
    expect((await sampark.as(organiser).post(`${at}/invitations`, { personIds: [mine.id] })).status).toBe(422);
  });

  it('lends their id to nobody new', async () => {
    const walkIn = { clientId: theirs.id, name: 'Asha Pal', phone: '9811100010', consent: true, adult: true };
    expect((await sampark.as(organiser).post(`/events/${meetUp.id}/walk-ins`, walkIn)).status).toBe(404);
    const person = { client_id: theirs.id, name: 'Asha Pal', phones: ['9811100010'] };
    expect((await sampark.as(convenor).post('/sympathisers', person)).status).toBe(404);
    expect(await sampark.sql(`SELECT 1 FROM people WHERE full_name = 'Asha Pal'`)).toEqual([]);
  });

  it('has points that are no points of ours', async () => {
    const [point] = await sampark.sql<{ id: string }>('SELECT id FROM contact_points WHERE person_id = $1', [
      theirs.id,
    ]);
    const ending = `/sympathisers/${mine.id}/points/${point!.id}/end`;
    expect((await sampark.as(convenor).post(ending)).status).toBe(404);
  });

  it('is not found by phone, name or territory', async () => {
    for (const query of [`q=${encodeURIComponent(phone.theirs)}`, 'q=Neha', 'territory=mathura'])
      expect(names(await sampark.as(convenor).get(`/sympathisers?${query}`))).toEqual([]);
  });
});

it('adds one person where the same form comes twice at once', async () => {
  const form = {
    client_id: uuidv7(),
    name: 'Imran Khan',
    phones: ['9811100020'],
    purposes: ['register'],
    how: 'spoken',
  };
  const answers = await Promise.all([1, 2, 3].map(() => sampark.as(convenor).post('/sympathisers', form)));
  expect(answers.map(({ status, body }) => [status, body.id])).toEqual([1, 2, 3].map(() => [201, form.client_id]));
  const [kept] = await sampark.sql(
    `SELECT (SELECT count(*)::int FROM contact_points WHERE person_id = $1) AS points,
            (SELECT count(*)::int FROM consents WHERE person_id = $1) AS consents`,
    [form.client_id],
  );
  expect(kept).toEqual({ points: 1, consents: 1 });
  // A device that gave one id to two people: nobody is taken for somebody else.
  const other = await sampark.as(convenor).post('/sympathisers', { ...form, name: 'Geeta Devi' });
  expect([other.status, other.body.errors[0].field]).toEqual([422, 'name']);
});

it('leaves a row of coverage for a territory elsewhere out', async () => {
  const rows = 'territory_code,kind,value\nmathura,pin,282001\n';
  const answer = await sampark.as(convenor).post('/coverage/rows', { rows });
  expect([answer.status, answer.body.added, answer.body.skipped]).toEqual([200, 0, 1]);
});

it('shows an organiser names, and never how to reach anybody', async () => {
  await sampark.as(organiser).post(`/events/${meetUp.id}/attendance`, { personId: mine.id });
  for (const page of ['', '/invitations', '/door', '/attendance', '/attendance.csv', '/audience', '/figures']) {
    const answer = await sampark.as(organiser).get(`/events/${meetUp.id}${page}`);
    const html = await sampark.browser(organiser).get(`/events/${meetUp.id}${page}`);
    expect([page, answer.status, html.status]).toEqual([page, 200, 200]);
    expect(answer.text + html.text).not.toMatch(/98111|\/sympathisers\/\w/);
  }
});

it('shows a member their own people of a meet-up, and counts them alone', async () => {
  const at = `/events/${meetUp.id}`;
  expect(names(await sampark.as(member).get('/sympathisers'))).toEqual(['Ram Kumar']);
  expect(names(await sampark.as(member).get(`${at}/invitations`))).toEqual(['Ram Kumar']);
  expect((await sampark.as(member).get(`${at}/figures`)).body.figures.asked).toBe(1);
  expect((await sampark.as(member).get(at)).text).not.toContain(unassigned.id);
  expect(names(await sampark.as(member).get(`/sympathisers?q=${encodeURIComponent(phone.unassigned)}`))).toEqual([]);
});

it('knows a link for what it was made for, of whom it was made for, and not once retired', async () => {
  const [invitation] = await sampark.sql<{ id: string }>('SELECT id FROM invitations WHERE person_id = $1', [mine.id]);
  const links = sampark.get(AnswerLinks);
  const token = (personId: string, version: number) =>
    links.addressOf(personId, invitation!.id, version).split('/').at(-1)!;
  const answering = token(mine.id, 1);
  const stopping = sampark.get(StopLinks).tokenOf(mine.id);
  expect((await sampark.as().get(`/rsvp/${answering}`)).status).toBe(200);
  for (const bad of [token(mine.id, 2), token(theirs.id, 1), answering.slice(0, -1), stopping]) {
    expect((await sampark.as().get(`/rsvp/${bad}`)).status).toBe(404);
    for (const act of ['', '/not-me', '/call-me'])
      expect((await sampark.as().post(`/rsvp/${bad}${act}`, act ? {} : { answer: 'yes' })).status).toBe(404);
  }
  for (const bad of [answering, stopping.slice(0, -1)]) {
    expect((await sampark.as().get(`/unsubscribe/${bad}`)).status).toBe(404);
    expect((await sampark.as().post(`/unsubscribe/${bad}`)).status).toBe(404);
  }
});
