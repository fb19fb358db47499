import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import type { ParsedMail } from 'mailparser';
import { SessionsService } from '../../src/access/sessions.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { NewcomersService } from '../../src/privacy/joining/newcomers.service.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { nameKey } from '../../src/sympathisers/name-key.js';
import { anImport, outcome } from '../factories/imports.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let mathura: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
});
afterAll(() => sampark?.close());

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
let made = 0;
const phone = () => `+9197${String(70_000_000 + ++made)}`;
const mail = (name = 'stands') => `${name}-${++made}@example.org`;
const handle = () => `stands_${++made}`;
const barrier = async (personId: string, channel: string) =>
  sampark.get(ConsentService).barrier(await sampark.system(), personId, 'contact', channel);
/** As a list asks for it, out of what is kept on people. */
const kept = async (personId: string, channel: string) =>
  (await sampark.sql<{ barrier: string | null }>(`SELECT barrier FROM contact_barriers('contact', $2) WHERE person_id = $1`, [personId, channel]))[0]!.barrier; // prettier-ignore
const isListed = async (kind: string, value: string, name?: string) =>
  (await sampark.get(SuppressionService).stopped(await sampark.system(), [{ kind, value, nameKey: name && nameKey(name) }]))[0]; // prettier-ignore
const stop = async (personId: string) => sampark.get(StopService).stop(await sampark.system(), personId, 'link');
const standing = async (personId: string) =>
  (await sampark.sql('SELECT 1 FROM stops WHERE person_id = $1 AND undone_at IS NULL', [personId])).length;
const daysAgo = (days: number) => DateTime.now().setZone('Asia/Kolkata').minus({ days }).toISODate()!;
const paper = (as: AUser, id: string, fields: Record<string, string> = {}) =>
  sampark
    .as(as)
    .upload(
      `/sympathisers/${id}/papers`,
      { name: 'form.png', content: PNG },
      { purposes: ['register', 'contact'], state: 'given', ...fields },
    );
/** All that was said and stopped so far was so many days ago. */
const earlier = (personId: string, days: number) =>
  sampark.sql(
    `WITH s AS (UPDATE stops SET at = at - $2::interval, said_at = said_at - $2::interval WHERE person_id = $1),
          c AS (UPDATE consents SET at = at - $2::interval WHERE person_id = $1)
     UPDATE contact_points SET suppressed_at = suppressed_at - $2::interval WHERE person_id = $1`,
    [personId, `${days} days`],
  );

async function aStopped(points: { name?: string; phones?: string[]; emails?: string[] } = {}) {
  const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Tara Stands', phones: [phone()], ...points });
  await stop(id);
  return id;
}

describe('while a stop stands', () => {
  it('no channel that they had not then is open: not by an old paper, not by a yes that stands there', async () => {
    const id = await aStopped();
    expect((await paper(agra, id, { consentOn: '2026-01-05', channel: 'x' })).body).toMatchObject({ opened: 0 });
    const more = { identities: [{ platform: 'x', handle: handle() }], phones: [phone()] };
    expect((await sampark.as(agra).post(`/sympathisers/${id}/points`, more)).status).toBe(200);
    expect([await barrier(id, 'x'), await kept(id, 'x')]).toEqual(['withdrawn', 'withdrawn']);
    const { body } = await sampark.as(agra).get(`/sympathisers/${id}`);
    expect(body).toMatchObject({ closedAt: expect.any(String), contactable: false, stopStands: true, barriers: { phone: 'withdrawn', x: 'withdrawn' } }); // prettier-ignore
    expect((await sampark.as(agra).get('/sympathisers?q=Tara+Stands')).body.items.find((one: { id: string }) => one.id === id)).toMatchObject({ open: [] }); // prettier-ignore
  });

  it('a paper signed before they said it last opens nothing, although they had said it before that as well', async () => {
    const id = await aStopped();
    await earlier(id, 10);
    // The same word once more, in the same way: nothing new to write down, and meant all the same.
    await stop(id);
    expect((await paper(agra, id, { consentOn: daysAgo(5) })).body).toMatchObject({ opened: 0 });
    expect([await standing(id), await barrier(id, 'phone')]).toEqual([1, 'suppressed']);
  });

  it('nor does one signed between two stops of theirs, said in two ways', async () => {
    const id = await aStopped();
    await earlier(id, 10);
    await sampark.as(agra).post(`/sympathisers/${id}/stop`);
    const logged = () => sampark.sql(`SELECT 1 FROM erasure_log_pending WHERE kind = 'person.resumed'`);
    const before = (await logged()).length;
    expect((await paper(agra, id, { consentOn: daysAgo(5) })).body).toMatchObject({ opened: 0 });
    expect([await standing(id), await barrier(id, 'phone')]).toEqual([1, 'suppressed']);
    // A backup that is put back must not take the last word for a yes.
    expect((await logged()).length).toBe(before);
  });

  it('a function of the gate writes down no yes for a paper that nobody kept, and opens no number again', async () => {
    const number = phone();
    const id = await aStopped({ phones: [number] });
    const actor = (await sampark.get(SessionsService).findToken(agra.token))!;
    const as = (sql: string, values: unknown[]) => sampark.get(UnitOfWork).run(actor, (tx) => tx.query(sql, values));
    const entry = { person_id: id, id: uuidv7(), purpose: 'contact', channel: 'phone', state: 'given' };
    for (const more of [{ how: 'paper', scan_id: uuidv7() }, { how: 'undo' }, { how: 'link' }])
      await expect(as('SELECT gate.record_consents($1)', [JSON.stringify([{ ...entry, ...more }])])).rejects.toMatchObject({ message: 'errors.forbidden' }); // prettier-ignore
    await as('SELECT gate.put_point($1, $2, $3, $4, NULL, false)', [id, uuidv7(), 'phone', number]);
    expect(await barrier(id, 'phone')).toBe('suppressed');
  });
});

