import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aSympathiser } from '../factories/sympathisers.js';
import { aTeam } from '../factories/teams.js';
import { aUser, territoryByCode, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

interface Seat {
  id: string;
  kind: string;
  seat: number;
  holder: { userId: string; name: string; initials: string } | null;
}

describe('IT teams', () => {
  let sampark: Sampark;
  let convenor: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
    convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Meera Sharma' });
  });
  afterAll(() => sampark?.close());

  const seatsOf = async (as: AUser, team: string): Promise<Seat[]> =>
    (await sampark.as(as).get(`/teams/${team}`)).body.posts;

  it('open with fifteen vacant posts in a district, once', async () => {
    const browser = sampark.browser(convenor);
    expect((await browser.get('/teams/new')).text).toContain('value="agra"');
    const opened = await browser.post('/teams', { territory: 'agra' });
    expect(opened.status).toBe(303);
    const page = await browser.follow(opened);
    expect(page.text).toContain('0 of 15 filled');
    const seats = await seatsOf(convenor, opened.location!.split('/').at(-1)!);
    expect(seats.map((seat) => seat.kind).slice(0, 4)).toEqual([
      'convenor',
      'co_convenor',
      'it_centre_operator',
      'member',
    ]);
    expect(seats).toHaveLength(15);
    expect(seats.every((seat) => seat.holder === null)).toBe(true);
    expect((await sampark.as(convenor).post('/teams', { territory: 'agra' })).status).toBe(409);
    expect((await sampark.as(convenor).post('/teams', { territory: 'mathura' })).status).toBe(404);
    expect((await sampark.as(convenor).post('/teams', { territory: 'nowhere' })).status).toBe(422);
    expect((await browser.get('/teams')).text).toContain('0 of 15 filled');
    // Two at once make one.
    const { id } = await territoryByCode(sampark, 'etah');
    const etah = await aUser(sampark, { role: 'district_convenor', in: 'etah' });
    const both = await Promise.all([1, 2].map(() => sampark.as(etah).post('/teams', { territory: id })));
    expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
  });

  it('are seen by their members, and hidden from the neighbours', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'kasganj' });
    const neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    const team = await aTeam(sampark, { in: 'kasganj', members: [member] });
    const seen = await sampark.as(member).get(`/teams/${team.id}`);
    expect(seen.status).toBe(200);
    expect(seen.body).toMatchObject({ filled: 1, sanctioned: 15, territory: { code: 'kasganj' } });
    expect(seen.body.posts.find((seat: Seat) => seat.holder).holder).toMatchObject({
      userId: member.id,
      name: member.name,
    });
    expect((await sampark.browser(member).get(`/teams/${team.id}`)).text).not.toContain('/posts/');
    expect((await sampark.as(neighbour).get(`/teams/${team.id}`)).status).toBe(404);
    expect((await sampark.as(neighbour).get('/teams')).body.items).toEqual([]);
    expect((await sampark.as(member).post('/teams', { territory: 'kasganj' })).status).toBe(403);
  });

  it('fill a post with somebody who is here, and give the role that goes with it', async () => {
    const hathras = await aUser(sampark, { role: 'district_convenor', in: 'hathras' });
    const team = await aTeam(sampark, { in: 'hathras' });
    const organiser = await aUser(sampark, { role: 'organiser', in: 'hathras', name: 'सुनीता वर्मा' });
    const [first, , , fourth, fifth] = team.posts;
    const browser = sampark.browser(hathras);
    expect((await browser.get(`/posts/${fourth!.id}`)).text).toContain('सुनीता वर्मा');
    expect(await browser.post(`/posts/${fourth!.id}/holder`, { user: organiser.id })).toMatchObject({
      status: 303,
      location: `/teams/${team.id}`,
    });
    expect((await browser.get(`/teams/${team.id}`)).text).toContain('>सुव<');
    expect((await browser.get(`/users/${organiser.id}`)).text).toContain('Team member');
    // Twice filled, and twice in the same team.
    const other = await aUser(sampark, { role: 'organiser', in: 'hathras' });
    expect((await sampark.as(hathras).post(`/posts/${fourth!.id}/holder`, { user: other.id })).status).toBe(409);
    const twice = await sampark.as(hathras).post(`/posts/${fifth!.id}/holder`, { user: organiser.id });
    expect(twice).toMatchObject({ status: 409, body: { type: 'urn:sampark:teams.has_post' } });
    const both = await Promise.all(
      [other, await aUser(sampark, { role: 'organiser', in: 'hathras' })].map((user) =>
        sampark.as(hathras).post(`/posts/${fifth!.id}/holder`, { user: user.id }),
      ),
    );
    expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
    // The convenor takes the chair: that role is theirs already, and nobody gives themselves another.
    expect((await sampark.as(hathras).post(`/posts/${first!.id}/holder`, { user: hathras.id })).status).toBe(201);
    const roles = await sampark.sql('SELECT role FROM grants WHERE user_id = $1', [hathras.id]);
    expect(roles).toEqual([{ role: 'district_convenor' }]);
  });

  it('fill no post with somebody out of sight, or shut out', async () => {
    const mainpuri = await aUser(sampark, { role: 'district_convenor', in: 'mainpuri' });
    const team = await aTeam(sampark, { in: 'mainpuri' });
    const [post] = team.posts;
    expect((await sampark.as(mainpuri).post(`/posts/${post!.id}/holder`, { user: convenor.id })).status).toBe(404);
    const shut = await aUser(sampark, { role: 'organiser', in: 'mainpuri' });
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [shut.id]);
    expect((await sampark.as(mainpuri).post(`/posts/${post!.id}/holder`, { user: shut.id })).status).toBe(409);
    expect((await sampark.as(convenor).post(`/posts/${post!.id}/holder`, { user: convenor.id })).status).toBe(404);
    expect((await sampark.as(convenor).get(`/posts/${post!.id}`)).status).toBe(404);
  });

  it('fill a post by inviting somebody new in the same step', async () => {
    const bareilly = await aUser(sampark, { role: 'district_convenor', in: 'bareilly' });
    const team = await aTeam(sampark, { in: 'bareilly' });
    const [first, second, , fourth] = team.posts;
    const made = await sampark
      .as(bareilly)
      .post(`/posts/${second!.id}/invitation`, { name: 'Neha Gupta', email: 'neha@example.org', language: 'en' });
    expect(made.status).toBe(201);
    await sampark.drain();
    const mail = (await sampark.mails()).at(-1)!;
    expect(mail.text).toContain('District convenor, Bareilly');
    expect((await seatsOf(bareilly, team.id))[1]).toMatchObject({
      kind: 'co_convenor',
      holder: { name: 'Neha Gupta', initials: 'NG' },
    });
    // Nothing is left of a refused one.
    const refused = await sampark
      .as(bareilly)
      .post(`/posts/${second!.id}/invitation`, { name: 'Too Late', email: 'late@example.org' });
    expect(refused.status).toBe(409);
    expect((await sampark.as(bareilly).get('/users?q=late@')).body.items).toEqual([]);
    const bad = await sampark.as(bareilly).post(`/posts/${fourth!.id}/invitation`, { name: 'No Way' });
    expect(bad.status).toBe(422);
    const mobile = await sampark.browser(bareilly).get(`/posts/${first!.id}`);
    expect(mobile.status).toBe(200);
  });

  it('vacate a post with a reason, which ends the role, and keep who held it', async () => {
    const firozabad = await aUser(sampark, { role: 'district_convenor', in: 'firozabad', name: 'Anil Yadav' });
    const team = await aTeam(sampark, { in: 'firozabad' });
    const post = team.posts[4]!;
    const made = await sampark
      .as(firozabad)
      .post(`/posts/${post.id}/invitation`, { name: 'Kiran Bala', email: 'kiran@example.org' });
    const { userId } = made.body;
    const browser = sampark.browser(firozabad);
    await browser.get(`/posts/${post.id}`);
    expect((await browser.post(`/posts/${post.id}/vacancy`, { why: '', _page: `/posts/${post.id}` })).status).toBe(422);
    expect(await browser.post(`/posts/${post.id}/vacancy`, { why: 'moved to Noida' })).toMatchObject({ status: 303 });
    const page = await browser.get(`/teams/${team.id}`);
    expect(page.text).toContain('moved to Noida');
    expect((await sampark.as(firozabad).post(`/posts/${post.id}/vacancy`, { why: 'again' })).status).toBe(409);
    const profile = (await sampark.as(firozabad).get(`/users/${userId}`)).body;
    expect(profile.grants).toEqual([]);
    expect(profile.posts).toMatchObject([{ kind: 'member', endedWhy: 'moved to Noida' }]);
    expect(
      await sampark.sql('SELECT to_at IS NOT NULL AS ended, end_reason FROM memberships WHERE user_id = $1', [userId]),
    ).toEqual([{ ended: true, end_reason: 'moved to Noida' }]);
    // The seat is free again.
    const next = await aUser(sampark, { role: 'organiser', in: 'firozabad' });
    expect((await sampark.as(firozabad).post(`/posts/${post.id}/holder`, { user: next.id })).status).toBe(201);
    // What they held before the post stays.
    await sampark.as(firozabad).post(`/posts/${post.id}/vacancy`, { why: 'elections' });
    const after = (await sampark.as(firozabad).get(`/users/${next.id}`)).body;
    expect(after.grants.map((grant: { role: { code: string } }) => grant.role.code)).toEqual(['organiser']);
  });

  it('of the state and its regions have the strength that is configured', async () => {
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const { body } = await sampark.as(admin).post('/teams', { territory: 'up' });
    const team = (await sampark.as(admin).get(`/teams/${body.id}`)).body;
    expect(team.sanctioned).toBe(11);
    expect(team.posts.filter((seat: Seat) => seat.kind === 'it_centre_operator')).toEqual([]);
    const list = (await sampark.as(admin).get('/teams?level=state')).body;
    expect(list.items).toHaveLength(1);
  });

  it('shows under each seat how many people its holder looks after, and when they last logged something', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'deoria' });
    const member = await aUser(sampark, { role: 'team_member', in: 'deoria' });
    const { id } = await aTeam(sampark, { in: 'deoria', members: [member] });
    for (let n = 0; n < 2; n++) await aSympathiser(sampark, { in: 'deoria', assignedTo: member.id });
    const [person] = await sampark.sql<{ id: string }>('SELECT id FROM people WHERE assigned_to = $1', [member.id]);
    await sampark.as(member).post('/attempts', { person_id: person!.id, channel: 'phone', disposition: 'reached' });
    const { body } = await sampark.as(convenor).get(`/teams/${id}`);
    const seat = body.posts.find((post: { holder: { userId: string } | null }) => post.holder?.userId === member.id);
    expect(seat).toMatchObject({ load: 2, activity: expect.any(String) });
    const seen = await sampark.as(member).get(`/teams/${id}`);
    expect(seen.body.posts.every((post: { load: number | null }) => post.load === null)).toBe(true);
  });
});
