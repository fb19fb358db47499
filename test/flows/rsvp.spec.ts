import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignedLinks } from '../../src/platform/security/signed-links.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let organiser: AUser;
beforeAll(async () => {
  sampark = await aSampark({ env: { DATABASE_POOL: '20' } });
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
});
afterAll(() => sampark?.close());

const tokenFor = (personId: string, invitationId: string, version = 1) =>
  sampark.get(SignedLinks).make('r', [personId, invitationId], version);

/** Somebody asked, and the address of their answer page. */
async function aGuest(eventId: string, name = 'सुनीता वर्मा', assignedTo?: string) {
  const person = await aSympathiser(sampark, {
    in: 'agra',
    name,
    phones: ['+919811111111'],
    emails: ['guest@example.org'],
    assignedTo,
  });
  const invitation = await anInvitation(sampark, eventId, person.id);
  return { ...person, invitationId: invitation.id, url: `/rsvp/${tokenFor(person.id, invitation.id)}` };
}

const standing = (personId: string) =>
  sampark.sql('SELECT answer, guests, standing, state FROM invitations WHERE person_id = $1', [personId]);
const headsOf = async (eventId: string) =>
  (await sampark.sql<{ heads: number }>('SELECT heads FROM events WHERE id = $1', [eventId]))[0]!.heads;

