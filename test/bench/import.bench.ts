import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type pg from 'pg';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ImportBatch } from '../../src/sympathisers/import/import-batch.entity.js';
import { ImportMerger } from '../../src/sympathisers/import/import-merger.service.js';
import { ImportReader } from '../../src/sympathisers/import/import-reader.service.js';
import { ImportsService } from '../../src/sympathisers/import/imports.service.js';
import { TerritoriesQueries } from '../../src/territories/territories.queries.js';
import { asSuperuser } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { seconds, type Bench, type Measured } from './bench.js';
import { aPeopleFile } from './people-file.js';
import { oneByOne, PLAIN_MERGE } from './plain-merge.js';
import { processorTime } from './processor-time.js';
import { tellStatements } from './statement-times.js';

const ROWS = 100_000;
const ONE_BY_ONE = 20_000;

/**
 * The whole way of a file into an empty register (stored, read, compared, shown, merged), and the same file once more;
 * against the plain SQL that merges the same staged rows into the same tables, and against saving row by row.
 */
export const importBench: Bench = {
  name: 'import',
  about:
    'a generated file (--rows N, 100,000 unless told; --only leaves the references out; --grow: N/10, then N) or a FILE',
  async run(args) {
    const folder = mkdtempSync(join(tmpdir(), 'sampark-bench-'));
    try {
      if (args.includes('--grow')) return await grown(rowsOf(args), folder);
      const file = await fileOf(args, folder);
      return await inAnEmptyRegister((sampark) => measure(sampark, file, args.includes('--only')));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export async function inAnEmptyRegister<T>(work: (sampark: Sampark) => Promise<T>): Promise<T> {
  const sampark = await aSampark();
  try {
    return await work(sampark);
  } finally {
    await sampark.close();
  }
}

/** What a row costs in a file ten times as long, and whether memory knows how long it is. */
async function grown(rows: number, folder: string): Promise<Measured[]> {
  const runs = [];
  for (const n of [Math.round(rows / 10), rows]) {
    const file = join(folder, `${n}.csv`);
    await aPeopleFile(file, n);
    runs.push(await inAnEmptyRegister((sampark) => imported(sampark, file)));
    rmSync(file);
  }
  const [few, many] = runs as [Imported, Imported];
  const each = ({ seconds, batch }: Imported) => (seconds / batch.rows) * 1e6;
  return [
    { what: `a row of ${many.batch.rows}`, unit: 'µs', figure: each(many), reference: each(few), against: `a row of ${few.batch.rows}` },
    { what: `memory above idle, ${many.batch.rows} rows`, unit: 'MB', figure: many.memory, reference: few.memory, against: `of ${few.batch.rows} rows` },
  ]; // prettier-ignore
}

function rowsOf(args: string[]): number {
  const at = args.indexOf('--rows');
  const rows = at < 0 ? ROWS : Number(args[at + 1]);
  if (!Number.isInteger(rows) || rows < 1) throw new Error('--rows: must be a whole number');
  return rows;
}

async function fileOf(args: string[], folder: string): Promise<string> {
  const at = args.indexOf('--rows');
  const given = args.find((arg, i) => !arg.startsWith('--') && (at < 0 || i !== at + 1));
  if (given) return given;
  const rows = rowsOf(args);
  const file = join(folder, 'people.csv');
  await aPeopleFile(file, rows);
  return file;
}

async function measure(sampark: Sampark, file: string, only: boolean): Promise<Measured[]> {
  console.log(`${basename(file)}: ${(statSync(file).size / 1024 / 1024).toFixed(1)} MB`);
  const first = await imported(sampark, file, (id) => (only ? Promise.resolve() : kept(sampark, id)));
  const again = await imported(sampark, file);
  if (again.batch.created) throw new Error(`The same file made ${again.batch.created} new people.`);
  const { rows } = first.batch;
  const measured: Measured[] = [
    { what: `the same ${rows} rows again`, unit: 's', figure: again.seconds, reference: first.seconds, against: 'the first time' },
    { what: 'memory above idle', unit: 'MB', figure: first.memory, reference: 200, against: 'what is allowed' },
  ]; // prettier-ignore
  if (only) return measured;
  return asSuperuser(sampark.database, async (client) => {
    let cost = 0;
    const plain = await emptied(client, async () => {
      const before = await processorTime();
      const took = await seconds(async () => { for (const sql of PLAIN_MERGE) await client.query(sql); }); // prettier-ignore
      cost = (await processorTime()) - before;
      return took;
    });
    await tellStatements(sampark.database, 'plain SQL');
    const { rows: [merged] } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM people'); // prettier-ignore
    console.log(`plain SQL: ${plain.toFixed(1)} s, ${cost.toFixed(1)} s of processor time, ${merged!.n} people`);
    const few = Math.min(ONE_BY_ONE, rows);
    const single = await emptied(client, () => seconds(() => oneByOne(client, few)));
    return [
      { what: `import of ${rows} rows`, unit: 's', figure: first.seconds, reference: plain, against: 'plain SQL merge of the same staged rows' },
      { what: 'import', unit: 'rows/s', figure: rows / first.seconds, reference: few / single, against: `${few} of them row by row` },
      ...measured,
    ]; // prettier-ignore
  });
}

/** The same rows as they were staged, for the references; before the import deletes them. */
function kept(sampark: Sampark, id: string): Promise<void> {
  return asSuperuser(sampark.database, async (client) => {
    await client.query(`CREATE TABLE bench_rows AS SELECT * FROM staging.import_rows WHERE batch_id = '${id}'`);
    await client.query(`CREATE TABLE bench_keys AS SELECT * FROM staging.import_keys WHERE batch_id = '${id}'`);
    await client.query('ALTER TABLE bench_rows ADD PRIMARY KEY (row_no); CREATE INDEX ON bench_keys (row_no); ANALYZE bench_rows, bench_keys'); // prettier-ignore
  });
}

async function emptied<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query(`TRUNCATE people, identity_claims CASCADE; SET work_mem = '128MB'; SET jit = off`);
  await client.query('CHECKPOINT');
  return work();
}

export interface Imported {
  batch: ImportBatch;
  seconds: number;
  /** MB above idle, at most. */
  memory: number;
}

export async function imported(
  sampark: Sampark,
  file: string,
  before: (id: string) => Promise<void> = () => Promise.resolve(),
): Promise<Imported> {
  const actor = await sampark.system('system:bench');
  const work = sampark.get(UnitOfWork);
  const territory = await work.run(actor, (tx) => sampark.get(TerritoriesQueries).find(tx, 'up'));
  const about = () => Promise.resolve({ fileName: basename(file), territory, source: 'bench' });
  globalThis.gc?.();
  const idle = process.memoryUsage().rss;
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
  let [id, cost] = ['', -(await processorTime())];
  const stored = await seconds(async () => (id = (await sampark.get(ImportsService).upload(actor, createReadStream(file, { highWaterMark: 1024 * 1024 }), about, 'here')).id)); // prettier-ignore
  let readAt = 0;
  const startedAt = performance.now();
  await sampark.get(ImportReader).read(actor, id, (phase) => { if (phase === 'matching') readAt ||= performance.now(); }); // prettier-ignore
  const [reading, comparing] = [(readAt - startedAt) / 1000, (performance.now() - readAt) / 1000];
  cost += await processorTime();
  await tellStatements(sampark.database, 'stored, read, compared');
  await before(id);
  cost -= await processorTime();
  await sampark.get(ImportsService).confirm(actor, id, 'here', { agreedOn: '2026-01-15', originals: 'the office' });
  const merging = await seconds(() => sampark.get(ImportMerger).merge(actor, id, { fresh: true }));
  clearInterval(watch);
  cost += await processorTime();
  await tellStatements(sampark.database, 'merged');
  const batch = await work.run(actor, (tx) => tx.findOrFail(ImportBatch, { id }));
  const all = stored + reading + comparing + merging;
  const memory = (peak - idle) / 1024 / 1024;
  const s = (n: number) => n.toFixed(1);
  console.log(
    `created ${batch.created}, changed ${batch.changed}, same ${batch.same}, rejected ${batch.rejected} of ${batch.rows}; ` +
      `stored ${s(stored)} s, read ${s(reading)}, compared ${s(comparing)}, merged ${s(merging)}: ${s(all)} s, ` +
      `${Math.round(batch.rows / all)} rows/s, ${s(memory)} MB above idle, ${s(cost)} s of processor time`,
  );
  return { batch, seconds: all, memory };
}
