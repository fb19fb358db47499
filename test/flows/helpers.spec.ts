import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from '../factories/events.js';
import { aTeamAt } from '../factories/outreach.js';
import { aGrant, aHelper, aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let organiser: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra', name: 'Ravi Organiser', language: 'en' });
});
afterAll(() => sampark?.close());

const HOUR = 3_600_000;
const appoint = (eventId: string, body: object, by = organiser) =>
  sampark.as(by).post(`/events/${eventId}/helpers`, body);
const helpersAt = async (eventId: string) =>
  (await sampark.as(organiser).get(`/events/${eventId}/helpers`)).body.helpers as { grantId: string; name: string; until: string; needsCode: boolean }[]; // prettier-ignore
const grantOf = async (id: string) =>
  (await sampark.sql(`SELECT role, event_id, path, to_at, given_by, ended_by, delegated_from FROM grants WHERE id = $1`, [id]))[0]!; // prettier-ignore

describe('a helper at the door', () => {
  it('is somebody of the team, or called by name, e-mail or phone in full; for this one meet-up, until it is over', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: 24 });
    const team = await aTeamAt(sampark, 'agra', 1);
    const [named, mailed, phoned] = [
      await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Nirmala Only' }),
      await aUser(sampark, { role: 'team_member', in: 'agra' }),
      await aUser(sampark, { role: 'team_member', in: 'agra', phone: '+919844500001' }),
    ];
    const page = (await sampark.as(organiser).get(`/events/${id}/helpers`)).body;
    expect(page.helpers).toEqual([]);
    expect(page.team.map((one: { id: string }) => one.id)).toContain(team.members[0]!.id);
    // Names to choose from, and nothing to write to them.
    expect(JSON.stringify(page)).not.toContain('@');
    for (const [body, user] of [
      [{ userId: team.members[0]!.id }, team.members[0]!],
      [{ who: 'nirmala only' }, named],
      [{ who: mailed.email.toUpperCase() }, mailed],
      [{ who: '098445 00001' }, phoned],
    ] as const) {
      const { status, body: done } = await appoint(id, body);
      expect([status, done]).toEqual([201, { grantId: done.grantId, userId: user.id, comesInBy: null }]);
      const [{ ends_at }] = (await sampark.sql<{ ends_at: Date }>('SELECT ends_at FROM events WHERE id = $1', [id])) as [{ ends_at: Date }]; // prettier-ignore
      expect(await grantOf(done.grantId)).toEqual({
        role: 'check_in_helper',
        event_id: id,
        path: organiser.path,
        to_at: new Date(ends_at.getTime() + 12 * HOUR),
        given_by: organiser.id,
        ended_by: null,
        delegated_from: null,
      });
    }
    expect(await helpersAt(id)).toHaveLength(4);
    expect((await sampark.browser(organiser).get(`/events/${id}`)).text).toContain('Nirmala Only');
    expect((await sampark.as(organiser).get(`/events/${id}/helpers`)).body.team).toEqual([]);
    // What they were before, they stay; the meet-up is one more role to switch to.
    const granted = await sampark.sql('SELECT count(*)::int AS n FROM grants WHERE user_id = $1', [named.id]);
    expect(granted).toEqual([{ n: 2 }]);
  });

  it('helps at one door once, however often and by whomever it is given', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const second = await aUser(sampark, { role: 'organiser', in: 'agra' });
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const user = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const answers = await Promise.all([organiser, second, convenor].map((by) => appoint(id, { who: user.email }, by)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const again = await sampark.browser(organiser).post(`/events/${id}/helpers`, { who: user.email });
    expect([again.status, again.text.includes('They help at this door already.')]).toEqual([409, true]);
    expect((await appoint((await anEvent(sampark, { in: 'agra' })).id, { who: user.email })).status).toBe(201);
  });

  it('is not oneself, nobody unknown, nobody ambiguous, nobody shut out, and nobody of a neighbour’s', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    for (let n = 0; n < 2; n += 1) await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Twice There' });
    const shut = await aUser(sampark, { role: 'team_member', in: 'agra' });
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [shut.id]);
    const theirs = await aUser(sampark, { role: 'team_member', in: 'mathura', name: 'Their Own' });
    const said = async (body: object) => {
      const answer = await appoint(id, body);
      return [answer.status, answer.body.errors?.[0]?.field];
    };
    expect(await said({ who: organiser.email })).toEqual([403, undefined]);
    expect(await said({ who: 'Nobody At All' })).toEqual([422, 'who']);
    expect(await said({ who: 'Twice There' })).toEqual([422, 'who']);
    expect(await said({ who: shut.email })).toEqual([409, undefined]);
    expect(await said({ who: 'Their Own' })).toEqual([422, 'who']);
    expect(await said({ who: theirs.email })).toEqual([422, 'who']);
    expect(await said({ userId: theirs.id })).toEqual([422, 'userId']);
    // That it is taken is all that is said of somebody out of sight.
    expect(await said({ name: 'Their Own', email: theirs.email })).toEqual([422, 'email']);
    expect(await said({})).toEqual([422, 'who']);
    expect(await said({ email: 'x@example.org' })).toEqual([422, 'name']);
    expect(await said({ name: 'Without Anything' })).toEqual([422, 'email']);
    expect(await helpersAt(id)).toEqual([]);
    const elsewhere = await anEvent(sampark, { in: 'mathura' });
    expect((await appoint(elsewhere.id, { who: shut.email })).status).toBe(404);
  });

  it('may be somebody new: by a mailed link', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const { body } = await appoint(id, { name: 'Naya Saathi', email: 'naya@helpers.example', language: 'en' });
    expect(body.comesInBy).toBe('mail');
    await sampark.drain();
    const mail = (await sampark.mails()).at(-1)!;
    expect(mail.text).toContain('Check-in helper');
    const link = /https:\/\/sampark\.example\.org(\/welcome\/\S+)/.exec(mail.text!)![1]!;
    expect((await sampark.browser().get(link)).status).toBe(200);
    const [user] = await sampark.sql('SELECT full_name, path, created_by FROM users WHERE id = $1', [body.userId]);
    expect(user).toEqual({ full_name: 'Naya Saathi', path: organiser.path, created_by: organiser.id });
    // Typed once more as somebody new, for the next meet-up, they are known.
    const next = await anEvent(sampark, { in: 'agra' });
    expect((await appoint(next.id, { name: 'Naya', email: 'naya@helpers.example' })).body).toMatchObject({
      userId: body.userId,
      comesInBy: null,
    });
  });

  it('may be somebody new: by a code read out to them, and sees the one door', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', titleEn: 'The one door' });
    const { body } = await appoint(id, { name: 'Bina Mail', phone: '98445 00077' });
    expect(body.comesInBy).toBe('code');
    expect(await helpersAt(id)).toMatchObject([{ name: 'Bina Mail', needsCode: true }]);
    const given = await sampark.as(organiser).post(`/events/${id}/helpers/${body.grantId}/code`);
    expect([given.status, given.body.name]).toEqual([201, 'Bina Mail']);
    expect(JSON.stringify(given.body)).not.toContain('98445');
    const browser = sampark.browser();
    await browser.get('/sign-in');
    expect((await browser.post('/sign-in', { login: '9844500077', password: given.body.code })).status).toBe(303);
    expect((await browser.get('/')).text).toContain('The one door');
    expect((await browser.get(`/events/${id}/door`)).status).toBe(200);
    const [trail] = await sampark.sql(`SELECT user_id FROM audit_entries WHERE action = 'user.code_given' AND subject_id = $1`, [body.userId]); // prettier-ignore
    expect(trail).toEqual({ user_id: organiser.id });
  });

  it('gets no code where it would let the organiser in as somebody who is more, or has a password', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const code = async (user: AUser) =>
      (await sampark.as(organiser).post(`/events/${id}/helpers/${user.grantId}/code`)).status;
    const [more, withPassword, plain] = [
      await aHelper(sampark, id),
      await aHelper(sampark, id),
      await aHelper(sampark, id),
    ];
    await aGrant(sampark, more, { role: 'team_member', in: 'agra' });
    await sampark.sql('UPDATE users SET password_set_at = now() WHERE id = $1', [withPassword.id]);
    expect([await code(more), await code(withPassword), await code(plain)]).toEqual([409, 409, 201]);
    const elsewhere = await aHelper(sampark, (await anEvent(sampark, { in: 'agra' })).id);
    expect(await code(elsewhere)).toBe(404);
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    expect(await code(member)).toBe(404);
  });
});