describe('two records of one person', () => {
  const merge = async (winner: string, other: string) => {
    const { status, body } = await sampark.as(agra).post(`/sympathisers/${winner}/merges`, { other });
    expect(status).toBe(201);
    return (body as { mergeId: string }).mergeId;
  };

  it('are stopped by the stop of either, also on what only the other had; and as they were where they are two again', async () => {
    const loser = await aStopped();
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Tara Stands', phones: [phone()], identities: [{ platform: 'x', handle: handle() }] }); // prettier-ignore
    const mergeId = await merge(id, loser);
    expect([await barrier(id, 'x'), await kept(id, 'x')]).toEqual(['withdrawn', 'withdrawn']);
    expect((await sampark.as(agra).post(`/sympathisers/${id}/merges/${mergeId}/undo`)).status).toBe(200);
    expect([await barrier(id, 'x'), await kept(id, 'x'), await barrier(loser, 'phone')]).toEqual([null, null, 'suppressed']); // prettier-ignore
  });

  it.each(['for the first time', 'once more'])('stay stopped both where they stopped as one, %s', async (which) => {
    const loser = which === 'once more' ? await aStopped() : (await aSympathiser(sampark, { in: 'agra', name: 'Tara Stands', phones: [phone()] })).id; // prettier-ignore
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Tara Stands', phones: [phone()] });
    const mergeId = await merge(id, loser);
    await stop(id);
    await stop(id);
    const ours = mail('ours');
    await sampark.as(agra).post(`/sympathisers/${id}/points`, { emails: [ours] });
    expect((await sampark.as(agra).post(`/sympathisers/${id}/merges/${mergeId}/undo`)).status).toBe(200);
    // What one of us added since is no mail that they had then.
    const added = await sampark.sql('SELECT 1 FROM stops s JOIN contact_points c ON c.id = ANY (s.points) WHERE c.value = $1', [ours]); // prettier-ignore
    expect(added).toEqual([]);
    for (const one of [id, loser]) {
      await sampark.as(agra).post(`/sympathisers/${one}/points`, { phones: [phone()] });
      expect([which, await barrier(one, 'phone'), await kept(one, 'phone')]).toEqual([which, 'withdrawn', 'withdrawn']);
    }
  });
});

describe('a mail that one of us added after the stop', () => {
  const addressesOf = (one: ParsedMail) => [one.to].flat().flatMap((to) => to?.value.map(({ address }) => address));
  const linkAt = async (address: string) => {
    await sampark.sql('TRUNCATE sign_in_failures');
    await sampark.as().post('/my-data', { contact: address });
    await sampark.drain();
    const letter = (await sampark.mails()).findLast((one) => addressesOf(one).includes(address))!;
    return /https:\/\/sampark\.example\.org(\/my-data\/d\.[\w.-]+)/.exec(letter.text!)![1]!;
  };
  const newcomer = async (email: string) => {
    const signUp = { name: 'Tara Stands', email, phone: null, identities: [], language: null, pin: null, birthYear: null, page: '/join' }; // prettier-ignore
    const shown = { by: 'email', purposes: ['register', 'contact'], notices: {}, language: 'en', posterCode: null };
    return sampark.get(UnitOfWork).run(await sampark.system(), (tx) => sampark.get(NewcomersService).takeIn(tx, signUp as never, shown as never)); // prettier-ignore
  };

  it('shows them what we hold, and takes no stop back; one that they had does', async () => {
    const [theirs, ours] = [mail(), mail('ours')];
    const id = await aStopped({ emails: [theirs] });
    expect((await sampark.as(agra).post(`/sympathisers/${id}/points`, { emails: [ours] })).status).toBe(200);
    const link = await linkAt(ours);
    expect((await sampark.as().get(link)).body).toMatchObject({ stopped: true });
    const refused = await sampark.as().post(`${link}/contact-again`);
    expect([refused.status, refused.body.type]).toEqual([409, 'urn:sampark:own_data.problem.newer_mail']); // prettier-ignore
    expect([(await sampark.as().post(`${link}/channels`, { contact: ['email'] })).status, await standing(id)]).toEqual([409, 1]); // prettier-ignore
    expect(await barrier(id, 'email')).toBe('withdrawn');
    expect((await sampark.as().post(`${await linkAt(theirs)}/contact-again`)).status).toBe(200);
    expect([await standing(id), await barrier(id, 'phone')]).toEqual([0, null]);
  });

  it('is not where the letter goes when they ask by their phone, whatever one of us calls their favourite', async () => {
    const [number, theirs, ours] = [phone(), mail(), mail('ours')];
    const id = await aStopped({ phones: [number], emails: [theirs] });
    await sampark.as(agra).post(`/sympathisers/${id}/points`, { emails: [ours] });
    await sampark.sql('UPDATE contact_points SET preferred = true WHERE person_id = $1 AND value = $2', [id, ours]);
    await sampark.sql('TRUNCATE sign_in_failures');
    await sampark.as().post('/my-data', { contact: number });
    await sampark.drain();
    const got = (await sampark.mails()).flatMap(addressesOf).filter((one) => one === theirs || one === ours);
    expect(got).toEqual([theirs]);
  });

  it('makes whoever signs up by it somebody new; by one that they had they are back', async () => {
    const [theirs, ours] = [mail(), mail('ours')];
    const id = await aStopped({ emails: [theirs] });
    await sampark.as(agra).post(`/sympathisers/${id}/points`, { emails: [ours] });
    expect(await newcomer(ours)).toMatchObject({ known: false });
    expect([await standing(id), await barrier(id, 'email')]).toEqual([1, 'withdrawn']);
    expect(await newcomer(theirs)).toEqual({ id, known: true });
    expect([await standing(id), await barrier(id, 'email')]).toEqual([0, null]);
  });
});

