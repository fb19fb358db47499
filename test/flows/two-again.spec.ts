import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { mended } from '../../migrations/1764000000035-two-again.js';
import type { LinkActor } from '../../src/platform/database/actor.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ErasureService } from '../../src/privacy/erasure/erasure.service.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { nameKey } from '../../src/sympathisers/name-key.js';
import { RekeyingService } from '../../src/sympathisers/search/rekeying.service.js';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { joinsTeam } from '../factories/outreach.js';
import { aTeam } from '../factories/teams.js';
import { aUser, type AUser } from '../factories/users.js';
import { urlsFor } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let officer: AUser;
let made = 0;
const phone = () => `+9196${String(10_000_000 + (made += 1))}`;
const mail = () => `two${(made += 1)}@example.in`;
const handle = () => `again_${(made += 1)}`;

beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  officer = await aUser(sampark, { role: 'data_protection_officer', in: 'up' });
});
afterAll(() => sampark?.close());

type Wanted = Partial<Parameters<typeof aSympathiser>[1]>;
const aPerson = async (more: Wanted = {}) => (await aSympathiser(sampark, { in: 'agra', name: 'Usha Again', phones: [phone()], ...more })).id; // prettier-ignore
const post = (path: string, body: object = {}, user = agra) => sampark.as(user).post(path, body);
async function merge(winner: string, other: string, more: object = {}): Promise<string> {
  const { status, body } = await post(`/sympathisers/${winner}/merges`, { other, ...more });
  expect(status).toBe(201);
  return (body as { mergeId: string }).mergeId;
}
async function undo(winner: string, mergeId: string) {
  const { status, body } = await post(`/sympathisers/${winner}/merges/${mergeId}/undo`);
  expect(status).toBe(200);
  return (body as { leftAsIs: { table: string; fields: string[]; how?: string }[] }).leftAsIs;
}
const barrier = async (id: string, purpose: string, channel: string) =>
  (await sampark.sql<{ b: string | null }>('SELECT contact_barrier($1, $2, $3) AS b', [id, purpose, channel]))[0]!.b;
const row = async (id: string) => (await sampark.sql<Record<string, unknown>>('SELECT *, contact_not_before::text AS not_before FROM people WHERE id = $1', [id]))[0]!; // prettier-ignore
const mayMail = async (id: string) =>
  (await sampark.sql<{ may: boolean }>(`SELECT may_invite & (1::bigint << channel_bit('email')) <> 0 AS may FROM people WHERE id = $1`, [id]))[0]!.may; // prettier-ignore
const link = (personId: string): LinkActor => ({ kind: 'link', purpose: 'stop', personId });
const withdraw = (personId: string) =>
  sampark.get(ConsentService).record(link(personId), personId, [{ purpose: 'invitations', channel: 'email', state: 'withdrawn', how: 'link' }]); // prettier-ignore
const liveHandles = (of: string) =>
  sampark.sql<{ person_id: string }>('SELECT person_id FROM person_identities WHERE handle = $1 AND to_at IS NULL', [of]); // prettier-ignore

