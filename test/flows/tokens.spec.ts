import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NEVER_BY_TOKEN, PERMISSIONS } from '../../src/access/roles/permissions.js';
import { UsersService } from '../../src/access/users.service.js';
import { TokensService } from '../../src/access/tokens/tokens.service.js';
import { SessionsService } from '../../src/access/sessions.service.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { hashToken } from '../../src/platform/security/tokens.js';
import { aTeam } from '../factories/teams.js';
import { aToken } from '../factories/tokens.js';
import { aGrant, aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

describe('tokens for programs', () => {
  let sampark: Sampark;
  let convenor: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
    convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Meera Sharma' });
  });
  afterAll(() => sampark?.close());

  const statusOf = async (token: string, url: string) => (await sampark.as({ token }).get(url)).status;
  /** A POST of a program that has a session: JSON, with its CSRF token. */
  async function inSession(user: AUser, url: string, body: object) {
    const page = await sampark.as().get('/password', { cookie: user.cookie, accept: 'text/html' });
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)![1]!;
    return sampark.as().post(url, body, { cookie: user.cookie, 'x-csrf-token': csrf });
  }

  it('are made on a page, shown once, and listed with what they may do', async () => {
    const browser = sampark.browser(convenor);
    const form = await browser.get('/tokens/new');
    expect(form.text).toContain('It acts as District convenor, Agra');
    expect(form.text).toMatch(/value="event.read" checked/);
    expect(form.text).toMatch(/value="event.plan">/);
    for (const never of NEVER_BY_TOKEN) expect(form.text).not.toContain(`value="${never}"`);
    const made = await browser.post('/tokens', {
      name: 'Nightly sheet',
      permissions: ['event.read', 'attendance.read'],
      days: '30',
      _page: '/tokens/new',
    });
    const token = /id="token" type="text" value="([\w-]{43})"/.exec(made.text)![1]!;
    expect(made.text).toContain('It is shown only now');
    expect(await statusOf(token, '/events')).toBe(200);
    const list = (await browser.get('/tokens')).text;
    expect(list).toContain('Nightly sheet');
    expect(list).toContain('District convenor · Agra');
    expect(list).toContain('See who was there');
    expect(list).toContain('from 127.0.0.1');
    expect(list).not.toContain(token);
    const [kept] = await sampark.sql<{ text: string }>(`SELECT string_agg(k::text, ' ') AS text FROM api_tokens k`);
    expect(kept!.text).not.toContain(token);
  });

  it('are explained where there is none yet', async () => {
    const newcomer = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    await sampark.sql('DELETE FROM api_tokens WHERE user_id = $1', [newcomer.id]);
    expect((await sampark.browser(newcomer).get('/tokens')).text).toContain('Make one for a program');
    expect((await sampark.browser(convenor).get(`/users/${newcomer.id}/tokens`)).text).toContain('No program acts');
  });

  it('may do what they carry, as far as the role still allows it', async () => {
    const { status, body } = await inSession(convenor, '/tokens', {
      name: 'reader',
      permissions: ['event.read', 'team.edit', 'team.read'],
      days: 7,
    });
    expect([status, typeof body.token, body.permissions]).toEqual([
      201,
      'string',
      ['event.read', 'team.edit', 'team.read'],
    ]);
    const [kept] = await sampark.sql<{ days: number }>(
      'SELECT round(extract(epoch FROM expires_at - now()) / 86400)::int AS days FROM api_tokens WHERE id = $1',
      [body.id],
    );
    expect(kept!.days).toBe(7);
    expect(await statusOf(body.token, '/events')).toBe(200);
    expect(await statusOf(body.token, '/teams')).toBe(200);
    expect(await statusOf(body.token, '/sympathisers')).toBe(403);
    expect(await statusOf(body.token, '/users')).toBe(403);
    // The role comes to allow less: so does the token, at once, and never more than it was given.
    const role = sampark.sql.bind(sampark);
    const allows = (code: string) =>
      role('UPDATE roles SET permissions = array_remove(permissions, $1) WHERE code = $2', [code, 'district_convenor']);
    await allows('team.read');
    expect(await statusOf(body.token, '/teams')).toBe(403);
    await role(`UPDATE roles SET permissions = permissions || '{team.read}' WHERE code = 'district_convenor'`);
    expect(await statusOf(body.token, '/teams')).toBe(200);
  });

  it('bring nobody in and give no role by a side door: a post, or a door to help at', async () => {
    const owner = await aUser(sampark, { role: 'district_convenor', in: 'etah' });
    // The whole organisation's own are not a convenor's.
    const theirs = (one: string) =>
      one !== 'role.edit' &&
      one !== 'platform.edit' &&
      !one.startsWith('privacy.') &&
      !NEVER_BY_TOKEN.includes(one as never);
    const CARRIED = PERMISSIONS.filter(theirs);
    const team = await aTeam(sampark, { in: 'etah' });
    const friend = await aUser(sampark, { role: 'organiser', in: 'etah' });
    const { body } = await inSession(owner, '/tokens', { name: 'teams', permissions: CARRIED, days: 7 });
    const program = sampark.as({ token: body.token });
    const post = `/posts/${team.posts[0]!.id}`;
    expect((await program.post(`${post}/holder`, { user: friend.id })).status).toBe(403);
    expect((await program.post(`${post}/invitation`, { name: 'A Friend', phone: '9811155668' })).status).toBe(403);
    expect(await sampark.sql(`SELECT 1 FROM users WHERE phone = '+919811155668'`)).toEqual([]);
    const asked = { name: 'doors', permissions: ['event.appoint_helper'], days: 7 };
    expect((await inSession(owner, '/tokens', asked)).status).toBe(422);
  });

  it('never carry what would give away more, and no more than one holds', async () => {
    const organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
    const ask = (user: AUser, permissions: string[], days = 7) =>
      inSession(user, '/tokens', { name: 'x', permissions, days });
    const browser = sampark.browser(convenor);
    await browser.get('/tokens/new');
    const none = await browser.post('/tokens', { name: 'x', days: '7', _page: '/tokens/new' });
    expect([none.status, none.text.includes('Tick at least one thing')]).toEqual([422, true]);
    expect(none.text).not.toMatch(/type="checkbox"[^>]* checked/);
    const some = { name: '', permissions: ['event.read', 'team.edit'], days: '7', _page: '/tokens/new' };
    expect((await browser.post('/tokens', some)).text.match(/type="checkbox"[^>]* checked/g)).toHaveLength(2);
    for (const never of NEVER_BY_TOKEN) expect((await ask(convenor, ['event.read', never])).status).toBe(422);
    expect((await ask(convenor, [])).status).toBe(422);
    expect((await ask(convenor, ['event.fly'])).status).toBe(422);
    expect((await ask(convenor, ['event.read'], 366)).status).toBe(422);
    expect((await ask(convenor, ['event.read'], 0)).status).toBe(422);
    expect((await ask(organiser, ['event.read'])).status).toBe(403);
    // And the database says the same, were the program to forget it.
    for (const never of NEVER_BY_TOKEN)
      await expect(aToken(sampark, convenor, { permissions: ['event.read', never] })).rejects.toThrow(/check/);
  });

  it('make no tokens and end none but themselves', async () => {
    const mine = await aToken(sampark, convenor);
    const other = await aToken(sampark, convenor);
    const all = convenor.token;
    const wanted = { name: 'x', permissions: ['event.read'], days: 1 };
    expect(await sampark.as({ token: all }).post('/tokens', wanted)).toMatchObject({
      status: 403,
      body: { type: 'urn:sampark:tokens.not_by_token' },
    });
    const ends = async (id: string) => (await sampark.as({ token: mine.token }).post(`/tokens/${id}/end`)).status;
    expect(await ends(other.id)).toBe(403);
    expect(await ends(mine.id)).toBe(200);
    expect(await statusOf(mine.token, '/events')).toBe(401);
    expect(await statusOf(other.token, '/events')).toBe(200);
  });

  it.each<[string, (user: AUser, tokenId: string) => Promise<unknown>]>([
    ['their day has come', (_, id) => sampark.sql('UPDATE api_tokens SET expires_at = now() WHERE id = $1', [id])],
    ['the role ends', (user) => sampark.sql('UPDATE grants SET to_at = now() WHERE id = $1', [user.grantId])],
    ['the user is shut out', async (user) => sampark.get(UsersService).disable(await sampark.system(), user.id)],
    ['their owner ends them', (user, id) => inSession(user, `/tokens/${id}/end`, {})],
    [
      'a convenor ends them',
      async (_, id) => {
        const browser = sampark.browser(convenor);
        await browser.get('/users');
        expect((await browser.post(`/tokens/${id}/end`)).status).toBe(303);
      },
    ],
  ])('stop at the next request once %s', async (_when, happens) => {
    const user = await aUser(sampark, { role: 'it_centre_operator', in: 'agra' });
    const { id, token } = await aToken(sampark, user);
    expect(await statusOf(token, '/events')).toBe(200);
    await happens(user, id);
    expect(await statusOf(token, '/events')).toBe(401);
  });

  it('are seen and ended by who manages their user, and nobody else', async () => {
    const organiser = await aUser(sampark, { role: 'organiser', in: 'agra', name: 'Ravi Kumar' });
    const { id } = await aToken(sampark, organiser, { name: 'Door list' });
    const neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    const browser = sampark.browser(convenor);
    expect((await browser.get(`/users/${organiser.id}`)).text).toContain(`href="/users/${organiser.id}/tokens"`);
    const page = (await browser.get(`/users/${organiser.id}/tokens`)).text;
    expect(page).toContain('Door list');
    expect(page).toContain(`/tokens/${id}/end`);
    expect((await inSession(neighbour, `/tokens/${id}/end`, {})).status).toBe(404);
    expect((await sampark.as(neighbour).get(`/users/${organiser.id}/tokens`)).status).toBe(404);
    const peer = await aUser(sampark, { role: 'organiser', in: 'agra' });
    expect((await inSession(peer, `/tokens/${id}/end`, {})).status).toBe(404);
    // Somebody who is more elsewhere is not the convenor's to manage.
    await aGrant(sampark, organiser, { role: 'district_convenor', in: 'mathura' });
    expect((await inSession(convenor, `/tokens/${id}/end`, {})).status).toBe(403);
    expect((await sampark.as(convenor).get(`/users/${organiser.id}/tokens`)).body.manageable).toBe(false);
    await sampark.sql(`UPDATE grants SET to_at = now() WHERE user_id = $1 AND role = 'district_convenor'`, [
      organiser.id,
    ]);
    expect((await inSession(convenor, `/tokens/${id}/end`, {})).body).toEqual({ id });
    expect((await inSession(convenor, `/tokens/${id}/end`, {})).status).toBe(409);
    const { body } = await sampark.as(convenor).get(`/users/${organiser.id}/tokens`);
    expect(body.items.find((one: { id: string }) => one.id === id)).toMatchObject({
      state: 'ended',
      endedBy: 'Meera Sharma',
    });
    const [entry] = await sampark.sql(
      `SELECT user_id, facts FROM audit_entries WHERE action = 'token.ended' AND subject_id = $1`,
      [id],
    );
    expect(entry).toEqual({ user_id: convenor.id, facts: { user: organiser.id } });
  });

  it('note where they are used from, once a minute at most', async () => {
    const { id, token } = await aToken(sampark, convenor);
    const used = async () =>
      (
        await sampark.sql<{ at: Date; from: string }>(
          'SELECT last_used_at AS at, last_used_from AS "from" FROM api_tokens WHERE id = $1',
          [id],
        )
      )[0]!;
    await statusOf(token, '/events');
    const first = await used();
    expect(first.from).toBe('127.0.0.1');
    await statusOf(token, '/events');
    expect(await used()).toEqual(first);
    await sampark.sql(`UPDATE api_tokens SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [id]);
    await statusOf(token, '/events');
    expect((await used()).at.getTime()).toBeGreaterThan(first.at.getTime());
  });

  it('are made for oneself alone, whatever is told to the database', async () => {
    const other = await aUser(sampark, { role: 'it_centre_operator', in: 'agra' });
    const actor = (await sampark.get(SessionsService).findToken(convenor.token))!;
    const make = (owner: AUser, permissions: string[] | null) =>
      sampark
        .get(UnitOfWork)
        .run(actor, (tx) =>
          tx.one('SELECT gate.make_token($1, $2, $3, $4, $5, now(), $6) AS ok', [
            uuidv7(),
            hashToken(uuidv7()),
            owner.id,
            owner.grantId,
            'x',
            permissions,
          ]),
        );
    expect(await make(other, ['event.read'])).toEqual({ ok: null });
    expect(await make(convenor, null)).toEqual({ ok: null });
    expect(await make(convenor, ['event.read'])).toEqual({ ok: true });
  });

  it('are described for programs: which permissions there are to choose from', async () => {
    const { body } = await sampark.as().get('/api/openapi.json');
    const { permissions } = body.components.schemas.NewTokenBody.properties;
    expect(permissions.type).toBe('array');
    expect(permissions.items.enum).toContain('event.read');
    expect(permissions.items.enum).not.toContain('token.make');
  });

  it('come from the command line, too: with a list, or for all of a grant', async () => {
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const tokens = sampark.get(TokensService);
    const system = await sampark.system();
    const wanted = { login: admin.email, name: 'command line', days: 7 };
    const some = await tokens.makeFor(system, { ...wanted, permissions: ['event.read'] });
    const all = await tokens.makeFor(system, { ...wanted, permissions: null });
    expect([await statusOf(some.token, '/events'), await statusOf(some.token, '/users')]).toEqual([200, 403]);
    expect(await statusOf(all.token, '/users')).toBe(200);
    await expect(tokens.makeFor(system, { ...wanted, permissions: ['role.edit'] })).rejects.toMatchObject({
      problems: [{ key: 'tokens.not_carried' }],
    });
    await tokens.end(system, all.id);
    expect(await statusOf(all.token, '/users')).toBe(401);
  });
});
