import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AUser } from '../factories/users.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { AnswerLinks } from '../../src/events/rsvp/answer-links.js';
import { StopLinks } from '../../src/events/stop-links.js';
import { ROLE_CODES, type Row, type World } from '../permissions/rows.js';
import { tables, things } from '../permissions/tables.js';
import { aWorld, territoryAt } from '../permissions/world.js';
import { ask, type Question } from '../support/ask-row.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let world: World;
beforeAll(async () => {
  sampark = await aSampark();
  world = await aWorld(sampark);
});
afterAll(() => sampark?.close());

const writes = tables.flatMap(({ rows }) => rows).filter((row) => row.route.startsWith('POST '));
const signedIn = writes.filter((row) => row.allowed !== 'anyone');

const tokenOf = async (user: AUser) =>
  /name="_csrf" value="([^"]+)"/.exec(
    (await sampark.as().get('/password', { cookie: user.cookie, accept: 'text/html' })).text,
  )![1]!;

/** All that was ever written down, except that somebody looked at something. */
const written = async () => (await sampark.sql<{ n: number }>(`SELECT count(*)::int AS n FROM audit_entries`))[0]!.n;

describe('a form of another site, with the cookie of somebody who may', () => {
  it.each(signedIn)('does nothing at $route, and is told apart from our own', async (row) => {
    const question = await prepare(row);
    const { as } = question.asked;
    const other = world.users[as === world.users.team_member ? 'organiser' : 'team_member'];
    const before = await written();
    const cookie = { cookie: as.cookie };
    const own = await tokenOf(as);
    const got = await Promise.all([
      ask(sampark, row, question, cookie),
      ask(sampark, row, question, { ...cookie, 'x-csrf-token': '' }),
      ask(sampark, row, question, { ...cookie, 'x-csrf-token': `${own}x` }),
      ask(sampark, row, question, { ...cookie, 'x-csrf-token': await tokenOf(other) }),
      // The token alone would do; a browser that says where the form comes from is believed.
      ask(sampark, row, question, { ...cookie, 'x-csrf-token': own, 'sec-fetch-site': 'cross-site' }),
      ask(sampark, row, question, { ...cookie, 'x-csrf-token': own, 'sec-fetch-site': 'same-site' }),
    ]);
    expect(got.map(({ status, body }) => [status, body.type])).toEqual(got.map(() => [403, 'urn:sampark:errors.csrf']));
    expect(await written()).toBe(before);
    const headers = { ...cookie, 'x-csrf-token': own, 'sec-fetch-site': 'same-origin' };
    expect((await ask(sampark, row, question, headers)).body?.type).not.toBe('urn:sampark:errors.csrf');
  });
});

describe('a program with a token of its own', () => {
  it('needs no other, and a cookie beside it is not looked at', async () => {
    const { state_admin: admin, team_member: member } = world.users;
    const newcomer = (n: number) => ({
      name: 'New One',
      email: `forgery-${n}@example.org`,
      role: 'team_member',
      territory: world.district.id,
    });
    expect((await sampark.as(admin).post('/users', newcomer(1))).status).toBe(201);
    const asMember = await sampark.as(member).post('/users', newcomer(2), { cookie: admin.cookie });
    expect([asMember.status, asMember.body.type]).toEqual([403, 'urn:sampark:errors.forbidden']);
    expect((await sampark.as(admin).post('/users', newcomer(3), { cookie: member.cookie })).status).toBe(201);
  });

  it.each(['Bearer none-of-ours', 'Bearer', 'Basic YWRtaW46YWRtaW4=', 'x', 'Bearer a b'])(
    'that is not good is nobody, though a cookie stands beside it: %s',
    async (authorization) => {
      const headers = { authorization, cookie: world.users.state_admin.cookie };
      expect((await sampark.as().get('/users', headers)).status).toBe(401);
      expect((await sampark.as().post('/users', {}, headers)).status).toBe(401);
    },
  );
});

describe('what everybody may send', () => {
  const FROM_ELSEWHERE = { 'sec-fetch-site': 'cross-site' };

  it('is not taken from another site, except to stop mails in one click (RFC 8058)', async () => {
    const person = await aSympathiser(sampark, { in: world.district.code });
    const event = await anEvent(sampark, { in: world.district.code });
    const invitation = await anInvitation(sampark, event.id, person.id);
    const answer = new URL(sampark.get(AnswerLinks).addressOf(person.id, invitation.id, 1)).pathname;
    const stop = `/unsubscribe/${sampark.get(StopLinks).tokenOf(person.id)}`;
    for (const [url, body] of [
      [answer, { answer: 'yes' }],
      [`${answer}/not-me`, {}],
      [`${answer}/call-me`, {}],
      ['/sign-in', { login: world.users.organiser.email, password: 'x' }],
      ['/session/end', {}],
    ] as const)
      expect([url, (await sampark.as().post(url, body, FROM_ELSEWHERE)).status]).toEqual([url, 403]);
    expect(await sampark.sql('SELECT answer FROM invitations WHERE id = $1', [invitation.id])).toEqual([
      { answer: null },
    ]);
    const oneClick = await sampark.as().send('POST', stop, Buffer.from('List-Unsubscribe=One-Click'), {
      ...FROM_ELSEWHERE,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(oneClick.status).toBe(200);
    expect((await sampark.as().post(answer, { answer: 'yes' })).status).toBe(200);
  });

  it('signs nobody out from elsewhere', async () => {
    const { organiser } = world.users;
    const out = await sampark.as().post('/session/end', {}, { ...FROM_ELSEWHERE, cookie: organiser.cookie });
    expect(out.status).toBe(403);
    expect((await sampark.as().get('/events', { cookie: organiser.cookie })).status).toBe(200);
  });
});

/** A thing that somebody may do this with, and who. */
async function prepare(row: Row): Promise<Question> {
  const role = ROLE_CODES.find(
    (one) => row.allowed === 'signed in' || (row.allowed as Record<string, unknown>)[one] !== undefined,
  )!;
  const at = territoryAt(world, role, 'own')!;
  const asked = { world, at, as: world.users[role] };
  return { asked, made: row.thing ? await things[row.thing]!(world, at, asked.as) : {} };
}