describe('two records of one person, two again', () => {
  it('are both out of reach by what was withdrawn by a link while they were one (T13)', async () => {
    const [a, b] = [await aPerson(), await aPerson({ emails: [mail()] })];
    const mergeId = await merge(a, b);
    await withdraw(a);
    const left = await undo(a, mergeId);
    expect([await barrier(b, 'invitations', 'email'), await mayMail(b)]).toEqual(['withdrawn', false]);
    expect(left).toContainEqual({ table: 'consents', fields: [], how: 'shared' });
    // What they didn't take back is as it was.
    expect(await barrier(b, 'contact', 'email')).toBeNull();
    const page = await sampark.browser(agra).get(`/sympathisers/${a}?lang=en`);
    expect(page.text).toContain('so it holds for both: Consent');
  });

  it('leave a yes that came after the no, and what the merge alone had said goes with it', async () => {
    const [a, b] = [await aPerson({ emails: [mail()] }), await aPerson({ emails: [mail()] })];
    await withdraw(b);
    const mergeId = await merge(a, b);
    expect(await barrier(a, 'invitations', 'email')).toBe('withdrawn');
    await undo(a, mergeId);
    expect([await barrier(a, 'invitations', 'email'), await barrier(b, 'invitations', 'email')]).toEqual([null, 'withdrawn']); // prettier-ignore
    const again = await merge(a, await aPerson({ emails: [mail()] }));
    await withdraw(a);
    await sampark.get(ConsentService).record(link(a), a, [{ purpose: 'invitations', channel: 'email', state: 'given', how: 'link' }]); // prettier-ignore
    expect(await undo(a, again)).toEqual([]);
  });

  it('hold what everything taken back meant, also where the merge had said it before', async () => {
    const [a, b] = [await aPerson({ emails: [mail()] }), await aPerson({ emails: [mail()] })];
    await withdraw(b);
    const mergeId = await merge(a, b);
    await sampark.get(ConsentService).withdrawEverything(link(a), a, 'link');
    await undo(a, mergeId);
    for (const id of [a, b]) expect(await barrier(id, 'invitations', 'email')).toBe('withdrawn');
  });

  it('are both closed by a stop while they were one: given to nobody, and in no file', async () => {
    const team = await aTeam(sampark, { in: 'mainpuri' });
    const member = await aUser(sampark, { role: 'team_member', in: 'mainpuri' });
    await joinsTeam(sampark, team.id, member, 40);
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'mainpuri' });
    const people = [await aPerson({ in: 'mainpuri' }), await aPerson({ in: 'mainpuri', assignedTo: member.id })] as const; // prettier-ignore
    const [a, b] = people;
    const merged = await post(`/sympathisers/${a}/merges`, { other: b }, convenor);
    const { mergeId } = merged.body as { mergeId: string };
    expect((await post(`/sympathisers/${a}/stop`, {}, convenor)).status).toBe(200);
    expect((await post(`/sympathisers/${a}/merges/${mergeId}/undo`, {}, convenor)).status).toBe(200);
    for (const id of people) {
      expect(await row(id)).toMatchObject({ closed_at: expect.any(Date), assigned_to: null, team_id: null });
      // However it was opened: the stop itself is asked.
      await sampark.sql('UPDATE people SET closed_at = NULL WHERE id = $1', [id]);
      await sampark.sql(`INSERT INTO consents (person_id, id, path, purpose, channel, state, how) SELECT id, gen_random_uuid(), path, 'register', 'phone', 'given', 'paper' FROM people WHERE id = $1`, [id]); // prettier-ignore
      expect((await post(`/assignments/${id}`, { user_id: member.id }, convenor)).status).toBe(409);
    }
    expect(await sampark.sql('SELECT 1 FROM assignments WHERE person_id = ANY ($1) AND closed_at IS NULL', [people])).toEqual([]); // prettier-ignore
    expect((await post('/assignments/spread', { team_id: team.id }, convenor)).body).toMatchObject({ given: 0 });
    for (const id of people) expect(await row(id)).toMatchObject({ assigned_to: null });
  });

  it('are both closed where the one that remained had been closed by its other’s stop, and stops itself', async () => {
    const [a, b] = [await aPerson(), await aPerson()];
    await post(`/sympathisers/${b}/stop`);
    const mergeId = await merge(a, b);
    await post(`/sympathisers/${a}/stop`);
    await undo(a, mergeId);
    for (const id of [a, b]) expect((await row(id)).closed_at).not.toBeNull();
  });

  it('are not called again after a no on the phone while they were one', async () => {
    const [a, b] = [await aPerson(), await aPerson()];
    const mergeId = await merge(a, b);
    await sampark.sql('UPDATE people SET closed_at = now() WHERE id = $1', [a]);
    const left = await undo(a, mergeId);
    expect((await row(b)).closed_at).not.toBeNull();
    expect(left).toContainEqual({ table: 'people', fields: ['closed_at'], how: 'shared' });
  });

  it('do not both use a handle that went to somebody else meanwhile (T20)', async () => {
    const [h, mine] = [handle(), handle()];
    const [a, b] = [await aPerson({ identities: [{ platform: 'x', handle: mine }] }), await aPerson({ identities: [{ platform: 'x', handle: h }] })]; // prettier-ignore
    // The one that remains had it once.
    await sampark.sql(`INSERT INTO person_identities (person_id, id, path, platform, handle, from_at, to_at) SELECT id, gen_random_uuid(), path, 'x', $2, now() - interval '2 years', now() - interval '1 year' FROM people WHERE id = $1`, [a, h]); // prettier-ignore
    const mergeId = await merge(a, b);
    expect(await liveHandles(h)).toEqual(expect.arrayContaining([{ person_id: a }]));
    const z = await aPerson();
    expect((await post(`/sympathisers/${z}/points`, { platform: 'x', handle: h, changedHands: true })).status).toBe(200); // prettier-ignore
    await undo(a, mergeId);
    expect(await liveHandles(h)).toEqual([{ person_id: z }]);
    expect(await sampark.sql('SELECT person_id FROM identity_claims WHERE handle = $1', [h])).toEqual([{ person_id: z }]); // prettier-ignore
    const ended = await sampark.sql<{ why: string }>('SELECT ended_why AS why FROM person_identities WHERE handle = $1 AND person_id = $2', [h, b]); // prettier-ignore
    expect(ended).toEqual([{ why: 'changed_hands' }]);
    expect(await barrier(b, 'contact', 'x')).toBe('no_point');
    expect(await liveHandles(mine)).toEqual([{ person_id: a }]);
  });

  it('use a handle each as before where nobody else has it', async () => {
    const h = handle();
    const [a, b] = [await aPerson(), await aPerson({ identities: [{ platform: 'x', handle: h }] })];
    await undo(a, await merge(a, b));
    expect(await liveHandles(h)).toEqual([{ person_id: b }]);
    expect(await sampark.sql('SELECT person_id FROM identity_claims WHERE handle = $1', [h])).toEqual([{ person_id: b }]); // prettier-ignore
  });

  it('share the end of a phone that both have, and keep one that died before apart', async () => {
    const [p, q] = [phone(), phone()];
    const [a, b] = [await aPerson({ phones: [p, q] }), await aPerson({ phones: [p, q] })];
    await sampark.sql(`UPDATE contact_points SET dead_at = now() - interval '1 day', dead_why = 'wrong' WHERE person_id = $1 AND value = $2`, [a, q]); // prettier-ignore
    const mergeId = await merge(a, b);
    const [point] = await sampark.sql<{ id: string }>('SELECT id FROM contact_points WHERE person_id = $1 AND value = $2', [a, p]); // prettier-ignore
    expect((await post(`/sympathisers/${a}/points/${point!.id}/end`, { why: 'wrong' })).status).toBe(200);
    await undo(a, mergeId);
    const dead = await sampark.sql<{ value: string }>('SELECT value FROM contact_points WHERE person_id = $1 AND dead_at IS NOT NULL', [b]); // prettier-ignore
    expect(dead).toEqual([{ value: p }]);
  });

  it('wait again for a place, where they waited', async () => {
    const [a, b] = [await aPerson(), await aPerson({ waiting: true })];
    const mergeId = await merge(a, b);
    expect((await row(b)).waiting).toBe(false);
    expect(await undo(a, mergeId)).toEqual([]);
    expect((await row(b)).waiting).toBe(true);
  });

  it('keep who looks after them by now, and who did of the other ends', async () => {
    const team = await aTeam(sampark, { in: 'agra' });
    const [first, second] = [await aUser(sampark, { role: 'team_member', in: 'agra' }), await aUser(sampark, { role: 'team_member', in: 'agra' })]; // prettier-ignore
    for (const [n, user] of [first, second].entries()) await joinsTeam(sampark, team.id, user, 40 + n);
    const [a, b] = [await aPerson(), await aPerson({ assignedTo: first.id })];
    const mergeId = await merge(a, b);
    expect((await row(a)).assigned_to).toBe(first.id);
    expect((await post(`/assignments/${a}`, { user_id: second.id })).status).toBe(200);
    const left = await undo(a, mergeId);
    expect([(await row(a)).assigned_to, (await row(b)).assigned_to]).toEqual([second.id, null]);
    expect(left).toEqual([expect.objectContaining({ table: 'people', fields: expect.arrayContaining(['assigned_to']) })]); // prettier-ignore
    const page = await sampark.browser(agra).get(`/sympathisers/${a}?lang=en`);
    expect(page.text).toContain('left as it is: Looked after by');
  });

  it('have their seats at a full meet-up as before; and a party waits only where it is really full by now', async () => {
    const event = await anEvent(sampark, { in: 'agra', capacity: 10 });
    const [a, b] = [await aPerson(), await aPerson()];
    const asked = await anInvitation(sampark, event.id, a);
    const { id } = await anInvitation(sampark, event.id, b);
    await sampark.sql(`UPDATE invitations SET answer = 'yes', standing = 'in', guests = 2, state = 'answered', answered_at = now() WHERE id = $1`, [id]); // prettier-ignore
    await sampark.sql('UPDATE events SET heads = 10 WHERE id = $1', [event.id]);
    const heads = async () => (await sampark.sql<{ heads: number }>('SELECT heads FROM events WHERE id = $1', [event.id]))[0]!.heads; // prettier-ignore
    const standing = async () => (await sampark.sql<{ standing: string }>('SELECT standing FROM invitations WHERE id = $1', [id]))[0]!.standing; // prettier-ignore
    const mergeId = await merge(a, b);
    expect(await heads()).toBe(10);
    await undo(a, mergeId);
    expect([await heads(), await standing()]).toEqual([10, 'in']);
    // Both come, and the newer answer counts: as one they take one seat, and others take the rest.
    await sampark.sql(`UPDATE invitations SET answer = 'yes', standing = 'in', guests = 0, state = 'answered', answered_at = now() WHERE id = $1`, [asked.id]); // prettier-ignore
    await sampark.sql('UPDATE events SET heads = 10 WHERE id = $1', [event.id]);
    const again = await merge(b, a);
    expect(await heads()).toBe(7);
    await sampark.sql('UPDATE events SET heads = 10 WHERE id = $1', [event.id]);
    await undo(b, again);
    const [a2] = await sampark.sql<{ standing: string; answer: string }>('SELECT standing, answer FROM invitations WHERE id = $1', [asked.id]); // prettier-ignore
    // The seat that they had as one is one of theirs again; the party of three doesn't fit, and waits as a whole.
    expect([await heads(), await standing(), a2]).toEqual([10, 'waiting', { standing: 'in', answer: 'yes' }]);
  });

  it('are found by name by today’s rules, whatever they were when one was set aside', async () => {
    const [a, b] = [await aPerson(), await aPerson({ name: 'Ushaa Agaain' })];
    const mergeId = await merge(a, b, { take: ['name'] });
    // The rules change while one is set aside.
    await sampark.sql(`UPDATE people SET name_key = 'old' WHERE id = ANY ($1)`, [[a, b]]);
    await sampark.get(RekeyingService).rekey(await sampark.system());
    expect([(await row(a)).name_key, (await row(b)).name_key]).toEqual([nameKey('Ushaa Agaain'), 'old']);
    expect(await undo(a, mergeId)).toEqual([]);
    expect([(await row(a)).name_key, (await row(b)).name_key]).toEqual([nameKey('Usha Again'), nameKey('Ushaa Agaain')]); // prettier-ignore
  });

  it('say that a correction went along with the record that it was about', async () => {
    const [a, b] = [await aPerson(), await aPerson()];
    await sampark.sql('UPDATE people SET birth_year = 1980 WHERE id = $1', [b]);
    const mergeId = await merge(a, b);
    await post(`/sympathisers/${a}`, { birthYear: '1981' });
    expect(await undo(a, mergeId)).toEqual([{ table: 'people', fields: ['birth_year'], how: 'went' }]);
    const page = await sampark.browser(agra).get(`/sympathisers/${a}?lang=en`);
    expect(page.text).toContain('gone along with the record that came back: Year of birth');
  });

  it('may each be somebody else again, unless somebody said otherwise meanwhile', async () => {
    const [a, b, x, y] = [await aPerson(), await aPerson(), await aPerson(), await aPerson()];
    for (const other of [x, y]) await post(`/sympathisers/${b}/not-the-same`, { other });
    const mergeId = await merge(a, b);
    const how = async (one: string, two: string) =>
      (await sampark.sql<{ how: string }>(`SELECT settled_how AS how FROM person_suggestions WHERE field = 'person' AND person_id = least($1::uuid, $2::uuid) AND other_id = greatest($1::uuid, $2::uuid)`, [one, two]))[0]?.how; // prettier-ignore
    expect([await how(a, x), await how(a, y)]).toEqual(['not_the_same', 'not_the_same']);
    await post(`/sympathisers/${a}/not-the-same`, { other: y });
    await undo(a, mergeId);
    expect([await how(a, x), await how(a, y), await how(b, x)]).toEqual(['gone', 'not_the_same', 'not_the_same']);
  });
});

