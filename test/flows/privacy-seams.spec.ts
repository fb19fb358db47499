import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LinkActor } from '../../src/platform/database/actor.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { ErasureService } from '../../src/privacy/erasure/erasure.service.js';
import { ReplyReader } from '../../src/privacy/own-data/reply-reader.service.js';
import { InactivityService } from '../../src/privacy/retention/inactivity.service.js';
import { RetentionLetters } from '../../src/privacy/retention/retention-letters.service.js';
import { RequestsService } from '../../src/privacy/requests/requests.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { UndoStopService } from '../../src/sympathisers/consent/undo-stop.service.js';
import { nameKey } from '../../src/sympathisers/name-key.js';
import { anImport } from '../factories/imports.js';
import { aSeal } from '../factories/joining.js';
import { aLinkToOwnData } from '../factories/own-data.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark?.close());

let made = 0;
const phone = () => `+9198${String(40_000_000 + (made += 1))}`;
const mail = () => `seam-${(made += 1)}@example.org`;
const link = (personId: string): LinkActor => ({ kind: 'link', purpose: 'own-data', personId });
const list = () => sampark.get(SuppressionService);
const isListed = async (kind: string, value: string, name?: string) =>
  (await list().stopped(await sampark.system(), [{ kind, value, nameKey: name && nameKey(name) }]))[0];
const stop = async ({ id }: { id: string }) => sampark.get(StopService).stop(await sampark.system(), id, 'link');
const takeBack = ({ id }: { id: string }) => sampark.get(UndoStopService).undoAll(link(id), id);
const open = async ({ id }: { id: string }) =>
  (await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM contact_points WHERE person_id = $1 AND suppressed_at IS NULL', [id]))[0]!.n; // prettier-ignore
async function erased({ id }: { id: string }) {
  await sampark.get(ErasureService).ask(await sampark.system(), id, 'asked');
  await sampark.drain();
  expect(await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [id])).toEqual([]);
}

describe('somebody who stopped, and was then erased', () => {
  it('is not brought back by an old list that has a further phone of theirs', async () => {
    const known = phone();
    const gone = await aSympathiser(sampark, { in: 'agra', name: 'Naresh Chand', phones: [known] });
    await stop(gone);
    await erased(gone);
    const batch = await anImport(sampark, admin, [
      { name: 'Naresh Chand', phone: known, email: mail(), district: 'Agra' },
    ]);
    expect([batch.created, batch.rejected]).toEqual([0, 1]);
    expect(await sampark.sql('SELECT line FROM import_rejects WHERE batch_id = $1', [batch.id])).toEqual([{ line: null }]); // prettier-ignore
  });

  it('stays on the list when somebody who has the phone by now takes a stop of their own back', async () => {
    const number = phone();
    const gone = await aSympathiser(sampark, { in: 'agra', name: 'Kishan Lal', phones: [number] });
    await stop(gone);
    await erased(gone);
    const next = await aSympathiser(sampark, { in: 'agra', name: 'Usha Rani', phones: [number] });
    await stop(next);
    await takeBack(next);
    expect(await isListed('phone', number)).toBe(true);
  });

  it('stays on the list also where somebody has it whom one of us stops and opens again', async () => {
    const number = phone();
    const gone = await aSympathiser(sampark, { in: 'agra', name: 'Naresh Gone', phones: [number] });
    await stop(gone);
    const other = await aSympathiser(sampark, { in: 'agra', name: 'Usha Invented', phones: [] });
    const agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    await sampark.as(agra).post(`/sympathisers/${other.id}/points`, { phones: [number], agreedAnew: true });
    await erased(gone);
    expect((await sampark.as(agra).post(`/sympathisers/${other.id}/stop`)).status).toBe(200);
    const [stopped] = await sampark.sql<{ id: string }>('SELECT id FROM stops WHERE person_id = $1', [other.id]);
    const undone = await sampark.as(agra).post(`/sympathisers/${other.id}/stops/${stopped!.id}/undo`, { why: 'a mistake' }); // prettier-ignore
    expect([undone.status, await isListed('phone', number)]).toEqual([200, true]);
  });

  it('is kept out by name, and the family’s phone open, after one of them stopped and took it back', async () => {
    const number = phone();
    const gone = await aSympathiser(sampark, { in: 'agra', name: 'Mohan Lal', phones: [number] });
    const wife = await aSympathiser(sampark, { in: 'agra', name: 'Radha Devi', phones: [number] });
    await erased(gone);
    await stop(wife);
    expect([await isListed('phone', number), await open(wife)]).toEqual([true, 0]);
    await takeBack(wife);
    expect([await isListed('phone', number), await open(wife)]).toEqual([false, 1]);
    expect(await isListed('phone', number, 'Mohan Lal')).toBe(true);
    const batch = await anImport(sampark, admin, [
      { name: 'Mohan Lal', phone: number, district: 'Agra' },
      { name: 'Sonu Lal', phone: number, district: 'Agra' },
    ]);
    expect([batch.created, batch.rejected]).toEqual([1, 1]);
  });
});