describe('the answer page', () => {
  it('says what, when, where and for whom, without the name, a script or a cookie', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const guest = await aGuest(id);
    const page = await sampark.browser(undefined, { lang: 'hi' }).get(guest.url);
    expect(page.status).toBe(200);
    expect(page.text).toContain('कार्यकर्ता मिलन');
    expect(page.text).toContain('सुभाष पार्क, आगरा');
    expect(page.text).toContain('उत्तर: सु… व… के लिए');
    expect(page.text).not.toContain('सुनीता');
    expect(page.text).not.toContain('guest@example.org');
    expect(page.text).toContain('<meta name="robots" content="noindex">');
    expect(page.text).toContain('<meta name="referrer" content="no-referrer">');
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(Buffer.byteLength(page.text)).toBeLessThan(15_000);
    const english = await sampark.browser(undefined, { lang: 'en' }).get(guest.url);
    expect(english.text).toContain('Volunteers meet');
  });

  it('changes nothing when it is only looked at, as mail scanners do', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const guest = await aGuest(id);
    for (const query of ['', '?answer=yes', '?utm_source=mail']) {
      expect((await sampark.as().get(guest.url + query)).status).toBe(200);
      expect((await sampark.as().send('HEAD', guest.url + query)).status).toBe(200);
    }
    expect(await standing(guest.id)).toEqual([{ answer: null, guests: 0, standing: null, state: 'sent' }]);
    expect(await sampark.sql('SELECT 1 FROM rsvps WHERE event_id = $1', [id])).toEqual([]);
  });

  it('takes an answer by a plain form, and another one later: the newest counts, the history stays', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', capacity: 10 });
    const guest = await aGuest(id);
    const browser = sampark.browser(undefined, { lang: 'hi' });
    await browser.get(guest.url);
    const yes = await browser.post(guest.url, { answer: 'yes', guests: '2' });
    expect(yes).toMatchObject({ status: 303, location: guest.url });
    expect((await browser.follow(yes)).text).toContain('आपने कहा: हाँ, साथ में 2 और');
    expect(await headsOf(id)).toBe(3);
    await browser.post(guest.url, { answer: 'no', guests: '2' });
    expect(await standing(guest.id)).toEqual([{ answer: 'no', guests: 0, standing: null, state: 'answered' }]);
    expect(await headsOf(id)).toBe(0);
    const history = await sampark.sql(
      'SELECT answer, guests, standing, how FROM rsvps WHERE person_id = $1 ORDER BY id',
      [guest.id],
    );
    expect(history).toEqual([
      { answer: 'yes', guests: 2, standing: 'in', how: 'link' },
      { answer: 'no', guests: 0, standing: null, how: 'link' },
    ]);
    const audit = await sampark.sql(
      `SELECT actor_kind, actor_name, path FROM audit_entries WHERE action = 'invitation.answered' AND $1 = ANY (people)`,
      [guest.id],
    );
    expect(audit).toEqual([1, 2].map(() => ({ actor_kind: 'link', actor_name: 'rsvp', path: organiser.path })));
  });

  it('talks JSON as well', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', capacity: 2 });
    const guest = await aGuest(id);
    expect((await sampark.as().post(guest.url, { answer: 'yes', guests: 1 })).body).toEqual({
      answer: 'yes',
      guests: 1,
      standing: 'in',
      kept: false,
    });
    expect((await sampark.as().get(guest.url, { 'accept-language': 'en' })).body).toMatchObject({
      event: { title: 'Volunteers meet', full: true, placesLeft: 0 },
      for: 'सु… व…',
      answer: 'yes',
      guests: 1,
      standing: 'in',
      closed: null,
    });
    for (const wrong of [
      { answer: 'perhaps' },
      { answer: 'yes', guests: 6 },
      { answer: 'yes', personId: guest.id },
      {},
    ])
      expect((await sampark.as().post(guest.url, wrong)).status).toBe(422);
  });

  it('helps on, with a 404, where the link is wrong, of another, for another purpose, or retired', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const [one, two] = [await aGuest(id), await aGuest(id)];
    const links = sampark.get(SignedLinks);
    const wrong = [
      'r.x.y.z',
      tokenFor(one.id, two.invitationId),
      tokenFor(one.id, one.invitationId, 2),
      links.make('u', [one.id], 1),
      links.make('u', [one.id, one.invitationId], 1),
      one.url.slice(6, -1),
    ];
    for (const token of wrong) {
      const page = await sampark.browser().get(`/rsvp/${token}`);
      expect(page.status).toBe(404);
      expect(page.text).toContain('Open the newest mail from us');
      expect((await sampark.as().get(`/rsvp/${token}`)).status).toBe(404);
      expect((await sampark.as().post(`/rsvp/${token}`, { answer: 'yes' })).status).toBe(404);
    }
    await sampark.sql('UPDATE invitations SET link_version = 2 WHERE id = $1', [one.invitationId]);
    expect((await sampark.as().get(one.url)).status).toBe(404);
    await sampark.sql('UPDATE people SET erased_at = now() WHERE id = $1', [two.id]);
    expect((await sampark.as().get(two.url)).status).toBe(404);
  });

  it('says kindly that it is over or cancelled, and records nothing', async () => {
    const over = await anEvent(sampark, { in: 'agra', inHours: -5 });
    const cancelled = await anEvent(sampark, { in: 'agra' });
    await sampark.as(organiser).post(`/events/${cancelled.id}/cancellation`);
    for (const [id, closed, words] of [
      [over.id, 'over', 'This meet-up is over.'],
      [cancelled.id, 'cancelled', 'This meet-up was cancelled.'],
    ] as const) {
      // prettier-ignore
      const guest = await aGuest(id);
      expect((await sampark.as().get(guest.url)).body).toMatchObject({ closed });
      const browser = sampark.browser();
      const page = await browser.get(guest.url);
      expect(page.text).toContain(words);
      expect(page.text).not.toContain('name="answer"');
      expect((await browser.post(guest.url, { answer: 'yes' })).status).toBe(409);
      expect((await sampark.as().post(guest.url, { answer: 'yes' })).status).toBe(409);
      expect(await standing(guest.id)).toEqual([{ answer: null, guests: 0, standing: null, state: 'sent' }]);
    }
  });

  it('lets somebody else say so, which leaves the link as it is', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const guest = await aGuest(id);
    expect((await sampark.as().post(`${guest.url}/not-me`)).status).toBe(200);
    expect((await sampark.as().get(guest.url)).body).toMatchObject({ notMe: true, answer: null });
    expect((await sampark.as(organiser).get(`/events/${id}/invitations?answer=none`)).body.items).toEqual([]);
    await sampark.as().post(guest.url, { answer: 'maybe' });
    expect((await sampark.as().get(guest.url)).body).toMatchObject({ notMe: false, answer: 'maybe' });
  });

  it('puts a wish to be called into the queue of whoever looks after them', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const { id } = await anEvent(sampark, { in: 'agra' });
    const guest = await aGuest(id, 'सुनीता वर्मा', member.id);
    expect((await sampark.as().post(`${guest.url}/call-me`)).status).toBe(200);
    await sampark.drain();
    const [person] = await sampark.sql(
      `SELECT follow_up_why, follow_up_on = (now() AT TIME ZONE 'Asia/Kolkata')::date AS today FROM people WHERE id = $1`,
      [guest.id],
    );
    expect(person).toEqual({ follow_up_why: 'call_me', today: true });
    expect((await sampark.as().get(guest.url)).body).toMatchObject({ callMe: true });
  });

  it('leads to the form that stops mail', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const guest = await aGuest(id);
    const { body } = await sampark.as().get(guest.url);
    expect((await sampark.browser(undefined, { lang: 'en' }).get(body.links.stop)).text).toContain(
      'Stop invitations by mail?',
    );
  });
});