describe('what two records of one person ask for', () => {
  const wish = (id: string, body: object) => post(`/sympathisers/${id}/wishes`, body);
  const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  const later = new Date(Date.now() + 50 * 86_400_000).toISOString().slice(0, 10);

  it('is asked for by the one that remains: the stricter of both, and each its own again', async () => {
    const [a, b] = [await aPerson({ emails: [mail()] }), await aPerson({ emails: [mail()] })];
    await sampark.sql(`UPDATE people SET contact_only = 'email', contact_not_before = $2, also_speaks = '{ur}', contact_times = '{morning}', contact_order = '{email}' WHERE id = $1`, [b, soon]); // prettier-ignore
    await sampark.sql(`UPDATE people SET also_speaks = '{pa}', contact_times = '{evening}' WHERE id = $1`, [a]);
    const before = [await row(a), await row(b)].map(({ link_version: _, ...rest }) => rest);
    const compared = (await sampark.as(agra).get(`/sympathisers/${a}/beside/${b}`)).body as { fields: { field: string; theirs: string }[] }; // prettier-ignore
    expect(compared.fields.map(({ field }) => field)).toEqual(expect.arrayContaining(['only', 'not_before', 'times'])); // prettier-ignore
    const mergeId = await merge(a, b);
    expect(await row(a)).toMatchObject({ contact_only: 'email', not_before: soon, also_speaks: ['pa', 'ur'], contact_times: ['morning', 'evening'], contact_order: ['email'] }); // prettier-ignore
    expect(await barrier(a, 'contact', 'phone')).toBe('other_channel');
    expect(await undo(a, mergeId)).toEqual([]);
    expect([await row(a), await row(b)].map(({ link_version: _, ...rest }) => rest)).toEqual(before);
  });

  it('is chosen where each asked for another way alone', async () => {
    const [a, b] = [await aPerson({ emails: [mail()] }), await aPerson({ emails: [mail()] })];
    await sampark.sql(`UPDATE people SET contact_only = CASE id WHEN $1 THEN 'phone' ELSE 'email' END WHERE id IN ($1, $2)`, [a, b]); // prettier-ignore
    const page = await sampark.browser(agra).get(`/sympathisers/${a}/beside/${b}?lang=en`);
    expect(page.text).toContain('name="take" value="only"');
    const mergeId = await merge(a, b);
    expect((await row(a)).contact_only).toBe('phone');
    await undo(a, mergeId);
    await merge(a, b, { take: ['only'] });
    expect((await row(a)).contact_only).toBe('email');
  });

  it('holds for both where it was asked for while they were one', async () => {
    const [a, b] = [await aPerson(), await aPerson()];
    const mergeId = await merge(a, b);
    expect((await wish(a, { notBefore: later })).status).toBeLessThan(300);
    const left = await undo(a, mergeId);
    expect([(await row(a)).not_before, (await row(b)).not_before]).toEqual([later, later]);
    expect(left).toContainEqual(expect.objectContaining({ fields: ['contact_not_before'], how: 'shared' }));
  });

  it('is one point they like best, and each its own again', async () => {
    const [p, q] = [phone(), phone()];
    const [a, b] = [await aPerson({ phones: [p] }), await aPerson({ phones: [q] })];
    await sampark.sql('UPDATE contact_points SET preferred = true WHERE person_id = ANY ($1)', [[a, b]]);
    const best = (id: string) => sampark.sql<{ value: string }>('SELECT value FROM contact_points WHERE person_id = $1 AND preferred', [id]); // prettier-ignore
    const mergeId = await merge(a, b);
    expect(await best(a)).toEqual([{ value: p }]);
    await undo(a, mergeId);
    expect([await best(a), await best(b)]).toEqual([[{ value: p }], [{ value: q }]]);
    // Of a phone that both have, the mark stays aside.
    const [c, d] = [await aPerson({ phones: [q] }), await aPerson({ phones: [q] })];
    await sampark.sql('UPDATE contact_points SET preferred = true WHERE person_id = $1', [d]);
    const other = await merge(c, d);
    expect(await best(c)).toEqual([{ value: q }]);
    await undo(c, other);
    expect([await best(c), await best(d)]).toEqual([[], [{ value: q }]]);
  });
});

