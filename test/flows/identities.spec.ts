import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { platformByCode } from '../../src/sympathisers/platforms.js';
import { PlatformCatalogue } from '../../src/sympathisers/vocabulary/platform-catalogue.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let mathura: AUser;
let member: AUser;
let admin: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  member = await aUser(sampark, { role: 'team_member', in: 'agra' });
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark?.close());

interface ReachPoint {
  id: string;
  value: string;
  channel: string;
  dead: boolean;
  unsure: boolean;
  preferred: boolean;
  why: string | null;
  verified: { seen: string; by: string } | null;
  sharedWith: { id: string; name: string }[];
  link: { href: string } | null;
}
const page = async (user: AUser, id: string) => (await sampark.as(user).get(`/sympathisers/${id}?lang=en`)).body;
const point = async (user: AUser, id: string, value: string): Promise<ReachPoint> =>
  (await page(user, id)).reach.find((one: ReachPoint) => one.value === value);
const actions = (id: string) =>
  sampark
    .sql<{ action: string }>('SELECT action FROM audit_entries WHERE $1 = ANY (people) AND NOT shown ORDER BY at, id', [
      id,
    ])
    .then((rows) => rows.map(({ action }) => action));

describe('a handle that changed hands', () => {
  it('goes to whoever has it now, when that is said; both keep their history, and the trail names both', async () => {
    const was = await aSympathiser(sampark, {
      in: 'agra',
      name: 'Old Owner',
      identities: [{ platform: 'x', handle: 'recycled_1' }],
    });
    const is = await aSympathiser(sampark, { in: 'agra', name: 'New Owner' });
    const add = (more = {}) =>
      sampark.as(agra).post(`/sympathisers/${is.id}/points`, { platform: 'x', handle: '@recycled_1', ...more });
    const refused = await add();
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((one: { field: string }) => one.field)).toEqual(['handle', 'changedHands']);
    expect((await add({ changedHands: true })).status).toBe(200);

    expect(await point(agra, was.id, 'recycled_1')).toMatchObject({
      dead: true,
      why: 'belongs to somebody else now',
      link: null,
    });
    expect(await point(agra, is.id, 'recycled_1')).toMatchObject({ dead: false });
    expect(await sampark.sql(`SELECT person_id FROM identity_claims WHERE handle = 'recycled_1'`)).toEqual([
      { person_id: is.id },
    ]);
    expect(await actions(was.id)).toContain('sympathiser.handle_changed_hands');
    expect(await actions(is.id)).toEqual(
      expect.arrayContaining(['sympathiser.handle_changed_hands', 'sympathiser.points_added']),
    );
    const told = (await page(agra, was.id)).timeline.map((item: { title: string }) => item.title);
    expect(told).toContain('X @recycled_1 went to somebody else');
  });

  it('stays where it is for somebody of another district, whatever is said', async () => {
    const away = await aSympathiser(sampark, { in: 'mathura', identities: [{ platform: 'x', handle: 'kept_away' }] });
    const here = await aSympathiser(sampark, { in: 'agra' });
    const answer = await sampark
      .as(agra)
      .post(`/sympathisers/${here.id}/points`, { platform: 'x', handle: 'kept_away', changedHands: true });
    expect(answer.status).toBe(422);
    expect((await point(mathura, away.id, 'kept_away')).dead).toBe(false);
  });

  it('is no other hand where the platform’s own id is the same: it may be one person', async () => {
    const channel = 'UCabcdefghijklmnopqrstuv';
    const one = await aSympathiser(sampark, { in: 'agra' });
    const two = await aSympathiser(sampark, { in: 'agra' });
    const link = `https://www.youtube.com/channel/${channel}`;
    expect((await sampark.as(agra).post(`/sympathisers/${one.id}/points`, { handle: link })).status).toBe(200);
    const answer = await sampark
      .as(agra)
      .post(`/sympathisers/${two.id}/points?lang=en`, { handle: link, changedHands: true });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('same account');
  });

  it('ends the old name of an account that was renamed', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      identities: [{ platform: 'facebook', handle: 'old.name' }],
    });
    await sampark.sql(`UPDATE person_identities SET platform_uid = '77001' WHERE handle = 'old.name'`);
    await sampark.as(agra).post(`/sympathisers/${id}/points`, { handle: 'https://facebook.com/people/New/77001' });
    expect(await point(agra, id, 'old.name')).toMatchObject({ dead: true, why: 'handle was renamed' });
    expect(await sampark.sql(`SELECT 1 FROM identity_claims WHERE handle = 'old.name'`)).toEqual([]);
  });
});

