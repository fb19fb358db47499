import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsersService } from '../../src/access/users.service.js';
import { aGrant, aUser, type AUser } from '../factories/users.js';
import { freePort } from '../support/free-port.js';
import { anIdentityProvider, type IdentityProvider } from '../support/identity-provider.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { Visitor, type Stop } from '../support/visitor.js';

const PASSWORD = 'नीम की छाँव 42';
const isCallback = (url: URL) => url.pathname === '/sign-in/oidc/callback';

describe('signing in with a provider elsewhere', () => {
  let sampark: Sampark;
  let provider: IdentityProvider;
  let base: string;
  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    provider = await anIdentityProvider(`${base}/sign-in/oidc/callback`);
    // Down while we start: that must not matter.
    await provider.stop();
    sampark = await aSampark({
      env: {
        PUBLIC_URL: base,
        PORT: String(port),
        HOST: '127.0.0.1',
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: provider.clientId,
        OIDC_CLIENT_SECRET: provider.clientSecret,
        OIDC_NAME_EN: 'Jan Morcha ID',
        OIDC_NAME_HI: 'जन मोर्चा आईडी',
        OIDC_SECOND_FACTOR: 'true',
      },
    });
    await sampark.app.listen(port, '127.0.0.1');
  });
  afterAll(async () => {
    await sampark?.close();
    await provider?.stop();
  });

  const convenor = (more: Partial<Parameters<typeof aUser>[1]> = {}) =>
    aUser(sampark, { role: 'district_convenor', in: 'agra', ...more });
  const accountOf = (user: AUser, emailVerified = true) => {
    const subject = `subject-${user.id}`;
    provider.accounts.set(subject, { email: user.email.toUpperCase(), emailVerified });
    return subject;
  };

  /** Goes to the provider and signs in there, or says no. @returns the address it sends the browser back to */
  async function backFrom(visitor: Visitor, subject: string, next = '/'): Promise<URL> {
    const there = await visitor.follow(`${base}/sign-in/oidc?next=${encodeURIComponent(next)}`);
    expect([there.url.origin, there.text.includes('name="login"')]).toEqual([provider.issuer, true]);
    const sent = await visitor.open(there.url, { login: subject });
    return (await visitor.follow(sent.location!, isCallback)).location!;
  }
  const arrive = async (visitor: Visitor, subject: string, next?: string) =>
    visitor.open(await backFrom(visitor, subject, next));
  /** The page that a refused sign-in ends on. */
  async function refusal(visitor: Visitor, stop: Stop): Promise<string> {
    expect([stop.status, stop.location?.pathname]).toEqual([303, '/sign-in']);
    const page = (await visitor.open(stop.location!)).text;
    expect((await visitor.open(`${base}/password`)).status).toBe(303);
    return /<div class="notice bad"[\s\S]*?<div>([\s\S]*?)<\/div>/.exec(page)![1]!;
  }

  it('says that a provider is down, in words, and works as soon as it is back', async () => {
    const visitor = new Visitor();
    expect((await visitor.open(`${base}/sign-in`)).text).toContain('Sign in with Jan Morcha ID');
    const down = await visitor.open(`${base}/sign-in/oidc`);
    expect(await refusal(visitor, down)).toContain('doesn&#x27;t answer at the moment');
    await provider.start();
    const user = await convenor();
    expect(await arrive(visitor, accountOf(user))).toMatchObject({ status: 303, location: { pathname: '/' } });
  });

  it('lets in the user of a verified e-mail, where they wanted to go, and knows them by their account from then on', async () => {
    const user = await convenor();
    const subject = accountOf(user);
    const visitor = new Visitor();
    const done = await arrive(visitor, subject, '/users?q=asha');
    expect(done.location!.href).toBe(`${base}/users?q=asha`);
    expect((await visitor.open(done.location!)).status).toBe(200);
    // The e-mail there is another one now, and somebody else's here: the account is who counts.
    const other = await convenor();
    provider.accounts.set(subject, { email: other.email, emailVerified: false });
    const again = new Visitor();
    await arrive(again, subject);
    expect((await again.open(`${base}/`)).text).toContain(user.name);
    const trail = await sampark.sql<{ action: string; facts: object }>(
      `SELECT action, facts FROM audit_entries WHERE subject_id = $1 ORDER BY id`,
      [user.id],
    );
    expect(trail).toEqual([
      { action: 'user.oidc_linked', facts: { issuer: provider.issuer } },
      { action: 'session.started', facts: { by: 'oidc', proved: true } },
      { action: 'session.started', facts: { by: 'oidc', proved: true } },
    ]);
  });

  it('makes nobody a user, and takes no e-mail that the provider hasn’t verified', async () => {
    provider.accounts.set('stranger', { email: 'stranger@example.org' });
    provider.accounts.set('nameless', {});
    const user = await convenor();
    const cases: [string, string][] = [
      ['stranger', 'Nobody here has that e-mail'],
      ['nameless', 'We weren&#x27;t told your e-mail'],
      [accountOf(user, false), 'hasn&#x27;t been verified there'],
    ];
    for (const [subject, said] of cases) {
      const visitor = new Visitor();
      expect(await refusal(visitor, await arrive(visitor, subject))).toContain(said);
    }
    expect(await sampark.sql(`SELECT id FROM users WHERE email = 'stranger@example.org'`)).toEqual([]);
    expect(await sampark.sql('SELECT 1 FROM oidc_identities WHERE user_id = $1', [user.id])).toEqual([]);
  });

  it('keeps out a user whose account here is shut, linked before or not', async () => {
    const [linked, fresh] = [await convenor(), await convenor()];
    await arrive(new Visitor(), accountOf(linked));
    for (const user of [linked, fresh]) {
      await sampark.get(UsersService).disable(await sampark.system(), user.id);
      const visitor = new Visitor();
      expect(await refusal(visitor, await arrive(visitor, accountOf(user)))).toContain('Your account here is shut');
    }
  });

  it('takes no second account for a user, until somebody lets go of the first', async () => {
    const user = await convenor();
    await arrive(new Visitor(), accountOf(user));
    provider.accounts.set('successor', { email: user.email });
    const visitor = new Visitor();
    expect(await refusal(visitor, await arrive(visitor, 'successor'))).toContain(
      'signs in with another account already',
    );
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const browser = new Visitor();
    browser.put(base, ...(admin.cookie.split('=') as [string, string]));
    const page = (await browser.open(`${base}/users/${user.id}`)).text;
    expect(page).toContain('Let go of the old account');
    const form = { _csrf: /name="_csrf" value="([^"]+)"/.exec(page)![1]! };
    expect((await browser.open(`${base}/users/${user.id}/oidc/end`, form)).status).toBe(303);
    expect((await browser.open(`${base}/users/${user.id}/oidc/end`, form)).status).toBe(409);
    expect((await arrive(new Visitor(), 'successor')).location!.pathname).toBe('/');
  });

  it.each<[string, (callback: URL) => void]>([
    ['another state', (callback) => callback.searchParams.set('state', 'x'.repeat(43))],
    ['no state', (callback) => callback.searchParams.delete('state')],
    ['another code', (callback) => callback.searchParams.set('code', 'x'.repeat(43))],
    ['another issuer', (callback) => callback.searchParams.set('iss', 'https://evil.example')],
  ])('lets nobody in who brings back %s', async (_what, tamper) => {
    const user = await convenor();
    const visitor = new Visitor();
    const callback = await backFrom(visitor, accountOf(user));
    tamper(callback);
    expect(await refusal(visitor, await visitor.open(callback))).toContain('doesn&#x27;t fit');
  });

  it('takes an answer once, and from the browser that asked', async () => {
    const user = await convenor();
    const visitor = new Visitor();
    const callback = await backFrom(visitor, accountOf(user));
    const errand = visitor.copyOf(/errand/)!;
    const [other, thief] = [new Visitor(), new Visitor()];
    expect(await refusal(other, await other.open(callback))).toContain('begun in another browser');
    // Another browser with an errand of its own.
    await backFrom(thief, accountOf(await convenor()));
    expect(await refusal(thief, await thief.open(callback))).toContain('doesn&#x27;t fit');
    expect((await visitor.open(callback)).location!.pathname).toBe('/');
    const replayed = new Visitor();
    expect(await refusal(replayed, await replayed.open(callback))).toContain('begun in another browser');
    // Also where the cookie was copied: the provider gives nothing for a code twice.
    replayed.put(base, 'sampark-errand', errand);
    expect(await refusal(replayed, await replayed.open(callback))).toContain('doesn&#x27;t fit');
    // And one that was made up.
    replayed.put(base, 'sampark-errand', `${errand.slice(1)}`);
    expect(await refusal(replayed, await replayed.open(callback))).toContain('begun in another browser');
  });

  it('never goes to another site afterwards', async () => {
    const user = await convenor();
    for (const next of ['https://evil.example/', '//evil.example'])
      expect((await arrive(new Visitor(), accountOf(user), next)).location!.href).toBe(`${base}/`);
  });

  it('says so where the person didn’t agree there', async () => {
    const visitor = new Visitor();
    expect(await refusal(visitor, await arrive(visitor, ''))).toContain('didn&#x27;t agree');
  });

  it('tells a program by the status', async () => {
    const answer = await sampark.as().get('/sign-in/oidc/callback?code=x&state=y');
    expect(answer).toMatchObject({ status: 401, body: { type: 'urn:sampark:oidc.lost' } });
    const begun = await sampark.as().get('/sign-in/oidc');
    expect(begun.body.location).toMatch(/code_challenge_method=S256/);
    expect(begun.body.location).toContain(encodeURIComponent(`${base}/sign-in/oidc/callback`));
    expect(String(begun.headers['set-cookie'])).toMatch(/HttpOnly/i);
  });

  it('asks whoever has no role who could give one', async () => {
    const user = await convenor();
    await sampark.sql('UPDATE grants SET to_at = now() WHERE user_id = $1', [user.id]);
    expect((await arrive(new Visitor(), accountOf(user))).location!.pathname).toBe('/no-role');
  });
});

