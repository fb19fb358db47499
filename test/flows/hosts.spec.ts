import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aHelper, aUser, territoryByCode, type AUser } from '../factories/users.js';
import { tables } from '../permissions/tables.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let organiser: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra', name: 'Ravi Organiser', language: 'en' });
});
afterAll(() => sampark?.close());

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const plan = (change: object = {}) => ({
  title_en: 'Evening tea',
  place: 'Company Garden',
  starts: `${day(3)}T17:00`,
  ends: `${day(3)}T19:00`,
  ...change,
});
const names = (body: { items: { name: string }[] }) => body.items.map(({ name }) => name).sort();

/** Everything by which somebody could be reached or known again, none of which a host may ever be shown. */
const planted = { phone: '9844400117', email: 'planted.one@secret.example', handle: 'planted_handle', pin: '282099', note: 'planted note' }; // prettier-ignore

/** Somebody with every kind of point. */
async function aMarkedPerson(name: string, n: number) {
  const person = await aSympathiser(sampark, {
    in: 'agra',
    name,
    phones: [n ? `+9198444002${n}` : `+91${planted.phone}`],
    emails: [n ? `other-${n}@secret.example` : planted.email],
    identities: [{ platform: 'x', handle: n ? `planted_handle_${n}` : planted.handle }],
    pin: planted.pin,
  });
  await sampark.sql(
    `INSERT INTO person_notes (person_id, id, path, text) SELECT id, gen_random_uuid(), path, $2 FROM people WHERE id = $1`,
    [person.id, planted.note],
  );
  return person;
}