describe('a handle after long silence', () => {
  it('is looked at before it is written to, until somebody verifies it; a member does so for their own people', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      identities: [{ platform: 'telegram', handle: 'silent_one' }],
      assignedTo: member.id,
    });
    const free = await aSympathiser(sampark, {
      in: 'agra',
      identities: [{ platform: 'telegram', handle: 'not_mine' }],
    });
    await sampark.sql(`UPDATE person_identities SET from_at = now() - interval '181 days' WHERE handle = 'silent_one'`);
    const ways = async () => (await sampark.as(member).get(`/queue?person=${id}`)).body.items[0].ways;
    expect(await ways()).toEqual([
      expect.objectContaining({ kind: 'profile', href: 'https://t.me/silent_one', unsure: true }),
    ]);
    const before = await point(member, id, 'silent_one');
    expect(before).toMatchObject({ unsure: true, link: { href: 'https://t.me/silent_one' } });
    expect((await sampark.browser(member).get(`/sympathisers/${id}`)).text).toContain(
      'Verify again before a direct message',
    );

    const seen = { seen: 'Same photo, wrote yesterday', uid: '4711' };
    expect((await sampark.as(member).post(`/sympathisers/${id}/points/${before.id}/verify`, {})).status).toBe(422);
    expect((await sampark.as(member).post(`/sympathisers/${id}/points/${before.id}/verify`, seen)).status).toBe(200);
    expect(await point(member, id, 'silent_one')).toMatchObject({
      unsure: false,
      verified: { seen: seen.seen, by: member.name },
    });
    expect((await ways())[0]).toMatchObject({ kind: 'chat', unsure: false });
    expect(await actions(id)).toContain('sympathiser.identity_verified');

    const notMine = (await point(agra, free.id, 'not_mine')).id;
    expect((await sampark.as(member).post(`/sympathisers/${free.id}/points/${notMine}/verify`, seen)).status).toBe(404);
    expect((await sampark.as(mathura).post(`/sympathisers/${free.id}/points/${notMine}/verify`, seen)).status).toBe(
      404,
    );
  });

  it('counts as long as they were reached by it', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      identities: [{ platform: 'telegram', handle: 'answers_us' }],
    });
    await sampark.sql(`UPDATE person_identities SET from_at = now() - interval '400 days' WHERE handle = 'answers_us'`);
    expect((await point(agra, id, 'answers_us')).unsure).toBe(true);
    await sampark.sql(
      `INSERT INTO attempts (person_id, id, path, user_id, channel, disposition, territory_id, at_path)
       SELECT p.id, gen_random_uuid(), p.path, $2, 'telegram', 'reached', p.territory_id, p.path FROM people p WHERE p.id = $1`,
      [id, agra.id],
    );
    expect((await point(agra, id, 'answers_us')).unsure).toBe(false);
  });
});