describe('somebody who was erased', () => {
  const join = async (fields: Record<string, unknown>) => {
    const sent = { name: 'Asha Verma', pin: '203001', adult: 'true', purposes: ['register', 'contact'], ...fields };
    expect((await sampark.as().post('/join', { seal: aSeal(sampark), ...sent })).status).toBe(202);
    await sampark.drain();
  };

  it('joins again by the link in their own mail; what else was left under their name stays stopped', async () => {
    const [address, number] = [mail(), phone()];
    const gone = await aSympathiser(sampark, { in: 'agra', name: 'Asha Verma', emails: [address], phones: [number] });
    const son = await aSympathiser(sampark, { in: 'agra', name: 'Ravi Verma', phones: [number] });
    await erased(gone);
    await join({ email: address, phone: number });
    const letter = (await sampark.mails()).findLast(({ to }) => JSON.stringify(to).includes(address));
    const confirm = /https:\/\/sampark\.example\.org(\/join\/confirm\/\S+)/.exec(letter!.text!)![1]!;
    expect((await sampark.as().post(confirm)).status).toBe(200);
    const points = await sampark.sql(
      `SELECT c.value FROM contact_points c WHERE c.person_id IN (SELECT person_id FROM contact_points WHERE value = $1)`,
      [address],
    );
    expect(points).toEqual([{ value: address }]);
    expect(await isListed('email', address, 'Asha Verma')).toBe(false);
    expect([await isListed('phone', number, 'Asha Verma'), await open(son)]).toEqual([true, 1]);
  });

  it('is not called because somebody types their name and the family’s phone', async () => {
    const number = phone();
    const gone = await aSympathiser(sampark, { in: 'agra', name: 'Asha Verma', phones: [number] });
    await aSympathiser(sampark, { in: 'agra', name: 'Ravi Verma', phones: [number] });
    await erased(gone);
    await join({ phone: number });
    expect(await sampark.sql('SELECT state FROM join_requests ORDER BY asked_at DESC LIMIT 1')).toEqual([{ state: 'held' }]); // prettier-ignore
  });
});

