import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { from as copyFrom } from 'pg-copy-streams';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ImportBatch } from '../../src/sympathisers/import/import-batch.entity.js';
import { ImportMerger } from '../../src/sympathisers/import/import-merger.service.js';
import { ImportReader } from '../../src/sympathisers/import/import-reader.service.js';
import { ImportsService } from '../../src/sympathisers/import/imports.service.js';
import { TerritoriesQueries } from '../../src/territories/territories.queries.js';
import { aMessySheet, sheet } from '../fixtures/intake-sheet.js';
import { asSuperuser } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { seconds, type Bench, type Measured } from './bench.js';

const ROWS = 20_000;

/** The whole way of a file into an empty register, against COPY of the same cells into a table of as many columns. */
export const importBench: Bench = {
  name: 'import',
  about: 'a generated file (--rows N, 20,000 unless told) or a FILE, against COPY of its rows by the bare driver',
  async run(args) {
    const folder = mkdtempSync(join(tmpdir(), 'sampark-bench-'));
    const sampark = await aSampark();
    try {
      const file = fileOf(args, folder);
      const lines = parse(await readFile(file), {
        relax_column_count: true,
        relax_quotes: true,
        bom: true,
      }) as string[][];
      return await measure(sampark, file, lines);
    } finally {
      await sampark.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function fileOf(args: string[], folder: string): string {
  const at = args.indexOf('--rows');
  const given = args.find((arg, i) => !arg.startsWith('--') && (at < 0 || i !== at + 1));
  if (given) return given;
  const rows = at < 0 ? ROWS : Number(args[at + 1]);
  if (!Number.isInteger(rows) || rows < 1) throw new Error('--rows: must be a whole number');
  const file = join(folder, 'intake.csv');
  writeFileSync(file, sheet(aMessySheet(1, rows)));
  return file;
}

async function measure(sampark: Sampark, file: string, lines: string[][]): Promise<Measured[]> {
  const rows = lines.length - 1;
  const reference = await copied(sampark.database, lines);
  const actor = await sampark.system('system:bench');
  const work = sampark.get(UnitOfWork);
  const territory = await work.run(actor, (tx) => sampark.get(TerritoriesQueries).find(tx, 'up'));
  const about = () => Promise.resolve({ fileName: basename(file), territory, source: 'bench' });
  let id = '';
  const reading = await seconds(async () => {
    id = (await sampark.get(ImportsService).upload(actor, createReadStream(file), about, 'here')).id;
    await sampark.get(ImportReader).read(actor, id);
  });
  await sampark.get(ImportsService).confirm(actor, id, 'here');
  const merging = await seconds(() => sampark.get(ImportMerger).merge(actor, id, { comparedAt: new Date() }));
  const batch = await work.run(actor, (tx) => tx.findOrFail(ImportBatch, { id }));
  const { created, changed, same, rejected } = batch;
  console.log(
    `${basename(file)}: ${rows} rows, created ${created}, changed ${changed}, same ${same}, rejected ${rejected}; ` +
      `to the preview ${reading.toFixed(1)} s, into the register ${merging.toFixed(1)} s, peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  );
  const against = 'COPY of the same cells';
  const one = { unit: 'rows/s', reference: rows / reference, against };
  return [
    { what: `import of ${rows} rows`, figure: rows / (reading + merging), ...one },
    { what: '  read, compare, preview', figure: rows / reading, ...one },
    { what: '  merge', figure: rows / merging, ...one },
  ];
}

/** Seconds to COPY the cells into a table of text columns. */
function copied(database: string, lines: string[][]): Promise<number> {
  const [headers = [], ...rows] = lines;
  const text = rows.map((row) => headers.map((_, i) => escaped(row[i] ?? '')).join('\t') + '\n');
  return asSuperuser(database, async (client) => {
    await client.query(`CREATE TABLE bench_copy (${headers.map((_, i) => `c${i} text`).join(', ')})`);
    const taken = await seconds(() =>
      pipeline(Readable.from(text), client.query(copyFrom('COPY bench_copy FROM STDIN'))),
    );
    await client.query('DROP TABLE bench_copy');
    return taken;
  });
}

const escaped = (cell: string) =>
  cell.replace(/[\\\t\n\r]/g, (letter) => `\\${{ '\\': '\\', '\t': 't', '\n': 'n', '\r': 'r' }[letter]}`);
