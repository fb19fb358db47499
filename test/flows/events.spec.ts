import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aSympathiser } from '../factories/sympathisers.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let organiser: AUser;
let neighbour: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra', language: 'hi' });
  neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
});
afterAll(() => sampark?.close());

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const plan = (change: object = {}) => ({
  title_hi: 'कार्यकर्ता मिलन',
  title_en: 'Volunteers meet',
  words_hi: 'चाय और बातचीत।',
  place: 'सुभाष पार्क, आगरा',
  starts: `${inDays(3)}T18:30`,
  ends: `${inDays(3)}T20:30`,
  zone: 'Asia/Kolkata',
  capacity: 40,
  ...change,
});

describe('planning a meet-up', () => {
  it('keeps the hour of the place, and shows it with its territory', async () => {
    const made = await sampark.as(organiser).post('/events', plan());
    expect(made.status).toBe(201);
    expect(made.headers.location).toBe(`/events/${made.body.id}`);
    const { body } = await sampark.as(organiser).get(`/events/${made.body.id}`, { 'accept-language': 'en' });
    expect(body.event).toMatchObject({
      title: 'Volunteers meet',
      startsAt: `${inDays(3)}T13:00:00.000Z`,
      zone: 'Asia/Kolkata',
      capacity: 40,
      placesLeft: 40,
      territory: { code: 'agra' },
    });
    expect(body).toMatchObject({ nextStep: 'ask', figures: { asked: 0, yes: 0, came: 0 } });
    const audit = await sampark.sql('SELECT action, user_id FROM audit_entries WHERE subject_id = $1', [made.body.id]);
    expect(audit).toEqual([{ action: 'event.planned', user_id: organiser.id }]);
  });

  it('is refused field by field: no title, a wrong zone, an end before the start, a time that is over', async () => {
    const fields = async (change: object) =>
      (await sampark.as(organiser).post('/events', plan(change))).body.errors.map(
        (one: { field: string }) => one.field,
      );
    expect(await fields({ title_hi: '', title_en: '', words_hi: '' })).toEqual(['title_hi']);
    expect(await fields({ zone: 'Asia/Agra' })).toEqual(['zone']);
    expect(await fields({ ends: `${inDays(3)}T17:30` })).toEqual(['ends']);
    expect(await fields({ starts: '2020-01-01T10:00', ends: '2020-01-01T12:00' })).toEqual(['starts']);
    expect(await fields({ capacity: 0 })).toEqual(['capacity']);
    expect(await fields({ place: undefined, colour: 'red' })).toEqual(expect.arrayContaining(['place', 'colour']));
  });

  it('happens only in one’s own territory', async () => {
    const mathura = neighbour.territoryId;
    expect((await sampark.as(organiser).post('/events', plan({ territoryId: mathura }))).status).toBe(404);
    expect((await sampark.as(neighbour).post('/events', plan({ territoryId: mathura }))).status).toBe(201);
  });

  it('needs the permission: a member sees meet-ups and plans none', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    expect((await sampark.as(member).get('/events')).status).toBe(200);
    expect((await sampark.as(member).post('/events', plan())).status).toBe(403);
    expect((await sampark.as().get('/events')).status).toBe(401);
  });

  it('works by a plain form, which comes back filled when something is wrong', async () => {
    const browser = sampark.browser(organiser, { lang: 'hi' });
    expect((await browser.get('/events/new')).text).toContain('कार्यक्रम तय करें');
    const fields: Record<string, string> = { ...plan(), words_hi: '', title_en: '', capacity: '' };
    const refused = await browser.post('/events', { ...fields, ends: `${inDays(3)}T17:30` });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('यह शुरू होने से पहले समाप्त हो रहा है।');
    expect(refused.text).toContain('value="सुभाष पार्क, आगरा"');
    const made = await browser.post('/events', fields);
    expect(made.status).toBe(303);
    expect((await browser.follow(made)).text).toContain('कार्यक्रम तय हो गया');
  });
});

