import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { anEvent } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let organiser: AUser;
/** Who sees people may ask them one by one; an organiser chooses by conditions. */
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra', name: 'राजेश कुमार' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
let made = 0;
const address = (name = 'guest') => `${name}-${++made}@example.org`;
const ask = (eventId: string, personIds: string[]) =>
  sampark.as(convenor).post(`/events/${eventId}/invitations`, { personIds });
const addressesOf = (mail: ParsedMail) => [mail.to].flat().flatMap((to) => to?.value.map((one) => one.address));
const mailsTo = async (to: string) => (await sampark.mails()).filter((mail) => addressesOf(mail).includes(to));
const mailTo = async (to: string) => (await mailsTo(to)).at(-1)!;
const linkIn = (mail: ParsedMail, kind = 'rsvp') =>
  new RegExp(`https://sampark\\.example\\.org(/${kind}/[\\w.-]+)`).exec(mail.text!)![1]!;
const header = (mail: ParsedMail, name: string) => mail.headerLines.filter((line) => line.key === name.toLowerCase()).map((line) => line.line.replace(/^[^:]+:\s*/, '').replace(/\r\n\s+/g, ' ')); // prettier-ignore
const calendarOf = (mail: ParsedMail) => {
  const file = mail.attachments.find((one) => one.contentType === 'application/ics') ?? mail.attachments[0]!;
  return file.content.toString('utf8').replaceAll('\r\n ', '').split('\r\n');
};

