import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ErasureService } from '../../src/privacy/erasure/erasure.service.js';
import { VaultService } from '../../src/privacy/vault/vault.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { asSuperuser } from '../support/database.js';
import { everyTableOf, whereFound } from '../support/every-table.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const KEYS = 'second:a-newer-key-of-the-vault-that-is-long-enough,first:an-older-key-of-the-vault-that-is-long-enough';
const ENV = { VAULT_JURISDICTION: 'in', VAULT_KEYS: KEYS };
const WHY = 'Order 17/2027 of the court of Agra';
const STRINGS = ['तिजोरीमल', 'Tijorimal', '9812399901', 'tijori@vault.example', 'wumplestock'];

let sampark: Sampark;
let keepers: [AUser, AUser, AUser];
let admin: AUser;
beforeAll(async () => {
  sampark = await aSampark({ env: ENV });
  const keeper = (place = 'agra') => aUser(sampark, { role: 'vault_keeper', in: place });
  keepers = [await keeper(), await keeper('up'), await keeper('mathura')];
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark?.close());

/** Somebody of Agra who was erased, with a note; and the entry they left. */
async function sealed() {
  const { id } = await aSympathiser(sampark, { in: 'agra', name: 'तिजोरीमल Tijorimal', phones: ['+919812399901'], emails: ['tijori@vault.example'] }); // prettier-ignore
  await sampark.as(admin).post(`/sympathisers/${id}/notes`, { text: 'likes wumplestock' });
  await sampark.get(ErasureService).ask(await sampark.system(), id, 'asked');
  await sampark.drain();
  const [entry] = await sampark.sql<{ id: string; key_name: string; purge_on: Date }>(
    'SELECT * FROM vault.entries WHERE person = $1',
    [id],
  );
  return { person: id, entry: entry! };
}
const ask = (user: AUser, entry: string) => sampark.as(user).post(`/vault/${entry}/openings`, { reason: WHY });
const approve = (user: AUser, entry: string, opening: string) =>
  sampark.as(user).post(`/vault/${entry}/openings/${opening}/approvals`, { reason: 'Seen the order myself' });
const open = (user: AUser, entry: string, opening: string) =>
  sampark.as(user).post(`/vault/${entry}/openings/${opening}/open`);
const read = (user: AUser, entry: string, opening: string) =>
  sampark.as(user).get(`/vault/${entry}/openings/${opening}`);

/** As a browser shows it; the second factor that the role asks for is another test's. */
async function pageFor(at: Sampark, user: AUser, path: string) {
  await at.sql(`UPDATE roles SET second_factor = false WHERE code = 'vault_keeper'`);
  const page = await at.browser(user).get(path);
  await at.sql(`UPDATE roles SET second_factor = true WHERE code = 'vault_keeper'`);
  return page;
}

describe('the sealed vault', () => {
  it('keeps what the jurisdiction asks for, sealed by the newest key, for a year', async () => {
    const { entry, person } = await sealed();
    expect(entry.key_name).toBe('second');
    const inAYear = new Date(Date.now() + 366 * 86_400_000);
    expect(Math.abs(entry.purge_on.getTime() - inAYear.getTime())).toBeLessThan(2 * 86_400_000);
    expect(await sampark.sql('SELECT 1 AS n FROM people WHERE id = $1', [person])).toEqual([]);
    // Nothing of it can be read, by nobody's look at any table.
    expect(
      whereFound(await everyTableOf(sampark.database), STRINGS).filter((line) => !line.startsWith('pg_statistic')),
    ).toEqual([]);
  });

  it('opens for two people with a reason each, once, for an hour, and writes each look down', async () => {
    const { entry, person } = await sealed();
    const [first, second, elsewhere] = keepers;
    const asked = await ask(first, entry.id);
    expect(asked.status).toBe(201);
    const opening = asked.body.id as string;
    // Not by one alone, not by the state admin, not from another district.
    expect((await open(first, entry.id, opening)).status).toBe(409);
    expect((await approve(first, entry.id, opening)).status).toBe(409);
    expect((await approve(admin, entry.id, opening)).status).toBe(403);
    expect((await approve(elsewhere, entry.id, opening)).status).toBe(404);
    expect((await ask(second, entry.id)).status).toBe(409);
    expect((await approve(second, entry.id, opening)).status).toBe(200);
    expect((await read(second, entry.id, opening)).status).toBe(404);
    expect((await open(second, entry.id, opening)).status).toBe(200);
    const { body } = await read(second, entry.id, opening);
    expect(body.person).toBe(person);
    const text = JSON.stringify(body.content);
    expect(STRINGS.filter((one) => !text.includes(one))).toEqual([]);
    expect(Object.keys(body.content[0])).toEqual(
      expect.arrayContaining(['people', 'consents', 'attempts', 'mails', 'audit']),
    );
    const page = await pageFor(sampark, second, `/vault/${entry.id}/openings/${opening}`);
    expect(page.text).toContain('likes wumplestock');
    // For who opened it alone; not twice; and not after the hour.
    expect((await read(first, entry.id, opening)).status).toBe(404);
    expect((await open(first, entry.id, opening)).status).toBe(409);
    await sampark.sql(`UPDATE vault.openings SET opened_at = now() - interval '61 minutes' WHERE id = $1`, [opening]);
    expect((await read(second, entry.id, opening)).status).toBe(404);
    expect((await open(second, entry.id, opening)).status).toBe(409);
    const trail = await sampark.sql<{ action: string; user_id: string }>(
      `SELECT action, user_id FROM audit_entries WHERE subject = 'vault' AND subject_id = $1 AND action <> 'vault.entry' ORDER BY at`,
      [entry.id],
    );
    expect(trail.map(({ action }) => action)).toEqual(['vault.sealed', 'vault.asked', 'vault.approved', 'vault.opened', 'vault.shown', 'vault.shown']); // prettier-ignore
    expect(trail.slice(1).map(({ user_id }) => user_id)).toEqual([
      first.id,
      second.id,
      second.id,
      second.id,
      second.id,
    ]);
  });

  it('is read by no role of the program, whatever it says it is', async () => {
    const { entry } = await sealed();
    await asSuperuser(sampark.database, async (client) => {
      for (const role of [
        'sampark_app',
        'sampark_staff',
        'sampark_system',
        'sampark_gate',
        'sampark_lens',
        'sampark_auditor',
      ]) {
        await client.query(
          `BEGIN; SET LOCAL ROLE ${role}; SET LOCAL app.scope_from = '0001'; SET LOCAL app.scope_to = '0001~'; SET LOCAL app.user_id = '${admin.id}'`,
        );
        const code = await client.query('SELECT * FROM vault.entries').then(
          () => 'read',
          (error: { code: string }) => error.code,
        );
        expect([role, code]).toEqual([role, '42501']);
        await client.query('ROLLBACK');
      }
      // Staff without the vault's role get nothing out of its functions either; nor does a keeper whose role has ended.
      const asStaff = async (user: string) => {
        await client.query(
          `BEGIN; SET LOCAL ROLE sampark_staff; SET LOCAL app.scope_from = '0001'; SET LOCAL app.scope_to = '0001~'; SET LOCAL app.user_id = '${user}'`,
        );
        const { rowCount } = await client.query('SELECT * FROM vault.entry($1)', [entry.id]);
        await client.query('ROLLBACK');
        return rowCount;
      };
      expect(await asStaff(admin.id)).toBe(0);
      expect(await asStaff(keepers[0].id)).toBe(1);
      await client.query('UPDATE grants SET to_at = now() WHERE user_id = $1', [keepers[2].id]);
      expect(await asStaff(keepers[2].id)).toBe(0);
    });
  });

  it('lets go by its date', async () => {
    const { entry } = await sealed();
    await sampark.sql('UPDATE vault.entries SET purge_on = current_date WHERE id = $1', [entry.id]);
    const today = new Date().toISOString().slice(0, 10);
    expect(await sampark.get(VaultService).purge(await sampark.system(), today)).toBe(1);
    expect(await sampark.get(VaultService).purge(await sampark.system(), today)).toBe(0);
    expect(await sampark.sql('SELECT 1 AS n FROM vault.entries WHERE id = $1', [entry.id])).toEqual([]);
  });

  it('is given by who makes roles, who does not hold it', async () => {
    const give = async (by: AUser, to: AUser) =>
      (
        await sampark
          .as(by)
          .post(`/users/${to.id}/grants`, { role: 'vault_keeper', territory: 'agra', why: 'court orders' })
      ).status;
    const friend = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    expect(await give(convenor, friend)).toBe(403);
    expect(await give(admin, friend)).toBe(201);
    const role = (await sampark.as(admin).get('/roles/vault_keeper')).body.role;
    expect(role).toMatchObject({ secondFactor: true });
    expect((await sampark.as(admin).get('/vault')).status).toBe(403);
  });

  it('does not start without a key that something is sealed with', async () => {
    await sealed();
    await expect(aSampark({ beside: sampark, env: { VAULT_KEYS: 'third:another-key-of-the-vault-that-is-long-enough' } })).rejects.toThrow(/VAULT_KEYS: second must stay/); // prettier-ignore
    const older = await aSampark({ beside: sampark, env: { VAULT_KEYS: `third:another-key-of-the-vault-that-is-long-enough,${KEYS}` } }); // prettier-ignore
    await older.close();
  });
});

describe('without a jurisdiction', () => {
  it('nothing is kept', async () => {
    const plain = await aSampark();
    try {
      const { id } = await aSympathiser(plain, { in: 'agra' });
      await plain.get(ErasureService).ask(await plain.system(), id, 'asked');
      await plain.drain();
      expect(await plain.sql('SELECT 1 AS n FROM vault.entries')).toEqual([]);
      const keeper = await aUser(plain, { role: 'vault_keeper', in: 'up' });
      expect((await pageFor(plain, keeper, '/vault')).text).toContain('Nothing is kept');
    } finally {
      await plain.close();
    }
  });
});
