import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { uuidv7 } from '../../src/platform/database/id.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let helper: AUser;
let second: AUser;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  helper = await aUser(sampark, { role: 'organiser', in: 'agra', name: 'रवि', language: 'hi' });
  second = await aUser(sampark, { role: 'organiser', in: 'agra' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

async function aMeetUp(...answers: (string | null)[]) {
  const { id } = await anEvent(sampark, { in: 'agra', inHours: 1 });
  const people = [];
  for (const [n, answer] of answers.entries()) {
    const person = await aSympathiser(sampark, { in: 'agra', name: `Guest ${n}`, phones: [`+9198333333${10 + n}`] });
    const invitation = await anInvitation(sampark, id, person.id);
    await sampark.sql(
      `UPDATE invitations SET answer = $2, standing = CASE WHEN $2 = 'yes' THEN 'in' END WHERE id = $1`,
      [invitation.id, answer],
    );
    people.push(person);
  }
  return { id, people };
}
const mark = (who: AUser, eventId: string, personId: string, more: object = {}) =>
  sampark.as(who).post(`/events/${eventId}/attendance`, { personId, ...more });
const cameTo = async (eventId: string) => (await sampark.as(helper).get(`/events/${eventId}`)).body.figures.came;

describe('the door', () => {
  it('lists who may come, likeliest first; a yes is not there until ticked', async () => {
    const { id, people } = await aMeetUp('no', 'maybe', null, 'yes');
    const { body } = await sampark.as(helper).get(`/events/${id}/door`);
    expect(body.items.map((row: { name: string; present: boolean }) => [row.name, row.present])).toEqual([
      ['Guest 3', false],
      ['Guest 1', false],
      ['Guest 2', false],
      ['Guest 0', false],
    ]);
    expect(await cameTo(id)).toBe(0);
    expect(await sampark.sql('SELECT 1 FROM attendances WHERE event_id = $1', [id])).toEqual([]);
    const found = async (q: string, who = convenor) =>
      (await sampark.as(who).get(`/events/${id}/door?q=${encodeURIComponent(q)}`)).body.items.map(
        (row: { personId: string }) => row.personId,
      );
    expect(await found('guest 2')).toEqual([people[2]!.id]);
    expect(await found('3311')).toEqual([people[1]!.id]);
    // Who hosts meet-ups finds by name alone.
    expect(await found('guest 2', helper)).toEqual([people[2]!.id]);
    expect(await found('3311', helper)).toEqual([]);
    // Longer ends would give a phone away digit by digit; a whole number is its owner's to say.
    const [{ value: phone }] = (await sampark.sql<{ value: string }>(
      `SELECT value FROM contact_points WHERE person_id = $1 AND kind = 'phone'`,
      [people[1]!.id],
    )) as [{ value: string }];
    expect(await found(phone.slice(-6))).toEqual([]);
    expect(await found(phone)).toEqual([people[1]!.id]);
    expect(await found('nobody')).toEqual([]);
  });

  it('sets present and never toggles: sent twice, or by two helpers, it is one', async () => {
    const { id, people } = await aMeetUp('yes');
    const clientId = uuidv7();
    const deviceAt = '2026-11-23T18:31:00+05:30';
    const first = await mark(helper, id, people[0]!.id, { clientId, deviceAt });
    expect(first).toMatchObject({ status: 201, body: { present: true, changed: true, came: 1 } });
    expect((await mark(helper, id, people[0]!.id, { clientId, deviceAt })).status).toBe(200);
    expect((await mark(second, id, people[0]!.id, { clientId: uuidv7() })).body).toMatchObject({
      present: true,
      changed: false,
      came: 1,
    });
    const rows = await sampark.sql('SELECT id, how, by_user, device_at, at_path FROM attendances WHERE event_id = $1', [
      id,
    ]);
    expect(rows).toEqual([
      { id: clientId, how: 'list', by_user: helper.id, device_at: new Date(deviceAt), at_path: helper.path },
    ]);
  });

  it('has a way back of its own; a late copy of the old tap does not bring them in again', async () => {
    const { id, people } = await aMeetUp('yes');
    const clientId = uuidv7();
    await mark(helper, id, people[0]!.id, { clientId });
    const undo = () => sampark.as(helper).post(`/events/${id}/attendance/${people[0]!.id}/undo`);
    expect((await undo()).body).toMatchObject({ present: false, changed: true, came: 0 });
    expect((await undo()).body).toMatchObject({ changed: false });
    expect((await mark(helper, id, people[0]!.id, { clientId })).body).toMatchObject({
      present: false,
      changed: false,
      came: 0,
    });
    expect((await mark(second, id, people[0]!.id)).body).toMatchObject({ present: true, changed: true, came: 1 });
    const trail = await sampark.sql(`SELECT action FROM audit_entries WHERE subject_id = $1 ORDER BY id`, [id]);
    expect(trail.map((row) => row.action)).toEqual(['attendance.marked', 'attendance.undone', 'attendance.marked']);
  });

  it('agrees however many tap at once', async () => {
    const { id, people } = await aMeetUp('yes');
    const taps = await Promise.all(
      Array.from({ length: 10 }, (_, n) => mark(n % 2 ? helper : second, id, people[0]!.id, { clientId: uuidv7() })),
    );
    expect(taps.filter((tap) => tap.body.changed)).toHaveLength(1);
    expect(await cameTo(id)).toBe(1);
  });

  it('works by plain buttons, and goes back to the same row', async () => {
    const { id, people } = await aMeetUp('yes', 'yes');
    const browser = sampark.browser(helper, { lang: 'hi' });
    const page = await browser.get(`/events/${id}/door?q=Guest`);
    expect(page.text.match(/aria-pressed="false"/g)).toHaveLength(2);
    // Without a script the device's fields are empty.
    const tapped = await browser.post(`/events/${id}/attendance`, {
      personId: people[1]!.id,
      client_id: '',
      device_at: '',
      q: 'Guest',
    });
    expect(tapped).toMatchObject({ status: 303, location: `/events/${id}/door?q=Guest#p-${people[1]!.id}` });
    const after = (await browser.get(`/events/${id}/door?q=Guest`)).text;
    expect(after.match(/aria-pressed="true"/g)).toHaveLength(1);
    expect(after).toContain('1 आए');
  });

  it('is for those who may check in, at their own meet-ups, with people they can see', async () => {
    const { id, people } = await aMeetUp('yes');
    const [member, neighbour] = [
      await aUser(sampark, { role: 'team_member', in: 'agra' }),
      await aUser(sampark, { role: 'organiser', in: 'mathura' }),
    ];
    expect((await sampark.as(member).get(`/events/${id}/door`)).status).toBe(403);
    expect((await mark(member, id, people[0]!.id)).status).toBe(403);
    expect((await mark(neighbour, id, people[0]!.id)).status).toBe(404);
    const stranger = await aSympathiser(sampark, { in: 'mathura' });
    expect((await mark(helper, id, stranger.id)).status).toBe(404);
    expect((await sampark.as(helper).post(`/events/${id}/attendance/${stranger.id}/undo`)).status).toBe(404);
  });
});

describe('somebody new at the door', () => {
  const walkIn = (eventId: string, change: object = {}) =>
    sampark.as(helper).post(`/events/${eventId}/walk-ins`, {
      name: 'Naya Mehmaan',
      phone: '098765 00001',
      consent: true,
      adult: true,
      ...change,
    });

  it('goes into the register and onto the list, or into neither', async () => {
    const { id } = await aMeetUp();
    const made = await walkIn(id);
    expect(made).toMatchObject({ status: 201, body: { came: 1 } });
    const [person] = await sampark.sql(
      `SELECT p.full_name, p.came_by, t.code, contact_barrier(p.id, 'contact', 'phone') AS barrier, a.how
         FROM people p JOIN territories t ON t.id = p.territory_id JOIN attendances a ON a.person_id = p.id WHERE p.id = $1`,
      [made.body.personId],
    );
    expect(person).toEqual({
      full_name: 'Naya Mehmaan',
      came_by: 'walk_in',
      code: 'agra',
      barrier: null,
      how: 'walk_in',
    });
    const before = await sampark.sql('SELECT count(*) FROM people');
    for (const [change, field] of [
      [{ consent: false }, 'consent'],
      [{ adult: false }, 'adult'],
      [{ phone: '' }, 'phone'],
      [{ phone: '12' }, 'phone'],
      [{ name: ' ' }, 'name'],
    ] as const) {
      // prettier-ignore
      const refused = await walkIn(id, change);
      expect([refused.status, refused.body.errors[0].field]).toEqual([422, field]);
    }
    expect(await sampark.sql('SELECT count(*) FROM people')).toEqual(before);
  });

  it('is one person, however often the device sends it', async () => {
    const { id } = await aMeetUp();
    const clientId = uuidv7();
    const sent = [
      await walkIn(id, { clientId, phone: '9876500002' }),
      await walkIn(id, { clientId, phone: '9876500002' }),
    ];
    expect(sent.map((answer) => answer.body.personId)).toEqual([clientId, clientId]);
    expect(sent[1]!.body.came).toBe(1);
  });

  it('is the person we know, where name and phone agree; a family’s phone makes nobody the same', async () => {
    const { id } = await aMeetUp();
    const known = await aSympathiser(sampark, { in: 'agra', name: 'Kavita Rani', phones: ['+919876500003'] });
    expect((await walkIn(id, { name: 'KAVITA  RANI', phone: '9876500003' })).body.personId).toBe(known.id);
    const brother = await walkIn(id, { name: 'Mohan Lal', phone: '9876500003' });
    expect(brother.status).toBe(201);
    expect(brother.body.personId).not.toBe(known.id);
  });

  it('agrees by what they give at the door: a phone says nothing about the mail they unsubscribed from', async () => {
    const { id } = await aMeetUp();
    const known = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Lata Singh',
      phones: ['+919876500005'],
      emails: ['lata@people.example'],
    });
    const { ConsentService } = await import('../../src/sympathisers/consent/consent.service.js');
    await sampark
      .get(ConsentService)
      .record(await sampark.system(), known.id, [
        { purpose: 'invitations', channel: 'email', state: 'withdrawn', how: 'link' },
      ]);
    const barrier = async () =>
      (await sampark.sql(`SELECT contact_barrier($1, 'invitations', 'email') AS barrier`, [known.id]))[0];
    expect((await walkIn(id, { name: 'Lata Singh', phone: '9876500005' })).body.personId).toBe(known.id);
    expect(await barrier()).toEqual({ barrier: 'withdrawn' });
    await walkIn(id, { name: 'Lata Singh', phone: '', email: 'lata@people.example' });
    expect(await barrier()).toEqual({ barrier: null });
  });

  it('may come although they once asked us to stop: that they came is noted, and nobody calls them for it', async () => {
    const { id } = await aMeetUp();
    const { StopService } = await import('../../src/sympathisers/consent/stop.service.js');
    const known = await aSympathiser(sampark, { in: 'agra', name: 'Jaya Rao', phones: ['+919876500004'] });
    await sampark.get(StopService).stop(await sampark.system(), known.id, 'link');
    const barriers = async (personId: string) =>
      (await sampark.as(convenor).get(`/sympathisers/${personId}`)).body.barriers;
    expect((await walkIn(id, { name: 'Jaya Rao', phone: '9876500004' })).body).toEqual({ personId: known.id, came: 1 });
    expect(await barriers(known.id)).toEqual({ phone: 'suppressed' });
    const relative = await walkIn(id, { name: 'Kiran Rao', phone: '9876500004' });
    expect(relative).toMatchObject({ status: 201, body: { came: 2 } });
    expect(await barriers(relative.body.personId)).toEqual({ phone: 'suppressed' });
  });
});

