import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { restoreInto } from '../../src/cli/restore.js';
import { makeBackup } from '../../src/platform/backup/make-backup.js';
import { openBackup } from '../../src/platform/backup/restore-backup.js';
import { loadConfig } from '../../src/platform/config/config.js';
import type { LinkActor } from '../../src/platform/database/actor.js';
import { prepareDatabase } from '../../src/platform/database/roles.js';
import { ErasureLog } from '../../src/platform/erasure-log/erasure-log.service.js';
import { SessionsService } from '../../src/access/sessions.service.js';
import { ConsentService } from '../../src/sympathisers/consent/consent.service.js';
import { PapersService } from '../../src/sympathisers/consent/papers/papers.service.js';
import { StopService } from '../../src/sympathisers/consent/stop.service.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { UndoStopService } from '../../src/sympathisers/consent/undo-stop.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser } from '../factories/users.js';
import { adminUrlOf, asSuperuser, urlsFor } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(120_000);

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const PASSPHRASE = 'the passphrase of these tests';

describe('a backup that is put back', () => {
  let sampark: Sampark;
  let folder: string;
  let file: string;
  let made: string | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sampark-backup-'));
    file = join(folder, 'sampark.backup');
    sampark = await aSampark();
  });
  afterAll(async () => {
    await sampark?.close();
    if (made) await asSuperuser('postgres', (client) => client.query(`DROP DATABASE IF EXISTS ${made} WITH (FORCE)`));
    rmSync(folder, { recursive: true, force: true });
  });

  async function anEmptyOne(env: Record<string, string>) {
    const name = (made = `sampark_restored_${randomBytes(5).toString('hex')}`);
    const client = new pg.Client({ connectionString: adminUrlOf('postgres') });
    await client.connect();
    await prepareDatabase(client, name);
    await client.end();
    const urls = urlsFor(name);
    const config = loadConfig({
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: folder, SECRET_KEY: sampark.config.secretKey! },
      ...{ DATABASE_URL: urls.app, DATABASE_OWNER_URL: urls.owner, DATABASE_QUEUE_URL: urls.queue },
      ERASURE_LOG_FILE: sampark.config.erasureLogFile!,
      ...env,
    });
    return Object.assign(config, { name });
  }

  it('stops nobody who took it back since, and leaves whoever is stopped their own word', async () => {
    const system = await sampark.system();
    const aPerson = (n: number) => aSympathiser(sampark, { in: 'agra', phones: [`+91980000002${n}`] });
    const [resumed, twice, since, partly] = [await aPerson(1), await aPerson(2), await aPerson(3), await aPerson(4)];
    const agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
    let now = sampark;
    const stop = (who: { id: string }, how: 'spoken' | 'mail' = 'spoken') =>
      now.get(StopService).stop(system, who.id, how);
    const link = (who: { id: string }): LinkActor => ({ kind: 'link', purpose: 'own-data', personId: who.id });
    await stop(resumed);
    await sampark.get(ErasureLog).flush(system);
    await makeBackup(urlsFor(sampark.database), file, { passphrase: PASSPHRASE });
    // By now under another key, which the backup doesn't know.
    const keys = `newer:${'n'.repeat(40)},${sampark.config.suppressionKeys!}`;
    const rotated = await aSampark({ beside: sampark, env: { SUPPRESSION_KEYS: keys } });
    now = rotated;
    try {
      await rotated.get(UndoStopService).undoAll(link(resumed), resumed.id);
      await stop(twice);
      await stop(twice, 'mail');
      const [newest] = await rotated.sql<{ id: string }>('SELECT id FROM stops WHERE person_id = $1 ORDER BY id DESC', [twice.id]); // prettier-ignore
      await rotated.get(UndoStopService).undo(link(twice), twice.id, newest!.id, null);
      await stop(since);
      // Back by a paper that speaks of calls alone.
      await stop(partly);
      const staff = (await rotated.get(SessionsService).findToken(agra.token))!;
      const said = { purposes: ['register', 'contact'], channel: 'phone', state: 'given' } as const;
      expect(await rotated.get(PapersService).keep(staff, partly.id, PNG, said)).toMatchObject({ opened: 1 });
      await rotated.get(ErasureLog).flush(system);
    } finally {
      await rotated.close();
    }
    const config = await anEmptyOne({ SUPPRESSION_KEYS: keys });
    await restoreInto(await openBackup(file, PASSPHRASE), { config });
    const again = await aSampark({
      beside: { ...sampark, database: config.name } as Sampark,
      env: { SUPPRESSION_KEYS: keys },
    });
    try {
      const listed = async (n: number) =>
        (await again.get(SuppressionService).stopped(await again.system(), [{ kind: 'phone', value: `+91980000002${n}` }]))[0]; // prettier-ignore
      const barrier = async (who: { id: string }, purpose = 'contact') =>
        again.get(ConsentService).barrier(await again.system(), who.id, purpose, 'phone');
      expect([await listed(1), await barrier(resumed)]).toEqual([false, 'withdrawn']);
      expect(await barrier(twice)).not.toBeNull();
      const states = await again.sql<{ state: string }>(
        `SELECT DISTINCT state FROM (SELECT DISTINCT ON (purpose, channel) state FROM consents WHERE person_id = $1 ORDER BY purpose, channel, at DESC, id DESC) n`,
        [twice.id],
      );
      expect(states).toEqual([{ state: 'withdrawn' }]);
      expect([await listed(4), await barrier(partly), await barrier(partly, 'invitations')]).toEqual([false, null, 'withdrawn']); // prettier-ignore
      // Put back, a stop is as much the person's to take back as it was.
      expect([await listed(3), await barrier(since)]).toEqual([true, 'suppressed']);
      await again.get(UndoStopService).undoAll(link(since), since.id);
      expect([await listed(3), await barrier(since)]).toEqual([false, null]);
    } finally {
      await again.close();
    }
  });
});
