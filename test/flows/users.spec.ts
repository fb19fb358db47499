import { aSympathiser } from '../factories/sympathisers.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aGrant, aUser, territoryByCode, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const PASSWORD = 'amrud ka ped 7';

describe('users of a territory', () => {
  let sampark: Sampark;
  let convenor: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
    await aUser(sampark, { role: 'state_admin', in: 'up', name: 'State Office' });
    convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra', name: 'Meera Sharma' });
  });
  afterAll(() => sampark?.close());
  beforeEach(() => sampark.sql('DELETE FROM sign_in_failures').then(() => {}));

  const invite = (as: AUser, body: object) =>
    sampark.as(as).post('/users', { name: 'Ravi Pal', role: 'team_member', territory: 'agra', ...body });

  /** The address of the link in the newest mail to somebody. */
  const linkTo = async (email: string) => {
    await sampark.drain();
    const mail = (await sampark.mails()).filter((one) => JSON.stringify(one.to).includes(email)).at(-1);
    return { mail, path: /https:\/\/sampark\.example\.org(\/welcome\/\S+)/.exec(mail?.text ?? '')?.[1] };
  };

  it('are seen from there and above, and from nowhere else', async () => {
    const mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    const member = await aUser(sampark, { role: 'team_member', in: 'agra', name: 'Unique Member' });
    expect((await sampark.as(convenor).get(`/users/${member.id}`)).body).toMatchObject({
      id: member.id,
      name: 'Unique Member',
      state: 'invited',
      grants: [{ role: { code: 'team_member' }, territory: { code: 'agra' } }],
      manageable: true,
    });
    expect((await sampark.as(mathura).get(`/users/${member.id}`)).status).toBe(404);
    expect((await sampark.as(member).get('/users')).status).toBe(403);
    const list = await sampark.as(convenor).get('/users?q=unique');
    expect(list.body.items.map((one: { id: string }) => one.id)).toEqual([member.id]);
    expect((await sampark.as(mathura).get('/users?q=unique')).body.items).toEqual([]);
  });

  it('are listed page by page, none twice and none left out', async () => {
    for (let i = 0; i < 7; i += 1) await aUser(sampark, { role: 'organiser', in: 'etawah', name: `Organiser ${i}` });
    const etawah = await aUser(sampark, { role: 'district_convenor', in: 'etawah' });
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const page: { body: { items: { id: string }[]; next: string | null } } = await sampark
        .as(etawah)
        .get(`/users?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.body.items.map((one) => one.id));
      cursor = page.body.next;
    } while (cursor);
    expect(seen).toHaveLength(8);
    expect(new Set(seen).size).toBe(8);
    expect((await sampark.as(etawah).get('/users?role=organiser&limit=200')).body.items).toHaveLength(7);
    expect((await sampark.as(etawah).get('/users?cursor=rubbish')).status).toBe(422);
  });

  it('come in by a mailed link, which works once', async () => {
    const browser = sampark.browser(convenor);
    await browser.get('/users/new');
    const made = await browser.post('/users', {
      name: 'Suman Lata',
      email: 'Suman@Example.org',
      phone: '',
      role: 'team_member',
      territory: 'agra',
      language: 'hi',
    });
    expect(made.status).toBe(303);
    expect((await browser.follow(made)).text).toContain('on its way');
    const { mail, path } = await linkTo('suman@example.org');
    expect(mail!.subject).toContain('आपका प्रवेश');
    expect(mail!.text).toContain('Meera Sharma');
    expect(mail!.html).toContain(path);

    // Scanners open links, many times; it stays good.
    const suman = sampark.browser(undefined, { lang: 'hi' });
    for (let i = 0; i < 3; i += 1) expect((await suman.get(path!)).status).toBe(200);
    expect((await suman.get(path!)).text).toContain('स्वागत है, Suman Lata');
    expect((await suman.post(path!, { password: 'छोटा', password_repeat: 'छोटा', _page: path! })).status).toBe(422);
    const done = await suman.post(path!, { password: PASSWORD, password_repeat: PASSWORD });
    expect(done).toMatchObject({ status: 303, location: '/' });
    expect((await suman.get('/teams')).status).toBe(200);

    const again = sampark.browser();
    expect((await again.get(path!)).status).toBe(404);
    expect((await again.post(path!, { password: 'somebody else 1', password_repeat: 'somebody else 1' })).status).toBe(
      404,
    );
    expect((await sampark.as().post('/sign-in', { login: 'suman@example.org', password: PASSWORD })).status).toBe(200);
  });

  it('get a new link, and the one before is dead', async () => {
    const { body } = await invite(convenor, { email: 'twice@example.org' });
    const first = await linkTo('twice@example.org');
    expect((await sampark.as(convenor).post(`/users/${body.id}/invitation`)).status).toBe(200);
    const second = await linkTo('twice@example.org');
    expect(second.path).not.toBe(first.path);
    expect((await sampark.as().get(first.path!)).status).toBe(404);
    expect((await sampark.as().get(second.path!)).status).toBe(200);
    expect((await sampark.as().get(`${second.path!.slice(0, -2)}xx`)).status).toBe(404);
    const [one, two] = await Promise.all(
      [1, 2].map((n) =>
        sampark.as().post(second.path!, { password: `a password no ${n}`, password_repeat: `a password no ${n}` }),
      ),
    );
    expect([one!.status, two!.status].sort()).toEqual([200, 404]);
  });

  it('without mail sign in with a code that their convenor reads out, once', async () => {
    const { status, body } = await invite(convenor, { phone: '098111 22333' });
    expect(status).toBe(201);
    await sampark.drain();
    expect((await sampark.mails()).filter((mail) => mail.text?.includes(body.id))).toEqual([]);
    expect((await sampark.as(convenor).post(`/users/${body.id}/invitation`)).status).toBe(409);

    const desk = sampark.browser(convenor);
    await desk.get(`/users/${body.id}`);
    const page = await desk.post(`/users/${body.id}/code`);
    expect(page.status).toBe(201);
    const code = /\d{4} \d{4} \d{4}/.exec(page.text)![0];
    const [row] = await sampark.sql<{ code_hash: string }>('SELECT code_hash FROM one_use_codes WHERE user_id = $1', [
      body.id,
    ]);
    expect(row!.code_hash).not.toContain(code.replaceAll(' ', ''));

    const browser = sampark.browser(undefined, { lang: 'hi' });
    await browser.get('/sign-in');
    const done = await browser.post('/sign-in', { login: '9811122333', password: code.replaceAll(' ', '-') });
    expect(done.location).toBe('/password');
    const form = await browser.follow(done);
    expect(form.text).not.toContain('current_password');
    expect((await browser.post('/password', { password: PASSWORD, password_repeat: PASSWORD })).status).toBe(303);
    // From now on the password is asked for.
    expect((await browser.get('/password')).text).toContain('current_password');
    expect((await sampark.as().post('/sign-in', { login: '9811122333', password: code })).status).toBe(401);
    expect((await sampark.as().post('/sign-in', { login: '9811122333', password: PASSWORD })).status).toBe(200);
  });

  it('can use a code in one of two moments only, and not after a day', async () => {
    const { body } = await invite(convenor, { phone: '9811122444' });
    const give = async () => (await sampark.as(convenor).post(`/users/${body.id}/code`)).body.code as string;
    const code = await give();
    const both = await Promise.all(
      [1, 2].map(() => sampark.as().post('/sign-in', { login: '9811122444', password: code })),
    );
    expect(both.map((one) => one.status).sort()).toEqual([200, 401]);
    const old = await give();
    const fresh = await give();
    expect((await sampark.as().post('/sign-in', { login: '9811122444', password: old })).status).toBe(401);
    await sampark.sql(`UPDATE one_use_codes SET expires_at = now() WHERE user_id = $1`, [body.id]);
    expect((await sampark.as().post('/sign-in', { login: '9811122444', password: fresh })).status).toBe(401);
  });

  it('are refused where the entries are wrong, with words beside the field', async () => {
    const neither = await invite(convenor, {});
    expect(neither).toMatchObject({ status: 422, body: { errors: [{ field: 'email' }] } });
    expect((await invite(convenor, { email: 'nonsense' })).body.errors[0].field).toBe('email');
    expect((await invite(convenor, { phone: '12' })).body.errors[0].field).toBe('phone');
    const taken = await aUser(sampark, {
      role: 'organiser',
      in: 'mathura',
      email: 'taken@example.org',
      phone: '+919811100000',
    });
    expect(
      (await invite(convenor, { email: 'TAKEN@example.org', phone: '9811100000' })).body.errors.map(
        (one: { field: string }) => one.field,
      ),
    ).toEqual(['email', 'phone']);
    expect((await sampark.as(convenor).get(`/users/${taken.id}`)).status).toBe(404);
    expect((await invite(convenor, { email: 'x@example.org', territory: 'nowhere' })).body.errors[0].field).toBe(
      'territory',
    );
    const both = await Promise.all([1, 2].map(() => invite(convenor, { email: 'same-moment@example.org' })));
    expect(both.map((one) => one.status).sort()).toEqual([201, 422]);
  });

  it('get no more than whoever invites them holds, and nothing beside or above', async () => {
    const to = (body: object) =>
      invite(convenor, { email: `${Math.random()}@example.org`, ...body }).then((answer) => answer.status);
    expect(await to({ territory: 'mathura' })).toBe(404);
    expect(await to({ territory: 'up' })).toBe(404);
    expect(await to({ role: 'state_admin' })).toBe(403);
    expect(await to({ role: 'region_coordinator' })).toBe(422);
    expect(await to({ role: 'king' })).toBe(422);
    expect(await to({ role: 'district_convenor' })).toBe(201);
    const organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
    expect((await invite(organiser, { email: 'y@example.org' })).status).toBe(403);
  });

  it('are shut out from their next request: session, token, code and link', async () => {
    const user = await aUser(sampark, { role: 'organiser', in: 'agra', password: PASSWORD });
    const { code } = (await sampark.as(convenor).post(`/users/${user.id}/code`)).body;
    await sampark.as(convenor).post(`/users/${user.id}/invitation`);
    const { path } = await linkTo(user.email);
    expect((await sampark.as(user).get('/audit')).status).toBe(403);
    expect((await sampark.browser(user).get('/password')).status).toBe(200);

    const browser = sampark.browser(convenor);
    await browser.get(`/users/${user.id}`);
    expect((await browser.post(`/users/${user.id}/disablement`, { why: 'moved away' })).status).toBe(303);
    expect((await browser.get(`/users/${user.id}`)).text).toContain('Account shut');
    const shut = async () => {
      expect((await sampark.as(user).get('/audit')).status).toBe(401);
      expect((await sampark.browser(user).get('/password')).status).toBe(303);
      expect((await sampark.as().get(path!)).status).toBe(404);
      expect((await sampark.as().post('/sign-in', { login: user.email, password: code })).status).toBe(401);
    };
    await shut();
    expect((await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD })).status).toBe(401);
    expect(
      await sampark.sql('SELECT key FROM graphile_worker.jobs WHERE key = $1', [`user-ended:${user.id}`]),
    ).toHaveLength(1);

    // Opened again, they come back with their password, and nothing else of before.
    expect((await sampark.as(convenor).post(`/users/${user.id}/enablement`)).status).toBe(200);
    await shut();
    expect((await sampark.as().post('/sign-in', { login: user.email, password: PASSWORD })).status).toBe(200);
  });

  it('are managed by nobody who is less than they are anywhere', async () => {
    const both = await aUser(sampark, { role: 'team_member', in: 'agra' });
    await aGrant(sampark, both, { role: 'organiser', in: 'mathura' });
    for (const what of ['code', 'disablement', 'invitation'])
      expect([what, (await sampark.as(convenor).post(`/users/${both.id}/${what}`)).status]).toEqual([what, 403]);
    const page = await sampark.browser(convenor).get(`/users/${both.id}`);
    expect(page.text).toContain('the office above looks after their account');
    expect(page.text).not.toContain('/disablement');
    // Nobody shuts themselves out, or signs in as themselves by a code.
    for (const what of ['code', 'disablement'])
      expect((await sampark.as(convenor).post(`/users/${convenor.id}/${what}`)).status).toBe(403);
  });

  it('are managed by nobody who is less than they will be, or are again once a leave goes on', async () => {
    const soon = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const admin = await aGrant(sampark, soon, { role: 'state_admin', in: 'up' });
    await sampark.sql(`UPDATE grants SET from_at = now() + interval '3 days' WHERE id = $1`, [admin]);
    const resting = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const away = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    await aGrant(sampark, resting, { role: 'district_convenor', in: 'mathura', until: '2999-01-01', delegatedFrom: away.grantId }); // prettier-ignore
    await sampark.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [away.id]);
    for (const user of [soon, resting]) {
      for (const what of ['code', 'disablement', 'invitation', 'second-factor/reset'])
        expect([what, (await sampark.as(convenor).post(`/users/${user.id}/${what}`)).status]).toEqual([what, 403]);
      expect((await sampark.as(convenor).get(`/users/${user.id}`)).body.manageable).toBe(false);
    }
    await sampark.sql('DELETE FROM grants WHERE id = $1', [admin]);
  });

  it('get roles, and lose them', async () => {
    const user = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const give = (as: AUser, who: AUser, body: object) =>
      sampark.as(as).post(`/users/${who.id}/grants`, { why: 'needed', ...body });
    const given = await give(convenor, user, { role: 'organiser', territory: 'agra', why: 'runs the meet-ups' });
    expect(given.status).toBe(201);
    expect((await give(convenor, user, { role: 'organiser', territory: 'agra' })).status).toBe(409);
    expect((await give(convenor, user, { role: 'organiser', territory: 'mathura' })).status).toBe(404);
    expect((await give(convenor, user, { role: 'region_coordinator', territory: 'agra' })).status).toBe(422);
    expect((await give(convenor, convenor, { role: 'organiser', territory: 'agra' })).status).toBe(403);
    const { body } = await sampark.as(convenor).get(`/users/${user.id}`);
    expect(body.history).toHaveLength(2);
    expect(body.history[0]).toMatchObject({
      role: { code: 'organiser' },
      givenBy: 'Meera Sharma',
      why: 'runs the meet-ups',
      inForce: true,
      mayEnd: true,
      to: null,
    });

    const mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    expect((await sampark.as(mathura).post(`/grants/${given.body.id}/end`)).status).toBe(404);
    expect((await sampark.as(convenor).post(`/grants/${convenor.grantId}/end`)).status).toBe(403);
    expect((await sampark.as(user).get('/teams')).status).toBe(200);
    expect((await sampark.as(convenor).post(`/grants/${user.grantId}/end`, { why: 'now an organiser' })).status).toBe(
      200,
    );
    expect((await sampark.as(user).get('/teams')).status).toBe(401);
    expect((await sampark.as(convenor).post(`/grants/${user.grantId}/end`)).status).toBe(409);
    const after = await sampark.as(convenor).get(`/users/${user.id}`);
    expect(after.body.history.find((one: { id: string }) => one.id === user.grantId)).toMatchObject({
      inForce: false,
      endedBy: 'Meera Sharma',
      endedWhy: 'now an organiser',
    });
    const both = await Promise.all([1, 2].map(() => give(convenor, user, { role: 'team_member', territory: 'agra' })));
    expect(both.map((one) => one.status).sort()).toEqual([201, 409]);
  });

  it('keep at least one state admin, also when two end each other at once', async () => {
    await sampark.sql(`UPDATE grants SET to_at = now() WHERE role = 'state_admin'`);
    const one = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const two = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const answers = await Promise.all([
      sampark.as(one).post(`/grants/${two.grantId}/end`),
      sampark.as(two).post(`/users/${one.id}/disablement`),
    ]);
    expect(answers.map((answer) => answer.status).filter((status) => status === 200)).toHaveLength(1);
    const [left] = await sampark.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM grants g JOIN users u ON u.id = g.user_id
        WHERE g.role = 'state_admin' AND (g.to_at IS NULL OR g.to_at > now()) AND u.disabled_at IS NULL`,
    );
    expect(left!.n).toBe(1);
  });

  it('keep a state admin who stays: nobody who stands in for a time, or whose own time is set', async () => {
    await sampark.sql(
      `UPDATE grants SET to_at = now() WHERE role = 'state_admin' AND (to_at IS NULL OR to_at > now())`,
    );
    const leaving = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const staying = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const deputy = await aUser(sampark, { role: 'team_member', in: 'agra' });
    await aGrant(sampark, deputy, {
      role: 'state_admin',
      in: 'up',
      until: '2999-01-01',
      delegatedFrom: staying.grantId,
    });
    const forAWhile = await aUser(sampark, { role: 'state_admin', in: 'up' });
    await sampark.sql(`UPDATE grants SET to_at = now() + interval '1 day' WHERE id = $1`, [forAWhile.grantId]);
    expect((await sampark.as(staying).post(`/grants/${leaving.grantId}/end`)).status).toBe(200);
    expect((await sampark.as(forAWhile).post(`/grants/${staying.grantId}/end`)).status).toBe(409);
    expect((await sampark.as(forAWhile).post(`/users/${staying.id}/disablement`)).status).toBe(409);
    // Whoever has the role for a time alone is not the last one.
    expect((await sampark.as(staying).post(`/grants/${forAWhile.grantId}/end`)).status).toBe(200);
  });

  it('may be invited to any territory below by its code or id', async () => {
    const { id } = await territoryByCode(sampark, 'agra');
    expect((await invite(convenor, { email: 'by-id@example.org', territory: id })).status).toBe(201);
  });

  it('are moved to another district with one role, and see only that from their next request', async () => {
    const region = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'etah' });
    const member = await aUser(sampark, { role: 'district_convenor', in: 'etah', name: 'On the Move' });
    const { body: team } = await sampark.as(convenor).post('/teams', { territory: 'etah' });
    const { posts } = (await sampark.as(convenor).get(`/teams/${team.id}`)).body;
    await sampark.as(region).post(`/posts/${posts[0].id}/holder`, { user: member.id });
    const here = await aSympathiser(sampark, { in: 'etah' });
    const there = await aSympathiser(sampark, { in: 'kasganj' });
    const browser = sampark.browser(member);
    expect((await browser.get(`/sympathisers/${here.id}`)).status).toBe(200);
    expect((await browser.get(`/sympathisers/${there.id}`)).status).toBe(404);

    const later = await aGrant(sampark, member, { role: 'organiser', in: 'etah' });
    await sampark.sql(`UPDATE grants SET from_at = now() + interval '3 days' WHERE id = $1`, [later]);
    const to = { territory: 'kasganj', role: 'district_convenor', why: 'a new office' };
    expect((await sampark.as(convenor).post(`/users/${member.id}/move`, to)).status).toBe(404);
    expect((await sampark.as(region).post(`/users/${member.id}/move`, to)).status).toBe(200);
    expect((await browser.get(`/sympathisers/${here.id}`)).status).toBe(404);
    expect((await browser.get(`/sympathisers/${there.id}`)).status).toBe(200);
    // What was to begin later in the old district does not.
    expect(await sampark.sql('SELECT to_at = from_at AS never FROM grants WHERE id = $1', [later])).toEqual([{ never: true }]); // prettier-ignore
    // The token acted within the grant that is over.
    expect((await sampark.as(member).get('/sympathisers')).status).toBe(401);
    expect((await sampark.as(convenor).get(`/users/${member.id}`)).status).toBe(404);
    await sampark.drain();
    const seats = (await sampark.as(convenor).get(`/teams/${team.id}`)).body.posts;
    expect(seats[0].holder).toBeNull();
    expect((await sampark.as(region).post(`/users/${member.id}/move`, to)).status).toBe(409);
  });
});