describe('choosing whom to ask', () => {
  it('shows the count, who is left out and why, and a sample in each language', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'aligarh' });
    const { id } = await anEvent(sampark, { in: 'aligarh' });
    const one = (wanted: Partial<Parameters<typeof aSympathiser>[1]> = {}) =>
      aSympathiser(sampark, { in: 'aligarh', emails: [address()], ...wanted });
    await one({ language: 'hi' });
    await one({ language: 'en', identities: [{ platform: 'x', handle: 'aligarh_one' }] });
    await one({ language: 'bho' });
    const [contacted, dead, minor, withdrawn, suppressed, refused] = [
      await one(),
      await one(),
      await one(),
      await one(),
      await one(),
      await one(),
    ];
    await one({ consent: false });
    await one({ emails: [], phones: ['+919811111112'] });
    await aSympathiser(sampark, { in: 'mathura', emails: [address()] });
    await sampark.sql(`UPDATE people SET last_attempt_at = now() - interval '10 days' WHERE id = $1`, [contacted!.id]);
    await sampark.sql('UPDATE contact_points SET dead_at = now() WHERE person_id = $1', [dead!.id]);
    // Since nobody so young is let in, this is one who was there before anybody looked.
    await sampark.sql('ALTER TABLE people DROP CONSTRAINT people_are_adults');
    await sampark.sql('UPDATE people SET birth_year = extract(year FROM now()) - 17 WHERE id = $1', [minor!.id]);
    await sampark.sql('UPDATE contact_points SET suppressed_at = now() WHERE person_id = $1', [suppressed!.id]);
    for (const [person, state] of [
      [withdrawn, 'withdrawn'],
      [refused, 'refused'],
    ] as const)
      // prettier-ignore
      await sampark.sql(
        `INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
         SELECT p.id, 'ffffffff-0000-7000-8000-000000000000', p.path, 'invitations', 'email', $2, 'spoken' FROM people p WHERE p.id = $1`,
        [person!.id, state],
      );
    const audience = (query = '') => sampark.as(convenor).get(`/events/${id}/audience${query}`);
    const { body } = await audience();
    expect(body.count).toBe(4);
    expect(
      Object.fromEntries(body.leftOut.map((row: { reason: string; count: number }) => [row.reason, row.count])),
    ).toEqual({
      dead_point: 1,
      minor: 1,
      no_consent: 1,
      no_point: 1,
      refused: 1,
      suppressed: 1,
      withdrawn: 1,
    });
    const counts = async (...queries: string[]) =>
      Promise.all(queries.map(async (query) => (await audience(query)).body.count));
    expect(
      await counts(
        '?language=hi',
        '?language=en',
        '?language=other',
        '?language=unknown',
        '?platform=x',
        '?platform=facebook',
      ),
    ).toEqual([1, 1, 1, 1, 1, 0]);
    expect(await counts('?contacted=never', '?contacted=1', '?contacted=2')).toEqual([3, 4, 3]);
    expect(body.samples.map((sample: { language: string }) => sample.language)).toEqual(['hi', 'en']);
    expect(body.samples[0].subject).toContain('कार्यकर्ता मिलन');
    expect(body.samples[1].text).toContain('Sunita Verma');
    const sample = await sampark.as(convenor).get(`/events/${id}/sample?language=hi`);
    expect(sample.headers['content-security-policy']).toContain('sandbox');
    expect(sample.text).toContain('कार्यकर्ता मिलन');
    expect((await audience(`?territoryId=${organiser.territoryId}`)).status).toBe(404);
  });

  it('sends only what was counted: a changed number or a second click is refused', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'etah', language: 'en' });
    const { id } = await anEvent(sampark, { in: 'etah' });
    for (let n = 0; n < 3; n++) await aSympathiser(sampark, { in: 'etah', emails: [address()] });
    const browser = sampark.browser(convenor);
    expect((await browser.get(`/events/${id}/audience`)).text).toContain('3 people will be asked');
    const wrong = await browser.post(`/events/${id}/invitations`, { count: '2' });
    expect(wrong.status).toBe(409);
    expect(wrong.text).toContain('You meant 2, but now it would be 3.');
    const answers = await Promise.all(
      [1, 2, 3].map(() => sampark.as(convenor).post(`/events/${id}/invitations`, { count: 3 })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, 409, 409]);
    expect((await browser.post(`/events/${id}/invitations`, { count: '3' })).status).toBe(409);
    expect((await sampark.as(convenor).post(`/events/${id}/invitations`, {})).status).toBe(422);
    expect((await sampark.as(convenor).get(`/events/${id}/audience`)).body).toMatchObject({
      count: 0,
      leftOut: [{ reason: 'already_asked', count: 3 }],
    });
    await sampark.drain();
    expect(
      await sampark.sql('SELECT state, count(*)::int AS n FROM mails WHERE event_id = $1 GROUP BY 1', [id]),
    ).toEqual([{ state: 'sent', n: 3 }]);
    const [audit] = await sampark.sql(
      `SELECT facts, cardinality(people) AS n FROM audit_entries WHERE action = 'event.asked' AND subject_id = $1`,
      [id],
    );
    expect(audit).toMatchObject({ n: 3, facts: { asked: 3 } });
  });

  it('asks nobody who may not be asked, not even by name', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const no = await aSympathiser(sampark, { in: 'agra', emails: [address()], consent: false });
    const elsewhere = await aSympathiser(sampark, { in: 'mathura', emails: [address()] });
    expect((await ask(id, [no.id, elsewhere.id])).status).toBe(409);
    const yes = await aSympathiser(sampark, { in: 'agra', emails: [address()] });
    expect((await ask(id, [no.id, elsewhere.id, yes.id])).body).toEqual({
      asked: 1,
      leftOut: [{ reason: 'no_consent', count: 1 }],
    });
  });
});

