import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anEvent } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aTeam } from '../factories/teams.js';
import { aGrant, aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('a role given on while its holder is away', () => {
  let sampark: Sampark;
  let convenor: AUser;
  let deputy: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());
  beforeEach(async () => {
    convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Meera Sharma' });
    deputy = await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Deputy of the Time' });
  });

  const handOver = async (body: object = {}) =>
    sampark.as(convenor).post('/delegations', { user: deputy.id, until: inDays(7), why: 'on leave', ...body });
  const actAs = async (grant: string) => {
    const browser = sampark.browser(deputy);
    await browser.get('/');
    await browser.post('/session/grant', { grant });
    return browser;
  };

  it('does the work, is named as what it is, and ends when it is taken back', async () => {
    const person = await aSympathiser(sampark, { in: 'agra' });
    const { status, body } = await handOver();
    expect(status).toBe(201);
    const browser = await actAs(body.id);
    expect((await browser.get(`/sympathisers/${person.id}`)).status).toBe(200);
    const why = await browser.get('/why');
    expect(why.text).toContain('You stand in for Meera Sharma');
    const [entry] = await sampark.sql(
      `SELECT role, grant_id FROM audit_entries WHERE action = 'sympathiser.shown' AND user_id = $1`,
      [deputy.id],
    );
    expect(entry).toEqual({ role: 'district_convenor', grant_id: body.id });

    expect((await sampark.as(convenor).post(`/delegations/${body.id}/end`)).status).toBe(200);
    expect((await browser.get(`/sympathisers/${person.id}`)).status).toBe(404);
    expect((await sampark.as(convenor).get('/delegations')).body.items[0]).toMatchObject({ inForce: false, why: 'on leave' }); // prettier-ignore
  });

  it('leaves nothing behind that lasts: no roles, no users, no tokens, no handing on', async () => {
    const { body } = await handOver();
    const browser = await actAs(body.id);
    const somebody = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const given = { role: 'organiser', territory: 'agra', why: 'a friend' };
    expect((await browser.post(`/users/${somebody.id}/grants`, given)).status).toBe(403);
    expect((await browser.post('/users', { name: 'A', email: 'a@example.org', role: 'team_member', territory: 'agra' })).status).toBe(403); // prettier-ignore
    expect((await browser.post('/delegations', { user: somebody.id, until: inDays(2), why: 'me too' })).status).toBe(403); // prettier-ignore
  });

  it('fills no post, as a post brings a role; and brings nobody in by one', async () => {
    const team = await aTeam(sampark, { in: 'etah' });
    const away = await aUser(sampark, { role: 'district_convenor', in: 'etah' });
    const standIn = await aUser(sampark, { role: 'team_member', in: 'etah' });
    const grant = await aGrant(sampark, standIn, { role: 'district_convenor', in: 'etah', until: '2999-01-01', delegatedFrom: away.grantId }); // prettier-ignore
    const friend = await aUser(sampark, { role: 'organiser', in: 'etah' });
    const browser = sampark.browser(standIn);
    await browser.get('/');
    await browser.post('/session/grant', { grant });
    const post = `/posts/${team.posts[0]!.id}`;
    const page = await browser.get(post);
    expect(page.text).toContain('Whoever gives roles here fills it');
    expect(page.text).not.toContain(`${post}/holder`);
    expect((await browser.post(`${post}/holder`, { user: friend.id })).status).toBe(403);
    expect((await browser.post(`${post}/invitation`, { name: 'A Friend', phone: '9811155667' })).status).toBe(403);
    expect(await sampark.sql(`SELECT 1 FROM users WHERE phone = '+919811155667'`)).toEqual([]);
    expect((await sampark.as(away).post(`${post}/holder`, { user: friend.id })).status).toBe(201);
  });

  it('gives a door no helper for longer than it lasts', async () => {
    const { id } = await anEvent(sampark, { in: 'agra', inHours: 24 * 30 });
    const { body } = await handOver();
    const browser = await actAs(body.id);
    const friend = await aUser(sampark, { role: 'team_member', in: 'agra' });
    expect((await browser.post(`/events/${id}/helpers`, { who: friend.email })).status).toBe(303);
    const [row] = await sampark.sql(
      'SELECT h.to_at = d.to_at AS same FROM grants h, grants d WHERE h.event_id = $1 AND d.id = $2',
      [id, body.id],
    );
    expect(row).toEqual({ same: true });
  });

  it('is taken back as what it is: nothing else ends by that way', async () => {
    await sampark.sql(
      `INSERT INTO roles (code, name_en, name_hi, reach, permissions)
       VALUES ('giver_on', 'Giver', 'दाता', 'territory', '{team.read,grant.delegate,event.read,territory.read}') ON CONFLICT DO NOTHING`,
    );
    const giver = await aUser(sampark, { role: 'giver_on', in: 'agra' });
    const colleague = await aUser(sampark, { role: 'giver_on', in: 'agra' });
    expect((await sampark.as(giver).post(`/delegations/${colleague.grantId}/end`)).status).toBe(404);
    expect((await sampark.as(colleague).get('/teams')).status).toBe(200);
    expect((await sampark.as(giver).post(`/grants/${colleague.grantId}/end`)).status).toBe(403);
  });

  it('ends with the role it came from, and with its holder', async () => {
    const held = async (id: string) =>
      (await sampark.sql('SELECT grant_id FROM gate.grants_of($1)', [deputy.id])).some((row) => row.grant_id === id);
    const { body } = await handOver();
    expect(await held(body.id)).toBe(true);
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [convenor.id]);
    expect(await held(body.id)).toBe(false);
    await sampark.sql('UPDATE users SET disabled_at = NULL WHERE id = $1', [convenor.id]);
    expect(await held(body.id)).toBe(true);
    await sampark.sql('UPDATE grants SET to_at = now() WHERE id = $1', [convenor.grantId]);
    expect(await held(body.id)).toBe(false);
  });

  it('is no longer than the role itself, and no longer than a leave', async () => {
    await sampark.sql(`UPDATE grants SET to_at = now() + interval '3 days' WHERE id = $1`, [convenor.grantId]);
    const { body } = await handOver();
    const [row] = await sampark.sql(
      'SELECT d.to_at <= o.to_at AS same FROM grants d JOIN grants o ON o.id = d.delegated_from WHERE d.id = $1',
      [body.id],
    );
    expect(row).toEqual({ same: true });
    expect((await handOver({ until: inDays(200) })).body.errors[0].field).toBe('until');
    expect((await handOver({ until: inDays(-3) })).body.errors[0].field).toBe('until');
  });

  it('is not for oneself, nor for anybody out of sight', async () => {
    expect((await handOver({ user: convenor.id })).status).toBe(403);
    const neighbour = await aUser(sampark, { role: 'team_member', in: 'mathura' });
    expect((await handOver({ user: neighbour.id })).status).toBe(404);
    expect((await handOver()).status).toBe(201);
    expect((await handOver()).status).toBe(409);
  });

  it('is told by its last day, and its stand-in is named to nobody as one who gives roles', async () => {
    const { body } = await handOver({ until: '2027-01-10', from: '2026-12-30' });
    await sampark.sql(`UPDATE grants SET from_at = now() WHERE id = $1`, [body.id]);
    for (const path of ['/delegations', `/users/${deputy.id}`, `/territories/${convenor.territoryId}/access`]) {
      const { text } = await sampark.browser(convenor).get(path);
      expect([path, text.includes('10 January 2027'), text.includes('11 January 2027')]).toEqual([path, true, false]);
    }
    const newcomer = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const { helpers } = (await sampark.as(newcomer).get('/why')).body;
    expect(
      helpers.filter((one: { role: { name_en: string } }) => one.role.name_en === 'District convenor'),
    ).not.toEqual([]);
    expect(helpers.map((one: { name: string }) => one.name)).not.toContain(deputy.name);
  });

  it('lets its stand-in choose it where they read why they see what they see', async () => {
    const { body } = await handOver();
    const browser = sampark.browser(deputy);
    const why = await browser.get('/why');
    expect(why.text).toContain('<span class="muted">for Meera Sharma</span>');
    expect((await browser.post('/session/grant', { grant: body.id, return_to: '/why' })).location).toBe('/why');
    expect((await browser.get('/why')).text).toContain('You are acting as District convenor');
  });

  it('can be handed over with the page alone, in Hindi', async () => {
    const browser = sampark.browser(convenor, { lang: 'hi' });
    const page = await browser.get('/delegations');
    expect(page.text).toContain('मेरी ग़ैरहाज़िरी में');
    expect(page.text).toContain(deputy.name);
    const sent = await browser.post('/delegations', { user: deputy.id, until: inDays(4), why: 'शादी' });
    expect(sent).toMatchObject({ status: 303 });
    expect((await browser.get('/delegations')).text).toContain('शादी');
  });
});

