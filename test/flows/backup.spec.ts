import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { continueRestore, restoreInto } from '../../src/cli/restore.js';
import { makeBackup } from '../../src/platform/backup/make-backup.js';
import { openBackup } from '../../src/platform/backup/restore-backup.js';
import { Config, loadConfig } from '../../src/platform/config/config.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { ErasureService } from '../../src/privacy/erasure/erasure.service.js';
import { ErasureLog } from '../../src/platform/erasure-log/erasure-log.service.js';
import { prepareDatabase } from '../../src/platform/database/roles.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { anUpload } from '../factories/imports.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { adminUrlOf, asSuperuser, urlsFor } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(120_000);

const PASSPHRASE = 'the passphrase of these tests';

/** Every table of every schema, and how many rows it has; partitions by themselves. */
async function totals(database: string): Promise<Record<string, number>> {
  return asSuperuser(database, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1`,
    );
    const counted: Record<string, number> = {};
    for (const { name } of rows)
      counted[name] = Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${name}`)).rows[0]!.n);
    return counted;
  });
}

describe('a backup', () => {
  let sampark: Sampark;
  let admin: AUser;
  let folder: string;
  let file: string;
  const people: Record<'stays' | 'stops' | 'withdraws' | 'relative', { id: string }> = {} as never;
  const made: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sampark-backup-'));
    file = join(folder, 'sampark.backup');
    sampark = await aSampark();
    admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    people.stays = await aSympathiser(sampark, { in: 'agra', name: 'Tab\there \\ "quoted"\nनई पंक्ति', phones: ['+919800000010'] }); // prettier-ignore
    people.stops = await aSympathiser(sampark, { in: 'agra', phones: ['+919800000011'], emails: ['stops@example.org'], identities: [{ platform: 'x', handle: 'stops' }] }); // prettier-ignore
    people.withdraws = await aSympathiser(sampark, { in: 'agra', phones: ['+919800000012'] });
    people.relative = await aSympathiser(sampark, { in: 'mathura', phones: ['+919800000011'] });
    await sampark.get(StopService).stop(await sampark.system(), (await aSympathiser(sampark, { in: 'agra' })).id, 'spoken'); // prettier-ignore
    await sampark.get(ErasureLog).flush(await sampark.system());
    // Something in the staging, a file in chunks, a job that waits, and a month of the trail long past.
    await anUpload(sampark, admin, [{ name: 'Mahesh Kumar', phone: '9822222221', district: 'Agra' }]);
    await sampark.sql(`SELECT gate.audit_make_months('2026-01-01', 0)`);
    await sampark.sql(
      `INSERT INTO audit_entries (at, id, actor_kind, path, action) VALUES ('2026-01-15', $1, 'system', '0001', 'old')`,
      [uuidv7()],
    );
    await sampark.sql(
      `SELECT graphile_worker.add_job('never.run', '{"a": "job"}', run_at := now() + interval '1 day', job_key := 'k')`,
    );
    await sampark.sql(`UPDATE graphile_worker._private_jobs SET locked_by = 'somebody', locked_at = now()`);
  });
  afterAll(async () => {
    await sampark?.close();
    await asSuperuser('postgres', async (client) => {
      for (const name of made) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
    rmSync(folder, { recursive: true, force: true });
  });

  const take = (to = file, from = sampark.database) => makeBackup(urlsFor(from), to, { passphrase: PASSPHRASE });

  /** An empty database, and the configuration that names it. */
  async function anEmptyOne(env: Record<string, string> = {}): Promise<Config & { name: string }> {
    const name = `sampark_restored_${randomBytes(5).toString('hex')}`;
    made.push(name);
    const client = new pg.Client({ connectionString: adminUrlOf('postgres') });
    await client.connect();
    await prepareDatabase(client, name);
    await client.end();
    const urls = urlsFor(name);
    const config = loadConfig({
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: folder, SECRET_KEY: sampark.config.secretKey! },
      ...{ DATABASE_URL: urls.app, DATABASE_OWNER_URL: urls.owner, DATABASE_QUEUE_URL: urls.queue },
      SUPPRESSION_KEYS: sampark.config.suppressionKeys!,
      ERASURE_LOG_FILE: sampark.config.erasureLogFile!,
      ...env,
    });
    return Object.assign(config, { name });
  }
  const restore = async (config: Config, options: { lost?: string } = {}, from = file) =>
    restoreInto(await openBackup(from, PASSPHRASE), { ...options, config });
  /** A second program on a restored database. */
  const startOn = (config: { name: string }, env: Record<string, string> = {}) =>
    aSampark({ beside: { ...sampark, database: config.name } as Sampark, env });

  it('holds all that is in the database, to the last row, and nothing readable', async () => {
    const taken = await take();
    expect(taken.rows).toBeGreaterThan(7_000);
    const before = await totals(sampark.database);
    const config = await anEmptyOne();
    const restored = await restore(config);
    expect(restored).toMatchObject({ rows: taken.rows, again: { erased: 0, stopped: 0, withdrew: 0, suppressed: 0 } });
    const after = await totals(config.name);
    // The restore itself stands in the trail: two entries.
    const month = Object.keys(after).find((name) => name.includes('audit_entries_') && after[name] !== before[name]);
    expect(after).toEqual({ ...before, [month!]: before[month!]! + 2 });
    const bytes = readFileSync(file).toString('latin1');
    for (const secret of ['919800000011', 'stops@example.org', 'sampark_system', 'people'])
      expect(bytes.includes(secret)).toBe(false);
    // The rows themselves, not just as many.
    for (const table of [
      'people',
      'contact_points',
      'consents',
      'grants',
      'staging.import_keys',
      'graphile_worker._private_jobs',
    ]) {
      // prettier-ignore
      const dump = (database: string) =>
        asSuperuser(database, async (client) => (await client.query(`SELECT to_jsonb(t) - '{locked_by,locked_at,is_available}'::text[] AS row FROM ${table} t ORDER BY to_jsonb(t)::text`)).rows); // prettier-ignore
      expect(await dump(config.name)).toEqual(await dump(sampark.database));
    }
    const [job] = await asSuperuser(config.name, async (client) => (await client.query('SELECT locked_by FROM graphile_worker._private_jobs')).rows); // prettier-ignore
    expect(job).toEqual({ locked_by: null });
    // Policies, keys and checks are as they were.
    const shape = (database: string) =>
      asSuperuser(database, async (client) => [
        (await client.query(`SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace::regnamespace::text IN ('public', 'staging') ORDER BY 1, 2`)).rows, // prettier-ignore
        (await client.query(`SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`)).rows, // prettier-ignore
        (await client.query(`SELECT tablename, indexdef FROM pg_indexes WHERE schemaname IN ('public', 'staging') ORDER BY 1, 2`)).rows, // prettier-ignore
        (await client.query('SELECT schemaname, tablename, policyname, roles::text[], cmd, qual, with_check FROM pg_policies ORDER BY 1, 2, 3')).rows, // prettier-ignore
      ]);
    expect(await shape(config.name)).toEqual(await shape(sampark.database));
    const again = await startOn(config);
    try {
      // Whoever was signed in signs in anew; tokens of programs go on.
      expect(await again.sql('SELECT 1 FROM sessions WHERE ended_at IS NULL')).toEqual([]);
      await again.as(admin).get(`/sympathisers/${people.stays.id}`);
      const [{ n }] = (await again.sql<{ n: number }>(`SELECT count(*)::int AS n FROM audit_entries WHERE action = 'backup.restored'`)) as [{ n: number }]; // prettier-ignore
      expect(n).toBe(1);
    } finally {
      await again.close();
    }
  });

  it('is of one moment, while others write', async () => {
    const { id } = people.stays;
    let going = true;
    let written = 0;
    const writing = (async () => {
      while (going) {
        await sampark.sql(
          `WITH a AS (INSERT INTO person_notes (person_id, id, path, text) SELECT id, gen_random_uuid(), path, 'moving' FROM people WHERE id = $1 RETURNING 1)
           UPDATE people SET pin = (SELECT count(*) + 1 FROM person_notes WHERE text = 'moving')::text WHERE id = $1`,
          [id],
        );
        written += 1;
      }
    })();
    const moving = join(folder, 'moving.backup');
    while (written < 20) await new Promise((done) => setImmediate(done));
    await take(moving);
    const atTheEnd = written;
    going = false;
    await writing;
    await sampark.sql(`DELETE FROM person_notes WHERE text = 'moving'`);
    await sampark.sql('UPDATE people SET pin = NULL WHERE id = $1', [id]);
    const config = await anEmptyOne();
    await restore(config, {}, moving);
    const [row] = await asSuperuser(config.name, async (client) => (await client.query(`SELECT (SELECT count(*)::int FROM person_notes WHERE text = 'moving') AS notes, (SELECT pin::int FROM people WHERE id = $1) AS pin`, [id])).rows); // prettier-ignore
    expect(row.notes).toBe(row.pin);
    expect(row.notes).toBeGreaterThan(0);
    expect(row.notes).toBeLessThanOrEqual(atTheEnd);
  });

  it('gives back nobody who stopped or withdrew since, before it is served', async () => {
    await take();
    const system = await sampark.system();
    await sampark.get(StopService).stop(system, people.stops.id, 'spoken');
    await sampark
      .get(ConsentService)
      .record(system, people.withdraws.id, [
        { purpose: 'invitations', channel: 'phone', state: 'withdrawn', how: 'spoken' },
      ]);
    await sampark.get(ErasureLog).flush(system);
    const config = await anEmptyOne();
    const restored = await restore(config);
    expect(restored.again).toMatchObject({ stopped: 1, withdrew: 1, suppressed: 3 });
    const again = await startOn(config);
    try {
      const ask = async (who: { id: string }, purpose: string, channel = 'phone') =>
        again.get(ConsentService).barrier(await again.system(), who.id, purpose, channel);
      for (const channel of ['phone', 'email', 'x'])
        expect([channel, await ask(people.stops, 'contact', channel)]).toEqual([channel, 'suppressed']);
      expect(await ask(people.relative, 'contact')).toBe('suppressed');
      expect(await ask(people.withdraws, 'invitations')).toBe('withdrawn');
      expect(await ask(people.withdraws, 'contact')).toBeNull();
      expect(await ask(people.stays, 'contact')).toBeNull();
      const [newest] = await again.sql(`SELECT how FROM consents WHERE person_id = $1 ORDER BY id DESC LIMIT 1`, [
        people.stops.id,
      ]);
      expect(newest).toEqual({ how: 'restored' });
    } finally {
      await again.close();
    }
  });

  it('is served by nobody as long as somebody erased since is in it', async () => {
    await take();
    const gone = people.stays.id;
    const log = sampark.get(ErasureLog);
    await log.append([log.ofPerson('person.erased', gone)]);
    const config = await anEmptyOne();
    // While erasing fails it stops there, and nothing comes up.
    const failing = jest.spyOn(ErasureService.prototype, 'erase').mockRejectedValue(new Error('out of order'));
    await expect(restore(config)).rejects.toThrow('out of order');
    await expect(startOn(config)).rejects.toThrow(/was restored from the backup of .*sampark restore --continue/);
    await expect(continueRestore(undefined, config)).rejects.toThrow('out of order');
    await expect(startOn(config)).rejects.toThrow('sampark restore --continue');
    failing.mockRestore();
    await continueRestore(undefined, config);
    const again = await startOn(config);
    try {
      expect(await again.sql('SELECT 1 AS n FROM people WHERE id = $1', [gone])).toEqual([]);
      expect(await again.sql('SELECT 1 AS n FROM contact_points WHERE person_id = $1', [gone])).toEqual([]);
    } finally {
      await again.close();
    }
  });

  it('needs the erasure log that goes on from it: missing, cut back or another one it is refused, and said why', async () => {
    await take();
    const log = sampark.config.erasureLogFile!;
    const elsewhere = join(folder, 'elsewhere.log');
    const config = await anEmptyOne({ ERASURE_LOG_FILE: elsewhere });
    await expect(restore(config)).rejects.toThrow(/is missing[^]*--without-erasure-log/);
    copyFileSync(log, elsewhere);
    const lines = readFileSync(log, 'utf8').split('\n');
    writeFileSync(elsewhere, lines.slice(0, 3).join('\n') + '\n');
    await expect(restore(config)).rejects.toThrow(/was shortened: it ends with entry 2/);
    writeFileSync(elsewhere, lines.with(2, lines[2]!.replace(/ [\w:.-]+ tests /, ' person.resumed tests ')).join('\n'));
    await expect(restore(config)).rejects.toThrow(/was changed/);
    // Nothing was begun, so nothing is half done.
    const restored = await restore(config, { lost: 'the disk with the log burnt' });
    expect(restored.again).toBeNull();
    const again = await startOn(config, { ERASURE_LOG_FILE: elsewhere });
    try {
      const facts = await again.sql(`SELECT action, facts FROM audit_entries WHERE action LIKE 'erasure\\_log.%'`);
      expect(facts).toEqual([
        { action: 'erasure_log.given_up', facts: expect.objectContaining({ why: 'the disk with the log burnt' }) },
      ]);
      // The new one has every suppression again.
      const [{ n }] = (await again.sql<{ n: number }>('SELECT count(*)::int AS n FROM suppressions')) as [
        { n: number },
      ];
      expect(readFileSync(elsewhere, 'utf8').split('\n').filter((line) => line.includes(' suppressed:'))).toHaveLength(n); // prettier-ignore
    } finally {
      await again.close();
    }
  });

  it('goes into an empty database alone, whole or not at all', async () => {
    await take();
    const whole = readFileSync(file);
    const bad = join(folder, 'bad.backup');
    const ownLog = join(folder, 'own.log');
    copyFileSync(sampark.config.erasureLogFile!, ownLog);
    const config = await anEmptyOne({ ERASURE_LOG_FILE: ownLog });
    // A file that is told at once leaves not even tables.
    const isEmpty = () =>
      asSuperuser(config.name, async (client) => {
        const { rows: [made] } = await client.query<{ people: string | null }>(`SELECT to_regclass('public.people') AS people`); // prettier-ignore
        if (!made!.people) return;
        expect((await client.query('SELECT 1 FROM people UNION ALL SELECT 1 FROM users')).rowCount).toBe(0);
      });
    const at = Math.floor(whole.length * 0.7);
    const flipped = Buffer.from(whole);
    flipped[at]! ^= 1;
    writeFileSync(bad, flipped);
    await expect(restore(config, {}, bad)).rejects.toThrow('was changed');
    await isEmpty();
    writeFileSync(bad, whole.subarray(0, at));
    await expect(restore(config, {}, bad)).rejects.toThrow(/breaks off|was changed/);
    await isEmpty();
    await expect(openBackup(file, 'some other passphrase')).rejects.toThrow('BACKUP_KEY is not the one');
    await expect(restore(await anEmptyOne({ SUPPRESSION_KEYS: `tests:${'o'.repeat(40)}` }))).rejects.toThrow(
      /the key "tests" has another secret/,
    );
    // The tries left a database that works, and takes the whole one.
    await restore(config, { lost: 'an erased person is in the log of these tests' });
    copyFileSync(sampark.config.erasureLogFile!, ownLog);
    await expect(restore(config)).rejects.toThrow('The database is not empty: it has people');
    const urls = urlsFor(sampark.database);
    const own = Object.assign(Object.create(config) as Config, { databaseUrl: urls.app, databaseOwnerUrl: urls.owner, databaseQueueUrl: urls.queue }); // prettier-ignore
    await expect(restore(own)).rejects.toThrow('not empty');
  });

  it('of a later version than this one is refused', async () => {
    const config = await anEmptyOne();
    const backup = await openBackup(file, PASSPHRASE);
    backup.manifest.level.program.push('Later1999999999999');
    await expect(restoreInto(backup, { config })).rejects.toThrow('was made by a newer version');
  });
});