describe('somebody who is to be erased', () => {
  it.each(['that remains', 'that would be set aside'])('is not merged: the record %s', async (which) => {
    const [a, b] = [await aPerson(), await aPerson()];
    const goes = which === 'that remains' ? a : b;
    await sampark.get(ErasureService).ask(await sampark.system(), goes, 'asked');
    const refused = await post(`/sympathisers/${a}/merges`, { other: b });
    expect([refused.status, refused.body.type]).toEqual([409, 'urn:sampark:duplicates.problem.being_erased']);
    // The gate itself sets nobody aside.
    const aside = await sampark.get(UnitOfWork).run(await sampark.system(), (tx) => tx.one('SELECT gate.set_aside($1, $2) AS done', [b, a])); // prettier-ignore
    expect(aside).toEqual({ done: null });
  });

  it('is not taken apart on the way', async () => {
    const [a, b] = [await aPerson(), await aPerson()];
    const mergeId = await merge(a, b);
    await sampark.get(ErasureService).ask(await sampark.system(), b, 'asked');
    expect((await post(`/sympathisers/${a}/merges/${mergeId}/undo`)).status).toBe(409);
    await sampark.drain();
    expect(await sampark.sql('SELECT 1 FROM people WHERE id = ANY ($1)', [[a, b]])).toEqual([]);
  });

  it('is erased as whom they are, asked and merged at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const number = phone();
      const [a, b] = [await aPerson(), await aPerson({ phones: [number] })];
      const [merged] = await Promise.all([
        post(`/sympathisers/${a}/merges`, { other: b }),
        sampark.get(ErasureService).ask(await sampark.system(), b, 'asked'),
      ]);
      expect([201, 409]).toContain(merged.status);
      await sampark.drain();
      expect(await sampark.sql('SELECT 1 FROM contact_points WHERE value = $1', [number])).toEqual([]);
    }
  });

  it('as somebody told us is so on the one that remains, in the officer’s list, and on both when they are two again', async () => {
    const [a, b] = [await aPerson({ name: 'Wished Remains' }), await aPerson({ name: 'Wished Aside' })];
    expect((await post(`/sympathisers/${b}/erasure-wish`)).status).toBe(202);
    await merge(a, b);
    expect((await sampark.as(agra).get(`/sympathisers/${a}`)).body).toMatchObject({ leaving: { erasure: 'wished' } });
    const list = (await sampark.as(officer).get('/erasures?state=wished&limit=200')).body as { items: { id: string; person: string; name: string }[] }; // prettier-ignore
    expect(list.items.find(({ id }) => id === b)).toMatchObject({ person: a, name: 'Wished Remains' });
    expect((await sampark.as(officer).get(`/sympathisers/${a}/erasure`)).body).toMatchObject({ erasure: { state: 'wished' } }); // prettier-ignore

    const [c, d] = [await aPerson(), await aPerson()];
    const mergeId = await merge(c, d);
    expect((await post(`/sympathisers/${c}/erasure-wish`)).status).toBe(202);
    await undo(c, mergeId);
    for (const id of [c, d]) {
      expect((await sampark.as(agra).get(`/sympathisers/${id}`)).body).toMatchObject({ leaving: { erasure: 'wished' } }); // prettier-ignore
      expect((await row(id)).closed_at).not.toBeNull();
    }
  });
});

