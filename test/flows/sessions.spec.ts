import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anAuthenticatorApp, codeOf } from '../factories/second-factors.js';
import { aGrant, aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const PASSWORD = 'नीम की छाँव 42';
const PHONE =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';

describe('where one is signed in', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());

  const member = (role = 'team_member') => aUser(sampark, { role, in: 'agra', password: PASSWORD });

  /** One more device. @returns its cookie */
  async function aDevice(user: AUser, agent = PHONE): Promise<{ cookie: string; id: string }> {
    const answer = await sampark
      .as()
      .post('/sign-in', { login: user.email, password: PASSWORD }, { 'user-agent': agent });
    expect(answer.status).toBe(200);
    const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
    const { body } = await sampark.as().get('/sessions', { cookie });
    return { cookie, id: body.items.find((one: { current: boolean }) => one.current).id };
  }

  const lives = async ({ cookie }: { cookie: string }) =>
    (await sampark.as().get('/password', { cookie })).status === 200;

  it('says with what, from where, how and since when, the one in hand first', async () => {
    const user = await member();
    const phone = await aDevice(user);
    const program = await aDevice(user, `curl/8 ${'x'.repeat(2000)}`);
    const { body } = await sampark.as().get('/sessions', { cookie: phone.cookie });
    expect(body.items).toHaveLength(3);
    expect(body.items[0]).toMatchObject({
      id: phone.id,
      device: { browser: 'Chrome', system: 'Android' },
      address: '127.0.0.1',
      method: 'password',
      proved: false,
      current: true,
    });
    expect(body.items.find((one: { id: string }) => one.id === program.id)).toMatchObject({
      device: { browser: null, system: null },
      current: false,
    });
    const [kept] = await sampark.sql<{ n: number }>('SELECT length(agent) AS n FROM sessions WHERE id = $1', [
      program.id,
    ]);
    expect(kept!.n).toBe(200);
    const page = await sampark.browser({ cookie: phone.cookie }).get('/sessions');
    expect(page.text).toContain('Chrome on Android');
    expect(page.text).toContain('This one');
  });

  it('is ended for one device, from its next request on', async () => {
    const user = await member();
    const [phone, lost] = [await aDevice(user), await aDevice(user)];
    const browser = sampark.browser({ cookie: phone.cookie });
    await browser.get('/sessions');
    expect((await browser.post(`/sessions/${lost.id}/end`)).location).toBe('/sessions');
    expect([await lives(lost), await lives(phone)]).toEqual([false, true]);
    // It is over already; and nobody ends somebody else's.
    expect((await browser.ask(`/sessions/${lost.id}/end`)).status).toBe(404);
    const stranger = await aDevice(await member());
    expect((await browser.ask(`/sessions/${stranger.id}/end`)).status).toBe(404);
    expect(await lives(stranger)).toBe(true);
    // One's own is signing out.
    expect((await browser.post(`/sessions/${phone.id}/end`)).location).toBe('/sign-in');
    expect(await lives(phone)).toBe(false);
  });

  it('is ended for all others at once', async () => {
    const user = await member();
    const [phone, one, two] = [await aDevice(user), await aDevice(user), await aDevice(user)];
    const browser = sampark.browser({ cookie: phone.cookie });
    await browser.get('/sessions');
    expect((await browser.post('/sessions/others/end')).location).toBe('/sessions');
    // The one that came with the user, too.
    expect((await browser.get('/sessions')).text).toContain('3 others are signed out');
    expect([await lives(phone), await lives(one), await lives(two), await lives(user)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('is seen and ended by who may manage the user, and that they looked is written down', async () => {
    const user = await member();
    const phone = await aDevice(user);
    const convenor = await member('district_convenor');
    const neighbour = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    const path = `/users/${user.id}/sessions`;
    expect((await sampark.as(neighbour).get(path)).status).toBe(404);
    expect((await sampark.as(await member()).get(path)).status).toBe(403);
    expect((await sampark.as(convenor).get(`/users/${convenor.id}/sessions`)).status).toBe(403);
    const { status, body } = await sampark.as(convenor).get(path);
    expect(status).toBe(200);
    expect(body.items.map((one: { id: string }) => one.id)).toContain(phone.id);
    expect((await sampark.as(neighbour).post(`${path}/${phone.id}/end`)).status).toBe(404);
    // Only that user's: the address says whose.
    const other = await aDevice(await member());
    expect((await sampark.as(convenor).post(`${path}/${other.id}/end`)).status).toBe(404);
    expect((await sampark.as(convenor).post(`${path}/${phone.id}/end`)).status).toBe(200);
    expect([await lives(phone), await lives(other)]).toEqual([false, true]);
    const actions = await sampark.sql<{ action: string }>(
      `SELECT action FROM audit_entries WHERE user_id = $1 AND subject_id = $2 ORDER BY id`,
      [convenor.id, user.id],
    );
    expect(actions.map(({ action }) => action)).toEqual(['session.list', 'session.ended']);
  });

  it('lasts a week without a request, and a month in any case', async () => {
    const user = await member();
    const phone = await aDevice(user);
    const move = (column: string, back: string) =>
      sampark.sql(`UPDATE sessions SET ${column} = ${column} - $2::interval WHERE id = $1`, [phone.id, back]);
    await move('seen_at', '167 hours');
    expect(await lives(phone)).toBe(true);
    await move('seen_at', '169 hours');
    expect(await lives(phone)).toBe(false);
    const tablet = await aDevice(user);
    await sampark.sql(`UPDATE sessions SET expires_at = expires_at - interval '29 days 23 hours' WHERE id = $1`, [
      tablet.id,
    ]);
    expect(await lives(tablet)).toBe(true);
    await sampark.sql(`UPDATE sessions SET expires_at = expires_at - interval '1 hour' WHERE id = $1`, [tablet.id]);
    expect(await lives(tablet)).toBe(false);
  });

  it('lasts as long as configured, and the cookie says the same', async () => {
    const user = await member();
    const other = await aSampark({ beside: sampark, env: { SESSION_DAYS: '2', SESSION_IDLE_HOURS: '3' } });
    try {
      const answer = await other.as().post('/sign-in', { login: user.email, password: PASSWORD });
      expect(String(answer.headers['set-cookie'])).toContain(`Max-Age=${2 * 86_400}`);
      const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
      const there = async () => (await other.as().get('/password', { cookie })).status;
      expect(await there()).toBe(200);
      await sampark.sql(`UPDATE sessions SET seen_at = now() - interval '3 hours' WHERE user_id = $1`, [user.id]);
      expect(await there()).toBe(401);
    } finally {
      await other.close();
    }
  });

  it('lasts no longer for the second step', async () => {
    const user = await member();
    const secret = await anAuthenticatorApp(sampark, user);
    const first = await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD });
    const cookie = String(first.headers['set-cookie']).split(';')[0]!;
    await sampark.sql(`UPDATE sessions SET expires_at = now() + interval '1 hour' WHERE user_id = $1`, [user.id]);
    const { body } = await sampark.as().get('/second-factor/proof', { cookie });
    const shown = await sampark
      .as()
      .post('/second-factor/proof', { code: codeOf(secret) }, { cookie, 'x-csrf-token': body.csrf });
    const seconds = Number(/Max-Age=(\d+)/.exec(String(shown.headers['set-cookie']))![1]);
    expect(seconds).toBeGreaterThan(3500);
    expect(seconds).toBeLessThanOrEqual(3600);
  });

  it('forgets where it was three months after it could last be used', async () => {
    const user = await member();
    const old = await aDevice(user);
    await sampark.sql(`UPDATE sessions SET expires_at = now() - interval '91 days' WHERE id = $1`, [old.id]);
    const recent = await aDevice(user);
    await sampark.sql(`UPDATE sessions SET expires_at = now() - interval '89 days' WHERE id = $1`, [recent.id]);
    await aDevice(user);
    const rows = await sampark.sql<{ id: string; address: string | null; agent: string | null }>(
      'SELECT id, address, agent FROM sessions WHERE id = ANY ($1) ORDER BY id',
      [[old.id, recent.id]],
    );
    expect(rows.map(({ address }) => address)).toEqual([null, '127.0.0.1']);
    expect(rows[0]!.agent).toBeNull();
  });

  it('is over at the next request of who is shut out, whatever they have shown; and without a role for who lost it', async () => {
    const user = await member();
    const secret = await anAuthenticatorApp(sampark, user);
    const browser = sampark.browser();
    await browser.follow(await browser.post('/sign-in', { login: user.email, password: PASSWORD }));
    await browser.post('/second-factor/proof', { code: codeOf(secret) });
    expect((await browser.get('/sympathisers')).status).toBe(200);
    await sampark.sql('UPDATE grants SET to_at = now() WHERE user_id = $1', [user.id]);
    expect((await browser.get('/sympathisers')).location).toBe('/no-role');
    const convenor = await member('district_convenor');
    expect((await sampark.as(convenor).post(`/users/${user.id}/disablement`)).status).toBe(200);
    expect((await browser.get('/password')).location).toBe('/sign-in?next=%2Fpassword');
  });

  it('is written into the trail: coming, choosing the role to act in, and leaving', async () => {
    const user = await member('district_convenor');
    const other = await aGrant(sampark, user, { role: 'organiser', in: 'agra' });
    const browser = sampark.browser();
    await browser.post('/sign-in', { login: user.email, password: PASSWORD });
    await browser.get('/events');
    await browser.post('/session/grant', { grant: other });
    await browser.post('/session/end', {});
    const entries = await sampark.sql<{ action: string; facts: object }>(
      `SELECT action, facts FROM audit_entries WHERE user_id = $1 AND action LIKE 'session.%' ORDER BY at`,
      [user.id],
    );
    expect(entries).toEqual([
      { action: 'session.started', facts: { by: 'password' } },
      { action: 'session.role_chosen', facts: { grant: other } },
      { action: 'session.left', facts: {} },
    ]);
  });
});