describe('the invitation', () => {
  it('comes in the person’s language, says who invites and why, with a link, a calendar and both unsubscribe headers', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', by: organiser.id });
    const [hindi, english, bhojpuri] = [address(), address(), address()];
    const people = [
      await aSympathiser(sampark, { in: 'agra', name: 'सुनीता वर्मा', emails: [hindi], language: 'hi' }),
      await aSympathiser(sampark, { in: 'agra', name: 'Imran Khan', emails: [english], language: 'en' }),
      await aSympathiser(sampark, { in: 'agra', emails: [bhojpuri], language: 'bho' }),
    ];
    expect((await ask(id, people.map((one) => one.id))).status).toBe(202); // prettier-ignore
    await sampark.drain();
    const mail = await mailTo(hindi);
    expect(mail.subject).toContain('कार्यकर्ता मिलन');
    expect(mail.text).toContain('सुनीता वर्मा जी, नमस्ते');
    expect(mail.text).toContain('राजेश कुमार');
    expect(mail.text).toContain('सहमति दी थी');
    expect((await mailTo(english)).text).toContain('Dear Imran Khan,');
    expect((await mailTo(english)).subject).toContain('Volunteers meet');
    expect((await mailTo(bhojpuri)).subject).toContain('कार्यकर्ता मिलन');
    expect(header(mail, 'list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
    expect(header(mail, 'list-unsubscribe')[0]).toMatch(/^<https:\/\/sampark\.example\.org\/unsubscribe\/u\.[\w.-]+>$/);
    const [row] = await sampark.sql<{ id: string; message_id: string }>(
      'SELECT id, message_id FROM mails WHERE person_id = $1',
      [people[0]!.id],
    );
    expect(mail.messageId).toBe(`<${row!.id}@sampark.example.org>`);
    expect(row!.message_id).toBe(mail.messageId);
    // The button stands as a plain link, too, and both lead to their answer page.
    const link = linkIn(mail);
    expect(String(mail.html).split(link)).toHaveLength(4);
    expect((await sampark.as().get(link)).body).toMatchObject({ for: 'सु… व…' });
    expect(calendarOf(mail)).toEqual(
      expect.arrayContaining([
        'METHOD:PUBLISH',
        `UID:${id}@sampark.example.org`,
        'SEQUENCE:0',
        'LOCATION:सुभाष पार्क\\, आगरा',
      ]),
    );
    expect(calendarOf(mail).some((line) => line.startsWith('ATTENDEE'))).toBe(false);
    const calendarPart = mail.attachments.map((one) => one.contentType);
    expect(calendarPart).toContain('application/ics');
    expect(Buffer.byteLength(String(mail.html))).toBeLessThan(15_000);
    const list = await sampark.as(organiser).get(`/events/${id}/invitations`);
    expect(list.body.items.map((item: { state: string; mail: string }) => [item.state, item.mail])).toEqual(
      people.map(() => ['sent', 'sent']),
    );
  });

  it('is below 40 kB as it goes over the line, with the method of the calendar in its MIME part', async () => {
    const { Mailbox } = await import('../../src/platform/mail/mailbox.js');
    const { id } = await anEvent(sampark, { in: 'agra', by: organiser.id });
    const to = address();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [to] });
    await ask(id, [person.id]);
    await sampark.drain();
    const mailbox = sampark.get(Mailbox);
    const raw = mailbox.raw(mailbox.list()[0]!)!.toString('latin1');
    expect(raw).toContain(to);
    expect(raw.length).toBeLessThan(40_000);
    expect(raw).toMatch(/Content-Type: text\/calendar;[^\n]*method=PUBLISH/i);
    expect(raw).toMatch(/Content-Type: text\/plain/);
    // Nothing is loaded from anywhere: no picture counts who opens it (T17).
    expect(raw).not.toMatch(/<img|url\(/i);
  });

  it('goes once to a couple with one address, naming each, with an answer each', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', capacity: 10 });
    const shared = address('verma');
    const [she, he] = [
      await aSympathiser(sampark, { in: 'agra', name: 'Sunita Verma', emails: [shared], language: 'en' }),
      await aSympathiser(sampark, { in: 'agra', name: 'Ramesh Verma', emails: [shared], language: 'en' }),
    ];
    await ask(id, [she.id, he.id]);
    await sampark.drain();
    const mails = await mailsTo(shared);
    expect(mails).toHaveLength(1);
    const links = [...mails[0]!.text!.matchAll(/https:\/\/sampark\.example\.org(\/rsvp\/[\w.-]+)/g)].map(
      (match) => match[1]!,
    );
    expect(links).toHaveLength(2);
    const names = await Promise.all(links.map(async (link) => (await sampark.as().get(link)).body.for));
    expect(names.sort()).toEqual(['R… V…', 'S… V…']);
    expect(mails[0]!.text).toContain('Sunita Verma: answer');
    const rows = await sampark.sql<{ state: string }>('SELECT state FROM mails WHERE event_id = $1 ORDER BY state', [
      id,
    ]);
    expect(rows.map((row) => row.state)).toEqual(['joined', 'sent']);
    await sampark.as().post(links[0]!, { answer: 'yes' });
    expect((await sampark.as().get(links[1]!)).body.answer).toBeNull();
    // One click stops that kind of mail for the address, so for both.
    await sampark.as().post(linkIn(mails[0]!, 'unsubscribe'));
    const states = await sampark.sql(
      `SELECT DISTINCT state FROM consents WHERE person_id = ANY ($1) AND state = 'withdrawn'`,
      [[she.id, he.id]],
    );
    expect(states).toEqual([{ state: 'withdrawn' }]);
    const both = await sampark.sql(
      `SELECT contact_barrier(id, 'invitations', 'email') AS b FROM people WHERE id = ANY ($1)`,
      [[she.id, he.id]],
    );
    expect(both).toEqual([{ b: 'withdrawn' }, { b: 'withdrawn' }]);
  });

  it('is not sent to who stopped after it was queued, by ledger or by the list of hashes', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const [withdrawn, stopped, fine] = [address(), address(), address()];
    const people: { id: string }[] = [];
    for (const email of [withdrawn, stopped, fine])
      people.push(await aSympathiser(sampark, { in: 'agra', emails: [email] }));
    await ask(id, people.map((one) => one.id)); // prettier-ignore
    await sampark.sql(
      `INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
       SELECT id, 'ffffffff-0000-7000-8000-000000000000', path, 'invitations', 'email', 'withdrawn', 'spoken' FROM people WHERE id = $1`,
      [people[0]!.id],
    );
    await sampark.get(SuppressionService).stop(await sampark.system(), 'email', stopped, 'asked_to_stop');
    // Only the hash knows it: the mark on the point got lost.
    await sampark.sql('UPDATE contact_points SET suppressed_at = NULL WHERE value = $1', [stopped]);
    await sampark.drain();
    expect(
      [await mailsTo(withdrawn), await mailsTo(stopped), await mailsTo(fine)].map((mails) => mails.length),
    ).toEqual([0, 0, 1]);
    const seenBy = async (who: AUser) => {
      const { body } = await sampark.as(who).get(`/events/${id}/invitations?limit=200`);
      const byId = new Map(body.items.map((item: { personId: string }) => [item.personId, item]));
      return people.map((one) => byId.get(one.id));
    };
    expect(await seenBy(organiser)).toMatchObject([
      { state: 'skipped', why: null, mail: 'refused' },
      { state: 'skipped', why: null, mail: 'refused' },
      { state: 'sent', why: null, mail: 'sent' },
    ]);
    expect(await seenBy(convenor)).toMatchObject([
      { state: 'skipped', why: 'withdrawn', mail: 'refused' },
      { state: 'skipped', why: 'suppressed', mail: 'refused' },
      { state: 'sent', why: null, mail: 'sent' },
    ]);
    expect((await sampark.as(organiser).get(`/events/${id}`)).body.figures).toMatchObject({
      asked: 1,
      mails: { refused: 2 },
    });
  });

  it('is refused alone where it can’t be sent; the rest goes on', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const fine = address();
    const people = [
      await aSympathiser(sampark, { in: 'agra', name: 'Eve\r\nBcc: all@example.org', emails: [address()] }),
      await aSympathiser(sampark, { in: 'agra', emails: ['सुनीता@example.org'] }),
      await aSympathiser(sampark, { in: 'agra', emails: [fine] }),
    ];
    await ask(id, people.map((one) => one.id)); // prettier-ignore
    await sampark.drain();
    expect(await mailsTo(fine)).toHaveLength(1);
    const rows = await sampark.sql('SELECT state, why FROM mails WHERE event_id = $1 ORDER BY why NULLS LAST', [id]);
    expect(rows).toEqual([
      { state: 'failed', why: 'address_not_ascii' },
      { state: 'failed', why: 'line_break' },
      { state: 'sent', why: null },
    ]);
  });
});

