import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkerService } from '../../src/platform/jobs/worker.service.js';
import { DECLARED, anUpload } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { asSuperuser } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark?.close());

const merge = async () =>
  (
    await sampark.sql<{ by: string | null; runs: number }>(
      `SELECT j.locked_by AS by, j.attempts::int AS runs FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'imports.merge'`,
    )
  )[0]!;
const heard = async () =>
  (await sampark.sql<{ at: string }>('SELECT max(seen_at)::text AS at FROM queue.workers'))[0]!.at;
async function changes<T>(look: () => Promise<T>): Promise<void> {
  const before = await look();
  while ((await look()) === before) await wait(50);
}

const isDone = async (id: string) =>
  (await sampark.sql(`SELECT 1 FROM import_batches WHERE id = $1 AND state = 'done'`, [id])).length === 1;
async function confirmed(phone: string): Promise<string> {
  const { id } = await anUpload(sampark, admin, [{ name: 'Asha', phone }]);
  expect((await sampark.as(admin).post(`/imports/${id}/confirmation`, DECLARED)).status).toBeLessThan(300);
  return id;
}
/** The merging of an import is in hand, and doesn't end before `release`. */
async function inHand<T>(
  worker: WorkerService,
  meanwhile: (release: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  return asSuperuser(sampark.database, async (client) => {
    await client.query('BEGIN; LOCK TABLE import_batches IN ACCESS EXCLUSIVE MODE');
    await worker.start();
    try {
      while (!(await merge()).by) await wait(50);
      return await meanwhile(() => client.query('COMMIT'));
    } finally {
      await client.query('ROLLBACK');
      await worker.stop();
    }
  });
}

it('keeps a job that takes longer than a worker may be silent, and it is run once', async () => {
  const id = await confirmed('9876512345');
  await inHand(sampark.get(WorkerService), async (release) => {
    const { by } = await merge();
    await sampark.sql(`UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '1 minute' WHERE locked_by = $1`, [by]); // prettier-ignore
    // Its heart beats twice: what is to be freed by the first has been by the second.
    await changes(heard);
    await changes(heard);
    expect(await merge()).toEqual({ by, runs: 1 });
    expect(await sampark.sql('SELECT id FROM queue.workers')).toEqual([{ id: by }]);
    await release();
    while (!(await isDone(id))) await wait(50);
  });
});