describe('somebody who got the last notice', () => {
  it('stays by the button behind the link in that letter, and has the link to their data sent', async () => {
    const address = mail();
    const silent = await aSympathiser(sampark, { in: 'agra', emails: [address], language: 'en' });
    await sampark.sql(`UPDATE people SET created_at = now() - interval '40 months' WHERE id = $1`, [silent.id]);
    await sampark.sql(`UPDATE consents SET at = now() - interval '40 months' WHERE person_id = $1`, [silent.id]);
    const [inactivity, system] = [sampark.get(InactivityService), await sampark.system()];
    await inactivity.giveNotice(system, new Date());
    await sampark.get(RetentionLetters).tellPeople(system);
    const letters = async () =>
      (await sampark.mails()).filter((one) => JSON.stringify(one.to).includes(address)).map((one) => one.text!);
    const [notice] = await letters();
    const why = /https:\/\/sampark\.example\.org(\/my-data\/why\/\S+)/.exec(notice!)![1]!;
    await sampark.sql(`UPDATE retention_notices SET told_at = now() - interval '31 days', erase_on = current_date`);
    const browser = sampark.browser();
    const page = await browser.get(why);
    expect(page.text).toContain('I would like to stay');
    const sent = await browser.follow(await browser.post(why));
    expect(sent.text).toContain('so you stay');
    await sampark.drain();
    expect(await inactivity.act(system)).toBe(0);
    expect(await sampark.sql('SELECT 1 AS n FROM retention_notices WHERE person_id = $1', [silent.id])).toEqual([]);
    expect((await letters()).at(-1)).toContain('/my-data/d.');
    // Of whom nothing threatens nothing is said.
    expect((await browser.get(why)).text).not.toContain('will erase');
  });

  it('stays by saying at their own page that all is as it should be; looking alone says nothing', async () => {
    const inactivity = sampark.get(InactivityService);
    const silent = await aSympathiser(sampark, { in: 'agra', emails: [mail()] });
    const looks = await aSympathiser(sampark, { in: 'agra', emails: [mail()] });
    for (const { id } of [silent, looks]) {
      await sampark.sql(`UPDATE people SET created_at = now() - interval '40 months' WHERE id = $1`, [id]);
      await sampark.sql(`UPDATE consents SET at = now() - interval '40 months' WHERE person_id = $1`, [id]);
    }
    expect(await inactivity.giveNotice(await sampark.system(), new Date())).toBe(2);
    await sampark.sql(`UPDATE retention_notices SET told_at = now() - interval '31 days', erase_on = current_date`);
    const page = await aLinkToOwnData(sampark, silent.id);
    const given = await sampark.sql<{ purpose: string; channel: string }>(`SELECT purpose, channel FROM consents WHERE person_id = $1 AND state = 'given'`, [silent.id]); // prettier-ignore
    const ticked = Object.groupBy(given.filter(({ purpose }) => purpose !== 'register'), ({ purpose }) => purpose); // prettier-ignore
    const body = Object.fromEntries(Object.entries(ticked).map(([purpose, rows]) => [purpose, rows!.map(({ channel }) => channel)])); // prettier-ignore
    expect((await sampark.as().post(`${page}/channels`, body)).status).toBe(200);
    // The link goes on working.
    expect((await sampark.as().get(page)).status).toBe(200);
    const other = await aLinkToOwnData(sampark, looks.id);
    for (const path of ['', '/file.json', '/channels']) expect((await sampark.as().get(other + path)).status).toBe(200);
    expect(await inactivity.act(await sampark.system())).toBe(1);
    await sampark.drain();
    expect(await sampark.sql('SELECT id FROM people WHERE id = ANY ($1)', [[silent.id, looks.id]])).toEqual([{ id: silent.id }]); // prettier-ignore
  });
});

describe('a stop that is taken back', () => {
  it('by somebody whose two records became one meanwhile opens the phone that both had', async () => {
    const number = phone();
    const names = { in: 'agra', phones: [number] };
    const a = await aSympathiser(sampark, { ...names, name: 'रमेश वर्मा' });
    const b = await aSympathiser(sampark, { ...names, name: 'Ramesh Verma', emails: [mail()] });
    await stop(b);
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    expect((await sampark.as(convenor).post(`/sympathisers/${a.id}/merges`, { other: b.id })).status).toBe(201);
    expect(await isListed('phone', number)).toBe(true);
    await takeBack(a);
    expect([await isListed('phone', number), await open(a)]).toEqual([false, 2]);
  });

  it('says again what was said before it, under the same version of what they were told', async () => {
    const person = await aSympathiser(sampark, { in: 'agra', phones: [phone()] });
    const newest = () =>
      sampark.sql(
        `SELECT DISTINCT ON (purpose, channel) purpose, channel, state, notice, language FROM consents WHERE person_id = $1 AND state = 'given'
          ORDER BY purpose, channel, at DESC, id DESC`,
        [person.id],
      );
    await sampark.sql(`UPDATE consents SET notice = 'register-1', language = 'hi' WHERE person_id = $1`, [person.id]);
    const before = await newest();
    expect(before[0]).toMatchObject({ notice: 'register-1', language: 'hi' });
    await stop(person);
    await takeBack(person);
    expect(await sampark.sql(`SELECT 1 AS n FROM consents WHERE person_id = $1 AND how = 'undo' AND state = 'given'`, [person.id])).toHaveLength(before.length); // prettier-ignore
    expect(await newest()).toEqual(before);
  });
});

