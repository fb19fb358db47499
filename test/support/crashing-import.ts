import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { closeApplication, createContext } from '../../src/application.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { withPatience } from '../../src/platform/database/patience.js';
import { RootScope } from '../../src/platform/database/root-scope.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { makeLogger } from '../../src/platform/log/logger.js';
import { ImportBatch } from '../../src/sympathisers/import/import-batch.entity.js';
import { PERSONS_IN_HAND } from '../../src/sympathisers/import/import-merger.service.js';
import { ImportsService } from '../../src/sympathisers/import/imports.service.js';
import { BRINGS } from '../../src/sympathisers/import/merge-sql.js';
import { ShippedTree } from '../../src/territories/shipped-tree.js';
import { TerritoriesQueries } from '../../src/territories/territories.queries.js';
import { aKillableServer } from './killable-server.js';
import { Program } from './program.js';

export interface Kill {
  what: 'program' | 'postgres';
  state: string;
  /** Until the import had gone on: another slice was staged or merged, or it was done. */
  resumedAfterMs: number;
  /** Rows that were in hand at most, and went back with their units of work: those of the slices that come next. */
  again: number;
  /** Rows that were staged when it was killed, and not when it had gone on: staged twice. */
  stagedAgain: number;
}

export interface Survived {
  batch: ImportBatch;
  kills: Kill[];
  people: number;
  /** Persons with the same phone and the same name key. */
  twice: number;
}

/**
 * Imports a file by a worker of its own process on an embedded Postgres of its own, both of which are killed with SIGKILL
 * by turns while it goes on.
 * @param everyMs gives the time to the next kill
 */
export async function importUnderFire(
  file: string,
  kills: number,
  everyMs: () => number,
  tell: (line: string) => void = () => undefined,
): Promise<Survived> {
  const server = await aKillableServer();
  const { database } = server;
  const env = {
    NODE_ENV: 'development',
    DATA_DIR: server.dataDir,
    PROCESS: 'worker',
    LOG_LEVEL: 'error',
    SMTP_URL: 'smtp://127.0.0.1:9',
  };
  const app = await createContext({
    config: loadConfig(env),
    database,
    logger: makeLogger(loadConfig({ ...env, LOG_LEVEL: 'silent' })),
  });
  const scope = await app.get(RootScope).scope();
  const actor = { kind: 'system', name: 'system:bench', scope } as const;
  const work = app.get(UnitOfWork);
  const imports = app.get(ImportsService);
  await app.get(ShippedTree).load({ ...actor, name: 'system:tree' });
  const territory = await work.run(actor, (tx) => app.get(TerritoriesQueries).find(tx, 'up'));
  const start = () => Program.start('main', [], env);
  let program = start();
  await program.says(/is working/);
  const about = () => Promise.resolve({ fileName: basename(file), territory, source: 'fire' });
  const { id } = await imports.upload(actor, createReadStream(file), about);
  const look = () => withPatience(() => work.run(actor, (tx) => tx.findOrFail(ImportBatch, { id })));
  const done: Kill[] = [];
  const one = (sql: string, params: unknown[]) =>
    withPatience(() => work.run(actor, async (tx) => (await tx.one<{ n: number | null }>(sql, params))!.n ?? 0));
  const stagedRows = () => one('SELECT max(row_no) AS n FROM import_rows WHERE batch_id = $1', [id]);
  const rowsInHand = async ({ state, phase, mergedTo }: ImportBatch) =>
    state === 'merging' && phase === 'merging'
      ? await one(`SELECT count(*)::int AS n FROM import_outcomes WHERE batch_id = $1 AND group_no > $2 AND group_no <= coalesce((
                     SELECT max(group_no) FROM (SELECT o.group_no FROM import_outcomes o
                      WHERE o.batch_id = $1 AND o.group_no > $2 AND ${BRINGS} ORDER BY o.group_no LIMIT $3) s), 0)`, [id, mergedTo, PERSONS_IN_HAND]) // prettier-ignore
      : 0;
  try {
    let next = Date.now() + everyMs();
    for (;;) {
      const batch = await look();
      if (batch.state === 'previewed')
        await withPatience(() =>
          imports.confirm(actor, id, 'job', { agreedOn: '2026-01-15', originals: 'the office' }),
        );
      if (batch.state === 'done') break;
      if (batch.state === 'failed') throw new Error(`The import failed: ${batch.problem}`);
      if (done.length >= kills || Date.now() < next) {
        await wait(100);
        continue;
      }
      const what = done.length % 2 ? 'postgres' : 'program';
      const [staged, inHand] = [await stagedRows(), await rowsInHand(await look())];
      const at = Date.now();
      if (what === 'program') {
        program.kill('SIGKILL');
        await program.ended();
        program = start();
      } else server.kill();
      const before = await look();
      let now = before;
      // What was done by then doesn't go on.
      while (before.state !== 'done' && mark(now) === mark(before)) {
        await wait(100);
        now = await look();
        if (now.state === 'previewed')
          await withPatience(() =>
            imports.confirm(actor, id, 'job', { agreedOn: '2026-01-15', originals: 'the office' }),
          );
      }
      const resumedAfterMs = Date.now() - at;
      const kill = { what, state: before.state, resumedAfterMs, again: inHand, stagedAgain: now.state === 'reading' ? Math.max(0, staged - (await stagedRows())) : 0 } as const; // prettier-ignore
      done.push(kill);
      tell(`${done.length}: ${what} killed while ${kill.state} (${before.phase}) at ${before.phase === 'reading' ? before.rows : before.done} rows, went on after ${(kill.resumedAfterMs / 1000).toFixed(1)} s, ${kill.again} rows in hand`); // prettier-ignore
      next = Date.now() + everyMs();
    }
    const batch = await look();
    const client = new pg.Client({ connectionString: server.adminUrl });
    await client.connect();
    const count = async (sql: string) => (await client.query<{ n: number }>(sql)).rows[0]!.n;
    const people = await count('SELECT count(*)::int AS n FROM people');
    const twice = await count(
      `SELECT count(*)::int AS n FROM (SELECT FROM people p JOIN contact_points c ON c.person_id = p.id
        GROUP BY c.kind, c.value, p.name_key HAVING count(DISTINCT p.id) > 1) s`,
    );
    await client.end();
    return { batch, kills: done, people, twice };
  } finally {
    program.kill('SIGTERM');
    await program.ended();
    await closeApplication(app);
    await server.close();
  }
}

const mark = ({ state, phase, rows, done, mergedTo }: ImportBatch): string =>
  `${state} ${phase} ${rows} ${done} ${mergedTo}`;