describe('the ways to reach somebody', () => {
  it('begin with the one they like best, in the queue and on every page; a member says so', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      phones: ['+919833300001', '+919833300002'],
      emails: ['liked@b.example'],
      assignedTo: member.id,
    });
    const mail = await point(member, id, 'liked@b.example');
    expect((await sampark.as(member).post(`/sympathisers/${id}/points/${mail.id}/prefer`)).status).toBe(200);
    const ways = (await sampark.as(member).get(`/queue?person=${id}`)).body.items[0].ways;
    expect(ways.map((way: { point: string }) => way.point)).toEqual([
      'liked@b.example',
      '+919833300001',
      '+919833300002',
    ]);
    const other = await point(member, id, '+919833300002');
    await sampark.as(member).post(`/sympathisers/${id}/points/${other.id}/prefer`);
    const reach: ReachPoint[] = (await page(agra, id)).reach;
    expect(reach.filter(({ preferred }) => preferred).map(({ value }) => value)).toEqual(['+919833300002']);
    expect((await sampark.as(agra).get('/sympathisers?q=9833300001')).body.items[0].phones[0]).toBe('+919833300002');
    expect((await sampark.as(mathura).post(`/sympathisers/${id}/points/${other.id}/prefer`)).status).toBe(404);
  });

  it('tell of a household that shares a number, as far as it is in sight, and write down who was shown', async () => {
    const [a, b, away] = [
      await aSympathiser(sampark, { in: 'agra', name: 'Wife', phones: ['+919833311111'] }),
      await aSympathiser(sampark, { in: 'agra', name: 'Husband', phones: ['+919833311111'] }),
      await aSympathiser(sampark, { in: 'mathura', name: 'Uncle', phones: ['+919833311111'] }),
    ];
    expect((await point(agra, a.id, '+919833311111')).sharedWith).toEqual([{ id: b.id, name: 'Husband' }]);
    const [entry] = await sampark.sql<{ people: string[] }>(
      `SELECT people FROM audit_entries WHERE action = 'sympathiser.shown' AND $1 = ANY (people) ORDER BY at DESC LIMIT 1`,
      [a.id],
    );
    expect(entry!.people).toEqual([a.id, b.id]);
    expect((await page(agra, a.id)).reach[0].sharedWith).not.toContainEqual(expect.objectContaining({ id: away.id }));
  });

  it('follow their order of channels, keep to the only one, and rest until the day they named', async () => {
    const { id } = await aSympathiser(sampark, {
      in: 'agra',
      phones: ['+919833322222'],
      emails: ['order@b.example'],
      identities: [{ platform: 'telegram', handle: 'order_me' }],
      assignedTo: member.id,
    });
    const wish = (wishes: object) => sampark.as(member).post(`/sympathisers/${id}/wishes`, wishes);
    const inQueue = async () =>
      (await sampark.as(member).get('/queue?limit=50')).body.items.find((item: { id: string }) => item.id === id);
    const channels = async () => (await inQueue()).ways.map((way: { channel: string }) => way.channel);
    expect(await channels()).toEqual(['phone', 'telegram', 'email']);
    expect((await wish({ order: ['email', 'telegram'], times: ['evening'], alsoSpeaks: ['ur'] })).status).toBe(200);
    expect(await channels()).toEqual(['email', 'telegram', 'phone']);
    expect((await inQueue()).times).toEqual(['evening']);
    await wish({ only: 'telegram' });
    expect(await channels()).toEqual(['telegram']);
    // Their page keeps to it, too, and says why.
    const asked = await sampark.browser(member).get(`/sympathisers/${id}`);
    expect(asked.text).not.toContain('href="tel:');
    expect(asked.text).toContain('Asked to be reached another way');
    await wish({ only: null, notBefore: '2999-01-01' });
    expect(await inQueue()).toBeUndefined();
    const shown = await sampark.browser(member).get(`/sympathisers/${id}`);
    expect(shown.text).toContain('Asked not to be contacted before');
    expect(shown.text).not.toContain('href="tel:');
    expect(shown.text).not.toContain('They withdrew');
    expect((await page(member, id)).open).toEqual([]);
    await wish({ notBefore: null });
    expect(await inQueue()).toBeDefined();
    expect((await wish({ only: 'pigeon' })).status).toBe(422);
    expect((await wish({ alsoSpeaks: ['xx'] })).status).toBe(422);
    expect((await sampark.as(mathura).post(`/sympathisers/${id}/wishes`, { only: null })).status).toBe(404);
  });

  it('stay in the history with the reason when they end', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', phones: ['+919833333333'] });
    const { id: pointId } = await point(agra, id, '+919833333333');
    await sampark.as(agra).post(`/sympathisers/${id}/points/${pointId}/end`, { why: 'wrong' });
    expect(await point(agra, id, '+919833333333')).toMatchObject({ dead: true, why: 'was never theirs' });
  });
});

describe('what people offer', () => {
  it('is noted with its source by whoever hears it, a member for their own people', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra', assignedTo: member.id });
    const browser = sampark.browser(member);
    await browser.get(`/sympathisers/${id}`);
    const answer = await browser.post(`/sympathisers/${id}/skills`, { skills: ['video', 'driving'], source: 'Sunday' });
    expect([answer.status, answer.location]).toEqual([303, `/sympathisers/${id}`]);
    await sampark.as(agra).post(`/sympathisers/${id}/skills`, { skills: ['video', 'speaking'], source: 'By phone' });
    const held = (await page(member, id)).skills.filter((skill: { held: boolean }) => skill.held);
    expect(held.map(({ code, source }: { code: string; source: string }) => [code, source])).toEqual([
      ['video', 'Sunday'],
      ['speaking', 'By phone'],
    ]);
    expect((await sampark.as(agra).post(`/sympathisers/${id}/skills`, { skills: ['flying'] })).status).toBe(422);
    expect((await sampark.as(mathura).post(`/sympathisers/${id}/skills`, { skills: [] })).status).toBe(404);
    const free = await aSympathiser(sampark, { in: 'agra' });
    expect((await sampark.as(member).post(`/sympathisers/${free.id}/skills`, { skills: ['video'] })).status).toBe(404);
  });

  it('moves with the person to another home', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const region = await aUser(sampark, { role: 'state_admin', in: 'up' });
    await sampark.as(agra).post(`/sympathisers/${id}/skills`, { skills: ['photo'] });
    const [to] = await sampark.sql<{ id: string; path: string }>(
      `SELECT id, path FROM territories WHERE code = 'mathura'`,
    );
    expect((await sampark.as(region).post(`/sympathisers/${id}`, { territoryId: to!.id })).status).toBe(200);
    expect(await sampark.sql('SELECT path FROM person_skills WHERE person_id = $1', [id])).toEqual([
      { path: to!.path },
    ]);
  });
});

