import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashPassword } from '../../src/access/passwords.js';
import { UsersService } from '../../src/access/users.service.js';
import { SignedLinks } from '../../src/platform/security/signed-links.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { recordStatements } from '../support/statements.js';

const PASSWORD = 'नीम की छाँव 42';
const FRESH = 'peepal ke neeche';

describe('somebody who has forgotten their password', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
  });
  afterAll(() => sampark?.close());

  const member = (more: Partial<Parameters<typeof aUser>[1]> = {}) =>
    aUser(sampark, { role: 'team_member', in: 'agra', password: PASSWORD, ...more });
  const unlimited = () => sampark.sql('DELETE FROM sign_in_failures');
  const signIn = async (user: AUser, password: string) =>
    (await sampark.as().post('/sign-in', { login: user.email, password })).status;

  /** The newest letter to a user. */
  async function letterTo(user: { email: string }) {
    await sampark.drain();
    return (await sampark.mails()).filter((mail) => JSON.stringify(mail.to).includes(user.email)).at(-1);
  }
  async function linkFor(user: AUser): Promise<string> {
    await unlimited();
    await sampark.as().post('/forgotten', { login: user.email });
    return /\/reset\/\S+/.exec((await letterTo(user))!.text!)![0];
  }

  it('gets a link by mail, in their language, and comes in with a new password', async () => {
    const user = await member({ language: 'hi', name: 'सुनीता वर्मा' });
    const browser = sampark.browser(undefined, { lang: 'hi' });
    expect((await browser.get('/sign-in')).text).toContain('href="/forgotten"');
    await browser.get('/forgotten');
    const asked = await browser.post('/forgotten', { login: ` ${user.email.toUpperCase()}` });
    expect(asked).toMatchObject({ status: 303, location: '/forgotten?sent=true' });
    expect((await browser.follow(asked)).text).toContain('लिंक भेज दिया गया है');
    const letter = (await letterTo(user))!;
    expect(letter.subject).toContain('नया पासवर्ड');
    expect(letter.text).toContain('नमस्ते सुनीता वर्मा');
    const link = /https:\/\/sampark\.example\.org(\/reset\/\S+)/.exec(letter.text!)![1]!;
    const form = await browser.get(link);
    expect(form.text).toContain(user.email);
    const done = await browser.post(link, { password: FRESH, password_repeat: FRESH });
    expect(done).toMatchObject({ status: 303, location: '/' });
    expect((await browser.get('/password')).status).toBe(200);
    expect([await signIn(user, PASSWORD), await signIn(user, FRESH)]).toEqual([401, 200]);
    // Every other session has ended, and the user hears of it.
    expect((await sampark.browser(user).get('/password')).status).toBe(303);
    expect((await letterTo(user))!.subject).toContain('पासवर्ड बदला गया');
    const trail = await sampark.sql<{ action: string; facts: { by?: string } | null }>(
      `SELECT action, facts FROM audit_entries WHERE subject_id = $1 AND action LIKE 'user.%' ORDER BY id`,
      [user.id],
    );
    expect(trail.map(({ action, facts }) => [action, facts?.by])).toEqual([
      ['user.reset_sent', undefined],
      ['user.password_set', 'reset'],
    ]);
  });

  it('gets the same answer as nobody, as a shut account and as one without an e-mail, after the same work', async () => {
    const known = await member();
    const shut = await member();
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [shut.id]);
    const phoneOnly = await member({ phone: '+919812345678' });
    await sampark.sql('UPDATE users SET email = NULL WHERE id = $1', [phoneOnly.id]);
    // The first request of all reads where the root is, once.
    await sampark.as().post('/forgotten', { login: 'first@example.org' });
    const ask = async (login: string) => {
      await unlimited();
      const statements = recordStatements(sampark);
      const json = await sampark.as().post('/forgotten', { login });
      const page = await sampark.browser().post('/forgotten', { login });
      return {
        statements: statements(),
        json: [json.status, json.text, bare(json.headers)],
        page: [page.status, page.text, bare(page.headers)],
      };
    };
    const asked = await ask(known.email);
    expect(asked.json[0]).toBe(202);
    expect(asked.statements.length).toBeGreaterThan(8);
    for (const login of ['nobody@example.org', shut.email, '98123 45678', 'no login at all'])
      expect(await ask(login)).toEqual(asked);
    const before = (await sampark.mails()).length;
    await sampark.drain();
    const letters = (await sampark.mails()).slice(before);
    expect(new Set(letters.map((mail) => JSON.stringify(mail.to).includes(known.email)))).toEqual(new Set([true]));
    expect(await sampark.sql('SELECT id FROM reset_requests')).toEqual([]);
  });

  it('leaves what was typed nowhere in the clear', async () => {
    await unlimited();
    await sampark.as().post('/forgotten', { login: 'private.person@example.org' });
    const [queued] = await sampark.sql<{ text: string }>(
      `SELECT string_agg(j::text, ' ') AS text FROM graphile_worker._private_jobs j`,
    );
    const [kept] = await sampark.sql<{ text: string }>(
      `SELECT string_agg(encode(login, 'escape'), ' ') AS text FROM reset_requests`,
    );
    expect(queued!.text).toContain('requestId');
    for (const { text } of [queued!, kept!]) expect(text).not.toContain('private.person');
    await sampark.drain();
  });

  it('uses a link once, and of several the newest alone', async () => {
    const user = await member();
    const first = await linkFor(user);
    const second = await linkFor(user);
    const fresh = { password: FRESH };
    expect((await sampark.as().get(first)).status).toBe(404);
    expect((await sampark.as().post(first, fresh)).status).toBe(404);
    // Looking at it, as a mail scanner does, changes nothing.
    for (let i = 0; i < 3; i += 1) expect((await sampark.as().get(second)).status).toBe(200);
    const both = await Promise.all([sampark.as().post(second, fresh), sampark.as().post(second, fresh)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect((await sampark.as().get(second)).status).toBe(404);
    const page = await sampark.browser().get(second);
    expect(page).toMatchObject({ status: 303, location: '/forgotten' });
  });

  it.each<[string, (user: AUser) => Promise<unknown>]>([
    ['an hour', (user) => sampark.sql(`UPDATE reset_links SET expires_at = now() WHERE user_id = $1`, [user.id])],
    [
      'a change of the password',
      async (user) => {
        const [set] = await sampark.sql(`SELECT gate.set_password($1, $2, NULL, NULL)`, [
          user.id,
          await hashPassword(FRESH),
        ]);
        return set;
      },
    ],
    [
      'the account being shut',
      async (user) => {
        await sampark.get(UsersService).disable(await sampark.system(), user.id);
        await sampark.get(UsersService).enable(await sampark.system(), user.id);
      },
    ],
  ])('can use no link after %s', async (_what, happens) => {
    const user = await member();
    const link = await linkFor(user);
    expect((await sampark.as().get(link)).status).toBe(200);
    await happens(user);
    expect((await sampark.as().get(link)).status).toBe(404);
    expect((await sampark.as().post(link, { password: 'teesra naya shabd' })).status).toBe(404);
  });

  it('cannot use a link of another purpose, or one made up', async () => {
    const user = await member();
    const link = await linkFor(user);
    const [, userId, requestId, signature] = link.replace('/reset/', '').split('.');
    const welcome = sampark.get(SignedLinks).make('w', [user.id], 1);
    for (const token of [
      welcome,
      `r.${requestId}.${userId}.${signature}`,
      `r.${userId}.${requestId}.x${signature!.slice(1)}`,
      'r',
      'x.y.z',
    ])
      expect((await sampark.as().get(`/reset/${token}`)).status).toBe(404);
    expect((await sampark.as().get(`/welcome/${link.replace('/reset/', '')}`)).status).toBe(404);
  });

  it('leaves the welcome of somebody else alone, who has not come in yet', async () => {
    const user = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const welcome = `/welcome/${sampark.get(SignedLinks).make('w', [user.id], 1)}`;
    await linkFor(user);
    expect((await sampark.as().get(welcome)).status).toBe(200);
    await sampark.sql(`UPDATE users SET link_made_at = now() - interval '7 days 1 minute' WHERE id = $1`, [user.id]);
    expect((await sampark.as().get(welcome)).status).toBe(404);
  });

  it('is sent three mails in a quarter of an hour, and is never kept from signing in', async () => {
    await unlimited();
    const user = await member();
    await sampark.drain();
    const before = (await sampark.mails()).length;
    const answers = [];
    for (let i = 0; i < 12; i += 1) answers.push(await sampark.as().post('/forgotten', { login: user.email }));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await sampark.sql('SELECT id FROM reset_requests')).toHaveLength(3);
    await sampark.drain();
    // A request that a newer one has overtaken sends nothing more.
    const sent = (await sampark.mails()).length - before;
    expect([sent >= 1, sent <= 3]).toEqual([true, true]);
    expect(await signIn(user, PASSWORD)).toBe(200);
  });

  it('waits where one address asks for many, and one address alone', async () => {
    await unlimited();
    const ask = (n: number) => sampark.as().post('/forgotten', { login: `guess-${n}@example.org` });
    for (let i = 0; i < 20; i += 1) expect((await ask(i)).status).toBe(202);
    expect(await ask(20)).toMatchObject({ status: 429, headers: { 'retry-after': String(15 * 60) } });
    const user = await member();
    expect(await signIn(user, PASSWORD)).toBe(200);
    await unlimited();
    await sampark.drain();
  });

  it('may not take a password that everybody tries first', async () => {
    const user = await member({ name: 'Sunita Verma' });
    const link = await linkFor(user);
    const browser = sampark.browser();
    const refusals: [string, string][] = [
      ['Password@123', 'Many people use this password'],
      ['abcdefghij', 'A row or a repetition'],
      ['sunita verma 1990', 'hardly more than your name'],
      [user.email, 'hardly more than your name'],
    ];
    for (const [password, said] of refusals) {
      await browser.get(link);
      const answer = await browser.post(link, { password, password_repeat: password });
      expect([answer.status, answer.text.includes(said)]).toEqual([422, true]);
    }
    expect((await sampark.as().post(link, { password: FRESH })).status).toBe(200);
    // The same where a first password is set, and where one is changed.
    const newcomer = await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Sunita Verma' });
    const welcome = `/welcome/${sampark.get(SignedLinks).make('w', [newcomer.id], 1)}`;
    for (const password of ['Password@123', 'SunitaVerma1990'])
      expect((await sampark.as().post(welcome, { password })).status).toBe(422);
    const own = sampark.browser();
    await own.post('/sign-in', { login: user.email, password: FRESH });
    await own.get('/password');
    const change = { current_password: FRESH, password: 'VermaSunita@1990', password_repeat: 'VermaSunita@1990' };
    expect((await own.post('/password', change)).text).toContain('hardly more than your name');
    const admin = { email: 'chief@example.org', fullName: 'Chief', password: 'administrator1' };
    await expect(sampark.get(UsersService).createAdmin(await sampark.system(), admin)).rejects.toMatchObject({
      problems: [{ field: 'password', key: 'passwords.common' }],
    });
  });
});

/** Headers that tell something: all but the request's own id and the clock's. */
function bare(headers: Record<string, unknown>): Record<string, unknown> {
  const { date: _date, 'content-security-policy': _nonces, ...rest } = headers;
  return rest;
}