describe('a mail in doubt', () => {
  it('is never sent twice by itself: a dead worker’s waits for somebody’s word', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const to = address();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [to] });
    await ask(id, [person.id]);
    await sampark.sql(
      `UPDATE mails SET state = 'sending', worker = 'dead', sending_at = now() - interval '20 minutes' WHERE event_id = $1`,
      [id],
    );
    const { SecondLookService } = await import('../../src/mailings/second-look.service.js');
    expect(await sampark.get(SecondLookService).sweep(await sampark.system())).toEqual({ unsure: 1 });
    await sampark.drain();
    expect(await mailsTo(to)).toEqual([]);
    const convenor = await aUser(sampark, { role: 'organiser', in: 'agra', language: 'en' });
    const browser = sampark.browser(convenor);
    expect((await browser.get(`/events/${id}`)).text).toContain('Send again');
    expect((await browser.post(`/events/${id}/resending`)).status).toBe(303);
    await sampark.drain();
    expect(await mailsTo(to)).toHaveLength(1);
    expect((await sampark.as(organiser).post(`/events/${id}/resending`)).status).toBe(409);
  });

  it('is claimed by one of two workers', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const people = [];
    for (let n = 0; n < 25; n++)
      people.push((await aSympathiser(sampark, { in: 'agra', emails: [address('race')] })).id);
    await ask(id, people);
    const { SendingService } = await import('../../src/mailings/sending.service.js');
    const [actor, sending] = [await sampark.system(), sampark.get(SendingService)];
    await Promise.all([
      sending.sendDue(actor, id),
      sending.sendDue({ ...actor }, id),
      sending.sendDue({ ...actor }, id),
    ]);
    const mails = (await sampark.mails()).filter((mail) => addressesOf(mail).some((one) => one?.startsWith('race-')));
    expect(mails).toHaveLength(25);
    expect(new Set(mails.map((mail) => mail.messageId)).size).toBe(25);
  });
});

