import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../../src/platform/database/id.js';
import { anImport, outcome } from '../factories/imports.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let mathura: AUser;
let member: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
});
afterAll(() => sampark?.close());

const page = async (user: AUser, id: string) => (await sampark.as(user).get(`/sympathisers/${id}?lang=en`)).body;
const point = async (user: AUser, id: string, value: string, channel?: string) =>
  (await page(user, id)).reach.find(
    (one: { value: string; channel: string }) => one.value === value && (!channel || one.channel === channel),
  );
const add = (id: string, more: object, by = agra) => sampark.as(by).post(`/sympathisers/${id}/points?lang=en`, more);
const claims = (handle: string) =>
  sampark.sql<{ person_id: string }>('SELECT person_id FROM identity_claims WHERE handle = $1', [handle]);

describe('a handle at which somebody else answered', () => {
  it('ends with the claim on it, says why, and may be anybody’s from then on', async () => {
    const was = await aSympathiser(sampark, {
      in: 'agra',
      identities: [{ platform: 'x', handle: 'not_them' }],
      assignedTo: member.id,
    });
    const is = await aSympathiser(sampark, { in: 'agra', name: 'Right One' });
    const logged = await sampark
      .as(member)
      .post('/attempts', { client_id: uuidv7(), person_id: was.id, channel: 'x', disposition: 'wrong_number' });
    expect(logged.status).toBe(201);

    expect(await claims('not_them')).toEqual([]);
    expect(await point(agra, was.id, 'not_them')).toMatchObject({ dead: true, why: 'wrong number' });
    const told = (await page(agra, was.id)).timeline.map((item: { title: string }) => item.title);
    expect(told).toContain('Somebody else answered at X @not_them');
    expect((await add(is.id, { platform: 'x', handle: '@not_them' })).status).toBe(200);
    expect(await claims('not_them')).toEqual([{ person_id: is.id }]);
  });

  it('goes to whoever has it by saying that it changed hands, also where a claim was left behind', async () => {
    const was = await aSympathiser(sampark, { in: 'agra', identities: [{ platform: 'x', handle: 'left_behind' }] });
    const is = await aSympathiser(sampark, { in: 'agra' });
    await sampark.sql(`UPDATE person_identities SET to_at = now() WHERE handle = 'left_behind'`);
    expect(await claims('left_behind')).toEqual([{ person_id: was.id }]);
    expect((await add(is.id, { platform: 'x', handle: 'left_behind', changedHands: true })).status).toBe(200);
    expect(await claims('left_behind')).toEqual([{ person_id: is.id }]);
  });
});

