import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../../src/access/sessions.service.js';
import type { Actor } from '../../src/platform/database/actor.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ErasureService } from '../../src/privacy/erasure/erasure.service.js';
import { aLinkToOwnData, aNominee } from '../factories/own-data.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, territoryByCode, type AUser } from '../factories/users.js';
import { whereItStands } from '../support/nothing-kept.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
let officer: AUser;
let convenor: AUser;
let member: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  officer = await aUser(sampark, { role: 'data_protection_officer', in: 'agra' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
});
afterAll(() => sampark?.close());

let made = 0;
const phone = () => `+9199${String(50_000_000 + (made += 1))}`;
const TICKS = { knows: 'true', adult: 'true' };
const named = (personId: string) =>
  sampark.sql('SELECT name, phone, mail FROM nominations WHERE person_id = $1 ORDER BY named_at', [personId]);
const entries = (action: string, personId: string) =>
  sampark.sql<{ facts: object | null; user_id: string | null; shown: boolean }>(
    `SELECT facts, user_id, shown FROM audit_entries WHERE action = $1 AND people @> ARRAY[$2::uuid] ORDER BY at`,
    [action, personId],
  );
async function somebody(more: { name?: string; phones?: string[]; assignedTo?: string } = {}) {
  const person = await aSympathiser(sampark, { in: 'agra', name: 'Lalita Prasad', ...more });
  return { ...person, link: await aLinkToOwnData(sampark, person.id) };
}
async function erased(id: string) {
  await sampark.get(ErasureService).ask(await sampark.system(), id, 'asked');
  await sampark.drain();
  expect(await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [id])).toEqual([]);
}
const actorOf = async (user: AUser) => (await sampark.get(SessionsService).findToken(user.token))!;
const asActor = (actor: Actor, sql: string, params: unknown[] = []) =>
  sampark.get(UnitOfWork).run(actor, (tx) => tx.query(sql, params));