describe('a changed meet-up', () => {
  it('is told to those who had their mail, with the sequence raised, and they are asked again', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', capacity: 10 });
    const to = address();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [to], language: 'hi' });
    await ask(id, [person.id]);
    await sampark.drain();
    const link = linkIn(await mailTo(to));
    await sampark.as().post(link, { answer: 'yes', guests: 2 });
    const dto = {
      title_hi: 'कार्यकर्ता मिलन',
      title_en: 'Volunteers meet',
      place: 'ताज रोड, आगरा',
      starts: `${day(5)}T17:00`,
      ends: `${day(5)}T19:00`,
      capacity: 10,
    };
    expect((await sampark.as(organiser).post(`/events/${id}`, dto)).body).toMatchObject({ told: true });
    await sampark.drain();
    const mails = await mailsTo(to);
    expect(mails).toHaveLength(2);
    expect(mails[1]!.subject).toContain('बदलाव');
    expect(mails[1]!.text).toContain('ताज रोड, आगरा');
    expect(calendarOf(mails[1]!)).toEqual(
      expect.arrayContaining(['METHOD:PUBLISH', 'SEQUENCE:1', `UID:${id}@sampark.example.org`]),
    );
    // The same link asks again; the earlier answer is history, and its places are free.
    expect(linkIn(mails[1]!)).toBe(link);
    expect((await sampark.as().get(link)).body).toMatchObject({ answer: null, event: { placesLeft: 10 } });
    expect(await sampark.sql('SELECT answer FROM rsvps WHERE person_id = $1', [person.id])).toEqual([
      { answer: 'yes' },
    ]);
    // New words alone are mailed to nobody.
    await sampark.as(organiser).post(`/events/${id}`, { ...dto, words_hi: 'नाश्ता भी है।' });
    await sampark.drain();
    expect(await mailsTo(to)).toHaveLength(2);
    // Cancelled: out of the calendar, and no answer is taken.
    await sampark.as(organiser).post(`/events/${id}/cancellation`);
    await sampark.drain();
    const last = await mailTo(to);
    expect(last.subject).toContain('रद्द');
    expect(calendarOf(last)).toEqual(
      expect.arrayContaining(['METHOD:CANCEL', 'STATUS:CANCELLED', 'SEQUENCE:3', `UID:${id}@sampark.example.org`]),
    );
    expect((await sampark.as().get(link)).body.closed).toBe('cancelled');
  });

  it('is not told to who unsubscribed or never had a mail; a mail still queued is not sent once it is cancelled', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const [gone, late] = [address(), address()];
    const [one, two] = [
      await aSympathiser(sampark, { in: 'agra', emails: [gone] }),
      await aSympathiser(sampark, { in: 'agra', emails: [late] }),
    ];
    await ask(id, [one.id]);
    await sampark.drain();
    await sampark.as().post(linkIn(await mailTo(gone), 'unsubscribe'));
    await ask(id, [two.id]);
    await sampark.as(organiser).post(`/events/${id}/cancellation`);
    await sampark.drain();
    expect([await mailsTo(gone), await mailsTo(late)].map((mails) => mails.length)).toEqual([1, 0]);
  });
});