describe('the role at the door', () => {
  it('ends when somebody says so, from the next request on, and may be given again', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const helper = await aHelper(sampark, id, { name: 'Goes Soon' });
    const other = await anEvent(sampark, { in: 'agra' });
    expect((await sampark.as(helper).get(`/events/${id}/door`)).status).toBe(200);
    const end = (eventId: string, by = organiser) =>
      sampark.as(by).post(`/events/${eventId}/helpers/${helper.grantId}/end`);
    const neighbour = await aUser(sampark, { role: 'organiser', in: 'mathura' });
    expect((await end(id, neighbour)).status).toBe(404);
    expect((await end(other.id)).status).toBe(404);
    const browser = sampark.browser(organiser);
    expect((await browser.get(`/events/${id}/helpers`)).text).toContain('Goes Soon');
    expect(await browser.post(`/events/${id}/helpers/${helper.grantId}/end`)).toMatchObject({ status: 303, location: `/events/${id}/helpers` }); // prettier-ignore
    expect((await sampark.as(helper).get(`/events/${id}/door`)).status).toBe(401);
    expect((await end(id)).status).toBe(409);
    expect((await appoint(id, { who: helper.email })).status).toBe(201);
  });

  it('moves with the meet-up’s time, and is over when it is cancelled', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: 24 });
    const helper = await aHelper(sampark, id);
    const on = new Date(Date.now() + 5 * 24 * HOUR).toISOString().slice(0, 10);
    const moved = { title_en: 'Moved', place: 'Park', starts: `${on}T10:00`, ends: `${on}T12:00`, zone: 'UTC' };
    expect((await sampark.as(organiser).post(`/events/${id}`, moved)).status).toBe(200);
    expect((await grantOf(helper.grantId)).to_at).toEqual(new Date(`${on}T24:00:00Z`));
    expect((await sampark.as(organiser).post(`/events/${id}/cancellation`)).status).toBe(201);
    expect((await sampark.as(helper).get('/events')).status).toBe(401);
    expect(await helpersAt(id)).toEqual([]);
    expect((await appoint(id, { who: helper.email })).status).toBe(409);
  });

  it('is given at the meet-up alone: on a territory it would open no door', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const user = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const answer = await sampark.as(convenor).post(`/users/${user.id}/grants`, { role: 'check_in_helper', territory: 'agra', why: 'the door' }); // prettier-ignore
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, 'role']);
  });
});