describe('whom somebody names to use their rights', () => {
  it('is named, changed and taken away on their own page, in either language, without an account or a script', async () => {
    const person = await somebody();
    const browser = sampark.browser(undefined, { lang: 'hi' });
    expect((await browser.get(person.link)).text).toContain('नॉमिनी बनाएँ');
    expect((await browser.get(`${person.link}/nominee`)).text).toContain('उन्हें पता है कि वे मेरे नॉमिनी हैं');
    const sent = await browser.post(`${person.link}/nominee`, { name: 'Vasundhara Joshi', contact: '०९८११ १२३४५६', ...TICKS }); // prettier-ignore
    expect(sent.status).toBe(303);
    const page = await browser.follow(sent);
    for (const said of ['आपका नॉमिनी दर्ज हो गया।', 'Vasundhara Joshi', '+919811123456', 'बदलें या हटाएँ'])
      expect(page.text).toContain(said);
    // A third party's name stands in one place, and not in the trail.
    expect(await whereItStands(sampark, 'Vasundhara')).toEqual(['public.nominations']);
    expect(await whereItStands(sampark, '9811123456')).toEqual(['public.nominations']);

    const english = sampark.browser(undefined, { lang: 'en' });
    const form = await english.get(`${person.link}/nominee`);
    expect(form.text).toContain('value="Vasundhara Joshi"');
    // Said anew each time, for whoever is named by then.
    expect(form.text).not.toContain(' checked');
    await english.post(`${person.link}/nominee`, { name: 'Mohini Joshi', contact: 'Mohini@Example.org', ...TICKS });
    expect(await named(person.id)).toEqual([{ name: 'Mohini Joshi', phone: null, mail: 'mohini@example.org' }]);
    expect(await whereItStands(sampark, 'Vasundhara')).toEqual([]);

    const removed = await english.post(`${person.link}/nominee/removal`);
    expect((await english.follow(removed)).text).toContain('You have no nominee now.');
    expect(await named(person.id)).toEqual([]);
    expect(await whereItStands(sampark, 'mohini')).toEqual([]);
    expect(await entries('nomination.named', person.id)).toMatchObject([{ facts: { by: 'phone' }, user_id: null }, { facts: { by: 'email' }, user_id: null }]); // prettier-ignore
    expect(await entries('nomination.taken_away', person.id)).toHaveLength(1);
  });

  it('is refused in the reader’s language, with what was typed still there, and nothing of it is kept', async () => {
    const own = phone();
    const person = await somebody({ name: 'Lalita Prasad', phones: [own] });
    const post = async (lang: 'hi' | 'en', fields: Record<string, string>) => {
      const browser = sampark.browser(undefined, { lang });
      await browser.get(`${person.link}/nominee`);
      return browser.post(`${person.link}/nominee`, { name: 'Xylia Bharti', contact: phone(), _page: `${person.link}/nominee`, ...TICKS, ...fields }); // prettier-ignore
    };
    const refused: [Record<string, string>, string, string][] = [
      [{ contact: '12345' }, 'This is neither an e-mail nor a mobile number.', 'यह न ई-मेल है, न मोबाइल नंबर।'],
      [{ knows: '' }, 'Please tell them first', 'पहले उन्हें बताएँ'],
      [{ adult: '' }, 'A nominee must be 18 or older.', 'नॉमिनी की उम्र 18 साल या ज़्यादा होनी चाहिए।'],
      [{ name: 'लालिता प्रसाद', contact: own }, 'That is you yourself.', 'यह तो आप ख़ुद हैं।'],
      [{ name: '' }, 'This is needed.', 'यह भरना ज़रूरी है।'],
    ];
    for (const [fields, en, hi] of refused)
      for (const [lang, words] of [
        ['en', en],
        ['hi', hi],
      ] as const) {
        const page = await post(lang, fields);
        expect([page.status, words, page.text.includes(words)]).toEqual([422, words, true]);
        expect(page.text).toContain(`value="${fields.name ?? 'Xylia Bharti'}"`);
      }
    expect(await named(person.id)).toEqual([]);
    expect(await whereItStands(sampark, 'Xylia')).toEqual([]);
    // Somebody else of the family, at the same phone, may be named.
    expect((await post('hi', { contact: own })).status).toBe(303);
    expect(await named(person.id)).toHaveLength(1);
  });

  it('is one, however often and at once the form is sent, and is said once in the trail', async () => {
    const person = await somebody();
    const send = () => sampark.as().post(`${person.link}/nominee`, { name: 'Kiran Devi', contact: '9811100001', knows: true, adult: true }); // prettier-ignore
    const answers = await Promise.all([send(), send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await named(person.id)).toHaveLength(1);
    expect(await entries('nomination.named', person.id)).toHaveLength(1);
    const remove = () => sampark.as().post(`${person.link}/nominee/removal`);
    expect((await Promise.all([remove(), remove()])).map(({ status }) => status)).toEqual([200, 200]);
    expect(await entries('nomination.taken_away', person.id)).toHaveLength(1);
    // Nobody names somebody by a link that isn't theirs.
    expect((await sampark.as().post(`${person.link.slice(0, -2)}xx/nominee`, {})).status).toBeGreaterThanOrEqual(404);
  });

  it('is in what they take along, as JSON and as CSV, with what each name means', async () => {
    const person = await somebody();
    await aNominee(sampark, person.id, { name: '=Kiran Devi' });
    const json = JSON.parse((await sampark.as().get(`${person.link}/file.json`, { 'accept-language': 'en' })).text) as {
      nominee: object[];
      names: { parts: Record<string, string>; fields: Record<string, string> };
    };
    expect(json.nominee).toEqual([{ name: '=Kiran Devi', phone: '+919811100001', mail: null, at: expect.any(String) }]);
    expect([json.names.parts.nominee, json.names.fields.phone, json.names.fields.mail]).toEqual(['Your nominee', 'Mobile number', 'E-mail']); // prettier-ignore
    const csv = (await sampark.as().get(`${person.link}/file.csv`, { 'accept-language': 'en' })).text;
    expect(csv).toMatch(/nominee,1,name,'=Kiran Devi,Your nominee: Name/);
    expect(csv).toMatch(/nominee,1,phone,'?\+919811100001,/);
  });

  it('goes along where the person moves, and where two records become one the newest counts; each comes back with its own', async () => {
    const own = phone();
    const [one, two] = [
      await somebody({ name: 'रमेश वर्मा', phones: [own] }),
      await somebody({ name: 'Ramesh Verma', phones: [own] }),
    ];
    await aNominee(sampark, one.id, { name: 'Older Nominee', at: `now() - interval '1 year'` });
    await aNominee(sampark, two.id, { name: 'Newer Nominee', phone: '+919811100002' });
    const merged = await sampark.as(convenor).post(`/sympathisers/${one.id}/merges`, { other: two.id });
    expect(merged.status).toBe(201);
    const page = (await sampark.as().get(await aLinkToOwnData(sampark, one.id))).body as { nominee: { name: string }[] }; // prettier-ignore
    expect(page.nominee.map(({ name }) => name)).toEqual(['Newer Nominee', 'Older Nominee']);
    const request = await onBehalf({ personId: one.id, phone: '+919811100001' });
    expect((await look(request)).nominee).toMatchObject({ standing: 'other', name: 'Newer Nominee' });
    const undo = `/sympathisers/${one.id}/merges/${(merged.body as { mergeId: string }).mergeId}/undo`;
    expect((await sampark.as(convenor).post(undo)).status).toBe(200);
    expect([await named(one.id), await named(two.id)]).toMatchObject([[{ name: 'Older Nominee' }], [{ name: 'Newer Nominee' }]]); // prettier-ignore

    const mathura = await territoryByCode(sampark, 'mathura');
    expect((await sampark.as(admin).post(`/sympathisers/${two.id}`, { territoryId: mathura.id })).status).toBe(200);
    expect(await sampark.sql('SELECT path FROM nominations WHERE person_id = $1', [two.id])).toEqual([{ path: mathura.path }]); // prettier-ignore
    // Once two names stand, saying it again leaves one.
    expect((await look(request)).nominee).toMatchObject({ standing: 'phone', name: 'Older Nominee' });
  });

  it('is erased with whoever named them', async () => {
    const person = await somebody();
    await aNominee(sampark, person.id, { name: 'Quillon Sahay', phone: '+919811177771' });
    await erased(person.id);
    for (const word of ['Quillon', '9811177771']) expect(await whereItStands(sampark, word)).toEqual([]);
  });

  it('is erased where they are, out of what others said of them; of a family’s phone under their own name alone', async () => {
    const [theirs, shared] = [phone(), phone()];
    const gone = await somebody({ name: 'Peregrin Tiwari', phones: [theirs, shared] });
    await somebody({ name: 'Meera Tiwari', phones: [shared] });
    const [wife, brother, friend] = [await somebody(), await somebody(), await somebody()];
    await aNominee(sampark, wife.id, { name: 'Pappu', phone: theirs });
    await aNominee(sampark, brother.id, { name: 'पेरेग्रिन तिवारी', phone: shared });
    await aNominee(sampark, friend.id, { name: 'Meera Tiwari', phone: shared });
    const asked = await onBehalf({ personId: wife.id, name: 'Peregrin Tiwari', phone: theirs });
    const waiting = await onBehalf({ personId: friend.id, name: 'Peregrin Tiwari', phone: theirs });
    await sampark.as(officer).post(`/requests/${asked}/withdrawal`, { text: 'By phone today' });
    await erased(gone.id);
    expect(await named(wife.id)).toEqual([{ name: null, phone: null, mail: null }]);
    expect(await named(brother.id)).toEqual([{ name: null, phone: null, mail: null }]);
    expect(await named(friend.id)).toEqual([{ name: 'Meera Tiwari', phone: shared, mail: null }]);
    expect(await entries('nomination.emptied', wife.id)).toHaveLength(1);
    // What waits for its answer stays until it has it.
    expect(await sampark.sql('SELECT id FROM privacy_requests WHERE id = ANY ($1)', [[asked, waiting]])).toEqual([{ id: waiting }]); // prettier-ignore
    const browser = sampark.browser(undefined, { lang: 'en' });
    expect((await browser.get(wife.link)).text).toContain('We no longer hold whom you had named.');
    expect((await browser.get(`${wife.link}/nominee`)).text).toContain('We no longer hold whom you had named.');
    expect((await sampark.as().get(`${wife.link}/file.csv`)).status).toBe(200);
    const request = await onBehalf({ personId: wife.id, phone: theirs });
    expect((await look(request)).nominee).toMatchObject({ standing: 'gone', name: null });
  });

  it('is shown to no member, no convenor and no job, in no list, search or page of the person, and not next door', async () => {
    const person = await somebody({ name: 'Ganga Sagar', assignedTo: member.id });
    await aNominee(sampark, person.id, { name: 'Zebedee Rawat', phone: '+919811144441' });
    const neighbour = await aUser(sampark, { role: 'data_protection_officer', in: 'mathura' });
    const whole = 'SELECT name, phone, mail FROM public.nominations';
    for (const user of [member, convenor, officer, admin])
      await expect(asActor(await actorOf(user), whole)).rejects.toThrow('errors.forbidden');
    await expect(asActor(await sampark.system(), whole)).rejects.toThrow('errors.forbidden');
    await expect(asActor(await actorOf(member), 'SELECT 1 FROM nominations')).rejects.toThrow('errors.forbidden');
    const rows = (user: AUser) =>
      actorOf(user).then((actor) => asActor(actor, 'SELECT id FROM nominations WHERE person_id = $1', [person.id]));
    expect([(await rows(convenor)).length, (await rows(neighbour)).length]).toEqual([1, 0]);
    // The link sees its own person's, by its own purpose.
    const other = await somebody();
    const link = { kind: 'link' as const, personId: person.id };
    expect(await asActor({ ...link, purpose: 'own-data' }, whole)).toMatchObject([{ name: 'Zebedee Rawat' }]);
    for (const holder of [
      { ...link, purpose: 'why' },
      { ...link, purpose: 'own-data', personId: other.id },
    ]) {
      expect(await asActor(holder, whole)).toEqual([]);
      const call = `SELECT gate.nominate($1, $2, 'X', '+919811144442', NULL)`;
      await expect(asActor(holder, call, [person.id, person.id])).rejects.toThrow('errors.forbidden');
    }
    const pages: [string, RegExp][] = [
      [`/sympathisers/${person.id}`, /Zebedee|9811144441/],
      ['/queue', /Zebedee|9811144441/],
      // What was looked for stands in the page; what would have been found doesn't.
      ['/sympathisers?q=Zebedee+Rawat', /9811144441|Ganga Sagar/],
      ['/sympathisers?q=9811144441', /Zebedee|Ganga Sagar/],
    ];
    for (const user of [member, convenor, officer, admin])
      for (const [page, theirs] of pages)
        for (const answer of [await sampark.as(user).get(page), await sampark.browser(user).get(page)])
          expect([page, theirs.exec(answer.text)?.[0]]).toEqual([page, undefined]);
    expect((await sampark.as(convenor).get(`/sympathisers/${person.id}`)).text).toContain('Ganga Sagar');
  });
});

interface Looked {
  request: { state: string; onBehalf: boolean; forName: string; letters: string[]; mail: string | null };
  nominee: { standing: string; name: string | null; phone: string | null } | null;
}
const onBehalf = async (more: Record<string, unknown>): Promise<string> => {
  const answer = await sampark.as(officer).post('/requests', { kind: 'access', cameHow: 'phone', details: 'What do you have of her?', onBehalf: true, name: 'Kiran Devi', ...more }); // prettier-ignore
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return (answer.body as { id: string }).id;
};
const look = async (id: string, user = officer) => (await sampark.as(user).get(`/requests/${id}`)).body as Looked;

describe('a request on somebody’s behalf', () => {
  it('tells the officer whether the person named whoever asks, in words; and each look is in the trail', async () => {
    const [byPhone, byMail, nobody] = [await somebody(), await somebody(), await somebody()];
    await aNominee(sampark, byPhone.id);
    await sampark.as().post(`${byMail.link}/nominee`, { name: 'Kiran Devi', contact: 'kiran@example.org', ...TICKS });
    const standings: [string, Record<string, unknown>, string][] = [
      [byPhone.id, { phone: '98111 00001' }, 'phone'],
      [byPhone.id, { phone: '98111 00009' }, 'other'],
      [byPhone.id, { mail: 'kiran@example.org' }, 'not_given'],
      [byPhone.id, {}, 'not_given'],
      [byMail.id, { mail: 'Kiran@Example.org' }, 'mail'],
      [byMail.id, { mail: 'kiran2@example.org', phone: '9811100001' }, 'other'],
      [nobody.id, { phone: '98111 00001' }, 'nobody'],
    ];
    for (const [personId, given, standing] of standings) {
      const id = await onBehalf({ personId, ...given });
      const { nominee } = await look(id);
      expect([given, nominee!.standing, nominee!.name]).toEqual([given, standing, standing === 'nobody' ? null : 'Kiran Devi']); // prettier-ignore
    }
    expect(await entries('nomination.compared', byMail.id)).toEqual([
      { facts: { standing: 'mail' }, user_id: officer.id, shown: true },
      { facts: { standing: 'other' }, user_id: officer.id, shown: true },
    ]);
    const id = await onBehalf({ personId: byPhone.id, phone: '9811100001' });
    const page = (await sampark.browser(officer, { lang: 'hi' }).get(`/requests/${id}`)).text;
    for (const words of ['क्या ये नॉमिनी हैं?', 'हाँ: मोबाइल नंबर मिलता है', 'Kiran Devi', 'Lalita Prasad', 'फ़ैसला आपका है'])
      expect(page).toContain(words);
    expect((await sampark.browser(officer).get('/requests')).text).toContain('on somebody’s behalf');
    // Of nobody of the register there is nothing to compare; and what can't be read is said.
    expect((await look(await onBehalf({}))).nominee).toMatchObject({ standing: 'unknown' });
    expect((await sampark.as(officer).post('/requests', { kind: 'access', cameHow: 'phone', details: 'x', onBehalf: true, name: 'A', phone: '12' })).status).toBe(422); // prettier-ignore
    expect((await sampark.as(officer).post('/requests', { kind: 'access', cameHow: 'phone', details: 'x', onBehalf: true, personId: byPhone.id })).status).toBe(422); // prettier-ignore
    // A phone is kept of who asks on somebody's behalf, and of nobody else.
    const own = await sampark.as(officer).post('/requests', { kind: 'access', cameHow: 'phone', details: 'x', name: 'A', phone: '9811100001' }); // prettier-ignore
    expect(await sampark.sql('SELECT phone FROM privacy_requests WHERE id = $1', [own.body.id])).toEqual([{ phone: null }]); // prettier-ignore
  });

  it('is written down from the person’s page, with who asks and not the person in the fields', async () => {
    const person = await aSympathiser(sampark, { in: 'agra', name: 'Lalita Prasad', emails: ['lalita@example.org'] });
    const browser = sampark.browser(officer);
    const plain = (await browser.get(`/requests/new?person=${person.id}`)).text;
    expect(plain).toContain('value="lalita@example.org"');
    expect(plain).toContain(`/requests/new?person&#x3D;${person.id}&amp;onBehalf&#x3D;true`);
    const page = (await browser.get(`/requests/new?person=${person.id}&onBehalf=true`)).text;
    expect(page).toContain('Request on behalf of Lalita Prasad');
    expect(page).not.toContain('lalita@example.org');
    const sent = await browser.post('/requests', { kind: 'erasure', details: 'Erase her', cameHow: 'letter', name: 'Kiran Devi', phone: '9811100001', mail: '', language: 'en', personId: person.id, onBehalf: 'true' }); // prettier-ignore
    expect((await browser.follow(sent)).text).toContain('No: nobody is named');
  });

  it('needs a human’s look before any answer, whatever is asked; the letter speaks to who asks, about the person', async () => {
    const person = await somebody();
    await aNominee(sampark, person.id);
    const id = await onBehalf({ personId: person.id, kind: 'grievance', phone: '9811100001', mail: 'kiran@example.org', language: 'en' }); // prettier-ignore
    const send = (letter: string, text: string) => sampark.as(officer).post(`/requests/${id}/letters/new/${letter}`, { text, how: 'mail' }); // prettier-ignore
    expect((await send('answer', 'Namaste.')).status).toBe(409);
    const health = await sampark.as(officer).post(`/requests/${id}/check?lang=en`, { how: 'She has cancer' });
    expect(health.status).toBe(422);
    await sampark.as(officer).post(`/requests/${id}/check`, { how: 'Saw the death certificate; called back' });
    const { text } = (await sampark.as(officer).get(`/requests/${id}/letters/new/answer`)).body as { text: string };
    expect(text).toMatch(
      /^Namaste Kiran Devi,\n\n.* you asked that we look into a complaint on behalf of Lalita Prasad/,
    );
    expect((await send('answer', text.replace('[…]', 'We are sorry.'))).status).toBe(200);
    await sampark.drain();
    const mail = (await sampark.mails()).findLast(({ to }) => JSON.stringify(to).includes('kiran@example.org'))!;
    expect(mail.subject).toBe('About your request on somebody’s behalf');
    // Answered: nobody has a reason to look any more.
    expect(await look(id)).toMatchObject({ request: { state: 'answered' }, nominee: null });
  });

  it('comes in from the person’s own page as well, by whoever holds their link, and says nothing of them being alive', async () => {
    const person = await somebody();
    await aNominee(sampark, person.id);
    const browser = sampark.browser(undefined, { lang: 'hi' });
    expect((await browser.get(`${person.link}/ask`)).text).toContain(`${person.link}/ask?onBehalf=true`);
    const form = `${person.link}/ask?onBehalf=true`;
    expect((await browser.get(form)).text).toContain('इनकी ओर से पूछें');
    const fields = { kind: 'access', words: 'अब वे नहीं रहीं', onBehalf: 'true', name: 'Kiran Devi', _page: form };
    const refused = await browser.post(`${person.link}/ask`, { ...fields, contact: 'मेरा नंबर' });
    expect([refused.status, refused.text.includes('यह न ई-मेल है, न मोबाइल नंबर।')]).toEqual([422, true]);
    expect(refused.text).toContain('इनकी ओर से पूछें');
    const sent = await browser.post(`${person.link}/ask`, { ...fields, contact: '९८१११०००0१' });
    expect((await browser.follow(sent)).text).toContain('हम आपसे संपर्क करेंगे।');
    const [row] = await sampark.sql<{ id: string }>('SELECT id FROM privacy_requests WHERE person_id = $1', [
      person.id,
    ]);
    expect(await look(row!.id)).toMatchObject({ request: { onBehalf: true, forName: 'Lalita Prasad' }, nominee: { standing: 'phone' } }); // prettier-ignore
    expect(await sampark.sql('SELECT used_at FROM own_data_links WHERE person_id = $1', [person.id])).toEqual([{ used_at: null }]); // prettier-ignore
    // Without that word, a name beside it is nobody's.
    await sampark.as().post(`${person.link}/ask`, { kind: 'access', words: 'x', name: 'Somebody Else', contact: '9811100001' }); // prettier-ignore
    const own = await sampark.sql('SELECT name, phone FROM privacy_requests WHERE person_id = $1 AND NOT on_behalf', [person.id]); // prettier-ignore
    expect(own).toEqual([{ name: 'Lalita Prasad', phone: null }]);
  });

  it('is no way to whom somebody next door named, nor for one who may not answer requests', async () => {
    const person = await somebody();
    await aNominee(sampark, person.id);
    const id = await onBehalf({ personId: person.id, phone: '9811100001' });
    const neighbour = await aUser(sampark, { role: 'data_protection_officer', in: 'mathura' });
    expect((await sampark.as(neighbour).get(`/requests/${id}`)).status).toBe(404);
    expect((await sampark.as(convenor).get(`/requests/${id}`)).status).toBe(403);
    const compare = 'SELECT * FROM gate.nominee_for($1)';
    expect(await asActor(await actorOf(neighbour), compare, [id])).toEqual([]);
    await expect(asActor(await actorOf(member), compare, [id])).rejects.toThrow('errors.forbidden');
    await expect(asActor(await sampark.system(), compare, [id])).rejects.toThrow('errors.forbidden');
    // It moves with the person, to the officer there.
    const mathura = await territoryByCode(sampark, 'mathura');
    expect((await sampark.as(admin).post(`/sympathisers/${person.id}`, { territoryId: mathura.id })).status).toBe(200);
    expect((await sampark.as(officer).get(`/requests/${id}`)).status).toBe(404);
    expect((await look(id, neighbour)).nominee).toMatchObject({ standing: 'phone' });
    // A record that became one with somebody's next door is theirs now.
    const twin = await somebody();
    await aNominee(sampark, twin.id);
    const stays = await onBehalf({ personId: twin.id, phone: '9811100001' });
    expect((await sampark.as(admin).post(`/sympathisers/${person.id}/merges`, { other: twin.id })).status).toBe(201);
    expect((await look(stays)).nominee).toMatchObject({ standing: 'elsewhere', name: null, phone: null });
    // And an ordinary request opens nothing.
    const own = await sampark.as(neighbour).post('/requests', { kind: 'access', cameHow: 'phone', details: 'x', personId: person.id }); // prettier-ignore
    expect((await look((own.body as { id: string }).id, neighbour)).nominee).toBeNull();
    expect(await asActor(await actorOf(neighbour), compare, [(own.body as { id: string }).id])).toEqual([]);
  });
});