describe('what somebody who is back has not opened', () => {
  it('is opened by no stop that one of us sets and takes back', async () => {
    const [number, address] = [phone(), mail()];
    const id = await aStopped({ phones: [number], emails: [address] });
    expect((await paper(agra, id, { channel: 'email' })).body).toMatchObject({ opened: 1 });
    const { id: other } = await aSympathiser(sampark, { in: 'agra', name: 'Usha Invented', phones: [number] });
    for (const one of [other, id]) {
      expect((await sampark.as(agra).post(`/sympathisers/${one}/stop`)).status).toBe(200);
      const [stopped] = await sampark.sql<{ id: string }>('SELECT id FROM stops WHERE person_id = $1 AND undone_at IS NULL', [one]); // prettier-ignore
      const undone = await sampark
        .as(agra)
        .post(`/sympathisers/${one}/stops/${stopped!.id}/undo`, { why: 'a mistake' });
      expect([undone.status, await isListed('phone', number)]).toEqual([200, true]);
    }
    expect([await barrier(id, 'phone'), await barrier(id, 'email')]).toEqual(['suppressed', null]);
    // They themselves may.
    expect((await paper(agra, id, { channel: 'phone' })).body).toMatchObject({ opened: 1 });
    expect([await barrier(id, 'phone'), await isListed('phone', number)]).toEqual([null, false]);
  });
});

describe('an old list', () => {
  it('doesn’t bring back who stopped because a relative with the same number signed', async () => {
    const number = phone();
    const id = await aStopped({ name: 'Naresh Stopped', phones: [number] });
    const relative = await aSympathiser(sampark, { in: 'agra', name: 'Usha Relative', phones: [] });
    await sampark.as(agra).post(`/sympathisers/${relative.id}/points`, { phones: [number], agreedAnew: true });
    await sampark.sql(`UPDATE consents SET channel = 'phone' WHERE person_id = $1`, [relative.id]);
    expect((await paper(agra, relative.id, { channel: 'phone' })).body).toMatchObject({ opened: 1 });
    expect([await barrier(relative.id, 'phone'), await kept(relative.id, 'phone')]).toEqual([null, null]);
    expect([await barrier(id, 'phone'), await isListed('phone', number)]).toEqual(['suppressed', true]);
    const old = [{ name: 'Naresh Stopped', phone: number, district: 'Mathura', consent: 'yes' }];
    expect(outcome(await anImport(sampark, mathura, old, { territory: 'mathura' }))).toEqual([0, 0, 0, 1]);
  });

  it('doesn’t bring back who was erased because somebody else has that mail now', async () => {
    const address = mail('handed-on');
    const system = await sampark.system();
    const suppressions = sampark.get(SuppressionService);
    await suppressions.leave(system, [], [nameKey('Erased Before')], [{ kind: 'email', value: address }]);
    await suppressions.release(system, { kind: 'email', value: address, nameKey: nameKey('Usha New') }, 'confirmed_by_link'); // prettier-ignore
    expect([await isListed('email', address, 'Usha New'), await isListed('email', address, 'Erased Before')]).toEqual([false, true]); // prettier-ignore
    const rows = ['Erased Before', 'Usha New'].map((name) => ({ name, email: address, district: 'Mathura' }));
    expect(outcome(await anImport(sampark, mathura, rows, { territory: 'mathura' }))).toEqual([1, 0, 0, 1]);
  });
});
