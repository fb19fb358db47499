import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../../src/access/sessions.service.js';
import type { LinkActor } from '../../src/platform/database/actor.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { UndoStopService } from '../../src/sympathisers/consent/undo-stop.service.js';
import { anEvent } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let member: AUser;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

let made = 0;
const phone = () => `+9197${String(30_000_000 + ++made)}`;
const mail = () => `stop-${++made}@example.org`;
const actorOf = async (user: AUser) => (await sampark.get(SessionsService).findToken(user.token))!;
const ownLink = (personId: string): LinkActor => ({ kind: 'link', purpose: 'own-data', personId });
const barrier = async (personId: string, channel: string) =>
  sampark.get(ConsentService).barrier(await sampark.system(), personId, 'contact', channel);
const isListed = async (kind: string, value: string) =>
  (await sampark.get(SuppressionService).stopped(await sampark.system(), [{ kind, value }]))[0];
const stopIdOf = async (personId: string) =>
  (
    await sampark.sql<{ id: string }>(
      'SELECT id FROM stops WHERE person_id = $1 AND undone_at IS NULL ORDER BY id DESC LIMIT 1',
      [personId],
    )
  )[0]!.id;
const undo = async (who: AUser, personId: string, why = 'Wrong row tapped') =>
  sampark.as(who).post(`/sympathisers/${personId}/stops/${await stopIdOf(personId)}/undo`, { why });
const stopped = (who: AUser, personId: string) => sampark.as(who).post(`/sympathisers/${personId}/stop`);
const later = (personId: string, interval: string) =>
  sampark.sql(`UPDATE stops SET at = at - $2::interval WHERE person_id = $1`, [personId, interval]);