describe('places', () => {
  it('are never oversold, however many answer at once', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', capacity: 25 });
    const guests = [];
    for (let n = 0; n < 50; n++) guests.push(await aGuest(id));
    const answers = await Promise.all(
      guests.map((guest, n) => sampark.as().post(guest.url, { answer: 'yes', guests: n % 3 })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(guests.map(() => 200));
    const [seats] = await sampark.sql(
      `SELECT e.heads, (SELECT sum(1 + guests)::int FROM invitations i WHERE i.event_id = e.id AND i.standing = 'in') AS taken,
              (SELECT count(*)::int FROM invitations i WHERE i.event_id = e.id AND i.standing = 'waiting') AS waiting FROM events e WHERE id = $1`,
      [id],
    );
    expect(seats!.heads).toBe(seats!.taken);
    // Whoever waits didn't fit: fewer places were left than the largest party has heads.
    expect(seats!.heads as number).toBeGreaterThan(25 - 3);
    expect(seats!.heads as number).toBeLessThanOrEqual(25);
    expect(seats!.waiting as number).toBeGreaterThan(0);
  });

  it('are counted right when one person answers many times at once', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', capacity: 10 });
    const guest = await aGuest(id);
    await Promise.all([0, 1, 2, 3, 4, 5].map((guests) => sampark.as().post(guest.url, { answer: 'yes', guests })));
    const [last] = await sampark.sql<{ guests: number }>('SELECT guests FROM invitations WHERE person_id = $1', [
      guest.id,
    ]);
    expect(await headsOf(id)).toBe(1 + last!.guests);
  });

  it('that don’t suffice make a party wait as a whole, and say so', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', capacity: 3 });
    const [first, second] = [await aGuest(id), await aGuest(id)];
    await sampark.as().post(first.url, { answer: 'yes', guests: 1 });
    const waiting = await sampark.as().post(second.url, { answer: 'yes', guests: 1 });
    expect(waiting.body).toEqual({ answer: 'yes', guests: 1, standing: 'waiting', kept: false });
    expect(await headsOf(id)).toBe(2);
    expect((await sampark.browser(undefined, { lang: 'hi' }).get(second.url)).text).toContain('आप सब प्रतीक्षा सूची में हैं');
    // Alone they fit.
    expect((await sampark.as().post(second.url, { answer: 'yes' })).body).toMatchObject({ standing: 'in' });
    expect(await headsOf(id)).toBe(3);
    // Who has places and asks for more than there are keeps what they have.
    const browser = sampark.browser(undefined, { lang: 'en' });
    await browser.get(second.url);
    const more = await browser.post(second.url, { answer: 'yes', guests: '1' });
    expect((await browser.follow(more)).text).toContain('Your earlier answer stands: 1 place is yours.');
    expect(await standing(second.id)).toEqual([{ answer: 'yes', guests: 0, standing: 'in', state: 'answered' }]);
    expect(await headsOf(id)).toBe(3);
    // Who says no frees theirs.
    await sampark.as().post(first.url, { answer: 'no' });
    expect(await headsOf(id)).toBe(1);
    expect((await sampark.as(organiser).get(`/events/${id}`)).body).toMatchObject({
      figures: { yes: 1, no: 1, waiting: 0, answered: 2 },
      event: { placesLeft: 2 },
    });
  });
});

describe('the holder of a link', () => {
  it('sees one invitation, whatever they ask Postgres', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const [guest, other] = [await aGuest(id), await aGuest(id)];
    const { AnswerLinks } = await import('../../src/events/rsvp/answer-links.js');
    const { UnitOfWork } = await import('../../src/platform/database/unit-of-work.js');
    const link = (await sampark.get(AnswerLinks).holderOf(guest.url.slice(6)))!;
    await sampark.get(UnitOfWork).run(link, async (tx) => {
      expect(await tx.query('SELECT id FROM people')).toEqual([{ id: guest.id }]);
      expect(await tx.query('SELECT id FROM invitations')).toEqual([{ id: guest.invitationId }]);
      expect(await tx.query('SELECT id FROM events')).toEqual([{ id }]);
      expect(await tx.execute(`UPDATE invitations SET answer = 'no' WHERE person_id = $1`, [other.id])).toBe(0);
    });
  });
});
