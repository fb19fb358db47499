import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { SignedLinks } from '../../src/platform/security/signed-links.js';
import { scopeOf } from '../../src/territories/path.js';
import { JoinRequests } from '../../src/privacy/joining/join-requests.js';
import { LONGEST_MS } from '../../src/privacy/joining/form-time.js';
import { SIGN_UPS } from '../../src/privacy/joining/joining.service.js';
import { aSeal } from '../factories/joining.js';
import { ErasureLog } from '../../src/platform/erasure-log/erasure-log.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { recordStatements } from '../support/statements.js';

let sampark: Sampark;
beforeAll(async () => {
  sampark = await aSampark();
});
beforeEach(() => sampark.sql('DELETE FROM sign_in_failures'));
afterAll(() => sampark?.close());

let made = 0;
const newMail = () => `join-${(made += 1)}@example.org`;
const newPhone = () => `98${String(20_000_000 + (made += 1))}`;
/** A form as somebody would send it, opened ten seconds ago. */
const form = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'Asha Verma',
  email: newMail(),
  pin: '203001',
  language: 'hi',
  adult: 'true',
  purposes: ['register', 'contact', 'invitations'],
  seal: aSeal(sampark),
  ...more,
});
const join = (fields: Record<string, unknown>) => sampark.as().post('/join', fields);

/** The letters to an address, oldest first. */
async function lettersTo(address: string): Promise<ParsedMail[]> {
  await sampark.drain();
  return (await sampark.mails()).filter((mail) => JSON.stringify(mail.to).includes(address));
}
const linkIn = (mail: ParsedMail | undefined) =>
  /https:\/\/sampark\.example\.org(\/join\/confirm\/\S+)/.exec(mail!.text!)![1]!;
async function signedUp(fields: Record<string, unknown>): Promise<string> {
  const sent = form(fields);
  expect((await join(sent)).status).toBe(202);
  return linkIn((await lettersTo(String(sent.email))).at(-1));
}
async function joined(fields: Record<string, unknown>) {
  const link = await signedUp(fields);
  expect((await sampark.as().post(link)).status).toBe(200);
  return link;
}
const peopleWith = (value: string) =>
  sampark.sql<{ id: string; name: string; home: string; waiting: boolean; came_by: string; source: string; pin: string; language: string; birth_year: number }>(
    `SELECT p.id, p.full_name AS name, t.code AS home, p.waiting, p.came_by, p.source, p.pin, p.language, p.birth_year
       FROM people p JOIN territories t ON t.id = p.territory_id WHERE EXISTS (SELECT FROM contact_points c WHERE c.person_id = p.id AND c.value = $1) ORDER BY p.created_at`,
    [value],
  ); // prettier-ignore
const requests = () => sampark.sql<{ state: string }>('SELECT * FROM join_requests ORDER BY asked_at');
const system = () => sampark.system('system:test');

