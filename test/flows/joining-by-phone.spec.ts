import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { aSeal } from '../factories/joining.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let member: AUser;
let colleague: AUser;
let convenor: AUser;
let neighbour: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  member = await aUser(sampark, { role: 'team_member', in: 'bulandshahr' });
  colleague = await aUser(sampark, { role: 'team_member', in: 'bulandshahr' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'bulandshahr' });
  neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
});
beforeEach(async () => {
  await sampark.sql('DELETE FROM sign_in_failures');
  await sampark.sql('DELETE FROM join_requests');
});
afterAll(() => sampark?.close());

let made = 0;
const newPhone = () => `+9198${String(30_000_000 + (made += 1))}`;

/** Somebody of Bulandshahr signs up with a phone alone. @returns the id of what waits */
async function signUp(phone = newPhone(), more: object = {}): Promise<string> {
  const form = { name: 'Kavita Devi', phone, pin: '203001', adult: 'true', purposes: ['register', 'contact'], seal: aSeal(sampark) }; // prettier-ignore
  expect((await sampark.as().post('/join', { ...form, ...more })).status).toBe(202);
  await sampark.drain();
  const [row] = await sampark.sql<{ id: string }>('SELECT id FROM join_requests ORDER BY asked_at DESC LIMIT 1');
  return row!.id;
}
const tasks = async (user: AUser) => (await sampark.as(user).get('/join-requests')).body.items;
const take = (user: AUser, id: string) => sampark.as(user).post(`/join-requests/${id}/take`);
const end = (user: AUser, id: string, outcome: string, purposes?: string[]) =>
  sampark.as(user).post(`/join-requests/${id}/outcome`, { outcome, ...(purposes && { purposes }) });
const peopleWith = (phone: string) =>
  sampark.sql<{ id: string; name: string; came_by: string; home: string }>(
    `SELECT p.id, p.full_name AS name, p.came_by, t.code AS home FROM people p JOIN territories t ON t.id = p.territory_id
      WHERE EXISTS (SELECT FROM contact_points c WHERE c.person_id = p.id AND c.value = $1)`,
    [phone],
  );

