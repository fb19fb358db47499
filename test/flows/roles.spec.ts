import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HELD_APART, isUsable, PERMISSIONS } from '../../src/access/roles/permissions.js';
import { tables, things } from '../permissions/tables.js';
import { aWorld } from '../permissions/world.js';
import { ask } from '../support/ask-row.js';
import { neededBy } from '../support/routes.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { aGrant, aUser, type AUser } from '../factories/users.js';

describe('roles', () => {
  let sampark: Sampark;
  let admin: AUser;
  let convenor: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
    admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  });
  afterAll(() => sampark?.close());

  const caller = {
    code: 'caller',
    name_en: 'Caller',
    name_hi: 'फ़ोन करने वाले',
    reach: 'assigned',
    permissions: ['sympathiser.read', 'attempt.log'],
  };
  const audits = (action: string) =>
    sampark.sql<{ facts: Record<string, unknown> }>('SELECT facts FROM audit_entries WHERE action = $1', [action]);

  it('come with the program, and say in words what they allow', async () => {
    const { body } = await sampark.as(admin).get('/roles');
    expect(body.items.map((role: { code: string }) => role.code)).toEqual(
      expect.arrayContaining([
        'state_admin',
        'region_coordinator',
        'district_convenor',
        'team_lead',
        'team_member',
        'organiser',
        'check_in_helper',
        'it_centre_operator',
        'data_protection_officer',
        'auditor',
      ]),
    );
    const page = await sampark.browser(admin, { lang: 'hi' }).get('/roles/organiser');
    expect(page.text).toContain('कार्यक्रम प्रमुख');
    expect(page.text).toContain('किन्हें बुलाना है चुनना, और बुलाना');
  });

  it('allow the state admin all there is, later permissions too', async () => {
    const { role } = (await sampark.as(admin).get('/roles/state_admin')).body;
    expect(role.permissions.toSorted()).toEqual(PERMISSIONS.filter((one) => !HELD_APART.includes(one)).sort());
  });

  it('are made by the state admin, given by a convenor, and hold from the next request', async () => {
    expect((await sampark.as(admin).post('/roles', caller)).status).toBe(201);
    const user = await aUser(sampark, { role: 'organiser', in: 'agra' });
    const given = await sampark
      .as(convenor)
      .post(`/users/${user.id}/grants`, { role: 'caller', territory: 'agra', why: 'calls in the evening' });
    expect(given.status).toBe(201);
    const [row] = await sampark.sql('SELECT given_by, reason FROM grants WHERE id = $1', [given.body.id]);
    expect(row).toEqual({ given_by: convenor.id, reason: 'calls in the evening' });

    const browser = sampark.browser(user);
    await browser.get('/');
    await browser.post('/session/grant', { grant: given.body.id });
    expect((await browser.get('/sympathisers')).status).toBe(200);
    expect((await browser.get('/teams')).status).toBe(403);

    const { code: _code, reach: _reach, ...words } = caller;
    const wider = { ...words, permissions: [...words.permissions, 'team.read'] };
    expect((await sampark.as(admin).post('/roles/caller', wider)).status).toBe(200);
    expect((await browser.get('/teams')).status).toBe(200);
    expect((await audits('role.changed'))[0]!.facts).toMatchObject({
      role: 'caller',
      was: { permissions: caller.permissions },
      is: { permissions: wider.permissions },
    });

    expect((await sampark.as(admin).post('/roles/caller/end')).status).toBe(200);
    // Back to the role they had besides.
    expect((await browser.get('/sympathisers')).status).toBe(403);
    expect((await sampark.as(convenor).post(`/users/${user.id}/grants`, { role: 'caller', territory: 'agra', why: 'x' })).status).toBe(422); // prettier-ignore
  });

  it('of the program are not changed, but each may ask for a second factor', async () => {
    const widened = { name_en: 'King', name_hi: 'राजा', permissions: ['role.edit'], second_factor: true };
    expect((await sampark.as(admin).post('/roles/auditor', widened)).status).toBe(200);
    const { role } = (await sampark.as(admin).get('/roles/auditor')).body;
    expect(role).toMatchObject({ name_en: 'Auditor', secondFactor: true });
    expect(role.permissions).not.toContain('role.edit');
    expect(role.levels).toHaveLength(3);
    expect((await sampark.as(admin).post('/roles/auditor/end')).status).toBe(409);
    await sampark.as(admin).post('/roles/auditor', { second_factor: false });
  });

  it('refuse what can not be one, by field', async () => {
    const refused = await sampark.as(admin).post('/roles', { ...caller, code: 'Not a Code', permissions: ['fly'] });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error: { field: string }) => error.field).sort()).toEqual(['code', 'permissions']);
    const empty = await sampark.as(admin).post('/roles', { ...caller, code: 'nothing', permissions: [] });
    expect(empty.body.errors[0].field).toBe('permissions');
    expect((await sampark.as(admin).post('/roles', { ...caller, code: 'auditor' })).status).toBe(409);
    expect((await sampark.as(admin).get('/roles/never_was')).status).toBe(404);
  });

  it('allow nothing that their sight makes useless, and say what it was', async () => {
    const useless = {
      team: ['sympathiser.add', 'event.check_in'],
      assigned: ['import.run', 'event.plan'],
      events: ['sympathiser.read', 'import.run', 'assignment.give', 'user.read', 'grant.give'],
      trail: ['sympathiser.read', 'event.read', 'notice.read', 'user.read'],
    };
    for (const [reach, permissions] of Object.entries(useless)) {
      const wanted = { ...caller, code: `useless_${reach}`, reach, permissions: ['territory.read', ...permissions] };
      const { status, body } = await sampark.as(admin).post('/roles', wanted);
      expect([reach, status]).toEqual([reach, 422]);
      expect(body.errors).toHaveLength(1 + permissions.length);
    }
    const browser = sampark.browser(admin);
    await browser.get('/roles/new');
    const refused = await browser.post('/roles', { ...caller, code: 'useless', reach: 'events', permissions: ['sympathiser.read'], _page: '/roles/new' }); // prettier-ignore
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Who sees meet-ups alone can’t do this:');
    expect(refused.text).toContain('See sympathisers');
    // Nor by a change: the form doesn't offer it, and the words don't take it.
    await sampark.as(admin).post('/roles', { ...caller, code: 'host', reach: 'events', permissions: ['event.read'] });
    expect((await browser.get('/roles/host')).text).not.toContain('value="sympathiser.read"');
    expect((await sampark.as(admin).post('/roles/host', { ...caller, permissions: ['event.read', 'sympathiser.read'], code: undefined, reach: undefined })).status).toBe(422); // prettier-ignore
  });

  it.each(['team', 'assigned', 'events', 'trail'] as const)(
    'that see "%s" and allow all they can use are refused or served everywhere, and never break',
    async (reach) => {
      const world = await aWorld(sampark, `every-${reach}`);
      const permissions = PERMISSIONS.filter((permission) => isUsable(reach, permission));
      expect((await sampark.as(admin).post('/roles', { ...caller, code: `all_${reach}`, reach, permissions })).status).toBe(201); // prettier-ignore
      const got: Record<string, number[]> = {};
      for (const row of tables.flatMap((table) => table.rows).filter((one) => typeof one.allowed !== 'string')) {
        const as = await aUser(sampark, { role: `all_${reach}`, in: world.district.code });
        // What only another can be given (a team to spread over) is not this role's to ask for.
        if (/assignment/.test(row.route) && row.thing && !/person/i.test(row.thing)) continue;
        const made = row.thing ? await things[row.thing]!(world, world.district, as) : {};
        const headers = { authorization: `Bearer ${as.token}` };
        (got[row.route] ??= []).push((await ask(sampark, row, { asked: { world, at: world.district, as }, made }, headers)).status); // prettier-ignore
        (got[row.route] ??= []).push((await ask(sampark, row, { asked: { world, at: world.district, as }, made }, { ...headers, accept: 'text/html' })).status); // prettier-ignore
      }
      expect(Object.entries(got).filter(([, statuses]) => statuses.some((status) => status >= 500))).toEqual([]);
      // And each thing that it allows is of use: some route that needs it answers.
      const served = Object.entries(got).filter(([, statuses]) => statuses.some((status) => status < 300));
      const needs = neededBy(sampark);
      expect(permissions.filter((one) => !served.some(([route]) => needs.get(route) === one))).toEqual([]);
    },
    120_000,
  );

  it('can be made only by whose territory is the whole organisation, whatever their role says', async () => {
    await sampark.as(admin).post('/roles', { ...caller, code: 'maker', reach: 'territory', permissions: ['role.edit', 'grant.read'] }); // prettier-ignore
    const maker = await aUser(sampark, { role: 'maker', in: 'agra' });
    expect((await sampark.as(maker).get('/roles')).status).toBe(200);
    const made = { ...caller, code: 'local', permissions: ['grant.read'] };
    expect((await sampark.as(maker).post('/roles', made)).status).toBe(403);
    expect((await sampark.as(maker).post('/roles/auditor', { second_factor: true })).status).toBe(403);
    expect(await sampark.sql(`SELECT 1 FROM roles WHERE code = 'local'`)).toEqual([]);
  });

  it('are never worth more than whoever makes them holds', async () => {
    await sampark.as(admin).post('/roles', { ...caller, code: 'half_admin', reach: 'territory', permissions: ['role.edit', 'grant.read', 'team.read'] }); // prettier-ignore
    const half = await aUser(sampark, { role: 'half_admin', in: 'up' });
    const more = { ...caller, code: 'more', reach: 'territory', permissions: ['sympathiser.read'] };
    expect((await sampark.as(half).post('/roles', more)).status).toBe(403);
    expect((await sampark.as(half).post('/roles', { ...more, permissions: ['team.read'] })).status).toBe(201);
    expect((await sampark.as(half).post('/roles/district_convenor', { second_factor: false })).status).toBe(403);
  });

  it('have a first and a last day', async () => {
    const user = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const give = (body: object) => sampark.as(convenor).post(`/users/${user.id}/grants`, { role: 'organiser', territory: 'agra', why: 'the fair', ...body }); // prettier-ignore
    expect((await give({ from: day(5), until: day(2) })).body.errors[0].field).toBe('until');
    expect((await give({ until: day(-2) })).body.errors[0].field).toBe('until');
    const later = await give({ from: day(5), until: day(9) });
    expect(later.status).toBe(201);
    const { history } = (await sampark.as(convenor).get(`/users/${user.id}`)).body;
    expect(history.find((grant: { id: string }) => grant.id === later.body.id)).toMatchObject({ inForce: false, mayEnd: true }); // prettier-ignore
    // The day comes, and goes.
    const held = async () => (await sampark.sql('SELECT grant_id FROM gate.grants_of($1)', [user.id])).map((row) => row.grant_id); // prettier-ignore
    expect(await held()).not.toContain(later.body.id);
    await sampark.sql(`UPDATE grants SET from_at = now() - interval '1 day' WHERE id = $1`, [later.body.id]);
    expect(await held()).toContain(later.body.id);
    await sampark.sql(`UPDATE grants SET to_at = now() WHERE id = $1`, [later.body.id]);
    expect(await held()).not.toContain(later.body.id);
    expect(await aGrant(sampark, user, { role: 'organiser', in: 'agra' })).toBeTruthy();
  });
});