describe('an organiser', () => {
  it('plans, counts, asks, and then sees who is asked by name, answer and attendance', async () => {
    const at = await aUser(sampark, { role: 'organiser', in: 'hathras', language: 'en' });
    for (const [n, language] of ['hi', 'hi', 'en'].entries())
      await aSympathiser(sampark, { in: 'hathras', name: `Guest ${n}`, emails: [`g${n}@hathras.example`], language });
    await aSympathiser(sampark, { in: 'hathras', name: 'No Mail' });
    const { id } = (await sampark.as(at).post('/events', plan({ capacity: 10 }))).body;
    const all = (await sampark.as(at).get(`/events/${id}/audience`)).body;
    expect([all.count, all.leftOut]).toEqual([3, [{ reason: 'no_point', count: 1 }]]);
    expect(JSON.stringify(all)).not.toMatch(/Guest|hathras\.example/);
    const browser = sampark.browser(at);
    expect((await browser.get(`/events/${id}/audience?language=hi`)).text).toContain('You see numbers, not people');
    // Nobody can be named by who can't know them, and nobody is on a list before they are asked.
    const [somebody] = await sampark.sql<{ id: string }>(`SELECT id FROM people WHERE full_name = 'Guest 0'`);
    const byName = await sampark.as(at).post(`/events/${id}/invitations`, { personIds: [somebody!.id] });
    expect([byName.status, byName.body.errors[0].field]).toEqual([422, 'personIds']);
    expect((await sampark.as(at).post(`/events/${id}/attendance`, { personId: somebody!.id })).status).toBe(404);

    expect((await sampark.as(at).post(`/events/${id}/invitations`, { language: 'hi', count: 2 })).body).toEqual({
      asked: 2,
      leftOut: [],
    });
    await sampark.drain();
    const list = (await sampark.as(at).get(`/events/${id}/invitations`)).body;
    expect(names(list)).toEqual(['Guest 0', 'Guest 1']);
    expect(list.items.map((row: { state: string }) => row.state)).toEqual(['sent', 'sent']);
    await sampark.sql(
      `UPDATE invitations SET answer = 'yes', standing = 'in', guests = 1, state = 'answered' WHERE event_id = $1 AND person_id = $2`,
      [id, somebody!.id],
    );
    expect((await sampark.as(at).post(`/events/${id}/attendance`, { personId: somebody!.id })).status).toBe(201);
    expect((await sampark.as(at).get(`/events/${id}`)).body.figures).toMatchObject({ asked: 2, yes: 1, came: 1 });
    expect(names((await sampark.as(at).get(`/events/${id}/attendance`)).body)).toEqual(['Guest 0']);
    expect((await sampark.as(at).get('/')).body).toMatchObject({ register: null, meetUp: { id, asked: 2 } });
    // Who is looked for by many narrow conditions is seen to: each count is in the trail.
    const trail = await sampark.sql<{ facts: object }>(
      `SELECT facts FROM audit_entries WHERE action = 'event.audience_counted' AND subject_id = $1 ORDER BY id`,
      [id],
    );
    expect(trail.map(({ facts }) => facts)).toEqual([
      { count: 3, filters: {} },
      { count: 2, filters: { language: 'hi' } },
    ]);
  });

  it('asks again after a move, counts heads anew, and closes: who stayed away is in the queue of who looks after them', async () => {
    const { id } = (await sampark.as(organiser).post('/events', plan({ capacity: 5 }))).body;
    const [there, missing] = [await aMarkedPerson('There', 1), await aMarkedPerson('Missing', 2)];
    for (const person of [there, missing]) {
      await anInvitation(sampark, id, person.id);
      await sampark.sql(
        `UPDATE invitations SET answer = 'yes', standing = 'in', guests = 1, state = 'answered' WHERE event_id = $1 AND person_id = $2`,
        [id, person.id],
      );
    }
    await sampark.sql('UPDATE events SET heads = 4 WHERE id = $1', [id]);
    const tooFew = await sampark.as(organiser).post(`/events/${id}`, plan({ capacity: 3 }));
    expect([tooFew.status, tooFew.body.errors[0].field]).toEqual([422, 'capacity']);
    expect((await sampark.as(organiser).post(`/events/${id}`, plan({ place: 'The hall' }))).body.told).toBe(true);
    expect((await sampark.as(organiser).get(`/events/${id}`)).body).toMatchObject({
      event: { heads: 0, place: 'The hall' },
      figures: { asked: 2, answered: 0 },
    });
    await sampark.sql(`UPDATE invitations SET answer = 'yes', standing = 'in' WHERE event_id = $1`, [id]);
    await sampark.sql(
      `UPDATE events SET starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' WHERE id = $1`,
      [id],
    );
    expect((await sampark.as(organiser).post(`/events/${id}/attendance`, { personId: there.id })).status).toBe(201);
    expect((await sampark.as(organiser).post(`/events/${id}/closing`)).body).toEqual({ noShows: 1 });
    const due = () =>
      sampark.sql('SELECT full_name AS name FROM people WHERE id = ANY ($1) AND follow_up_why IS NOT NULL', [
        [there.id, missing.id],
      ]);
    expect(await due()).toEqual([{ name: 'Missing' }]);
    // A device that was offline: they were there after all.
    expect((await sampark.as(organiser).post(`/events/${id}/attendance`, { personId: missing.id })).status).toBe(201);
    expect(await due()).toEqual([]);
  });

  it('sees a neighbour’s meet-up and its guests nowhere', async () => {
    const { id } = await anEvent(sampark, { in: 'mathura' });
    const guest = await aSympathiser(sampark, { in: 'mathura', emails: ['n@mathura.example'] });
    await anInvitation(sampark, id, guest.id);
    for (const page of [
      '',
      '/figures',
      '/edit',
      '/invitations',
      '/audience',
      '/sample',
      '/door',
      '/walk-in',
      '/attendance',
      '/attendance.csv',
      '/helpers',
    ])
      // prettier-ignore
      expect([page, (await sampark.as(organiser).get(`/events/${id}${page}`)).status]).toEqual([page, 404]);
    const { id: own } = await anEvent(sampark, { in: 'agra' });
    const mathura = await territoryByCode(sampark, 'mathura');
    expect((await sampark.as(organiser).get(`/events/${own}/audience?territoryId=${mathura.id}`)).status).toBe(404);
    const there = { territoryId: mathura.id, count: 1 };
    expect((await sampark.as(organiser).post(`/events/${own}/invitations`, there)).status).toBe(404);
  });

  it('takes in who comes unasked without a look into the register: the named system does it, for them', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: 1 });
    const known = await aSympathiser(sampark, { in: 'agra', name: 'Kamla Devi', phones: ['+919844400300'], emails: ['kamla@secret.example'] }); // prettier-ignore
    const walkIn = { name: 'Kamla Devi', phone: '9844400300', consent: true, adult: true, clientId: uuidv7() };
    const sent = [
      await sampark.as(organiser).post(`/events/${id}/walk-ins`, walkIn),
      await sampark.as(organiser).post(`/events/${id}/walk-ins`, walkIn),
    ];
    expect(sent.map(({ body }) => [body.personId, body.came])).toEqual([[known.id, 1], [known.id, 1]]); // prettier-ignore
    expect(JSON.stringify(sent.map(({ body }) => body))).not.toContain('secret.example');
    const trail = await sampark.sql(
      `SELECT DISTINCT actor_kind, actor_name, user_id FROM audit_entries
        WHERE $1 = ANY (people) AND action IN ('sympathiser.matched', 'attendance.marked', 'consent.recorded')`,
      [known.id],
    );
    expect(trail).toEqual([{ actor_kind: 'system', actor_name: 'system:walk-in', user_id: organiser.id }]);
    const row = (await sampark.as(organiser).get(`/events/${id}/attendance`)).body.items[0];
    expect(row).toMatchObject({ name: 'Kamla Devi', by: 'Ravi Organiser', how: 'walk_in' });
  });
});