describe('a stop set by mistake', () => {
  it('is taken back by the member who set it, who has the person no longer in sight: numbers, consents, hands', async () => {
    const [number, address] = [phone(), mail()];
    const person = await aSympathiser(sampark, {
      in: 'agra',
      assignedTo: member.id,
      phones: [number],
      emails: [address],
      identities: [
        { platform: 'whatsapp', handle: number },
        { platform: 'x', handle: `undo_${made}` },
      ],
    });
    await sampark.sql(`UPDATE people SET follow_up_on = '2026-12-24', follow_up_why = 'promised' WHERE id = $1`, [
      person.id,
    ]);
    await sampark.sql(
      `INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
       SELECT id, $2, path, 'photos', 'phone', 'refused', 'paper' FROM people WHERE id = $1`,
      [person.id, uuidv7()],
    );
    expect((await stopped(member, person.id)).status).toBe(200);
    expect((await sampark.as(member).get(`/sympathisers/${person.id}`)).status).toBe(404);
    expect([await isListed('phone', number), await isListed('email', address)]).toEqual([true, true]);
    const page = await sampark.browser(member).get('/stops');
    expect(page.text).toContain(person.name);
    expect(page.text).toContain('Take the stop back');

    expect((await undo(member, person.id, '')).status).toBe(422);
    expect((await undo(member, person.id)).status).toBe(200);
    expect([await isListed('phone', number), await isListed('email', address)]).toEqual([false, false]);
    const { body } = await sampark.as(member).get(`/sympathisers/${person.id}`);
    expect(body).toMatchObject({ stopped: false, closedAt: null, followUpOn: '2026-12-24' });
    expect(body.barriers).toMatchObject({ phone: null, email: null, whatsapp: null, x: null });
    const newest = await sampark.sql<{ purpose: string; channel: string; state: string; how: string }>(
      `SELECT DISTINCT ON (purpose, channel) purpose, channel, state, how FROM consents WHERE person_id = $1 ORDER BY purpose, channel, id DESC`,
      [person.id],
    );
    const said = (purpose: string, channel: string) =>
      newest.filter((row) => row.purpose === purpose && row.channel === channel).map((row) => [row.state, row.how]);
    expect(said('contact', 'phone')).toEqual([['given', 'undo']]);
    expect(said('photos', 'phone')).toEqual([['refused', 'undo']]);
    // Nothing was ever said about it: nothing stands now.
    expect(said('photos', 'email')).toEqual([['expired', 'undo']]);
    const assignments = await sampark.sql('SELECT state, closed_at, user_id FROM assignments WHERE person_id = $1', [
      person.id,
    ]);
    expect(assignments).toEqual([{ state: 'given', closed_at: null, user_id: member.id }]);
    const [entry] = await sampark.sql(
      `SELECT e.user_id, e.facts, v.after FROM audit_entries e JOIN audit_values v ON v.entry_id = e.id
        WHERE e.action = 'sympathiser.stop_undone' AND e.people @> ARRAY[$1::uuid]`,
      [person.id],
    );
    expect(entry).toMatchObject({ user_id: member.id, after: { why: 'Wrong row tapped' } });
    expect((await undo(member, person.id).catch(() => ({ status: 404 }))).status).toBe(404);
  });

  it('logged with a contact is taken back as well', async () => {
    const person = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id, phones: [phone()] });
    const tried = { person_id: person.id, channel: 'phone', disposition: 'asked_to_stop' };
    expect((await sampark.as(member).post('/attempts', tried)).status).toBe(201);
    expect((await undo(member, person.id)).status).toBe(200);
    expect((await sampark.as(member).get(`/sympathisers/${person.id}`)).body).toMatchObject({
      closedAt: null,
      barriers: { phone: null },
    });
  });

  it('is taken back by their convenor, not by a colleague, a neighbour or an operator, and not after a day', async () => {
    const person = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id, phones: [phone()] });
    await stopped(member, person.id);
    for (const [role, place, status] of [
      ['team_member', 'agra', 404],
      ['it_centre_operator', 'agra', 404],
      ['district_convenor', 'mathura', 404],
      ['data_protection_officer', 'agra', 403],
    ] as const) {
      const who = await aUser(sampark, { role, in: place });
      expect([role, (await undo(who, person.id)).status]).toEqual([role, status]);
    }
    const page = await sampark.browser(convenor).get(`/sympathisers/${person.id}`);
    expect(page.text).toContain('It was a mistake: take it back');
    await later(person.id, '25 hours');
    expect((await undo(convenor, person.id)).status).toBe(404);
    expect((await undo(member, person.id)).status).toBe(404);
    expect((await sampark.browser(convenor).get(`/sympathisers/${person.id}`)).text).not.toContain('It was a mistake');
    await later(person.id, '-2 hours');
    expect((await undo(convenor, person.id)).status).toBe(200);
  });

  it('stays with what the person said by themselves: by a link, nobody of us takes it back', async () => {
    const number = phone();
    const person = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id, phones: [number] });
    await stopped(member, person.id);
    const link: LinkActor = { kind: 'link', purpose: 'unsubscribe', personId: person.id };
    const first = await stopIdOf(person.id);
    await sampark.get(StopService).stop(link, person.id, 'link');
    const theirs = await stopIdOf(person.id);
    expect(theirs).not.toBe(first);
    expect(
      (await sampark.as(convenor).post(`/sympathisers/${person.id}/stops/${theirs}/undo`, { why: 'x' })).status,
    ).toBe(404);
    // The member's was a mistake, and is taken back: the person's own stands, and nothing opens.
    expect(
      (await sampark.as(convenor).post(`/sympathisers/${person.id}/stops/${first}/undo`, { why: 'x' })).status,
    ).toBe(200);
    expect(await isListed('phone', number)).toBe(true);
    expect(await barrier(person.id, 'phone')).toBe('suppressed');
    // An unsubscribe link doesn't take back either; the link to their own data does.
    await expect(sampark.get(UndoStopService).undo(link, person.id, theirs, null)).rejects.toThrow('not_found');
    expect(await sampark.get(UndoStopService).undoAll(ownLink(person.id), person.id)).toBe(1);
    expect(await barrier(person.id, 'phone')).toBeNull();
  });

  it('opens no number behind which another stop, or another reason, stands', async () => {
    const [shared, refused] = [phone(), phone()];
    const person = await aSympathiser(sampark, { in: 'agra', phones: [shared, refused] });
    const relative = await aSympathiser(sampark, { in: 'mathura', phones: [shared] });
    await stopped(convenor, person.id);
    await sampark.get(StopService).stop(await sampark.system(), relative.id, 'mail');
    await sampark.get(SuppressionService).stop(await sampark.system(), 'phone', refused, 'refused');
    expect((await undo(convenor, person.id)).status).toBe(200);
    expect([await isListed('phone', shared), await isListed('phone', refused)]).toEqual([true, true]);
    const open = await sampark.sql('SELECT 1 FROM contact_points WHERE person_id = $1 AND suppressed_at IS NULL', [
      person.id,
    ]);
    expect(open).toEqual([]);
    // Once the relative takes theirs back, too, the number is open for both.
    await sampark.get(UndoStopService).undoAll(ownLink(relative.id), relative.id);
    expect(await isListed('phone', shared)).toBe(false);
    expect([await barrier(person.id, 'phone'), await barrier(relative.id, 'phone')]).toEqual([null, null]);
  });

  it('leaves what was said since as it is', async () => {
    const person = await aSympathiser(sampark, { in: 'agra', phones: [phone()] });
    await stopped(convenor, person.id);
    await sampark
      .get(ConsentService)
      .record(await actorOf(convenor), person.id, [
        { purpose: 'contact', channel: 'phone', state: 'refused', how: 'paper' },
      ]);
    await undo(convenor, person.id);
    expect(await barrier(person.id, 'phone')).toBe('refused');
  });
});