describe('merges taken apart by an older program', () => {
  it('are mended: a stop closes, a no holds, what ended stays ended', async () => {
    const [h, p] = [handle(), phone()];
    const [a, b] = [await aPerson({ phones: [p] }), await aPerson({ phones: [p], emails: [mail()], identities: [{ platform: 'x', handle: h }] })]; // prettier-ignore
    const stopped = await aPerson();
    expect((await post(`/sympathisers/${stopped}/stop`)).status).toBe(200);
    await sampark.sql('UPDATE people SET closed_at = NULL WHERE id = $1', [stopped]);
    await undo(a, await merge(a, b));
    // As it was left: the no with the one, the other's phone alive, its handle claimed for somebody else.
    await sampark.sql(`UPDATE person_merges SET at = now() - interval '3 days', undone_at = now() - interval '1 day' WHERE person_id = $1`, [a]); // prettier-ignore
    await sampark.sql(`UPDATE consents SET at = now() - interval '9 days' WHERE person_id = ANY ($1)`, [[a, b]]);
    await sampark.sql(`INSERT INTO consents (person_id, id, path, purpose, channel, state, how, at) SELECT id, gen_random_uuid(), path, 'invitations', 'email', 'withdrawn', 'link', now() - interval '2 days' FROM people WHERE id = $1`, [a]); // prettier-ignore
    await sampark.sql(`UPDATE contact_points SET dead_at = now() - interval '2 days', dead_why = 'wrong' WHERE person_id = $1`, [a]); // prettier-ignore
    const z = await aPerson();
    await sampark.sql('UPDATE identity_claims SET person_id = $1 WHERE handle = $2', [z, h]);
    expect([await barrier(b, 'invitations', 'email'), await mayMail(b)]).toEqual([null, true]);

    const owner = new pg.Client({ connectionString: urlsFor(sampark.database).owner });
    await owner.connect();
    try {
      await owner.query(`BEGIN; ${mended().join('\n')} COMMIT;`);
    } finally {
      await owner.end();
    }
    expect((await row(stopped)).closed_at).not.toBeNull();
    expect([await barrier(b, 'invitations', 'email'), await mayMail(b)]).toEqual(['withdrawn', false]);
    expect([await barrier(b, 'contact', 'phone'), await barrier(b, 'contact', 'x')]).toEqual(['dead_point', 'no_point']); // prettier-ignore
    expect(await liveHandles(h)).toEqual([]);
    expect(await barrier(b, 'contact', 'email')).toBeNull();
  });
});