describe('the list of meet-ups', () => {
  it('pages without gaps, splits those to come from those that are over, and hides the neighbour’s', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'bareilly' });
    const hours = [5, 6, 7, 8, 9];
    for (const inHours of hours) await anEvent(sampark, { in: 'bareilly', inHours, titleEn: `In ${inHours}` });
    await anEvent(sampark, { in: 'bareilly', inHours: -30, titleEn: 'Was' });
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await sampark
        .as(convenor)
        .get(`/events?limit=2${cursor && `&cursor=${cursor}`}`, { 'accept-language': 'en' });
      seen.push(...body.items.map((item: { title: string }) => item.title));
      cursor = body.next;
    } while (cursor);
    expect(seen).toEqual(hours.map((n) => `In ${n}`));
    const past = await sampark.as(convenor).get('/events?when=past', { 'accept-language': 'en' });
    expect(past.body.items.map((item: { title: string }) => item.title)).toEqual(['Was']);
    const found = await sampark.as(convenor).get('/events?q=in 7', { 'accept-language': 'en' });
    expect(found.body.items).toHaveLength(1);
    const others = await sampark.as(organiser).get('/events?limit=200');
    expect(others.body.items.map((item: { territory: { code: string } }) => item.territory.code)).not.toContain(
      'bareilly',
    );
  });

  it('finds none of a neighbour’s by its address', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    for (const path of [
      '',
      '/figures',
      '/edit',
      '/invitations',
      '/audience',
      '/door',
      '/attendance',
      '/attendance.csv',
      '/sample',
    ])
      expect([path, (await sampark.as(neighbour).get(`/events/${id}${path}`)).status]).toEqual([path, 404]);
    for (const path of ['/cancellation', '/closing', '/invitations', '/resending', ''])
      expect([
        path,
        (
          await sampark
            .as(neighbour)
            .post(`/events/${id}${path}`, path ? (path === '/invitations' ? { count: 1 } : {}) : plan())
        ).status,
      ]).toEqual([path, 404]);
  });
});

describe('changing a meet-up', () => {
  it('raises the calendar’s sequence each time, and tells nobody while nobody was asked', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const changed = await sampark.as(organiser).post(`/events/${id}`, plan({ place: 'ताज रोड' }));
    expect(changed).toMatchObject({ status: 200, body: { told: false } });
    await sampark.as(organiser).post(`/events/${id}`, plan({ place: 'ताज रोड', capacity: 10 }));
    const { body } = await sampark.as(organiser).get(`/events/${id}`);
    expect(body.event).toMatchObject({ place: 'ताज रोड', sequence: 2, capacity: 10 });
  });

  it('takes no fewer places than have been taken', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', capacity: 10 });
    const person = await aSympathiser(sampark, { in: 'agra' });
    await anInvitation(sampark, id, person.id);
    await sampark.sql(
      `UPDATE invitations SET answer = 'yes', guests = 3, standing = 'in', state = 'answered' WHERE event_id = $1`,
      [id],
    );
    await sampark.sql('UPDATE events SET heads = 4 WHERE id = $1', [id]);
    const [event] = await sampark.sql<{ starts: string; ends: string; place: string }>(
      `SELECT to_char(starts_at AT TIME ZONE zone, 'YYYY-MM-DD"T"HH24:MI') AS starts, to_char(ends_at AT TIME ZONE zone, 'YYYY-MM-DD"T"HH24:MI') AS ends, place FROM events WHERE id = $1`,
      [id],
    );
    expect((await sampark.as(organiser).post(`/events/${id}`, plan({ ...event, capacity: 3 }))).status).toBe(422);
    expect((await sampark.as(organiser).post(`/events/${id}`, plan({ ...event, capacity: 4 }))).status).toBe(200);
    const { body } = await sampark.as(organiser).get(`/events/${id}`);
    expect(body).toMatchObject({ event: { heads: 4, placesLeft: 0 }, figures: { yes: 1 }, nextStep: 'answers' });
  });

  it('is over once it is cancelled', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    expect((await sampark.as(organiser).post(`/events/${id}/cancellation`)).status).toBe(201);
    expect((await sampark.as(organiser).post(`/events/${id}/cancellation`)).status).toBe(409);
    expect((await sampark.as(organiser).post(`/events/${id}`, plan())).status).toBe(409);
    expect((await sampark.as(organiser).get(`/events/${id}`)).body).toMatchObject({
      event: { state: 'cancelled' },
      nextStep: 'none',
    });
  });
});