describe('a stop', () => {
  it('is effective at once, also for mail that is queued already', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const [leaves, stays] = [mail(), mail()];
    const people = [
      await aSympathiser(sampark, { in: 'agra', emails: [leaves] }),
      await aSympathiser(sampark, { in: 'agra', emails: [stays] }),
    ];
    const asked = await sampark
      .as(convenor)
      .post(`/events/${id}/invitations`, { personIds: people.map((person) => person.id) });
    expect(asked.body.asked).toBe(2);
    await stopped(convenor, people[0]!.id);
    await sampark.drain();
    const to = (await sampark.mails()).flatMap((one) => [one.to].flat().map((list) => list?.text));
    expect(to.some((text) => text?.includes(stays))).toBe(true);
    expect(to.some((text) => text?.includes(leaves))).toBe(false);
  });

  it('survives that the same number comes in by a file again, under another name and in another district (T25)', async () => {
    const [number, address] = [phone(), mail()];
    const person = await aSympathiser(sampark, { in: 'agra', phones: [number], emails: [address] });
    await sampark.get(StopService).stop(ownLink(person.id), person.id, 'link');
    const before = await sampark.sql('SELECT count(*)::int AS n FROM consents WHERE person_id = $1', [person.id]);
    const state = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const csv = `name,phone,email,consent\nSunita Verma,${number},${address},yes\nAnother Name,${number},,yes\n`;
    const uploaded = await sampark
      .as(state)
      .upload('/imports', { name: 'again.csv', content: csv }, { territory: 'up', source: 'old list' });
    expect(uploaded.status).toBe(201);
    await sampark.drain();
    await sampark.as(state).post(`/imports/${uploaded.body.id}/confirmation`);
    await sampark.drain();
    expect((await sampark.as(state).get(`/imports/${uploaded.body.id}`)).body.state).toBe('done');
    expect(await sampark.sql('SELECT count(*)::int AS n FROM consents WHERE person_id = $1', [person.id])).toEqual(
      before,
    );
    const open = await sampark.sql('SELECT 1 FROM contact_points WHERE value = ANY ($1) AND suppressed_at IS NULL', [
      [number, address],
    ]);
    expect(open).toEqual([]);
    expect([await isListed('phone', number), await isListed('email', address)]).toEqual([true, true]);
  });
});