describe('a sign-up with a phone alone', () => {
  it('waits for the team of its PIN and nobody else, without a name or a number before one takes it', async () => {
    const phone = newPhone();
    const id = await signUp(phone);
    expect(await sampark.mails()).toEqual([]);
    for (const user of [member, colleague, convenor])
      expect(await tasks(user)).toMatchObject([{ id, state: 'to_call', signUp: null }]);
    expect(await tasks(neighbour)).toEqual([]);
    for (const user of [member, convenor])
      for (const text of [
        (await sampark.browser(user).get('/join-requests')).text,
        (await sampark.as(user).get('/sympathisers')).text,
      ])
        // prettier-ignore
        expect(text).not.toMatch(new RegExp(`Kavita|${phone.slice(3)}`));
    expect((await sampark.browser(member, { lang: 'hi' }).get('/queue')).text).toContain('1 नए व्यक्ति से फ़ोन पर पूछना है');
    expect(await peopleWith(phone)).toEqual([]);
  });

  it('is taken by one of two who want it; the other one sees it no more', async () => {
    const phone = newPhone();
    const id = await signUp(phone);
    const both = await Promise.all([take(member, id), take(colleague, id)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [winner, loser] = both[0]!.status === 200 ? [member, colleague] : [colleague, member];
    expect(await tasks(winner)).toMatchObject([{ id, state: 'taken', signUp: { name: 'Kavita Devi', phone } }]);
    for (const other of [loser, convenor]) expect(await tasks(other)).toEqual([]);
    for (const outcome of ['yes', 'no', 'no_answer', 'not_called'])
      expect((await end(loser, id, outcome, ['register'])).status).toBe(404);
    expect((await take(neighbour, id)).status).toBe(409);
    const [entry] = await sampark.sql(`SELECT user_id FROM audit_entries WHERE action = 'join.task_taken' AND subject_id = $1`, [id]); // prettier-ignore
    expect(entry).toEqual({ user_id: winner.id });
  });

  it('becomes a person by their yes: told on the phone, by whom, under which notice, in the caller’s language', async () => {
    const phone = newPhone();
    const id = await signUp(phone);
    const browser = sampark.browser(member, { lang: 'hi' });
    await browser.get('/join-requests');
    await browser.post(`/join-requests/${id}/take`);
    const page = await browser.get('/join-requests');
    expect(page.text).toContain(`href="tel:${phone.replace('+', '&#x2B;')}"`.replace('&#x2B;', page.text.includes('tel:+') ? '+' : '&#x2B;')); // prettier-ignore
    expect(page.text).toContain('हम आपका नाम, नंबर और आपकी बताई बातें रखते हैं');
    const done = await browser.post(`/join-requests/${id}/outcome`, { outcome: 'yes', purposes: ['register', 'invitations'] }); // prettier-ignore
    expect((await browser.follow(done)).text).toContain('वे अब सूची में हैं');
    const [person, ...others] = await peopleWith(phone);
    expect(others).toEqual([]);
    expect(person).toMatchObject({ name: 'Kavita Devi', came_by: 'join_form', home: 'bulandshahr' });
    expect(await sampark.sql('SELECT purpose, channel, state, how, notice, language, by_user FROM consents WHERE person_id = $1 ORDER BY purpose', [person!.id])).toEqual(
      ['invitations', 'register'].map((purpose) => ({ purpose, channel: 'phone', state: 'given', how: 'spoken', notice: 'register-1', language: 'hi', by_user: member.id })),
    ); // prettier-ignore
    expect(await sampark.sql('SELECT state, sealed, phone_hash FROM join_requests')).toEqual([{ state: 'confirmed', sealed: null, phone_hash: null }]); // prettier-ignore
    // Pressed twice, it is one person.
    expect((await end(member, id, 'yes', ['register'])).status).toBe(404);
    expect(await peopleWith(phone)).toHaveLength(1);
  });

  it('needs their yes to being kept', async () => {
    const id = await signUp();
    await take(member, id);
    expect((await end(member, id, 'yes', ['contact'])).body.errors).toMatchObject([{ field: 'purposes' }]);
  });

  it('is added to whoever has that number and a name that is one with it', async () => {
    const phone = newPhone();
    const { id: known } = await aSympathiser(sampark, {
      in: 'agra',
      name: 'कविता देवी',
      phones: [phone],
      consent: false,
    });
    const id = await signUp(phone);
    await take(member, id);
    expect((await end(member, id, 'yes', ['register', 'contact'])).status).toBe(200);
    expect((await peopleWith(phone)).map((person) => person.id)).toEqual([known]);
    expect(await sampark.sql(`SELECT DISTINCT how FROM consents WHERE person_id = $1`, [known])).toEqual([{ how: 'spoken' }]); // prettier-ignore
  });

  it('is erased at once by their no', async () => {
    const phone = newPhone();
    const id = await signUp(phone);
    await take(member, id);
    expect((await end(member, id, 'no')).status).toBe(200);
    expect(await sampark.sql('SELECT 1 FROM join_requests')).toEqual([]);
    expect(await peopleWith(phone)).toEqual([]);
  });

  it('is tried once: without an answer nobody is to call again, though they may call back', async () => {
    const id = await signUp();
    await take(member, id);
    expect((await end(member, id, 'no_answer')).status).toBe(200);
    expect(await tasks(colleague)).toEqual([]);
    expect(await tasks(member)).toMatchObject([{ id, state: 'tried' }]);
    const page = await sampark.browser(member).get('/join-requests');
    expect(page.text).not.toContain('href="tel:');
    expect(page.text).toContain('You have called once, so don’t call again.');
    expect((await end(member, id, 'not_called')).status).toBe(404);
    expect((await end(member, id, 'yes', ['register'])).status).toBe(200);
  });

  it('may be given back by who didn’t call', async () => {
    const id = await signUp();
    await take(member, id);
    await end(member, id, 'not_called');
    expect(await tasks(colleague)).toMatchObject([{ id, state: 'to_call' }]);
    expect((await take(colleague, id)).status).toBe(200);
  });

  it('is erased after thirty days, taken or not', async () => {
    await take(member, await signUp());
    await signUp();
    await sampark.sql(`UPDATE join_requests SET asked_at = now() - interval '30 days 1 minute'`);
    await sampark.sql(`SELECT graphile_worker.add_job('joining.erase-unconfirmed')`);
    await sampark.drain();
    expect(await sampark.sql('SELECT 1 FROM join_requests')).toEqual([]);
    expect(await tasks(member)).toEqual([]);
  });

  it('is nobody’s to call whose last word about calls was no, or who stops before the call', async () => {
    const refused = newPhone();
    const { id: known } = await aSympathiser(sampark, { in: 'agra', phones: [refused] });
    await sampark.as(await aUser(sampark, { role: 'district_convenor', in: 'agra' })).post(`/sympathisers/${known}/consents`, { purposes: ['contact'], channel: 'phone', state: 'refused', how: 'spoken' }); // prettier-ignore
    await signUp(refused);
    expect(await tasks(member)).toEqual([]);

    const phone = newPhone();
    const id = await signUp(phone);
    expect(await tasks(member)).toHaveLength(1);
    const stopped = await aSympathiser(sampark, { in: 'agra', name: 'Ramesh', phones: [phone] });
    await sampark.get(StopService).stop(await sampark.system(), stopped.id, 'spoken');
    expect((await take(member, id)).status).toBe(409);
    expect(await tasks(member)).toEqual([]);
    expect(await sampark.sql('SELECT 1 FROM join_requests WHERE id = $1', [id])).toEqual([]);
  });
});