describe('platforms', () => {
  it('are the organisation’s to add: links and handles of a new one are read at once, in every process', async () => {
    const platform = {
      code: 'chaupal',
      nameEn: 'Chaupal',
      nameHi: 'चौपाल',
      hosts: ['chaupal.example'],
      paths: ['/u/{handle}/**'],
      profileLink: 'https://chaupal.example/u/{handle}',
      handleSigns: '_',
      handleMax: 8,
    };
    expect((await sampark.as(agra).post('/platforms', platform)).status).toBe(403);
    expect((await sampark.as(admin).post('/platforms', platform)).status).toBe(201);
    expect((await sampark.as(admin).post('/platforms', platform)).status).toBe(409);
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    const add = (handle: string) => sampark.as(agra).post(`/sympathisers/${id}/points`, { handle });
    expect((await add('https://www.chaupal.example/u/asha_1/posts')).body.odd).toEqual([]);
    // A breach of the rule warns, and never rejects.
    const odd = await add('https://chaupal.example/u/much.too.long');
    expect([odd.status, odd.body.odd]).toEqual([200, ['much.too.long']]);
    expect((await add('https://chaupal.example/groups/1')).status).toBe(422);
    const list = await sampark.as(agra).get('/sympathisers?platform=chaupal');
    expect(list.body.items.map((item: { id: string }) => item.id)).toEqual([id]);
    expect((await sampark.as(agra).get('/sympathisers?platform=nowhere')).status).toBe(422);

    // Another process changed it: known after the next look.
    await sampark.sql(`UPDATE platforms SET name_hi = 'नई चौपाल' WHERE code = 'chaupal'`);
    await sampark.get(PlatformCatalogue).refresh();
    expect(platformByCode('chaupal')!.name.hi).toBe('नई चौपाल');
  });

  it.each([
    ['a form that leads to nobody', { paths: ['/groups/**'] }, 'paths'],
    ['a form that tries to be a pattern', { paths: ['/(a+)+{handle}x'] }, 'paths'],
    ['an address of another platform', { hosts: ['x.com', 't.me'] }, 'hosts'],
    ['a link that runs something', { profileLink: 'javascript:alert(1)//{handle}' }, 'profileLink'],
    ['a link without a handle', { profileLink: 'https://chaupal.example/' }, 'profileLink'],
    ['a length that nothing has', { handleMin: 9, handleMax: 3 }, 'handleMax'],
  ])('refuse %s', async (_what, wrong, field) => {
    const platform = {
      nameEn: 'X',
      nameHi: 'एक्स',
      hosts: ['x.com'],
      paths: ['/{handle}/**'],
      profileLink: 'https://x.com/{handle}',
    };
    const { status, body } = await sampark.as(admin).post('/platforms/x', { ...platform, ...wrong });
    expect([status, body.errors.map((one: { field: string }) => one.field)]).toEqual([422, [field]]);
  });

  it('keep their page from whoever has a part of the organisation, whatever their role allows', async () => {
    await sampark.sql(
      `UPDATE roles SET permissions = permissions || ARRAY['platform.edit'] WHERE code = 'district_convenor'`,
    );
    const platform = { nameEn: 'X', nameHi: 'एक्स', paths: ['/{handle}/**'], profileLink: 'https://x.com/{handle}' };
    expect((await sampark.as(agra).post('/platforms/x', platform)).status).toBe(403);
    expect((await sampark.as(agra).post('/skills', { code: 'x_y', nameEn: 'A', nameHi: 'आ' })).status).toBe(403);
    await sampark.sql(
      `UPDATE roles SET permissions = array_remove(permissions, 'platform.edit') WHERE code = 'district_convenor'`,
    );
  });

  it('have skills beside them: ended ones are offered no more, and stay with whoever holds them', async () => {
    const { id } = await aSympathiser(sampark, { in: 'agra' });
    expect(
      (await sampark.as(admin).post('/skills', { code: 'drone', nameEn: 'Flies drones', nameHi: 'ड्रोन उड़ाते हैं' }))
        .status,
    ).toBe(201);
    await sampark.as(agra).post(`/sympathisers/${id}/skills`, { skills: ['drone'] });
    expect((await sampark.as(admin).post('/skills/drone/turn')).body).toEqual({ code: 'drone', ended: true });
    const other = await aSympathiser(sampark, { in: 'agra' });
    const offered = async (of: string) => (await page(agra, of)).skills.map((skill: { code: string }) => skill.code);
    expect(await offered(id)).toContain('drone');
    expect(await offered(other.id)).not.toContain('drone');
  });
});