describe('after a meet-up', () => {
  it('hands those who said yes and did not come to the queue, once', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: -5 });
    const make = async (answer: string | null, standing: string | null, came = false) => {
      const person = await aSympathiser(sampark, { in: 'agra' });
      const invitation = await anInvitation(sampark, id, person.id);
      await sampark.sql('UPDATE invitations SET answer = $2, standing = $3 WHERE id = $1', [
        invitation.id,
        answer,
        standing,
      ]);
      if (came) await sampark.as(organiser).post(`/events/${id}/attendance`, { personId: person.id });
      return person.id;
    };
    const missed = await make('yes', 'in');
    const others = [
      await make('yes', 'in', true),
      await make('maybe', null),
      await make(null, null),
      await make('yes', 'waiting'),
    ];
    const closed = await sampark.as(organiser).post(`/events/${id}/closing`);
    expect(closed).toMatchObject({ status: 200, body: { noShows: 1 } });
    const due = (people: string[]) =>
      sampark.sql<{ why: string | null; days: number | null }>(
        `SELECT follow_up_why AS why, follow_up_on - (SELECT (ends_at AT TIME ZONE zone)::date FROM events WHERE id = $2) AS days FROM people WHERE id = ANY ($1)`,
        [people, id],
      );
    expect(await due([missed])).toEqual([{ why: 'no_show', days: 1 }]);
    expect(await due(others)).toEqual(others.map(() => ({ why: null, days: null })));
    await sampark.sql('UPDATE people SET follow_up_on = NULL, follow_up_why = NULL WHERE id = $1', [missed]);
    expect((await sampark.as(organiser).post(`/events/${id}/closing`)).body).toEqual({ noShows: null });
    expect(await due([missed])).toEqual([{ why: null, days: null }]);
  });

  it('closes by itself at its end, and not before', async () => {
    const made = await sampark.as(organiser).post('/events', plan());
    expect((await sampark.as(organiser).post(`/events/${made.body.id}/closing`)).status).toBe(409);
    await sampark.sql(
      `UPDATE events SET starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' WHERE id = $1`,
      [made.body.id],
    );
    await sampark.sql(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE key = $1`, [
      `events.close:${made.body.id}`,
    ]);
    await sampark.drain();
    expect((await sampark.as(organiser).get(`/events/${made.body.id}`)).body).toMatchObject({
      nextStep: 'log',
      event: { closedAt: expect.any(String) },
    });
  });

  it('leaves alone who was told on and came after all', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: -5 });
    const person = await aSympathiser(sampark, { in: 'agra' });
    const invitation = await anInvitation(sampark, id, person.id);
    await sampark.sql(`UPDATE invitations SET answer = 'yes', standing = 'in' WHERE id = $1`, [invitation.id]);
    await sampark.as(organiser).post(`/events/${id}/closing`);
    await sampark.as(organiser).post(`/events/${id}/attendance`, { personId: person.id });
    expect(await sampark.sql('SELECT follow_up_why FROM people WHERE id = $1', [person.id])).toEqual([
      { follow_up_why: null },
    ]);
  });
});

describe('a team member', () => {
  it('sees a meet-up with the figures of their own people, and nobody else’s name', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const { id } = await anEvent(sampark, { in: 'agra' });
    const own = await aSympathiser(sampark, { in: 'agra', name: 'Own Person', assignedTo: member.id });
    const other = await aSympathiser(sampark, { in: 'agra', name: 'Other Person' });
    for (const person of [own, other]) await anInvitation(sampark, id, person.id);
    const { body } = await sampark.as(member).get(`/events/${id}`);
    expect(body).toMatchObject({ ownPart: true, figures: { asked: 1 }, silent: { items: [{ name: 'Own Person' }] } });
    const browser = sampark.browser(member);
    for (const path of ['/events', `/events/${id}`, `/events/${id}/invitations`, `/events/${id}/figures`]) {
      const page = await browser.get(path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.text).not.toContain('Other Person');
    }
    expect((await browser.get(`/events/${id}`)).text).not.toContain('/cancellation');
  });
});

describe('the organiser’s page', () => {
  it('names who hasn’t answered, writes down whom it showed, and keeps contact points out', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const person = await aSympathiser(sampark, { in: 'agra', name: 'आशा देवी', emails: ['asha@example.org'] });
    await anInvitation(sampark, id, person.id);
    const page = await sampark.browser(organiser, { lang: 'hi' }).get(`/events/${id}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('आशा देवी');
    expect(page.text).not.toContain('asha@example.org');
    const list = await sampark.as(organiser).get(`/events/${id}/invitations`);
    expect(list.body.items).toEqual([
      expect.objectContaining({ name: 'आशा देवी', state: 'sent', answer: null, guests: 0 }),
    ]);
    expect(list.text).not.toContain('asha@example.org');
    const shown = await sampark.sql(
      `SELECT action FROM audit_entries WHERE $1 = ANY (people) AND user_id = $2 ORDER BY id`,
      [person.id, organiser.id],
    );
    expect(shown).toEqual([{ action: 'event.silent' }, { action: 'invitation.list' }]);
  });

  it('keeps figures fresh without showing anybody', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const person = await aSympathiser(sampark, { in: 'agra' });
    await anInvitation(sampark, id, person.id);
    const page = await sampark.browser(organiser).get(`/events/${id}/figures`);
    expect(page.text).toContain('id="figures"');
    expect(page.text).not.toContain(person.name);
    expect(await sampark.sql('SELECT 1 FROM audit_entries WHERE $1 = ANY (people)', [person.id])).toEqual([]);
  });
});
