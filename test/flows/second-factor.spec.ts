import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  anAuthenticatorApp,
  aStepLater,
  codeOf,
  demandSecondFactor,
  wrongCodeFor,
} from '../factories/second-factors.js';
import { aGrant, aUser, type AUser } from '../factories/users.js';
import type { Browser } from '../support/browser.js';
import { urlsFor } from '../support/database.js';
import { Program } from '../support/program.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const PASSWORD = 'नीम की छाँव 42';

describe('the second factor', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());
  beforeEach(async () => {
    await sampark.sql('DELETE FROM sign_in_failures');
    await sampark.sql('UPDATE roles SET second_factor = false');
  });

  const member = (more = {}) => aUser(sampark, { role: 'district_convenor', in: 'agra', password: PASSWORD, ...more });

  /** By the password; the second step is still to come. */
  async function signedInHalf(user: AUser): Promise<Browser> {
    const browser = sampark.browser();
    const done = await browser.post('/sign-in', { login: user.email, password: PASSWORD, next: '/users' });
    expect(done).toMatchObject({ status: 303, location: '/second-factor/proof?next=%2Fusers' });
    await browser.follow(done);
    return browser;
  }

  /** All the way in. */
  async function signedIn(user: AUser, secret: string): Promise<Browser> {
    const browser = await signedInHalf(user);
    await aStepLater(sampark, user);
    expect((await browser.post('/second-factor/proof', { code: codeOf(secret) })).status).toBe(303);
    return browser;
  }

  /** What the user was told by mail, in whatever order it came. */
  async function toldTo(user: AUser): Promise<string> {
    await sampark.drain();
    const mails = await sampark.mails();
    return mails
      .filter(({ to }) => JSON.stringify(to).includes(user.email))
      .map(({ subject }) => subject)
      .join('\n');
  }

  async function command(...args: string[]) {
    const urls = urlsFor(sampark.database);
    const program = Program.start('cli', args, {
      DATABASE_URL: urls.app,
      DATABASE_OWNER_URL: urls.owner,
      DATABASE_QUEUE_URL: urls.queue,
      SECRET_KEY: sampark.config.secretKey!,
      SUPPRESSION_KEYS: sampark.config.suppressionKeys!,
      DATA_DIR: sampark.config.dataDir,
      LOG_LEVEL: 'silent',
    });
    program.child.stdin!.end();
    return { code: await program.ended(), output: program.output };
  }

  const codesIn = (text: string) => [...text.matchAll(/\b[0-9a-z]{5}-[0-9a-z]{5}\b/g)].map(([code]) => code);

  describe('an authenticator app', () => {
    it('is set up by scanning or typing its key, confirmed by a code, and told by mail', async () => {
      const user = await member();
      const browser = sampark.browser(user);
      expect((await browser.get('/second-factor')).text).toContain('You sign in by password alone');
      const begun = await browser.post('/second-factor/app', { next: '/users' });
      expect(begun.location).toBe('/second-factor/app?next=%2Fusers');
      const page = await browser.follow(begun);
      const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(page.text)![1]!;
      expect(page.text).toContain('<svg viewBox');
      expect(page.text).toMatch(/href="otpauth:\/\/totp\/[^"]*secret&#x3D;[A-Z2-7]{32}/);
      const refused = await browser.post('/second-factor/app/confirmation', {
        code: wrongCodeFor(secret),
        _page: '/second-factor/app',
      });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('This code doesn&#x27;t fit');
      expect(refused.text).toContain(secret);
      const before = browser.session;
      const done = await browser.post('/second-factor/app/confirmation', { code: codeOf(secret), next: '/users' });
      expect(done.status).toBe(201);
      expect(codesIn(done.text)).toHaveLength(10);
      expect(done.text).toContain('href="/users"');
      // What was shown opens the account; whoever had the cookie before has nothing now.
      expect(browser.session).not.toBe(before);
      expect((await sampark.browser({ cookie: before }).get('/users')).status).toBe(303);
      expect((await browser.get('/users')).status).toBe(200);
      // The key is shown no more.
      expect(await browser.get('/second-factor/app')).toMatchObject({ status: 303, location: '/second-factor' });
      await sampark.drain();
      const mail = (await sampark.mails()).at(-1)!;
      expect(mail.subject).toContain('An authenticator app was added to your account');
      expect(mail.text).toContain('https://sampark.example.org/second-factor');
      expect(mail.text).not.toContain(secret.replaceAll(' ', ''));
    });

    it('lies sealed in the database, and stands in no audit entry', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const [row] = await sampark.sql<{ secret: Buffer }>('SELECT secret FROM authenticator_apps WHERE user_id = $1', [
        user.id,
      ]);
      expect(row!.secret.toString('latin1')).not.toContain(secret);
      await signedIn(user, secret);
      const entries = await sampark.sql(
        'SELECT e.*, v.before, v.after FROM audit_entries e LEFT JOIN audit_values v ON v.entry_id = e.id',
      );
      expect(JSON.stringify(entries)).not.toContain(secret);
    });

    it('is asked for at sign-in before anything else, and the session then has a new token', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const browser = await signedInHalf(user);
      const half = browser.session;
      for (const path of ['/', '/users', '/password', '/sessions', '/second-factor', '/no-role'])
        expect((await browser.get(path)).location).toMatch(/^\/second-factor\/proof/);
      for (const path of [
        '/password',
        '/session/grant',
        '/second-factor/app',
        '/second-factor/codes',
        '/sessions/others/end',
      ])
        expect(await browser.ask(path, {})).toMatchObject({
          status: 403,
          body: { type: 'urn:sampark:errors.second_factor' },
        });
      const page = await browser.get('/second-factor/proof?next=/users');
      expect(page.text).toContain(user.name);
      expect(page.text).not.toContain('Agra');
      expect((await browser.post('/second-factor/proof', { code: wrongCodeFor(secret) })).status).toBe(422);
      expect((await browser.get('/users')).status).toBe(303);
      expect(await browser.post('/second-factor/proof', { code: codeOf(secret), next: '/users' })).toMatchObject({
        status: 303,
        location: '/users',
      });
      expect((await browser.get('/users')).status).toBe(200);
      expect((await sampark.browser({ cookie: half }).get('/users')).location).toBe('/sign-in?next=%2Fusers');
    });

    it('leads a program through both steps', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const first = await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD });
      expect(first).toMatchObject({ status: 200, body: { next: '/second-factor/proof', second_factor: 'proof' } });
      const cookie = String(first.headers['set-cookie']).split(';')[0]!;
      expect(await sampark.as().get('/users', { cookie })).toMatchObject({
        status: 403,
        body: { type: 'urn:sampark:errors.second_factor' },
      });
      const step = await sampark.as().get('/second-factor/proof', { cookie });
      expect(step).toMatchObject({ status: 200, body: { app: true, passkey: false, owes: 'proof' } });
      const shown = await sampark
        .as()
        .post('/second-factor/proof', { code: codeOf(secret) }, { cookie, 'x-csrf-token': step.body.csrf });
      expect(shown).toMatchObject({ status: 200, body: { by: 'app', next: '/' } });
      const fresh = String(shown.headers['set-cookie']).split(';')[0]!;
      expect((await sampark.as().get('/users', { cookie: fresh })).status).toBe(200);
      expect((await sampark.as().get('/users', { cookie })).status).toBe(401);
    });

    it('is asked for in the sessions that were open before it, too', async () => {
      const user = await member();
      const elsewhere = sampark.browser(user);
      expect((await elsewhere.get('/users')).status).toBe(200);
      await anAuthenticatorApp(sampark, user);
      expect((await elsewhere.get('/users')).location).toBe('/second-factor/proof?next=%2Fusers');
    });

    it('takes each code once, also where it comes twice at the same moment', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const code = codeOf(secret);
      const browsers = [await signedInHalf(user), await signedInHalf(user), await signedInHalf(user)];
      const answers = await Promise.all(browsers.map((one) => one.post('/second-factor/proof', { code })));
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422]);
      const later = await signedInHalf(user);
      expect((await later.post('/second-factor/proof', { code })).status).toBe(422);
      await aStepLater(sampark, user);
      expect((await later.post('/second-factor/proof', { code: codeOf(secret) })).status).toBe(303);
    });

    it('is guessed at five times in a quarter of an hour, in whichever process and session', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const wrong = wrongCodeFor(secret);
      const other = await aSampark({ beside: sampark });
      try {
        const here = await signedInHalf(user);
        for (let i = 0; i < 3; i += 1)
          expect((await here.post('/second-factor/proof', { code: wrong })).status).toBe(422);
        const there = other.browser();
        await there.follow(await there.post('/sign-in', { login: user.email, password: PASSWORD }));
        for (let i = 0; i < 2; i += 1)
          expect((await there.post('/second-factor/proof', { code: wrong })).status).toBe(422);
        for (const browser of [there, here]) {
          const refused = await browser.ask('/second-factor/proof', { code: codeOf(secret) });
          expect(refused).toMatchObject({ status: 429, body: { type: 'urn:sampark:access.too_many' } });
        }
        // Whoever gets so far has the password: its owner is told, once.
        expect((await toldTo(user)).match(/Wrong codes were typed/g)).toHaveLength(1);
        // The password isn't refused for it, nor another user's code from the same office.
        const colleague = await member();
        await signedIn(colleague, await anAuthenticatorApp(sampark, colleague));
        await sampark.sql(`UPDATE sign_in_failures SET at = at - interval '16 minutes'`);
        expect((await here.post('/second-factor/proof', { code: codeOf(secret) })).status).toBe(303);
      } finally {
        await other.close();
      }
    });

    it('is not guessed at all day long, nor long in one session', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const wrong = wrongCodeFor(secret);
      const rest = () => sampark.sql(`UPDATE sign_in_failures SET at = at - interval '16 minutes'`);
      const guess = async (browser: Browser, times: number) => {
        const got = [];
        for (let i = 0; i < times; i += 1)
          got.push((await browser.ask('/second-factor/proof', { code: wrong })).status);
        await rest();
        return got;
      };
      const first = await signedInHalf(user);
      expect(await guess(first, 5)).toEqual([422, 422, 422, 422, 422]);
      expect(await guess(first, 5)).toEqual([422, 422, 422, 422, 422]);
      // This session has had its ten; by the password there is another one.
      expect(await guess(first, 1)).toEqual([429]);
      const second = await signedInHalf(user);
      expect(await guess(second, 5)).toEqual([422, 422, 422, 422, 422]);
      expect(await guess(second, 5)).toEqual([422, 422, 422, 422, 422]);
      const third = await signedInHalf(user);
      expect(await guess(third, 1)).toEqual([429]);
      await sampark.sql(`UPDATE sign_in_failures SET at = at - interval '1 day'`);
      expect((await third.post('/second-factor/proof', { code: codeOf(secret) })).status).toBe(303);
    });

    it('moves to another phone, and then the one before shows nothing any more', async () => {
      const user = await member();
      const old = await anAuthenticatorApp(sampark, user);
      const browser = await signedIn(user, old);
      const page = await browser.follow(await browser.post('/second-factor/app'));
      const fresh = /<code>([A-Z2-7 ]+)<\/code>/.exec(page.text)![1]!;
      // Not before the new one is confirmed.
      const between = await signedInHalf(user);
      expect((await between.post('/second-factor/proof', { code: codeOf(fresh) })).status).toBe(422);
      expect(await browser.post('/second-factor/app/confirmation', { code: codeOf(fresh) })).toMatchObject({
        status: 303,
        location: '/second-factor',
      });
      await aStepLater(sampark, user);
      const next = await signedInHalf(user);
      expect((await next.post('/second-factor/proof', { code: codeOf(old) })).status).toBe(422);
      expect((await next.post('/second-factor/proof', { code: codeOf(fresh) })).status).toBe(303);
    });

    it('shows its key to the session that sets it up alone, and for an hour', async () => {
      const user = await member();
      const here = sampark.browser(user);
      await here.post('/second-factor/app');
      const there = sampark.browser();
      await there.post('/sign-in', { login: user.email, password: PASSWORD });
      expect((await there.get('/second-factor/app')).location).toBe('/second-factor');
      const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec((await here.get('/second-factor/app')).text)![1]!;
      await sampark.sql(`UPDATE authenticator_apps SET made_at = now() - interval '61 minutes' WHERE user_id = $1`, [
        user.id,
      ]);
      expect((await here.get('/second-factor/app')).status).toBe(303);
      expect(await here.ask('/second-factor/app/confirmation', { code: codeOf(secret) })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'code' }] },
      });
    });

    it('can be taken away by who has shown it lately, and then a password is enough again', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const browser = await signedIn(user, secret);
      await sampark.sql(`UPDATE sessions SET proved_at = now() - interval '13 hours' WHERE user_id = $1`, [user.id]);
      // A role that demands none goes on; its account waits.
      expect((await browser.get('/users')).status).toBe(200);
      expect((await browser.get('/second-factor')).text).toContain('show your second factor first');
      for (const path of ['/second-factor/app/removal', '/second-factor/app', '/second-factor/codes'])
        expect(await browser.ask(path)).toMatchObject({
          status: 403,
          body: { type: 'urn:sampark:errors.second_factor' },
        });
      await aStepLater(sampark, user);
      await browser.get('/second-factor/proof?next=%2Fsecond-factor');
      const shown = await browser.post('/second-factor/proof', { code: codeOf(secret), next: '/second-factor' });
      expect(shown.location).toBe('/second-factor');
      await browser.follow(shown);
      expect((await browser.post('/second-factor/app/removal')).location).toBe('/second-factor');
      expect((await browser.get('/second-factor')).text).toContain('You sign in by password alone');
      const done = await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD });
      expect(done.body).toMatchObject({ next: '/', second_factor: null });
      expect(await toldTo(user)).toContain('was removed from your account');
    });

    it('is worth nothing under another SECRET_KEY', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const other = await aSampark({
        beside: sampark,
        env: { SECRET_KEY: 'another secret key of the tests, long enough' },
      });
      try {
        const browser = other.browser();
        await browser.follow(await browser.post('/sign-in', { login: user.email, password: PASSWORD }));
        expect((await browser.post('/second-factor/proof', { code: codeOf(secret) })).status).toBe(422);
      } finally {
        await other.close();
      }
    });
  });

  describe('a recovery code', () => {
    it('lets in once, is told by mail, and new ones take the place of the old', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const browser = await signedIn(user, secret);
      const codes = codesIn((await browser.post('/second-factor/codes')).text);
      expect(new Set(codes).size).toBe(10);
      const [row] = await sampark.sql<{ all: string }>(
        `SELECT string_agg(code_hash, ',') AS all FROM recovery_codes WHERE user_id = $1`,
        [user.id],
      );
      for (const code of codes) expect(row!.all).not.toContain(code.replace('-', ''));

      const twice = [await signedInHalf(user), await signedInHalf(user)];
      const answers = await Promise.all(
        twice.map((one) => one.post('/second-factor/proof', { code: codes[0]!.toUpperCase().replace('-', ' ') })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
      const inside = twice[answers.findIndex(({ status }) => status === 303)]!;
      expect((await inside.get('/users')).text).toContain('This recovery code is used up; 9 are left.');
      expect(await toldTo(user)).toContain('A recovery code of your account was used');

      const fresh = codesIn((await browser.post('/second-factor/codes')).text);
      const later = await signedInHalf(user);
      expect((await later.post('/second-factor/proof', { code: codes[1]! })).status).toBe(422);
      expect((await later.post('/second-factor/proof', { code: fresh[1]! })).status).toBe(303);
    });

    it('is nobody else’s', async () => {
      const [asha, ravi] = [await member(), await member()];
      const browser = await signedIn(asha, await anAuthenticatorApp(sampark, asha));
      const codes = codesIn((await browser.post('/second-factor/codes')).text);
      await anAuthenticatorApp(sampark, ravi);
      const other = await signedInHalf(ravi);
      expect((await other.post('/second-factor/proof', { code: codes[0]! })).status).toBe(422);
    });
  });

  describe('a role that demands it', () => {
    it('waits until its holder has set one up; their own account doesn’t', async () => {
      await demandSecondFactor(sampark, 'district_convenor');
      const user = await member();
      const browser = sampark.browser(user);
      for (const path of ['/', '/users', '/no-role'])
        expect((await browser.get(path)).location).toMatch(/^\/second-factor(\?next=|$)/);
      const page = await browser.follow(await browser.get('/users'));
      expect(page.text).toContain('Your role here needs a second factor');
      expect((await sampark.as().get('/users', { cookie: user.cookie })).body.type).toBe(
        'urn:sampark:errors.second_factor_set_up',
      );
      for (const path of ['/password', '/sessions']) expect((await browser.get(path)).status).toBe(200);
      // It has no sight of anything before: nothing is led by it.
      expect((await browser.get('/password')).text).not.toContain('href="/users"');
      const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(
        (await browser.follow(await browser.post('/second-factor/app', { next: '/users' }))).text,
      )![1]!;
      expect(
        (await browser.post('/second-factor/app/confirmation', { code: codeOf(secret), next: '/users' })).status,
      ).toBe(201);
      expect((await browser.get('/users')).status).toBe(200);
    });

    it('asks for it again after half a day', async () => {
      const user = await member();
      const secret = await anAuthenticatorApp(sampark, user);
      const browser = await signedIn(user, secret);
      await demandSecondFactor(sampark, 'district_convenor');
      expect((await browser.get('/users')).status).toBe(200);
      await sampark.sql(`UPDATE sessions SET proved_at = now() - interval '12 hours 1 minute' WHERE user_id = $1`, [
        user.id,
      ]);
      const asked = await browser.get('/users');
      expect(asked.location).toBe('/second-factor/proof?next=%2Fusers');
      expect((await browser.follow(asked)).text).toContain('from time to time');
      expect((await browser.get('/password')).status).toBe(200);
      await aStepLater(sampark, user);
      await browser.get('/second-factor/proof');
      expect((await browser.post('/second-factor/proof', { code: codeOf(secret), next: '/users' })).location).toBe(
        '/users',
      );
      expect((await browser.get('/users')).status).toBe(200);
    });

    it('is met when switching to it, and another role can be chosen instead', async () => {
      await demandSecondFactor(sampark, 'state_admin');
      const user = await member();
      const admin = await aGrant(sampark, user, { role: 'state_admin', in: 'up' });
      const browser = sampark.browser(user);
      await browser.get('/password');
      const switched = await browser.post('/session/grant', { grant: admin, return_to: '/users' });
      expect(switched).toMatchObject({ status: 303, location: '/second-factor?next=%2Fusers' });
      await browser.get('/password');
      expect(await browser.ask('/session/grant', { grant: admin })).toMatchObject({
        status: 200,
        body: { second_factor: 'set-up' },
      });
      expect(await browser.post('/session/grant', { grant: user.grantId, return_to: '/users' })).toMatchObject({
        location: '/users',
      });
      expect((await browser.get('/users')).status).toBe(200);
    });

    it('keeps its holder’s last factor', async () => {
      const user = await member();
      const browser = await signedIn(user, await anAuthenticatorApp(sampark, user));
      await demandSecondFactor(sampark, 'district_convenor');
      expect(await browser.ask('/second-factor/app/removal')).toMatchObject({
        status: 409,
        body: { type: 'urn:sampark:second_factor.demanded' },
      });
    });

    it('goes on with the tokens that programs have', async () => {
      const user = await member();
      await demandSecondFactor(sampark, 'district_convenor');
      expect((await sampark.as(user).get('/users')).status).toBe(200);
    });

    it('lets a first password be set by a one-use code before', async () => {
      await demandSecondFactor(sampark, 'team_member');
      const convenor = await member();
      const user = await aUser(sampark, { role: 'team_member', in: 'agra' });
      const given = await sampark.as(convenor).post(`/users/${user.id}/code`);
      const browser = sampark.browser();
      const done = await browser.post('/sign-in', { login: user.email, password: given.body.code });
      expect(done.location).toBe('/password');
      expect((await browser.follow(done)).status).toBe(200);
      await browser.post('/password', { password: PASSWORD, password_repeat: PASSWORD });
      expect((await browser.get('/')).location).toBe('/second-factor');
    });
  });

  describe('somebody who has lost everything', () => {
    it('is set back by who may manage them, and signed out everywhere', async () => {
      const user = await aUser(sampark, { role: 'team_member', in: 'agra', password: PASSWORD });
      const inside = await signedIn(user, await anAuthenticatorApp(sampark, user));
      const [convenor, neighbour, organiser] = [
        await member(),
        await aUser(sampark, { role: 'district_convenor', in: 'mathura' }),
        await aUser(sampark, { role: 'organiser', in: 'agra' }),
      ];
      const path = `/users/${user.id}/second-factor/reset`;
      expect((await sampark.as(neighbour).post(path)).status).toBe(404);
      expect((await sampark.as(organiser).post(path)).status).toBe(403);
      expect((await sampark.as(convenor).post(`/users/${convenor.id}/second-factor/reset`)).status).toBe(403);
      const browser = sampark.browser(convenor);
      expect((await browser.get(`/users/${user.id}/sessions`)).text).toContain('Reset the second factor');
      expect((await browser.post(path)).location).toBe(`/users/${user.id}/sessions`);
      expect((await inside.get('/password')).location).toBe('/sign-in?next=%2Fpassword');
      const done = await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD });
      expect(done.body.second_factor).toBeNull();
      expect(await toldTo(user)).toContain('The second factor of your account was reset');
      const [entry] = await sampark.sql<{ user_id: string }>(
        `SELECT user_id FROM audit_entries WHERE action = 'second_factor.reset' AND subject_id = $1`,
        [user.id],
      );
      expect(entry!.user_id).toBe(convenor.id);
    });

    it('is not set back by who is less than they are elsewhere', async () => {
      const user = await aUser(sampark, { role: 'team_member', in: 'agra' });
      await aGrant(sampark, user, { role: 'state_admin', in: 'up' });
      const convenor = await member();
      expect((await sampark.as(convenor).post(`/users/${user.id}/second-factor/reset`)).status).toBe(403);
    });

    it('is set back by a command beside the running program, where they are the last admin', async () => {
      const admin = await aUser(sampark, { role: 'state_admin', in: 'up', password: PASSWORD });
      await anAuthenticatorApp(sampark, admin);
      const { code, output } = await command('second-factor', 'reset', '--user', admin.email.toUpperCase());
      expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('Second factor reset') });
      const done = await sampark.as().post('/sign-in', { login: admin.email, password: PASSWORD });
      expect(done.body.second_factor).toBeNull();
      const refused = await command('second-factor', 'reset', '--user', 'nobody@example.org');
      expect({ ...refused }).toEqual({ code: 1, output: expect.stringContaining('Nobody signs in with that') });
    });
  });

  it('can be read by no role of the program', async () => {
    const roles = [
      'sampark_app',
      'sampark_staff',
      'sampark_member',
      'sampark_system',
      'sampark_host',
      'sampark_auditor',
    ];
    for (const table of ['authenticator_apps', 'passkeys', 'recovery_codes', 'passkey_challenges', 'sessions'])
      for (const role of [...roles, 'sampark_link', 'sampark_anonymous', 'sampark_lens']) {
        const [row] = await sampark.sql<{ may: boolean }>(
          `SELECT has_table_privilege($1, $2, 'SELECT') OR has_any_column_privilege($1, $2, 'SELECT') AS may`,
          [role, table],
        );
        expect({ role, table, may: row!.may }).toEqual({ role, table, may: false });
      }
  });
});
