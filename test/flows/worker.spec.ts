import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkerService } from '../../src/platform/jobs/worker.service.js';
import { asSuperuser } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
beforeAll(async () => {
  sampark = await aSampark();
});
afterAll(() => sampark?.close());

interface Found {
  attempts: number;
  locked: boolean;
}
const job = async (): Promise<Found | undefined> =>
  (
    await sampark.sql<Found & Record<string, unknown>>(
      `SELECT attempts, locked_by IS NOT NULL AS locked FROM graphile_worker._private_jobs WHERE key = 'held'`,
    )
  )[0];
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await wait(20);
};
/** The worker has said twice that it lives, and so has looked once at everything in between. */
const twoBeats = async () => {
  const seen = async () =>
    (await sampark.sql<{ at: string }>('SELECT max(seen_at)::text AS at FROM queue.workers'))[0]!.at;
  for (let beats = 0; beats < 2; beats++) {
    const before = await seen();
    await until(async () => (await seen()) !== before);
  }
};

it('keeps a job in hand however long it takes, and gives back one that was locked for it and got lost', async () => {
  const worker = sampark.get(WorkerService);
  await asSuperuser(sampark.database, async (keeper) => {
    // The log can't be written for as long as somebody else has its end.
    await keeper.query('BEGIN; SELECT 1 FROM erasure_log_head FOR UPDATE');
    await sampark.sql(`SELECT graphile_worker.add_job('erasure-log.write', '{"scope": null}', job_key := 'held')`);
    await worker.start();
    try {
      await until(async () => (await job())?.locked === true);
      await sampark.sql(
        `UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '1 hour' WHERE key = 'held'`,
      );
      // Of a job that came while the server was killed nobody here knows, though it is locked for us.
      await sampark.sql(`SELECT graphile_worker.add_job('no.such', '{}', job_key := 'lost')`);
      await sampark.sql(
        `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = (SELECT locked_by FROM graphile_worker._private_jobs WHERE key = 'held') WHERE key = 'lost'`,
      );
      await twoBeats();
      expect(await job()).toEqual({ attempts: 1, locked: true });
      await until(async () => {
        const [lost] = await sampark.sql(
          `SELECT 1 FROM graphile_worker._private_jobs WHERE key = 'lost' AND locked_by IS NULL`,
        );
        return lost !== undefined;
      });
      await keeper.query('ROLLBACK');
      await until(async () => (await job()) === undefined);
    } finally {
      await keeper.query('ROLLBACK');
      await worker.stop();
    }
  });
});
