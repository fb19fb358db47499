import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IN_QUEUE, QUEUE_ORDER } from '../../src/outreach/queue.queries.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { beginSql } from '../../src/platform/database/unit-of-work.js';
import { aTeamAt, manyPeople, type ATeam } from '../factories/outreach.js';
import { theRealTree } from '../factories/real-tree.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

describe('contact', () => {
  let sampark: Sampark;
  let team: ATeam;
  let member: AUser;
  let colleague: AUser;
  let convenor: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
    await theRealTree(sampark);
    team = await aTeamAt(sampark, 'agra', 2);
    [member, colleague] = team.members as [AUser, AUser];
    convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  });
  afterAll(() => sampark?.close());

  const person = async (id: string) =>
    (await sampark.sql<Record<string, unknown>>('SELECT * FROM people WHERE id = $1', [id]))[0]!;
  const names = async (who: AUser) =>
    (await sampark.as(who).get('/queue?limit=100')).body.items.map((item: { name: string }) => item.name);
  const log = (who: AUser, of: { id: string }, disposition: string, more: object = {}) =>
    sampark.as(who).post('/attempts', { person_id: of.id, channel: 'phone', disposition, ...more });
  const put = (id: string, values: Record<string, unknown>) =>
    sampark.sql(
      `UPDATE people SET ${Object.keys(values)
        .map((name, i) => `${name} = $${i + 2}`)
        .join(', ')} WHERE id = $1`,
      [id, ...Object.values(values)],
    );

  describe('the queue', () => {
    it('puts due follow-ups first, then who was never contacted, then who was longest ago, each with its reason', async () => {
      const who = (name: string) => aSympathiser(sampark, { in: 'agra', name, assignedTo: member.id });
      const longest = await who('Longest');
      await put(longest.id, { last_attempt_at: '2025-01-01T00:00:00Z', last_disposition: 'reached' });
      await who('Never');
      const due = await who('Due');
      await put(due.id, {
        follow_up_on: '2026-01-05',
        follow_up_why: 'no_show',
        last_attempt_at: '2026-01-01T00:00:00Z',
      });
      const later = await who('Later');
      await put(later.id, { follow_up_on: '2099-01-01', follow_up_why: 'promised' });
      const rests = await who('Rests');
      await put(rests.id, { last_attempt_at: new Date(), last_disposition: 'reached' });

      const { body } = await sampark.as(member).get('/queue');
      expect(body.items.map((item: { name: string; why: { code: string } }) => [item.name, item.why.code])).toEqual([
        ['Due', 'no_show'],
        ['Never', 'never'],
        ['Longest', 'longest'],
      ]);
      expect(body.counts).toMatchObject({ due: 1, all: 3, mine: 5 });

      // Page by page it is the same list.
      const first = await sampark.as(member).get('/queue?limit=1');
      const second = await sampark.as(member).get(`/queue?limit=1&cursor=${first.body.next}`);
      const third = await sampark.as(member).get(`/queue?limit=1&cursor=${second.body.next}`);
      expect([first, second, third].map((page) => page.body.items[0].name)).toEqual(['Due', 'Never', 'Longest']);
      expect(third.body.next).toBeNull();
    });

    it('offers only the ways that the ledger allows, and nobody who cannot be contacted at all', async () => {
      const user = (await aTeamAt(sampark, 'aligarh', 1)).members[0]!;
      await aSympathiser(sampark, { in: 'aligarh', name: 'Refused', assignedTo: user.id, consent: false });
      const both = await aSympathiser(sampark, {
        in: 'aligarh',
        name: 'Both',
        assignedTo: user.id,
        phones: ['+919876543210'],
        identities: [{ platform: 'whatsapp', handle: '+919876543210' }, { platform: 'x', handle: 'both_ji' }], // prettier-ignore
      });
      await sampark.sql(
        `INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
         SELECT id, $2, path, 'contact', 'x', 'withdrawn', 'spoken' FROM people WHERE id = $1`,
        [both.id, uuidv7()],
      );
      const { body } = await sampark.as(user).get('/queue');
      expect(body.items).toHaveLength(1);
      expect(
        body.items[0].ways.map((way: { kind: string; href: string }) => [way.kind, way.href.split('?')[0]]),
      ).toEqual([
        ['call', 'tel:+919876543210'],
        ['chat', 'https://wa.me/919876543210'],
      ]);
      const page = await sampark.browser(user).get('/queue?lang=hi');
      expect(page.text).toContain('href="tel:+919876543210"');
      expect(page.text).toContain(encodeURIComponent('नमस्ते Both जी'));
      expect(page.text).not.toContain('x.com');
      expect(page.text).toContain('अब तक किसी ने संपर्क नहीं किया');
    });

    it('shows a member only their own people', async () => {
      const mine = await aSympathiser(sampark, { in: 'agra', name: 'Only mine', assignedTo: member.id });
      expect(await names(member)).toContain('Only mine');
      expect(await names(colleague)).not.toContain('Only mine');
      expect((await log(colleague, mine, 'reached')).status).toBe(404);
    });

    it('is served by its index, without sorting', async () => {
      await manyPeople(sampark, 'agra', 3000, { id: colleague.id, teamId: team.id });
      await sampark.sql('ANALYZE people');
      const [at] = await sampark.sql<{ id: string; path: string }>(
        `SELECT id, path FROM territories WHERE code = 'agra'`,
      );
      await sampark.sql(
        beginSql({
          kind: 'token',
          tokenId: uuidv7(),
          userId: colleague.id,
          grantId: colleague.grantId,
          role: 'team_member',
          reach: 'assigned',
          territoryId: at!.id,
          scope: { from: at!.path, to: `${at!.path}~` },
          permissions: new Set<string>(),
        }),
      );
      const plan = await sampark.sql<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT p.id ${IN_QUEUE} ${QUEUE_ORDER} LIMIT 7`,
        [colleague.id, '2026-11-23', '2026-10-24T00:00:00Z'],
      );
      await sampark.sql('ROLLBACK');
      const text = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).toMatch(/Index Scan using people_next/);
      expect(text).not.toMatch(/Sort Key: p\.follow_up_on/);
    });

    it('takes in who said yes to a meet-up and did not come', async () => {
      const came = await aSympathiser(sampark, { in: 'agra', name: 'Missed the meet-up', assignedTo: member.id });
      await put(came.id, { last_attempt_at: new Date(), last_disposition: 'reached' });
      expect(await names(member)).not.toContain('Missed the meet-up');
      await put(came.id, { follow_up_on: '2026-01-01', follow_up_why: 'no_show' });
      expect((await names(member))[0]).toBe('Missed the meet-up');
    });
  });

  describe('an attempt', () => {
    it('with an id that somebody else has used is refused: a phone that two share gets no half answer', async () => {
      const who = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id });
      const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
      const client_id = uuidv7();
      expect((await log(member, who, 'reached', { client_id })).status).toBe(201);
      expect((await log(convenor, who, 'busy', { client_id })).status).toBe(409);
      expect(await sampark.sql('SELECT disposition FROM attempts WHERE id = $1', [client_id])).toEqual([
        { disposition: 'reached' },
      ]);
    });

    it('sent twice is one attempt, with one answer', async () => {
      const who = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id });
      const client_id = uuidv7();
      const sent = { client_id, note: 'कल बात होगी', follow_up_on: '2099-01-01' };
      const out = await log(member, who, 'call_back', {
        ...sent,
        follow_up_on: undefined,
        device_at: '2026-01-05T10:00:00+05:30',
      });
      expect(out.status).toBe(201);
      expect(out.body).toMatchObject({
        id: client_id,
        personId: who.id,
        disposition: 'call_back',
        note: 'कल बात होगी',
        against: null,
      });
      expect(out.body.deviceAt).toBe('2026-01-05T04:30:00.000Z');
      const again = await log(member, who, 'call_back', {
        ...sent,
        follow_up_on: undefined,
        device_at: '2026-01-05T10:00:00+05:30',
      });
      expect(again.status).toBe(200);
      expect(again.body).toEqual(out.body);
      const both = await Promise.all([1, 2].map(() => log(member, who, 'busy', { client_id: uuidv7() })));
      expect(both.map(({ status }) => status)).toEqual([201, 201]);
      const at_once = uuidv7();
      const race = await Promise.all([1, 2, 3].map(() => log(member, who, 'reached', { client_id: at_once })));
      expect(race.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
      expect((await sampark.sql('SELECT 1 FROM attempts WHERE person_id = $1', [who.id])).length).toBe(4);
      // Who contacts somebody has accepted them.
      expect(await sampark.sql('SELECT state FROM assignments WHERE person_id = $1', [who.id])).toEqual([
        { state: 'accepted' },
      ]);
    });

    it('sets the next day, and refuses one that is past or too far', async () => {
      const who = await aSympathiser(sampark, { in: 'agra', name: 'Next day', assignedTo: member.id });
      const bad = await log(member, who, 'reached', { follow_up_on: '2020-01-01' });
      expect(bad.status).toBe(422);
      expect(bad.body.errors[0].field).toBe('follow_up_on');
      const { body } = await log(member, who, 'no_answer');
      expect(body.followUpOn).toBe(new Date(Date.now() + 5.5 * 3_600_000 + 86_400_000).toISOString().slice(0, 10));
      expect(await person(who.id)).toMatchObject({
        follow_up_why: 'retry',
        last_disposition: 'no_answer',
        last_reached_at: null,
      });
      expect(await names(member)).not.toContain('Next day');
    });

    it('that ends in "please stop" takes the person out of every queue at once, also when it is sent again', async () => {
      const who = await aSympathiser(sampark, {
        in: 'agra',
        name: 'Stop',
        assignedTo: member.id,
        phones: ['+919811111111'],
      });
      const client_id = uuidv7();
      expect(await names(member)).toContain('Stop');
      const stopped = await log(member, who, 'asked_to_stop', { client_id });
      expect(stopped.status).toBe(201);
      expect(await names(member)).not.toContain('Stop');
      const again = await log(member, who, 'asked_to_stop', { client_id });
      expect(again.status).toBe(200);
      expect(again.body).toEqual(stopped.body);
      const [point] = await sampark.sql(
        'SELECT suppressed_at IS NOT NULL AS stopped FROM contact_points WHERE person_id = $1',
        [who.id],
      );
      expect(point).toEqual({ stopped: true });
      expect(await person(who.id)).toMatchObject({ follow_up_on: null, assigned_to: null });
      // Somebody else may still log what they heard; it is marked.
      const late = await log(convenor, who, 'reached');
      expect(late.status).toBe(201);
      expect(late.body.against).toBe('suppressed');
    });

    it('with a wrong number marks that number dead, and asks which one where there are two', async () => {
      const who = await aSympathiser(sampark, {
        in: 'agra',
        name: 'Two numbers',
        assignedTo: member.id,
        phones: ['+919822222221', '+919822222222'],
        identities: [{ platform: 'whatsapp', handle: '+919822222222' }],
      });
      expect((await log(member, who, 'wrong_number')).body.errors[0].field).toBe('point');
      expect((await log(member, who, 'wrong_number', { point: '+919899999999' })).status).toBe(422);
      expect((await log(member, who, 'wrong_number', { point: '+919822222222' })).status).toBe(201);
      const points = await sampark.sql(
        'SELECT value, dead_why FROM contact_points WHERE person_id = $1 ORDER BY value',
        [who.id],
      );
      expect(points).toEqual([
        { value: '+919822222221', dead_why: null },
        { value: '+919822222222', dead_why: 'wrong_number' },
      ]);
      expect(
        (await sampark.sql('SELECT to_at IS NULL AS live FROM person_identities WHERE person_id = $1', [who.id]))[0],
      ).toEqual({ live: false });
      // Only one is left, so it needs no name; then there is no way, and no place in the queue.
      expect((await log(member, who, 'wrong_number')).status).toBe(201);
      await put(who.id, { follow_up_on: '2026-01-01' });
      expect(await names(member)).not.toContain('Two numbers');
    });

    it('that was declined closes the follow-up for good', async () => {
      const who = await aSympathiser(sampark, { in: 'agra', name: 'Declined', assignedTo: member.id });
      await put(who.id, { follow_up_on: '2026-01-01', follow_up_why: 'promised' });
      expect(await names(member)).toContain('Declined');
      expect((await log(member, who, 'declined', { follow_up_on: '2026-12-01' })).body.followUpOn).toBeNull();
      const { closed_at, follow_up_on } = await person(who.id);
      expect(closed_at).not.toBeNull();
      expect(follow_up_on).toBeNull();
      expect(await names(member)).not.toContain('Declined');
    });

    it('is seen by the convenor and by the member, not by a neighbour', async () => {
      const who = await aSympathiser(sampark, { in: 'agra', name: 'Seen', assignedTo: member.id });
      await log(member, who, 'reached', { note: 'अच्छी बात हुई' });
      const neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
      const of = (actor: AUser) => sampark.as(actor).get(`/attempts?person_id=${who.id}`);
      expect((await of(convenor)).body.items).toMatchObject([
        { person: { name: 'Seen' }, user: { id: member.id }, disposition: 'reached', note: 'अच्छी बात हुई' },
      ]);
      expect((await of(member)).body.items).toHaveLength(1);
      expect((await of(colleague)).body.items).toEqual([]);
      expect((await of(neighbour)).body.items).toEqual([]);
      expect((await log(neighbour, who, 'reached')).status).toBe(404);
      const [looked] = await sampark.sql(
        `SELECT people FROM audit_entries WHERE action = 'attempt.list' AND user_id = $1 ORDER BY id DESC LIMIT 1`,
        [convenor.id],
      );
      expect(looked).toEqual({ people: [who.id] });
      // Filters and pages.
      const page = await sampark.as(convenor).get('/attempts?limit=2');
      const more = await sampark.as(convenor).get(`/attempts?limit=2&cursor=${page.body.next}`);
      const ids = [...page.body.items, ...more.body.items].map((item: { id: string }) => item.id);
      expect(new Set(ids).size).toBe(4);
      const declined = await sampark.as(convenor).get('/attempts?disposition=declined');
      expect(new Set(declined.body.items.map((item: { disposition: string }) => item.disposition))).toEqual(
        new Set(['declined']),
      );
    });
  });

  it('works as a form without any script: one tap, and the next person', async () => {
    const user = (await aTeamAt(sampark, 'hathras', 1)).members[0]!;
    const first = await aSympathiser(sampark, {
      in: 'hathras',
      name: 'रामकली',
      assignedTo: user.id,
      phones: ['+919833333331'],
    });
    await aSympathiser(sampark, { in: 'hathras', name: 'श्यामा', assignedTo: user.id });
    const browser = sampark.browser(user);
    const page = await browser.get('/queue?lang=hi');
    expect(page.text).toContain('आज के लिए 2');
    // A note with no result: the same person comes back with the note.
    const refused = await browser.post('/attempts', {
      person_id: first.id,
      via: 'phone:+919833333331',
      disposition: 'nonsense',
      note: 'याद रखें',
      client_id: '',
      device_at: '',
      follow_up_on: '',
      follow_up_other: '',
      _page: `/queue?person=${first.id}`,
    });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('याद रखें');
    const sent = await browser.post('/attempts', {
      person_id: first.id,
      via: 'phone:+919833333331',
      disposition: 'no_answer',
      note: '',
      client_id: '',
      device_at: '',
      follow_up_on: '',
      follow_up_other: '',
    });
    expect([sent.status, sent.location]).toEqual([303, '/queue']);
    const after = await browser.follow(sent);
    expect(after.text).toContain('दर्ज हो गया');
    expect(after.text).toContain('श्यामा');
    expect(after.text).not.toContain('रामकली');
    const empty = await sampark.browser((await aTeamAt(sampark, 'etah', 1)).members[0]).get('/queue?lang=hi');
    expect(empty.text).toContain('अभी आपको कोई नहीं दिया गया है');
    for (const url of ['/attempts', '/assignments', '/assignments?state=returned']) {
      expect((await sampark.browser(convenor).get(url.includes('?') ? url : `${url}?lang=hi`)).status).toBe(200);
      expect((await sampark.browser(user).get(url)).status).toBe(200);
    }
  });
});