describe('unsubscribing', () => {
  async function aMail() {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const to = address();
    const person = await aSympathiser(sampark, {
      in: 'agra',
      name: 'सुनीता वर्मा',
      emails: [to],
      phones: ['+919822222222'],
    });
    await ask(id, [person.id]);
    await sampark.drain();
    const mail = await mailTo(to);
    return { person, to, eventId: id, url: linkIn(mail, 'unsubscribe'), rsvp: linkIn(mail) };
  }
  const barrier = async (personId: string, purpose = 'invitations', channel = 'email') =>
    (
      await sampark.sql<{ b: string | null }>('SELECT contact_barrier($1, $2, $3) AS b', [personId, purpose, channel])
    )[0]!.b;

  it('happens by one click of a mailbox provider: urlencoded or multipart, without cookie, sign-in or being sent on', async () => {
    const forms: [string, string][] = [
      ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
      [
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
      ],
    ];
    for (const [type, body] of forms)
      for (const accept of ['*/*', 'text/html']) {
        const { person, url, rsvp } = await aMail();
        await sampark.as().post(rsvp, { answer: 'yes' });
        const answer = await sampark.as().send('POST', url, Buffer.from(body), { 'content-type': type, accept });
        expect(answer.status).toBe(200);
        expect(answer.headers.location).toBeUndefined();
        expect(await barrier(person.id)).toBe('withdrawn');
        // That kind of mail alone; and the answer stands.
        expect(await barrier(person.id, 'contact', 'phone')).toBeNull();
        expect((await sampark.as().get(rsvp)).body).toMatchObject({ answer: 'yes', standing: 'in' });
      }
  });

  it('changes nothing when looked at; its form stops invitations, or everything', async () => {
    const { person, url } = await aMail();
    const browser = sampark.browser(undefined, { lang: 'hi' });
    const page = await browser.get(url);
    expect(page.text).toContain('सु… व… के लिए');
    expect((await sampark.as().send('HEAD', url)).status).toBe(200);
    expect(await barrier(person.id)).toBeNull();
    const stopped = await browser.post(url, { what: 'invitations' });
    expect(stopped.status).toBe(303);
    expect((await browser.follow(stopped)).text).toContain('निमंत्रण रोक दिए गए');
    await browser.post(url, { what: 'invitations' });
    expect(
      await sampark.sql(`SELECT how, by_user FROM consents WHERE person_id = $1 AND state = 'withdrawn'`, [person.id]),
    ).toEqual([{ how: 'link', by_user: null }]);
    expect((await browser.post(url, { what: 'everything' })).status).toBe(303);
    expect(await barrier(person.id, 'contact', 'phone')).toBe('suppressed');
  });

  it('helps on where the link is wrong', async () => {
    const { url, rsvp } = await aMail();
    for (const wrong of [`${url}x`, '/unsubscribe/u.x.y', rsvp.replace('/rsvp/', '/unsubscribe/')]) {
      expect((await sampark.browser(undefined, { lang: 'en' }).get(wrong)).text).toContain(
        'Open the newest mail from us',
      );
      expect((await sampark.as().post(wrong)).status).toBe(404);
    }
  });
});