describe('where everybody signs in with the provider', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark({
      env: {
        OIDC_ISSUER: 'https://accounts.example.org',
        OIDC_CLIENT_ID: 'sampark',
        OIDC_CLIENT_SECRET: 'secret',
        OIDC_ONLY: 'true',
      },
    });
  });
  afterAll(() => sampark?.close());

  it('a password lets in state admins alone, by the same words for all others', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', password: PASSWORD });
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up', password: PASSWORD });
    const signIn = (user: AUser, password: string) => sampark.as().post('/sign-in', { login: user.email, password });
    expect((await signIn(admin, PASSWORD)).status).toBe(200);
    const [right, wrong] = [await signIn(convenor, PASSWORD), await signIn(convenor, 'not the password')];
    expect([right.status, wrong.status]).toEqual([401, 401]);
    expect({ ...right.body, instance: '' }).toEqual({ ...wrong.body, instance: '' });
    await aGrant(sampark, convenor, { role: 'state_admin', in: 'up' });
    expect((await signIn(convenor, PASSWORD)).status).toBe(200);
  });

  it('codes and links for passwords go to state admins alone, and the welcome leads to the provider', async () => {
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    expect(await sampark.as(admin).post(`/users/${convenor.id}/code`)).toMatchObject({
      status: 409,
      body: { type: 'urn:sampark:oidc.only' },
    });
    for (const user of [admin, convenor]) await sampark.as().post('/forgotten', { login: user.email });
    const newcomer = {
      name: 'Asha Verma',
      email: 'asha@example.org',
      role: 'team_member',
      territory: 'agra',
      language: 'en',
    };
    await sampark.as(admin).post('/users', newcomer);
    await sampark.drain();
    const mails = await sampark.mails();
    const to = (email: string) => mails.filter((mail) => JSON.stringify(mail.to).includes(email));
    expect([to(admin.email).length, to(convenor.email).length]).toEqual([1, 0]);
    expect(to('asha@example.org')[0]!.text).toContain('https://sampark.example.org/sign-in');
    expect(to('asha@example.org')[0]!.text).not.toContain('/welcome/');
    expect((await sampark.browser().get('/sign-in')).text).toContain('This way is for state admins alone');
  });
});