describe('joining by mail', () => {
  it('counts once the link in the mail is confirmed: the person, where the PIN says, with what they ticked', async () => {
    const email = newMail();
    const browser = sampark.browser(undefined, { lang: 'hi' });
    const page = await browser.get('/join');
    expect(page.text).toContain('हम आपका नाम, नंबर और आपकी बताई बातें रखते हैं');
    expect(page.text).not.toMatch(/name="purposes"[^>]*checked/);
    expect(/name="seal" value="([^"]+)"/.exec(page.text)).not.toBeNull();
    const sent = await browser.post('/join', {
      ...(form({ email, seal: aSeal(sampark, { locale: 'hi' }) }) as Record<string, string>),
      phone: '98765 43210',
      name: 'आशा वर्मा',
      platform: 'instagram',
      handle: '@asha.v',
      birthYear: '1990',
    });
    expect(sent).toMatchObject({ status: 303, location: '/join/sent' });
    expect((await browser.follow(sent)).text).toContain('वहाँ अभी एक लिंक भेजा है');
    const [letter, ...more] = await lettersTo(email);
    expect(more).toEqual([]);
    expect(letter!.subject).toBe('संपर्क: कृपया पक्का करें कि आपने ही फ़ॉर्म भरा था');
    expect(letter!.text).toContain('हम आपका नाम, नंबर और आपकी बताई बातें रखते हैं');
    expect(letter!.text).toContain('https://sampark.example.org/privacy/register-1');
    // Whoever fills in a form can't have us mail their words to somebody.
    expect(`${letter!.text} ${String(letter!.html)} ${JSON.stringify(letter!.to)}`).not.toContain('आशा');
    expect(String(letter!.html)).not.toMatch(/<img|<link|src=|url\(/i);
    expect(letter!.headers.get('auto-submitted')).toBe('auto-generated');

    const link = linkIn(letter);
    expect(await peopleWith(email)).toEqual([]);
    const look = await browser.get(link);
    expect(look.text).toContain('आ… व…');
    expect(look.text).toContain('•••• 210');
    expect(look.text).not.toContain('9876543210');
    const done = await browser.post(link);
    expect((await browser.follow(done)).text).toContain('आप जुड़ गए');

    const [person, ...others] = await peopleWith(email);
    expect(others).toEqual([]);
    expect(person).toMatchObject({ name: 'आशा वर्मा', home: 'bulandshahr', came_by: 'join_form', source: '/join', pin: '203001', language: 'hi', birth_year: 1990 }); // prettier-ignore
    const ledger = await sampark.sql(
      `SELECT DISTINCT purpose, channel, state, how, notice, language, by_user FROM consents WHERE person_id = $1 ORDER BY channel, purpose`,
      [person!.id],
    );
    expect(ledger).toEqual(
      ['email', 'instagram', 'phone'].flatMap(
        (channel) =>
        ['contact', 'invitations', 'register'].map((purpose) => ({ purpose, channel, state: 'given', how: 'form', notice: 'register-1', language: 'hi', by_user: null })), // prettier-ignore
      ),
    );
    // Nothing of what was typed is left beside the person.
    expect(
      await sampark.sql(`SELECT sealed, mail_hash, phone_hash FROM join_requests WHERE state = 'confirmed'`),
    ).toEqual([{ sealed: null, mail_hash: null, phone_hash: null }]);
    const trail = await sampark.sql<{ action: string }>(
      `SELECT action FROM audit_entries WHERE action LIKE 'join.%' ORDER BY id`,
    );
    expect(trail.map(({ action }) => action)).toEqual(['join.asked', 'join.confirmed']);
  });

  it('leaves what was typed nowhere in the clear until then, and nobody’s consent', async () => {
    const email = 'private.person@example.org';
    const before = await sampark.sql('SELECT count(*)::int AS n FROM consents');
    await join(form({ name: 'Padmavati Secret', email }));
    const [texts] = await sampark.sql<{ all: string }>(
      `SELECT (SELECT string_agg(j::text, ' ') FROM graphile_worker._private_jobs j) || ' ' || (SELECT string_agg(r::text, ' ') || string_agg(encode(r.sealed, 'escape'), ' ') FROM join_requests r)
              || ' ' || (SELECT string_agg(a::text, ' ') FROM audit_entries a) || ' ' || (SELECT coalesce(string_agg(v::text, ' '), '') FROM audit_values v) AS all`,
    );
    expect(texts!.all).toContain('requestId');
    expect(texts!.all).not.toMatch(/Padmavati|private\.person/);
    expect(await sampark.sql('SELECT count(*)::int AS n FROM consents')).toEqual(before);
    await sampark.drain();
    expect(await peopleWith(email)).toEqual([]);
  });

  it('is confirmed by no mail scanner: whatever opens the links, nothing is written', async () => {
    const email = newMail();
    await signedUp({ email });
    const [letter] = await lettersTo(email);
    const links = [...`${letter!.text} ${String(letter!.html)}`.matchAll(/https:\/\/sampark\.example\.org(\/[^\s"<)]*)/g)].map(([, path]) => path!); // prettier-ignore
    expect(new Set(links).size).toBeGreaterThanOrEqual(2);
    const statements = recordStatements(sampark);
    for (const link of [...links, '/join', '/join/sent', '/join/embed', '/join/abc234', '/privacy'])
      for (const method of ['GET', 'HEAD'] as const)
        expect((await sampark.as().send(method, link, undefined, { accept: 'text/html' })).status).toBe(200);
    const writing = statements().filter((sql) => /\b(insert|update|delete|enqueue|suppress|note_)\b/i.test(sql));
    expect(writing).toEqual([]);
    expect(await peopleWith(email)).toEqual([]);
  });

  it('is one sign-up, one letter and one person, however often the form and the button are pressed', async () => {
    const fields = form();
    const answers = await Promise.all([join(fields), join(fields), join(fields)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const letters = await lettersTo(String(fields.email));
    expect(letters).toHaveLength(1);
    const link = linkIn(letters[0]);
    const confirmed = await Promise.all([1, 2, 3, 4].map(() => sampark.as().post(link)));
    expect(confirmed.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const people = await peopleWith(String(fields.email));
    expect(people).toHaveLength(1);
    const [{ n }] = (await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM consents WHERE person_id = $1', [people[0]!.id])) as [{ n: number }]; // prettier-ignore
    expect(n).toBe(3);
  });

  it('takes a corrected form for a new one: the first address was mistyped', async () => {
    const seal = aSeal(sampark);
    const [wrong, right] = [newMail(), newMail()];
    await join(form({ seal, email: wrong }));
    await join(form({ seal, email: right }));
    expect([(await lettersTo(wrong)).length, (await lettersTo(right)).length]).toEqual([1, 1]);
  });

  it('makes one person of two sign-ups of one mail that are confirmed at once, and two of a couple', async () => {
    for (const [names, count] of [
      [['रमेश चतुर्वेदी', 'Ramesh Chaturvedi'], 1],
      [['Sunita Yadav', 'Ramesh Yadav'], 2],
    ] as const) {
      const email = newMail();
      for (const name of names) await join(form({ name, email }));
      const links = (await lettersTo(email)).map(linkIn);
      expect(links).toHaveLength(2);
      const done = await Promise.all(links.map((link) => sampark.as().post(link)));
      expect(done.map(({ status }) => status)).toEqual([200, 200]);
      expect(await peopleWith(email)).toHaveLength(count);
    }
  });

  it('is gone at once when whoever gets the mail says that it wasn’t they', async () => {
    const email = newMail();
    const link = await signedUp({ email });
    const browser = sampark.browser();
    await browser.get(link);
    expect(await browser.post(`${link}/not-me`)).toMatchObject({ status: 303, location: '/join' });
    const gone = await browser.get(link);
    expect([gone.status, gone.text.includes('Nothing waits under this link')]).toEqual([404, true]);
    expect((await sampark.as().post(link)).status).toBe(404);
    expect(await peopleWith(email)).toEqual([]);
  });

  it('opens by no link of another purpose, and none that is made up', async () => {
    const link = await signedUp({});
    const [, id, signature] = link.replace('/join/confirm/', '').split('.');
    const [row] = await sampark.sql<{ id: string }>(`SELECT id FROM join_requests WHERE state = 'mailed' ORDER BY id DESC LIMIT 1`); // prettier-ignore
    const other = sampark.get(SignedLinks).make('u', [row!.id], 1);
    for (const token of [other, `j.${id}.x${signature!.slice(1)}`, `u.${id}.${signature}`, 'j', 'x.y.z'])
      for (const answer of [
        await sampark.as().get(`/join/confirm/${token}`),
        await sampark.as().post(`/join/confirm/${token}`),
      ])
        // prettier-ignore
        expect(answer.status).toBe(404);
    const own = link.replace('/join/confirm/', '');
    expect((await sampark.as().get(`/unsubscribe/${own}`)).status).toBe(404);
    expect((await sampark.as().get(`/rsvp/${own}`)).status).toBe(404);
  });

  it('is erased after thirty days, when nobody confirmed', async () => {
    const link = await signedUp({});
    await sampark.sql(`UPDATE join_requests SET asked_at = now() - interval '29 days 23 hours'`);
    await eraseOld();
    expect((await sampark.as().get(link)).status).toBe(200);
    await sampark.sql(`UPDATE join_requests SET asked_at = now() - interval '30 days 1 minute'`);
    await eraseOld();
    expect(await requests()).toEqual([]);
    expect((await sampark.as().get(link)).status).toBe(404);
    expect((await sampark.as().post(link)).status).toBe(404);
  });
});

/** As its own job does, each night. */
async function eraseOld() {
  await sampark.sql(`SELECT graphile_worker.add_job('joining.erase-unconfirmed')`);
  await sampark.drain();
}

describe('what waits', () => {
  it('is forgotten together with somebody who is erased, whatever territory the job acts in', async () => {
    const [email, phone] = [newMail(), newPhone()];
    await join(form({ email }));
    await join(form({ email: '', phone }));
    await join(form({ email: newMail() }));
    const before = (await requests()).length;
    const [agra] = await sampark.sql<{ path: string }>(`SELECT path FROM territories WHERE code = 'agra'`);
    const actor = { kind: 'system' as const, name: 'system:test', scope: scopeOf(agra!.path) };
    const points = [{ kind: 'email' as const, value: email }, { kind: 'phone' as const, value: `+91${phone}` }]; // prettier-ignore
    expect(await sampark.get(JoinRequests).forget(actor, points)).toBe(2);
    expect((await requests()).length).toBe(before - 2);
  });
});

describe('where a sign-up lands', () => {
  const homeOf = async (fields: Record<string, unknown>) => {
    const email = newMail();
    await joined({ email, ...fields });
    const [person] = await peopleWith(email);
    return { home: person!.home, waiting: person!.waiting };
  };

  it('is the PIN’s territory; where that says nothing the poster’s; else the root’s waiting list', async () => {
    const poster = await aPoster('mathura', 'Mathura fair');
    expect(await homeOf({ pin: '203001' })).toEqual({ home: 'bulandshahr', waiting: false });
    // Two of the organisation's districts lie in that PIN's; which of them, only a poster can say.
    expect(await homeOf({ pin: '282001' })).toEqual({ home: 'braj', waiting: true });
    expect(await homeOf({ pin: '282001', poster: await aPoster('agra', 'Sadar') })).toEqual({
      home: 'agra',
      waiting: false,
    });
    expect(await homeOf({ pin: '282001', poster })).toEqual({ home: 'braj', waiting: true });
    expect(await homeOf({ pin: '', poster })).toEqual({ home: 'mathura', waiting: false });
    expect(await homeOf({ pin: '999999', poster })).toEqual({ home: 'mathura', waiting: false });
    expect(await homeOf({ pin: '' })).toEqual({ home: 'up', waiting: true });
    expect(await homeOf({ pin: '999999', poster: 'nosuch' })).toEqual({ home: 'up', waiting: true });
  });

  it('is counted by poster, and says where they came from', async () => {
    const poster = await aPoster('agra', 'Sadar stall 4');
    const email = newMail();
    await join(form({ poster }));
    await joined({ email, poster });
    expect(await peopleWith(email)).toMatchObject([{ source: `Sadar stall 4 (${poster})` }]);
    const counted = () => sampark.sql('SELECT signed_up, joined FROM posters WHERE code = $1', [poster]);
    expect(await counted()).toEqual([{ signed_up: 2, joined: 1 }]);
    await sampark.sql('UPDATE posters SET ended_at = now() WHERE code = $1', [poster]);
    const later = newMail();
    await joined({ email: later, poster });
    expect(await peopleWith(later)).toMatchObject([{ source: '/join' }]);
    expect(await counted()).toEqual([{ signed_up: 2, joined: 1 }]);
  });

  async function aPoster(territory: string, label: string): Promise<string> {
    const code = `t${String((made += 1)).padStart(5, '2')}`;
    await sampark.sql(
      `INSERT INTO posters (code, territory_id, path, label) SELECT $1, id, path, $2 FROM territories WHERE code = $3`,
      [code, label, territory],
    );
    return code;
  }
});

describe('somebody who is in the register already', () => {
  it('cannot be told from one who is not: the same answer, after the same work, and one letter each', async () => {
    const known = newMail();
    await aSympathiser(sampark, { in: 'agra', emails: [known] });
    const stopped = await aStopped({ emails: [newMail()] });
    const phone = newPhone();
    await aSympathiser(sampark, { in: 'agra', phones: [`+91${phone}`] });
    // The first request of all reads where the root is, once.
    await join(form());
    const ask = async (fields: Record<string, unknown>) => {
      await sampark.sql('DELETE FROM sign_in_failures');
      // What the stop before noted is on the disk, and writes nothing meanwhile.
      await sampark.get(ErasureLog).onModuleDestroy();
      const statements = recordStatements(sampark);
      const json = await join(form(fields));
      const page = await sampark.browser().post('/join', form(fields) as Record<string, string>);
      return { statements: statements(), json: [json.status, json.text, bare(json.headers)], page: [page.status, page.text, bare(page.headers)] }; // prettier-ignore
    };
    const nobody = newMail();
    const asked = await ask({ email: nobody });
    expect(asked.statements.length).toBeGreaterThan(6);
    for (const email of [known, stopped.mail]) expect(await ask({ email })).toEqual(asked);
    const byPhone = await ask({ email: '', phone: newPhone() });
    expect(await ask({ email: '', phone })).toEqual(byPhone);
    // Each was asked twice within the day; the stopped one is written to once.
    expect([(await lettersTo(nobody)).length, (await lettersTo(known)).length, (await lettersTo(stopped.mail)).length]).toEqual([2, 2, 1]); // prettier-ignore
  });

  it('is told so in the mail alone, with the way to what we hold', async () => {
    const email = newMail();
    await aSympathiser(sampark, { in: 'agra', emails: [email] });
    await signedUp({ email });
    const [letter] = await lettersTo(email);
    expect(letter!.text).toContain('We already have an entry with it.');
    expect(letter!.text).toContain('https://sampark.example.org/my-data');
  });

  it('is found by mail and a name that is one with it: blanks are filled, what differs is suggested, consent is added', async () => {
    const email = newMail();
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'सुनीता वर्मा', emails: [email], language: 'ur', consent: false }); // prettier-ignore
    await joined({
      name: 'Sunita Verma',
      email,
      phone: '9811100001',
      pin: '203001',
      birthYear: '1985',
      language: 'hi',
    });
    const people = await peopleWith(email);
    expect(people.map((person) => person.id)).toEqual([id]);
    expect(people[0]).toMatchObject({
      name: 'सुनीता वर्मा',
      home: 'agra',
      pin: '203001',
      birth_year: 1985,
      language: 'ur',
    });
    expect(await peopleWith('+919811100001')).toMatchObject([{ id }]);
    const suggestions = await sampark.sql('SELECT field, value, why FROM person_suggestions WHERE person_id = $1 ORDER BY field', [id]); // prettier-ignore
    expect(suggestions).toEqual([
      { field: 'language', value: 'hi', why: 'join_form' },
      { field: 'name', value: 'Sunita Verma', why: 'join_form' },
    ]);
    const barrier = (channel: string) => system().then((actor) => sampark.get(ConsentService).barrier(actor, id, 'contact', channel)); // prettier-ignore
    expect([await barrier('email'), await barrier('phone')]).toEqual([null, null]);
  });

  it('is another person where the name is another one', async () => {
    const email = newMail();
    await aSympathiser(sampark, { in: 'agra', name: 'सुनीता वर्मा', emails: [email] });
    await joined({ name: 'Ramesh Verma', email });
    expect((await peopleWith(email)).map(({ name }) => name)).toEqual(['सुनीता वर्मा', 'Ramesh Verma']);
  });

  it('is not found by a phone alone, which nobody has shown to be theirs', async () => {
    const phone = newPhone();
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Asha Verma', phones: [`+91${phone}`] });
    const email = newMail();
    await joined({ email, phone });
    expect((await peopleWith(email)).map((person) => person.id)).not.toContain(id);
    expect(await sampark.sql('SELECT 1 FROM contact_points WHERE person_id = $1', [id])).toHaveLength(1);
  });

  it('keeps a handle that somebody else types in; whoever looks is told', async () => {
    const { id } = await aSympathiser(sampark, { in: 'mathura', identities: [{ platform: 'x', handle: 'sunita_up' }] });
    const email = newMail();
    await joined({ email, platform: 'x', handle: 'Sunita_UP' });
    const [claim] = await sampark.sql<{ person_id: string }>(`SELECT person_id FROM identity_claims WHERE handle = 'sunita_up'`); // prettier-ignore
    expect(claim!.person_id).toBe(id);
    const [newcomer] = await peopleWith(email);
    expect(
      await sampark.sql('SELECT field, value FROM person_suggestions WHERE person_id = $1', [newcomer!.id]),
    ).toEqual([{ field: 'handle', value: 'x sunita_up' }]);
  });
});

describe('somebody who asked to stop', () => {
  it('stays stopped whatever others type; the link in their own mail alone lifts the stop of that mail', async () => {
    const { id, mail } = await aStopped({ emails: [newMail()] });
    const [actor, consents] = [await system(), sampark.get(ConsentService)];
    const link = await signedUp({ name: 'सुनीता वर्मा', email: mail });
    const [letter] = await lettersTo(mail);
    expect(letter!.text).toContain('You once asked us to stop, and that holds.');
    expect(await consents.barrier(actor, id, 'invitations', 'email')).toBe('suppressed');
    // Somebody goes on typing the address: nothing more is sent.
    for (let i = 0; i < 3; i += 1) await join(form({ email: mail }));
    expect(await lettersTo(mail)).toHaveLength(1);
    await sampark.as().get(link);
    expect(await consents.barrier(actor, id, 'invitations', 'email')).toBe('suppressed');
    expect((await sampark.as().post(link)).status).toBe(200);
    expect(await consents.barrier(actor, id, 'invitations', 'email')).toBeNull();
    // By what they ticked, and nothing else.
    expect(await consents.barrier(actor, id, 'photos', 'email')).toBe('withdrawn');
    expect(await sampark.sql(`SELECT 1 FROM audit_entries WHERE action = 'suppression.lifted'`)).toHaveLength(1);
  });

  it('is never called because of a form, with or without a mail beside the number', async () => {
    const phone = newPhone();
    await aStopped({ phones: [`+91${phone}`] });
    const email = newMail();
    await joined({ email, phone });
    const [person] = await peopleWith(email);
    expect(await sampark.sql('SELECT value FROM contact_points WHERE person_id = $1', [person!.id])).toEqual([{ value: email }]); // prettier-ignore
    await join(form({ email: '', phone }));
    await sampark.drain();
    expect((await requests()).at(-1)).toMatchObject({ state: 'held', territory_id: null });
    const stops = await sampark.sql(`SELECT 1 FROM contact_points WHERE value = $1 AND suppressed_at IS NULL`, [`+91${phone}`]); // prettier-ignore
    expect(stops).toEqual([]);
  });

  it('says no to the others behind a shared mail for themself alone', async () => {
    const mail = newMail();
    const other = await aSympathiser(sampark, { in: 'agra', name: 'Ramesh Verma', emails: [mail] });
    const { id } = await aStopped({ emails: [mail] });
    await joined({ name: 'Ramesh Verma', email: mail });
    const [actor, consents] = [await system(), sampark.get(ConsentService)];
    expect(await consents.barrier(actor, other.id, 'contact', 'email')).toBeNull();
    expect(await consents.barrier(actor, id, 'contact', 'email')).toBe('withdrawn');
  });
});

async function aStopped(points: { emails?: string[]; phones?: string[] }) {
  const { id } = await aSympathiser(sampark, { in: 'agra', name: 'सुनीता वर्मा', ...points });
  await sampark.get(StopService).stop(await system(), id, 'spoken');
  return { id, mail: points.emails?.[0] ?? '' };
}

describe('a form that is refused', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no name', { name: '12' }, 'name'],
    ['neither mail nor phone', { email: '' }, 'email'],
    ['a mail that is none', { email: 'asha@' }, 'email'],
    ['a phone that is none', { phone: '12345' }, 'phone'],
    ['a PIN of five digits', { pin: '28200' }, 'pin'],
    ['a handle without its platform', { handle: '@asha' }, 'platform'],
    ['no word on being grown up', { adult: '' }, 'adult'],
    ['a year that is none', { birthYear: '3000' }, 'birthYear'],
    ['no consent to being kept', { purposes: ['contact'] }, 'purposes'],
    ['no consent at all', { purposes: [] }, 'purposes'],
    ['a form left open for a day', { seal: 'old' }, 'seal'],
  ])('for %s says what, and keeps nothing', async (_, fields, field) => {
    const before = await requests();
    const seal = fields.seal === 'old' ? aSeal(sampark, { ago: LONGEST_MS + 60_000 }) : aSeal(sampark);
    const answer = await join(form({ ...fields, seal }));
    expect([answer.status, answer.body.errors?.map((one: { field: string }) => one.field)]).toEqual([422, [field]]);
    expect(await requests()).toEqual(before);
  });

  it('because of their age is refused kindly, in their language, and nothing is kept anywhere', async () => {
    const before = await requests();
    const year = new Date().getFullYear() - 16;
    const browser = sampark.browser(undefined, { lang: 'hi' });
    await browser.get('/join');
    const fields = form({ name: 'Chhoti Chandravati', birthYear: String(year) }) as Record<string, string>;
    const answer = await browser.post('/join', fields);
    expect([answer.status, answer.text.includes('18 साल के होने पर ज़रूर आइए')]).toEqual([422, true]);
    expect(await requests()).toEqual(before);
    expect(await lettersTo(String(fields.email))).toEqual([]);
    const [trail] = await sampark.sql<{ n: number }>(`SELECT count(*)::int AS n FROM audit_entries a WHERE a::text LIKE '%Chandravati%'`); // prettier-ignore
    expect(trail!.n).toBe(0);
  });

  it('comes back with what was typed, ticks included, and may be sent at once: it was opened long ago', async () => {
    const browser = sampark.browser();
    await browser.get('/join');
    const seal = aSeal(sampark);
    const answer = await browser.post('/join', {
      ...(form({ seal }) as Record<string, string>),
      adult: '',
      handle: '',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('value="Asha Verma"');
    expect(answer.text.match(/name="purposes"[^>]*checked/g)).toHaveLength(3);
    expect(answer.text).toContain(`name="seal" value="${seal.replaceAll('=', '&#x3D;')}"`);
    // One that lay open too long begins anew.
    const old = aSeal(sampark, { ago: LONGEST_MS + 60_000 });
    const again = await browser.post('/join', form({ seal: old }) as Record<string, string>);
    expect(again.text).toContain('The form was open for a long time');
    expect(again.text).not.toContain(`value="${old}"`);
  });
});

describe('a program that fills in forms', () => {
  it.each<[string, () => Record<string, unknown>]>([
    ['fills in what nobody sees', () => ({ reference: 'https://buy.example' })],
    ['is faster than anybody reads', () => ({ seal: aSeal(sampark, { ago: 500 }) })],
    ['never opened the form', () => ({ seal: undefined })],
    ['made up when it did', () => ({ seal: `${aSeal(sampark).slice(0, -4)}AAAA` })],
  ])('is answered like everybody and leaves nothing where it %s', async (_, fields) => {
    const honest = await join(form());
    const before = await requests();
    const sent = form(fields());
    const answer = await join(sent);
    expect([answer.status, answer.text, bare(answer.headers)]).toEqual([
      honest.status,
      honest.text,
      bare(honest.headers),
    ]);
    expect(await requests()).toEqual(before);
    expect(await lettersTo(String(sent.email))).toEqual([]);
  });

  it('signs up one mail, or one phone, so often and no more, and isn’t told', async () => {
    for (const fields of [{ email: newMail() }, { email: '', phone: newPhone() }]) {
      await sampark.sql('DELETE FROM sign_in_failures');
      const before = (await requests()).length;
      const answers = [];
      for (let i = 0; i < SIGN_UPS.account + 3; i += 1) answers.push(await join(form(fields)));
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect((await requests()).length - before).toBe(SIGN_UPS.account);
    }
  });

  it('waits where one network sends many, a /64 of IPv6 being one; the counter holds no address', async () => {
    const from = (address: string) =>
      sampark.app
        .getHttpAdapter()
        .getInstance()
        .inject({ method: 'POST', url: '/join', payload: form(), remoteAddress: address, headers: { accept: 'application/json' } }) as Promise<{ statusCode: number; headers: Record<string, unknown> }>; // prettier-ignore
    for (let i = 0; i < SIGN_UPS.address; i += 1) expect((await from(`2001:db8:1:2::${i}`)).statusCode).toBe(202);
    const refused = await from('2001:db8:1:2:ffff::1');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, String(15 * 60)]);
    expect((await from('2001:db8:1:3::1')).statusCode).toBe(202);
    const [kept] = await sampark.sql<{ all: string }>(`SELECT string_agg(encode(key, 'escape'), ' ') AS all FROM sign_in_failures`); // prettier-ignore
    expect(kept!.all).not.toContain('2001:db8');
  });
});

describe('the letters of meet-ups', () => {
  it('cite what we keep, by link', async () => {
    const { Mailer } = await import('../../src/platform/mail/mailer.service.js');
    for (const template of ['invitation', 'event-change', 'event-cancellation']) {
      const model = { title: 'A', place: 'B', startsAt: new Date(), endsAt: new Date(), guests: [], source: '', unsubscribeUrl: 'https://sampark.example.org/u' }; // prettier-ignore
      const letter = {
        template,
        to: { name: '', address: 'a@example.org' },
        locale: 'hi' as const,
        model,
        messageId: '<a@b>',
      };
      const { html, text } = sampark.get(Mailer).preview(letter);
      expect(html).toContain('href="https://sampark.example.org/privacy"');
      expect(text).toContain('हम क्या रखते हैं और क्यों: https://sampark.example.org/privacy');
    }
  });
});

/** Headers that tell something: all but the request's own id, the clock's and the page's nonces. */
function bare(headers: Record<string, unknown>): Record<string, unknown> {
  const { date: _date, 'content-security-policy': _nonces, ...rest } = headers;
  return rest;
}