describe('who sees a territory', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());

  it('is told to whoever has it: each grant on it or above, through what, and how many below', async () => {
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up', name: 'Of the State' });
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Of Agra' });
    const officer = await aUser(sampark, { role: 'data_protection_officer', in: 'up', name: 'The Officer' });
    await aUser(sampark, { role: 'district_convenor', in: 'mathura', name: 'Of Mathura' });
    await aGrant(sampark, officer, { role: 'district_convenor', in: 'agra', until: '2999-01-01', delegatedFrom: convenor.grantId }); // prettier-ignore
    const { body } = await sampark.as(convenor).get(`/territories/${convenor.territoryId}/access`);
    const names = body.items.map((one: { user: { name: string } }) => one.user.name);
    expect(names).toEqual(expect.arrayContaining(['Of the State', 'Of Agra', 'The Officer']));
    expect(names).not.toContain('Of Mathura');
    expect(body.items.find((one: { delegatedBy: string | null }) => one.delegatedBy)).toMatchObject({
      user: { name: 'The Officer' },
      delegatedBy: 'Of Agra',
    });
    // Every one of the test's users has a token besides.
    expect(body.items.find((one: { user: { name: string } }) => one.user.name === 'Of the State').tokens).toBe(1);
    expect((await sampark.as(convenor).get(`/territories/${admin.territoryId}/access`)).status).toBe(404);
    const whole = (await sampark.as(admin).get(`/territories/${admin.territoryId}/access`)).body;
    expect(whole.below.map((one: { name_en: string }) => one.name_en)).toContain('District convenor');
  });

  it('shows in every list what the list covers, and explains what it leaves out without a word about anybody', async () => {
    const member = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const other = await aSympathiser(sampark, { in: 'agra', name: 'Hidden Person' });
    const browser = sampark.browser(member);
    const list = await browser.get('/sympathisers');
    expect(list.text).toContain('Covers the people given to you in Agra');
    expect(list.text).toContain('href="/why"');
    const why = await browser.get('/why');
    expect(why.text).toContain('People given to your colleagues');
    expect(why.text).not.toContain('Hidden Person');
    expect(why.text).not.toContain(other.id);
    expect((await sampark.as(member).get('/sympathisers')).body.covers).toEqual({ territoryId: member.territoryId, reach: 'assigned' }); // prettier-ignore
    expect((await sampark.browser(member, { lang: 'hi' }).get('/events')).text).toContain('में आपको सौंपे गए लोग');
  });
});

