import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anAuthenticatorApp, aStepLater, codeOf, demandSecondFactor } from '../factories/second-factors.js';
import { aUser, type AUser } from '../factories/users.js';
import { Authenticator } from '../support/authenticator.js';
import type { Browser } from '../support/browser.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const PASSWORD = 'नीम की छाँव 42';
const ORIGIN = 'https://sampark.example.org';

describe('a passkey', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());
  beforeEach(async () => {
    await sampark.sql('DELETE FROM sign_in_failures');
    await sampark.sql('UPDATE roles SET second_factor = false');
  });

  const member = () => aUser(sampark, { role: 'district_convenor', in: 'agra', password: PASSWORD });

  /** The page's own way: options, the authenticator's answer, the form. */
  async function made(browser: Browser, phone: Authenticator, name = 'My phone') {
    await browser.get('/second-factor');
    const options = await browser.ask('/second-factor/passkeys/options');
    expect(options.status).toBe(200);
    return browser.post('/second-factor/passkeys', { name, credential: JSON.stringify(phone.create(options.body)) });
  }

  async function withPasskey(way: ConstructorParameters<typeof Authenticator>[1] = {}) {
    const user = await member();
    const phone = new Authenticator(ORIGIN, way);
    const browser = sampark.browser(user);
    expect((await made(browser, phone)).status).toBe(201);
    return { user, phone, browser };
  }

  async function signedInHalf(user: AUser): Promise<Browser> {
    const browser = sampark.browser();
    await browser.follow(await browser.post('/sign-in', { login: user.email, password: PASSWORD }));
    return browser;
  }

  type Twist = Parameters<Authenticator['get']>[1];

  async function signIn(phone: Authenticator, twist?: Twist) {
    const browser = sampark.browser();
    const options = await browser.ask('/sign-in/passkey/options');
    const credential = phone.get(options.body, twist);
    return { browser, credential, done: await browser.ask('/sign-in/passkey', { credential, next: '/users' }) };
  }

  async function prove(browser: Browser, phone: Authenticator, twist?: Twist) {
    const options = await browser.ask('/second-factor/proof/passkey/options');
    return browser.ask('/second-factor/proof/passkey', { credential: phone.get(options.body, twist) });
  }

  it('is made by the signed-in page, is bound to our own host, brings recovery codes and a mail', async () => {
    const user = await member();
    const phone = new Authenticator(ORIGIN);
    const browser = sampark.browser(user);
    const before = browser.session;
    await browser.get('/second-factor');
    const options = await browser.ask('/second-factor/passkeys/options');
    expect(options.body).toMatchObject({
      rp: { id: 'sampark.example.org' },
      user: { name: user.email, displayName: user.name },
      attestation: 'none',
    });
    const credential = JSON.stringify(phone.create(options.body));
    const done = await browser.post('/second-factor/passkeys', { name: 'Asha’s phone', credential });
    expect(done.status).toBe(201);
    expect(done.text.match(/\b[0-9a-z]{5}-[0-9a-z]{5}\b/g)).toHaveLength(10);
    expect(browser.session).not.toBe(before);
    expect((await browser.get('/second-factor')).text).toContain('Asha’s phone');
    await sampark.drain();
    expect((await sampark.mails()).at(-1)!.subject).toContain('A passkey was added');
    // The same answer again: its challenge is gone.
    expect((await browser.post('/second-factor/passkeys', { name: 'again', credential })).status).toBe(422);
  });

  it('names itself to the browser, so that it isn’t made twice, and is somebody’s once', async () => {
    const { phone, browser } = await withPasskey();
    await browser.get('/second-factor');
    const { body } = await browser.ask('/second-factor/passkeys/options');
    expect(body.excludeCredentials).toMatchObject([{ id: phone.keys[0]!.id.toString('base64url') }]);
    const second = new Authenticator(ORIGIN);
    expect((await made(browser, second, 'Laptop')).location).toBe('/second-factor');
    const stranger = sampark.browser(await member());
    await stranger.get('/second-factor');
    const options = await stranger.ask('/second-factor/passkeys/options');
    const answer = phone.create(options.body);
    await sampark.sql('UPDATE passkeys SET credential_id = $2 WHERE credential_id = $1', [
      second.keys[0]!.id.toString('base64url'),
      answer.id,
    ]);
    expect(await stranger.ask('/second-factor/passkeys', { name: 'x', credential: answer })).toMatchObject({
      status: 409,
      body: { type: 'urn:sampark:second_factor.passkey_taken' },
    });
  });

  it('is not taken with an id longer than there are, and of how it is reached only what there is', async () => {
    const browser = sampark.browser(await member());
    expect((await made(browser, new Authenticator(ORIGIN, { idBytes: 1024 }))).status).toBe(422);
    expect((await made(browser, new Authenticator(ORIGIN, { idBytes: 1023 }))).status).toBe(201);
    for (const transports of ['internal', { a: 1 }, ['hybrid', 7, 'x'.repeat(9000)]])
      expect((await made(browser, new Authenticator(ORIGIN, { transports }))).status).toBe(303);
    await browser.get('/second-factor');
    const { body } = await browser.ask('/second-factor/passkeys/options');
    expect(body.excludeCredentials.map((one: { transports: string[] }) => one.transports)).toEqual([
      ['internal'],
      [],
      [],
      ['hybrid'],
    ]);
  });

  it('signs in alone, as both factors at once', async () => {
    const { user, phone } = await withPasskey();
    await demandSecondFactor(sampark, 'district_convenor');
    const { browser, done } = await signIn(phone);
    expect(done).toMatchObject({ status: 200, body: { user: { id: user.id }, next: '/users', second_factor: null } });
    expect((await browser.get('/users')).status).toBe(200);
    const [session] = await sampark.sql<{ method: string }>(
      'SELECT method FROM sessions WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1',
      [user.id],
    );
    expect(session!.method).toBe('passkey');
    const [entry] = await sampark.sql<{ facts: object }>(
      `SELECT facts FROM audit_entries WHERE action = 'session.started' AND subject_id = $1 ORDER BY id DESC LIMIT 1`,
      [user.id],
    );
    expect(entry!.facts).toEqual({ by: 'passkey', proved: true });
  });

  it('comes from the page’s form, too, and a refusal says so there', async () => {
    const { phone } = await withPasskey();
    const browser = sampark.browser();
    expect((await browser.get('/sign-in?next=/users')).text).toContain('action="/sign-in/passkey"');
    const form = async (twist?: Twist) => {
      const options = await browser.ask('/sign-in/passkey/options');
      return browser.post('/sign-in/passkey', {
        credential: JSON.stringify(phone.get(options.body, twist)),
        next: '/users',
        _page: '/sign-in',
      });
    };
    const refused = await form({ origin: 'https://evil.example' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('This passkey doesn&#x27;t fit');
    expect(await form()).toMatchObject({ status: 303, location: '/users' });
  });

  it('is refused from another site, with another key, another challenge, or without its user verified', async () => {
    const { phone } = await withPasskey();
    const { phone: stranger } = await withPasskey();
    const refused = { status: 401, body: { type: 'urn:sampark:second_factor.passkey_wrong' } };
    expect((await signIn(phone, { origin: 'https://sampark.example.com' })).done).toMatchObject(refused);
    // Signed by a key of somebody else, under the name of the first.
    const forged = { ...stranger.keys[0]!, id: phone.keys[0]!.id };
    expect((await signIn(phone, { key: forged })).done).toMatchObject(refused);
    // Of one's own key, with somebody else's account written into it.
    const misled = { ...phone.keys[0]!, userHandle: stranger.keys[0]!.userHandle };
    expect((await signIn(phone, { key: misled })).done).toMatchObject(refused);
    const unknown = new Authenticator(ORIGIN);
    unknown.keys.push({ ...phone.keys[0]!, id: Buffer.alloc(32, 7) });
    expect((await signIn(unknown)).done).toMatchObject(refused);
    const { phone: silent } = await withPasskey({ verifies: false });
    expect((await signIn(silent)).done).toMatchObject(refused);
    const browser = sampark.browser();
    for (const credential of [
      {},
      { id: 7 },
      { id: phone.keys[0]!.id.toString('base64url') },
      { id: 'x', response: null },
    ])
      expect((await browser.ask('/sign-in/passkey', { credential })).status).toBe(401);
    for (const credential of ['no json', '"text"', '7', null])
      expect((await browser.ask('/sign-in/passkey', { credential })).status).toBe(422);
  });

  it('answers a challenge once, within five minutes, in the browser that asked', async () => {
    const { phone } = await withPasskey();
    const { browser, credential, done } = await signIn(phone);
    expect(done.status).toBe(200);
    expect((await browser.ask('/sign-in/passkey', { credential })).status).toBe(401);
    const asking = sampark.browser();
    const options = await asking.ask('/sign-in/passkey/options');
    const answer = phone.get(options.body);
    const thief = sampark.browser();
    await thief.ask('/sign-in/passkey/options');
    expect((await thief.ask('/sign-in/passkey', { credential: answer })).status).toBe(401);
    await sampark.sql(`UPDATE passkey_challenges SET made_at = made_at - interval '5 minutes'`);
    expect((await asking.ask('/sign-in/passkey', { credential: answer })).status).toBe(401);
    // Asked for one thing, shown for another.
    const half = await signedInHalf(await member());
    await half.get('/second-factor');
    const offered = await half.ask('/second-factor/passkeys/options');
    expect((await half.ask('/sign-in/passkey', { credential: phone.get(offered.body) })).status).toBe(401);
  });

  it('lets nobody in whose account is shut', async () => {
    const { user, phone } = await withPasskey();
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [user.id]);
    expect((await signIn(phone)).done.status).toBe(401);
  });

  it('is refused where its counter goes back: there is a copy of it', async () => {
    const { user, phone } = await withPasskey({ counts: true });
    expect((await signIn(phone)).done.status).toBe(200);
    expect((await signIn(phone, { counter: 41 })).done.status).toBe(200);
    for (const counter of [41, 12, 0]) expect((await signIn(phone, { counter })).done.status).toBe(401);
    const [copied] = await sampark.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM audit_entries WHERE action = 'second_factor.passkey_copied' AND subject_id = $1`,
      [user.id],
    );
    expect(copied!.n).toBe(3);
    expect((await signIn(phone, { counter: 42 })).done.status).toBe(200);
  });

  it('is the second step after a password, also without a verified user, but only its owner’s', async () => {
    const { user, phone } = await withPasskey({ verifies: false });
    const { phone: stranger } = await withPasskey();
    const browser = await signedInHalf(user);
    expect((await browser.get('/second-factor/proof')).text).toContain('Use your passkey');
    const half = browser.session;
    const options = await browser.ask('/second-factor/proof/passkey/options');
    expect(options.body.allowCredentials).toMatchObject([{ id: phone.keys[0]!.id.toString('base64url') }]);
    expect((await prove(browser, stranger)).status).toBe(422);
    expect(await prove(browser, phone)).toMatchObject({ status: 200, body: { by: 'passkey', next: '/' } });
    expect((await browser.get('/users')).status).toBe(200);
    expect((await sampark.browser({ cookie: half }).get('/users')).location).toBe('/sign-in?next=%2Fusers');
  });

  it('is taken away by name, by its owner', async () => {
    const { user, phone, browser } = await withPasskey();
    const secret = await anAuthenticatorApp(sampark, user);
    const stranger = await withPasskey();
    const [key] = await sampark.sql<{ id: string }>('SELECT id FROM passkeys WHERE user_id = $1', [user.id]);
    expect((await stranger.browser.ask(`/second-factor/passkeys/${key!.id}/removal`)).status).toBe(404);
    await browser.get('/second-factor');
    expect((await browser.post(`/second-factor/passkeys/${key!.id}/removal`)).location).toBe('/second-factor');
    expect((await signIn(phone)).done.status).toBe(401);
    // The app is still asked for.
    const half = await signedInHalf(user);
    await aStepLater(sampark, user);
    expect((await half.post('/second-factor/proof', { code: codeOf(secret) })).status).toBe(303);
    await sampark.drain();
    expect((await sampark.mails()).map(({ subject }) => subject)).toContainEqual(
      expect.stringContaining('A passkey was removed'),
    );
  });

  it('is not asked for without end from one address', async () => {
    const browser = sampark.browser();
    await sampark.sql('DELETE FROM passkey_challenges');
    const answers = [];
    for (let i = 0; i < 102; i += 1) answers.push((await browser.ask('/sign-in/passkey/options')).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(100);
    expect(answers.slice(-2)).toEqual([429, 429]);
    await sampark.sql(`UPDATE passkey_challenges SET made_at = made_at - interval '6 minutes'`);
    expect((await browser.ask('/sign-in/passkey/options')).status).toBe(200);
    const [left] = await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM passkey_challenges');
    expect(left!.n).toBe(1);
  });

  it('is not offered where browsers make none: at an address in numbers', async () => {
    const other = await aSampark({ beside: sampark, env: { PUBLIC_URL: 'http://127.0.0.1:3000' } });
    try {
      const page = await other.as().get('/sign-in', { accept: 'text/html' });
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('/sign-in/passkey');
    } finally {
      await other.close();
    }
  });
});