describe('an account known by the platform’s own id', () => {
  let uid = 77_000_000;
  const known = async (where = 'agra') => {
    const handle = `ramesh.k.${++uid}`;
    const who = await aSympathiser(sampark, {
      in: where,
      name: 'Ramesh Kumar',
      identities: [{ platform: 'facebook', handle }],
    });
    await sampark.sql('UPDATE person_identities SET platform_uid = $2 WHERE handle = $1', [handle, String(uid)]);
    return { ...who, handle, uid: String(uid), link: `https://facebook.com/profile.php?id=${uid}` };
  };

  it('is found by a link with that id, whatever it is called', async () => {
    const one = await known();
    for (const q of [one.link, one.uid]) {
      const found = await sampark.as(agra).get(`/sympathisers?q=${encodeURIComponent(q)}`);
      expect(found.body.items.map(({ id }: { id: string }) => id)).toEqual([one.id]);
    }
    const away = await sampark.as(mathura).get(`/sympathisers?q=${encodeURIComponent(one.link)}`);
    expect(away.body).toMatchObject({ items: [], elsewhere: true });
  });

  it('is looked up by index, in whatever table it stands', async () => {
    const one = await known();
    const [plan] = await sampark.sql<{ 'QUERY PLAN': unknown }>(
      `EXPLAIN (FORMAT JSON) SELECT p.id FROM people p WHERE p.id IN (
         SELECT i.person_id FROM person_identities i WHERE i.handle = 'x' AND i.platform = ANY ('{facebook}')
          UNION ALL
         SELECT i.person_id FROM person_identities i WHERE i.platform_uid = '${one.uid}' AND i.platform = ANY ('{facebook}'))`,
    );
    const text = JSON.stringify(plan);
    expect(text).toContain('person_identities_by_handle');
    expect(text).toMatch(/person_identities_by_(uid|account)/);
  });

  it('is nobody else’s, whatever is ticked; who is in sight is named, of others nothing is told', async () => {
    const one = await known();
    const two = await aSympathiser(sampark, { in: 'agra' });
    const refused = await add(two.id, { handle: one.link, changedHands: true });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('is the same account as Ramesh Kumar’s');
    expect(await claims(one.uid)).toEqual([]);

    const far = await known('mathura');
    const elsewhere = await add(two.id, { handle: far.link, changedHands: true });
    expect(elsewhere.status).toBe(422);
    expect(elsewhere.text).not.toContain('Ramesh');
    expect(elsewhere.body.errors.map(({ field }: { field: string }) => field)).toEqual(['handle']);
  });

  it('is theirs in a list as well, where a link names it by that id alone', async () => {
    const one = await known();
    const bare = { name: 'Ramesh Kumar', handle: one.link, platform: 'facebook' };
    expect(outcome(await anImport(sampark, agra, [bare], { territory: 'agra' }))).toEqual([0, 0, 1, 0]);
    expect(await claims(one.uid)).toEqual([]);

    const reached = await anImport(sampark, agra, [{ ...bare, phone: '9811122233' }], { territory: 'agra' });
    expect(outcome(reached)).toEqual([0, 1, 0, 0]);
    expect(await point(agra, one.id, '+919811122233')).toBeDefined();
    const handles = (await page(agra, one.id)).reach.filter(
      ({ channel }: { channel: string }) => channel === 'facebook',
    );
    expect(handles.map(({ value }: { value: string }) => value)).toEqual([one.handle]);
  });

  it('is told of when somebody verifies another handle and finds that id', async () => {
    const one = await known();
    const two = await aSympathiser(sampark, {
      in: 'agra',
      identities: [{ platform: 'facebook', handle: `other.${one.uid}` }],
      assignedTo: member.id,
    });
    const own = (await point(agra, two.id, `other.${one.uid}`)).id;
    const verify = (by: AUser, found: string) =>
      sampark.as(by).post(`/sympathisers/${two.id}/points/${own}/verify?lang=en`, { seen: 'Same photo', uid: found });
    const staff = await verify(agra, one.uid);
    expect(staff.status).toBe(422);
    expect(staff.text).toContain('same account as Ramesh Kumar’s');
    // Of somebody who isn't theirs a member learns nothing.
    const theirs = await verify(member, one.uid);
    expect(theirs.status).toBe(422);
    expect(theirs.text).not.toContain('Ramesh');
    expect((await point(agra, two.id, `other.${one.uid}`)).verified).toBeNull();
    expect((await verify(member, '78999999')).status).toBe(200);
  });
});

describe('a channel that is known by its id alone', () => {
  it('is one link everywhere, written as the platform writes it', async () => {
    const channel = 'UCabCDefghIJklmnopQRstUV';
    const link = `https://www.youtube.com/channel/${channel}`;
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Channel Owner',
      identities: [{ platform: 'x', handle: 'channel_owner' }],
      assignedTo: member.id,
    });
    expect((await add(id, { handle: link })).status).toBe(200);
    await sampark.as(agra).post(`/sympathisers/${id}/consents`, {
      purposes: ['register', 'contact'],
      channel: 'youtube',
      state: 'given',
      how: 'spoken',
    });
    await sampark.sql(`DELETE FROM consents WHERE person_id = $1 AND channel = 'x'`, [id]);
    expect(await point(agra, id, channel.toLowerCase())).toMatchObject({ shown: channel, link: { href: link } });
    const [next] = (await sampark.as(member).get(`/queue?person=${id}`)).body.items;
    expect(next.ways).toContainEqual(expect.objectContaining({ channel: 'youtube', href: link, label: channel }));
    const list = await sampark.browser(agra).get(`/sympathisers?q=channel_owner`);
    expect(list.text).toContain(`href="${link}"`);
    expect(list.text).not.toContain(channel.toLowerCase());
  });
});

describe('a number that was never theirs', () => {
  it('is not theirs on WhatsApp either; what ended before keeps its day and its reason', async () => {
    const number = '+919876500018';
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      phones: [number],
      identities: [{ platform: 'whatsapp', handle: number }],
    });
    const phone = await point(agra, id, number, 'phone');
    const end = (why: string) => sampark.as(agra).post(`/sympathisers/${id}/points/${phone.id}/end`, { why });
    expect((await end('wrong')).status).toBe(200);
    const ended = await page(agra, id);
    expect(ended.reach.map(({ dead, why }: { dead: boolean; why: string }) => [dead, why])).toEqual([
      [true, 'was never theirs'],
      [true, 'was never theirs'],
    ]);
    expect((await end('by_hand')).status).toBe(200);
    expect((await page(agra, id)).reach).toEqual(ended.reach);
  });
});
