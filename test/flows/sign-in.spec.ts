import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aGrant, aUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { recordStatements } from '../support/statements.js';

const PASSWORD = 'नीम की छाँव 42';

describe('signing in', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());

  const tries = () => sampark.sql('DELETE FROM sign_in_failures');

  it('is refused to the form of another site, which would sign its reader in as somebody else', async () => {
    const user = await aUser(sampark, { role: 'district_convenor', in: 'agra', password: PASSWORD });
    const from = (site: string) =>
      sampark.as().post('/sign-in', { login: user.email, password: PASSWORD }, { 'sec-fetch-site': site });
    const refused = await from('cross-site');
    expect([refused.status, refused.headers['set-cookie']]).toEqual([403, undefined]);
    expect((await from('same-origin')).status).toBe(200);
  });

  it('works with an e-mail in any spelling, or a mobile number, and goes on to where one wanted to', async () => {
    await aUser(sampark, {
      role: 'district_convenor',
      in: 'agra',
      email: 'asha@example.org',
      phone: '+919876543210',
      password: PASSWORD,
    });
    for (const login of ['Asha@Example.org ', '09876543210', '+91 98765 43210', '९८७६५४३२१०']) {
      const browser = sampark.browser(undefined, { lang: 'hi' });
      const asked = await browser.get('/users');
      expect(asked).toMatchObject({ status: 303, location: '/sign-in?next=%2Fusers' });
      expect((await browser.follow(asked)).text).toContain('साइन इन करें');
      const done = await browser.post('/sign-in', { login, password: PASSWORD, next: '/users' });
      expect(done).toMatchObject({ status: 303, location: '/users' });
      expect((await browser.follow(done)).status).toBe(200);
    }
  });

  it('gives a program the cookie and who it is', async () => {
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const answer = await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD });
    expect(answer).toMatchObject({ status: 200, body: { user: { id: user.id, name: user.name }, next: '/' } });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-sampark=/);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).toMatch(/Secure/i);
  });

  it('never goes to another site afterwards', async () => {
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const browser = sampark.browser();
    expect((await browser.get('/sign-in?next=https://evil.example/')).text).toContain('name="next" value="/"');
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example'])
      expect((await browser.post('/sign-in', { login: user.email, password: PASSWORD, next })).location).toBe('/');
  });

  it('says the same of nobody, of a wrong password and of a shut account', async () => {
    await tries();
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const shut = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const open = await aUser(sampark, { role: 'organiser', in: 'agra' });
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [shut.id]);
    const answers = [];
    for (const [login, password] of [
      [user.email, 'not the password'],
      ['nobody@example.org', PASSWORD],
      [shut.email, PASSWORD],
      [open.email, PASSWORD],
    ])
      answers.push(await sampark.as().post('/sign-in', { login, password }));
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect({ ...answer.body, instance: '' }).toEqual({ ...answers[0]!.body, instance: '' });
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const page = await sampark
      .browser()
      .post('/sign-in', { login: user.email, password: 'not the password', _page: '/sign-in' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('password or code don&#x27;t match');
    expect(page.text).toContain(`value="${user.email}"`);
    expect(page.text).not.toContain('not the password');
  });

  it('does the same work for nobody, for a wrong password, for a shut account and for one without a password', async () => {
    await tries();
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const shut = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const open = await aUser(sampark, { role: 'organiser', in: 'agra' });
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [shut.id]);
    const work = async (login: string, password: string) => {
      const statements = recordStatements(sampark);
      expect((await sampark.as().post('/sign-in', { login, password })).status).toBe(401);
      return statements();
    };
    const asked = await work('nobody@example.org', PASSWORD);
    expect(asked.length).toBeGreaterThan(3);
    expect(await work(user.email, 'not the password')).toEqual(asked);
    expect(await work(shut.email, PASSWORD)).toEqual(asked);
    expect(await work(open.email, PASSWORD)).toEqual(asked);
  });

  it('stops guessing at one account after ten failures, and says how long to wait', async () => {
    await tries();
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const other = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const attempt = (login: string, password: string) =>
      sampark.as().post('/sign-in', { login, password }, { 'accept-language': 'en' });
    const failures = await Promise.all(Array.from({ length: 14 }, () => attempt(user.email, 'wrong')));
    expect(failures.filter((one) => one.status === 401).length).toBeLessThanOrEqual(10);
    for (let i = failures.filter((one) => one.status === 401).length; i < 10; i += 1)
      expect((await attempt(user.email, 'wrong')).status).toBe(401);
    const refused = await attempt(user.email, PASSWORD);
    expect(refused.status).toBe(429);
    expect(refused.body.detail).toMatch(/wait 15 minutes/);
    expect((await attempt(other.email, PASSWORD)).status).toBe(200);
    // The same for somebody who isn't there.
    for (let i = 0; i < 10; i += 1) expect((await attempt('no-one@example.org', 'wrong')).status).toBe(401);
    expect((await attempt('no-one@example.org', 'wrong')).status).toBe(429);
    await sampark.sql(`UPDATE sign_in_failures SET at = at - interval '16 minutes'`);
    expect((await attempt(user.email, PASSWORD)).status).toBe(200);
  });

  it('stops guessing from one address after fifty failures, whatever the accounts', async () => {
    await tries();
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    for (let i = 0; i < 50; i += 1)
      expect((await sampark.as().post('/sign-in', { login: `guess-${i}@example.org`, password: 'wrong' })).status).toBe(
        401,
      );
    expect((await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD })).status).toBe(429);
    const [kept] = await sampark.sql<{ keys: number }>('SELECT count(DISTINCT key)::int AS keys FROM sign_in_failures');
    expect(kept!.keys).toBe(51);
    await tries();
  });

  it('gives a new session each time, and ends the one before', async () => {
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const answer = await sampark
      .as()
      .post('/sign-in', { login: user.email, password: PASSWORD }, { cookie: user.cookie });
    expect(String(answer.headers['set-cookie'])).not.toContain(user.cookie);
    expect(await sampark.browser(user).get('/password')).toMatchObject({
      status: 303,
      location: '/sign-in?next=%2Fpassword',
    });
  });

  it('signs out', async () => {
    const user = await aUser(sampark, { role: 'organiser', in: 'agra' });
    const browser = sampark.browser(user);
    await browser.get('/password');
    expect(await browser.post('/session/end')).toMatchObject({ status: 303, location: '/sign-in' });
    expect((await browser.get('/sign-in')).text).toContain('You are signed out.');
    // Also where the cookie was copied.
    expect((await sampark.browser(user).get('/password')).status).toBe(303);
  });

  it('switches between one’s own roles, and takes nobody else’s', async () => {
    const user = await aUser(sampark, { role: 'organiser', in: 'agra' });
    const stranger = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const second = await aGrant(sampark, user, { role: 'district_convenor', in: 'mathura' });
    const browser = sampark.browser(user);
    expect((await browser.get('/users')).status).toBe(403);
    await browser.get('/password');
    expect(await browser.post('/session/grant', { grant: second, return_to: '/users' })).toMatchObject({
      status: 303,
      location: '/users',
    });
    expect((await browser.get('/users')).status).toBe(200);
    expect(
      (await browser.post('/session/grant', { grant: stranger.grantId, return_to: '//evil.example' })).status,
    ).toBe(422);
    expect(await browser.post('/session/grant', { grant: user.grantId, return_to: '//evil.example' })).toMatchObject({
      location: '/',
    });
  });

  it('shows somebody without a role who can give one', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Meera Sharma' });
    const elsewhere = await aUser(sampark, { role: 'district_convenor', in: 'mathura', name: 'Gopal Das' });
    const user = await aUser(sampark, { role: 'team_member', in: 'agra', password: PASSWORD });
    await sampark.sql('UPDATE grants SET to_at = now() WHERE user_id = $1', [user.id]);
    const browser = sampark.browser();
    const done = await browser.post('/sign-in', { login: user.email, password: PASSWORD });
    expect(done.location).toBe('/no-role');
    const page = await browser.follow(done);
    expect(page.status).toBe(200);
    expect(page.text).toContain(convenor.name);
    expect(page.text).not.toContain(elsewhere.name);
    expect((await browser.get('/users')).status).toBe(303);
    expect((await browser.get('/users')).location).toBe('/no-role');
  });

  it('changes the password with the one until now, and ends the other sessions', async () => {
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const here = sampark.browser();
    await here.post('/sign-in', { login: user.email, password: PASSWORD });
    await here.get('/password');
    const fresh = { password: 'peepal ke neeche', password_repeat: 'peepal ke neeche' };
    const refusals: [Record<string, string>, string][] = [
      [{ ...fresh }, 'This isn&#x27;t your current password'],
      [{ current_password: 'wrong', ...fresh }, 'This isn&#x27;t your current password'],
      [{ current_password: PASSWORD, password: 'short', password_repeat: 'short' }, 'At least 10 characters'],
      [
        { current_password: PASSWORD, password: fresh.password, password_repeat: 'other one here' },
        'The two passwords aren&#x27;t the same',
      ],
    ];
    for (const [fields, said] of refusals) {
      const answer = await here.post('/password', fields);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(said);
      expect(answer.text).not.toContain(fresh.password);
    }
    expect((await here.post('/password', { current_password: PASSWORD, ...fresh })).status).toBe(303);
    expect((await here.get('/password')).status).toBe(200);
    expect((await sampark.browser(user).get('/password')).status).toBe(303);
    expect((await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD })).status).toBe(401);
    expect((await sampark.as().post('/sign-in', { login: user.email, password: fresh.password })).status).toBe(200);
  });

  it('refuses a form that comes from another site', async () => {
    const user = await aUser(sampark, { role: 'organiser', in: 'agra' });
    const forged = await sampark
      .as()
      .send(
        'POST',
        '/password',
        { password: 'a new password', current_password: 'x' },
        { cookie: user.cookie, accept: 'application/json' },
      );
    expect(forged).toMatchObject({ status: 403, body: { type: 'urn:sampark:errors.csrf' } });
  });
});