describe('a role that sees its team', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());

  it('shows the people of that team, and nobody else, with how to reach them', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    const lead = await aUser(sampark, { role: 'team_lead', in: 'agra' });
    const { body: team } = await sampark.as(convenor).post('/teams', { territory: 'agra' });
    const { posts } = (await sampark.as(convenor).get(`/teams/${team.id}`)).body;
    const seat = posts.find((post: { kind: string }) => post.kind === 'member');
    const ours = await aSympathiser(sampark, { in: 'agra', phones: ['+919876500001'] });
    const theirs = await aSympathiser(sampark, { in: 'agra', phones: ['+919876500002'] });
    await sampark.sql('UPDATE people SET team_id = $1 WHERE id = $2', [team.id, ours.id]);
    expect((await sampark.as(lead).get(`/sympathisers/${ours.id}`)).status).toBe(404);
    await sampark.as(convenor).post(`/posts/${seat.id}/holder`, { user: lead.id });
    const shown = await sampark.as(lead).get(`/sympathisers/${ours.id}`);
    expect(shown.status).toBe(200);
    expect(JSON.stringify(shown.body)).toContain('9876500001');
    expect((await sampark.as(lead).get(`/sympathisers/${theirs.id}`)).status).toBe(404);
    expect((await sampark.as(lead).get('/sympathisers')).body.items).toHaveLength(1);
    // Whoever leaves the team no longer sees its people.
    await sampark.as(convenor).post(`/posts/${seat.id}/vacancy`, { why: 'moved' });
    expect((await sampark.as(lead).get(`/sympathisers/${ours.id}`)).status).toBe(404);
  });
});