describe('the last notice', () => {
  it('is stopped by a reply to it, like any other letter', async () => {
    const address = mail();
    const person = await aSympathiser(sampark, { in: 'agra', emails: [address] });
    const notice = uuidv7();
    await sampark.sql(
      `INSERT INTO retention_notices (person_id, id, path, rule, erase_on, told, told_at)
       SELECT id, $2, path, 'register', current_date + 30, 'mail', now() FROM people WHERE id = $1`,
      [person.id, notice],
    );
    const reply = Buffer.from(
      `From: ${address}\r\nTo: team@example.org\r\nSubject: Re: your data\r\nMessage-ID: <${notice}.r@example.org>\r\nIn-Reply-To: <${notice}@sampark.example.org>\r\n\r\nSTOP\r\n`,
    );
    expect(await sampark.get(ReplyReader).read(await sampark.system(), reply)).toMatchObject({ did: 'stopped' });
    expect(await isListed('email', address)).toBe(true);
  });
});

describe('letters of nobody we knew', () => {
  it('go with whoever is erased and has that address; a request that waits keeps it until it is answered', async () => {
    const mail = 'letters-of-nobody@example.org';
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Writes Often', emails: [mail] });
    const system = await sampark.system();
    const asked = { name: 'W. Often', mail, kind: 'access', cameHow: 'mail', details: 'What do you hold?' };
    const add = async () => (await sampark.as(admin).post('/requests', asked)).body.id as string;
    const [open, over] = [await add(), await add()];
    expect((await sampark.as(admin).post(`/requests/${over}/withdrawal`, { text: 'Not needed' })).status).toBe(200);
    await sampark.sql(
      `INSERT INTO replies (id, path, digest, people, why, sender, subject, words)
       SELECT gen_random_uuid(), path, sha256('letter'), '{}', ARRAY['unknown_sender'], $1, 'Hello', 'Please write to me' FROM territories WHERE code = 'up'`,
      ['Letters-Of-Nobody@example.org'],
    );
    await sampark.get(ErasureService).ask(system, id, 'asked');
    await sampark.drain();
    expect(await sampark.sql(`SELECT sender, subject, words FROM replies WHERE digest = sha256('letter')`)).toEqual([{ sender: null, subject: null, words: null }]); // prettier-ignore
    expect(await sampark.sql('SELECT id FROM privacy_requests WHERE id = ANY ($1)', [[open, over]])).toEqual([{ id: open }]); // prettier-ignore
  });
});

describe('what somebody asked of us', () => {
  it('moves with them, while it waits: a wish to be erased, and an open request', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', name: 'Moving Person' });
    const requests = sampark.get(RequestsService);
    const asked = { personId: id, kind: 'access' as const, cameHow: 'letter' as const, details: 'What do you hold?' };
    const [open, over] = [await requests.open(await sampark.system(), asked), await requests.open(await sampark.system(), asked)]; // prettier-ignore
    await requests.note(await sampark.system(), open, 'They called as well');
    await requests.withdraw(await sampark.system(), over, 'Not needed');
    await sampark.sql(
      `INSERT INTO replies (id, path, digest, people, why, words)
       SELECT gen_random_uuid(), path, sha256('moving'), ARRAY[id], ARRAY['question'], 'When is it?' FROM people WHERE id = $1`,
      [id],
    );
    await sampark.get(ErasureService).wish(await sampark.system(), id);
    const officer = await aUser(sampark, { role: 'data_protection_officer', in: 'mathura' });
    const ids = async (path: string) =>
      (await sampark.as(officer).get(path)).body.items.map((item: { id: string }) => item.id);
    expect([await ids('/erasures?state=wished'), await ids('/requests')]).toEqual([[], []]);
    const [mathura] = await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'mathura'`);
    const moved = await sampark.as(admin).post(`/sympathisers/${id}`, { territoryId: mathura!.id });
    expect(moved.status).toBe(200);
    expect([await ids('/erasures?state=wished'), await ids('/requests')]).toEqual([[id], [open]]);
    const paths = await sampark.sql(
      `SELECT DISTINCT e.path = t.path AS there FROM privacy_request_entries e, territories t WHERE e.request_id = $1 AND t.id = $2`,
      [open, mathura!.id],
    );
    expect(paths).toEqual([{ there: true }]);
    expect((await sampark.as(officer).get(`/requests/${over}`)).status).toBe(404);
    expect(
      await sampark.sql(`SELECT r.path = t.path AS there FROM replies r, territories t WHERE r.people = ARRAY[$1::uuid] AND t.id = $2`, [id, mathura!.id]), // prettier-ignore
    ).toEqual([{ there: true }]);
  });
});