describe('a helper at the door', () => {
  it('has the names of one meet-up, ticks and adds; every other meet-up is not there', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: 1, titleEn: 'Their own' });
    const other = await anEvent(sampark, { in: 'agra', inHours: 2, titleEn: 'Another one' });
    const helper = await aHelper(sampark, id, { name: 'Door Helper' });
    const people = [];
    for (const [n, answer] of ['no', 'yes'].entries()) {
      const person = await aSympathiser(sampark, { in: 'agra', name: `Name ${n}` });
      await anInvitation(sampark, id, person.id);
      await anInvitation(sampark, other.id, person.id);
      await sampark.sql(`UPDATE invitations SET answer = $2, guests = 2, standing = 'in' WHERE person_id = $1`, [
        person.id,
        answer,
      ]);
      people.push(person);
    }
    const only = await aSympathiser(sampark, { in: 'agra', name: 'Only There' });
    await anInvitation(sampark, other.id, only.id);

    // Names in their order, whatever was answered: that is not told.
    const door = (await sampark.as(helper).get(`/events/${id}/door`)).body;
    expect(door.items.map(({ name, answer, guests, standing }: Record<string, unknown>) => [name, answer, guests, standing])).toEqual([
      ['Name 0', null, 0, null],
      ['Name 1', null, 0, null],
    ]); // prettier-ignore
    expect((await sampark.as(helper).post(`/events/${id}/attendance`, { personId: people[0]!.id })).body).toMatchObject(
      { present: true, came: 1 },
    );
    expect((await sampark.as(helper).post(`/events/${id}/attendance/${people[0]!.id}/undo`)).body.came).toBe(0);
    const walkIn = { name: 'Brand New', phone: '9844400401', consent: true, adult: true };
    expect((await sampark.as(helper).post(`/events/${id}/walk-ins`, walkIn)).body.came).toBe(1);

    expect((await sampark.as(helper).get('/events')).body.items.map((row: { id: string }) => row.id)).toEqual([id]);
    expect((await sampark.as(helper).get(`/events/${id}`)).body).toMatchObject({ figures: null, helping: true });
    for (const page of ['/invitations', '/figures', '/audience', '/attendance', '/attendance.csv', '/edit', '/helpers'])
      expect([page, (await sampark.as(helper).get(`/events/${id}${page}`)).status]).toEqual([page, 403]);
    for (const page of ['', '/door', '/walk-in'])
      expect([page, (await sampark.as(helper).get(`/events/${other.id}${page}`)).status]).toEqual([page, 404]);
    expect((await sampark.as(helper).post(`/events/${other.id}/attendance`, { personId: people[0]!.id })).status).toBe(
      404,
    );
    expect((await sampark.as(helper).post(`/events/${other.id}/walk-ins`, walkIn)).status).toBe(404);
    expect((await sampark.as(helper).post(`/events/${id}/attendance`, { personId: only.id })).status).toBe(404);
    expect((await sampark.as(helper).post(`/events/${id}/helpers`, { who: 'Asha' })).status).toBe(403);
  });

  it('is led to the door from the first page', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: 30, titleEn: 'Far off' });
    const helper = await aHelper(sampark, id);
    const page = (await sampark.browser(helper).get('/')).text;
    expect(page).toContain('Far off');
    expect(page).toContain(`href="/events/${id}/door"`);
    expect(page).not.toContain('class="stat"');
    await sampark.sql('UPDATE events SET closed_at = now() WHERE id = $1', [id]);
    expect((await sampark.browser(helper).get('/')).text).toContain('There is no door to open now');
  });
});

describe('whoever hosts a meet-up', () => {
  it('is never shown a phone, a mail, a handle, a home or a note, by any page or answer there is', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: 2 });
    const marked = await aMarkedPerson('Marked Person', 0);
    await anInvitation(sampark, id, marked.id);
    const helper = await aHelper(sampark, id);
    await sampark.as(organiser).post(`/events/${id}/attendance`, { personId: marked.id });
    const agra = await territoryByCode(sampark, 'agra');
    const routes = tables
      .flatMap(({ rows }) => rows)
      .filter(({ route }) => route.startsWith('GET '))
      .map(({ route }) => route.slice(4).replace(/^\/events\/:id/, `/events/${id}`).replace(/^\/territories\/:id/, `/territories/${agra.id}`).replace(/:\w+/g, marked.id)); // prettier-ignore
    expect(routes.length).toBeGreaterThan(40);
    const seen: string[] = [];
    let named = 0;
    const searches = [
      '',
      `?q=${planted.phone.slice(-4)}`,
      `?q=${planted.phone}`,
      `?q=${encodeURIComponent(planted.email)}`,
    ];
    for (const who of [organiser, helper])
      for (const route of routes)
        for (const search of route.endsWith('/door') || route.endsWith('/invitations') ? searches : ['']) {
          const url = route + search;
          const answers = [await sampark.as(who).get(url), await sampark.browser(who).get(url)];
          for (const { text } of answers) {
            // What was typed into the search field stands there again: it is theirs.
            const body = search
              ? text.replaceAll(decodeURIComponent(search.slice(3)), '').replaceAll(search.slice(3), '')
              : text;
            if (body.includes('Marked Person')) named += search ? 100 : 1;
            for (const secret of Object.values(planted)) if (body.includes(secret)) seen.push(`${url}: ${secret}`);
          }
        }
    expect(seen).toEqual([]);
    // The walk did reach their name, and no search by phone or mail did.
    expect(named).toBeGreaterThanOrEqual(8);
    expect(named).toBeLessThan(100);
  });
});