describe('the attendance log', () => {
  it('goes out as a page, as JSON and as a spreadsheet without formulas, and each look is written down', async () => {
    const { id, people } = await aMeetUp('yes', null);
    const trick = await aSympathiser(sampark, { in: 'agra', name: '=HYPERLINK("x")' });
    await anInvitation(sampark, id, trick.id);
    for (const person of [...people, trick]) await mark(helper, id, person.id);
    await sampark.as(helper).post(`/events/${id}/attendance/${people[1]!.id}/undo`);
    const { body } = await sampark.as(helper).get(`/events/${id}/attendance`);
    expect(body.items.map((row: { name: string; how: string; by: string }) => [row.name, row.how, row.by])).toEqual([
      ['=HYPERLINK("x")', 'list', 'रवि'],
      ['Guest 0', 'list', 'रवि'],
    ]);
    expect((await sampark.browser(helper).get(`/events/${id}/attendance`)).text).toContain('Guest 0');
    const first = await sampark.as(helper).get(`/events/${id}/attendance?limit=1`);
    const next = await sampark.as(helper).get(`/events/${id}/attendance?limit=1&cursor=${first.body.next}`);
    expect([first, next].map((page) => page.body.items.length)).toEqual([1, 1]);
    expect(next.body.next).toBeNull();

    const csv = await sampark.as(helper).get(`/events/${id}/attendance.csv`, { 'accept-language': 'en' });
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="attendance-\d{4}-\d\d-\d\d\.csv"$/);
    expect(csv.text.charCodeAt(0)).toBe(0xfeff);
    const rows = parse(csv.text, { bom: true, columns: true }) as Record<string, string>[];
    expect(rows.map((row) => [row.Name, row.Territory, row.Answer, row.By])).toEqual([
      ['Guest 0', 'Agra', 'yes', 'रवि'],
      [`'=HYPERLINK("x")`, 'Agra', 'none', 'रवि'],
    ]);
    const exported = await sampark.sql(
      `SELECT facts, people FROM audit_entries WHERE action = 'attendance.exported' AND subject_id = $1`,
      [id],
    );
    expect(exported).toEqual([{ facts: { rows: 2, as: 'csv' }, people: [people[0]!.id, trick.id] }]);
    const reader = await aUser(sampark, { role: 'team_member', in: 'agra' });
    expect((await sampark.as(reader).get(`/events/${id}/attendance.csv`)).status).toBe(403);
  });
});
