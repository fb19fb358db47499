/** `npm run bench`: all benchmarks, or those named; `npm run bench -- import --rows 100000`, `… -- import FILE`. */
import 'reflect-metadata';
import { asSuperuser } from '../support/database.js';
import { startForTests } from '../support/postgres-for-tests.js';
import { auditBench } from './audit.bench.js';
import { backupBench } from './backup.bench.js';
import { table, type Bench, type Measured } from './bench.js';
import { consentBench } from './consent.bench.js';
import { duplicatesBench } from './duplicates.bench.js';
import { exportsBench } from './exports.bench.js';
import { importBench } from './import.bench.js';
import { namesBench } from './names.bench.js';
import { importUndoBench } from './import-undo.bench.js';
import { importCrashBench } from './import-crash.bench.js';
import { privacyBench } from './privacy.bench.js';
import { retentionBench } from './retention.bench.js';
import { scopeBench } from './scope.bench.js';
import { searchBench } from './search.bench.js';
import { segmentsBench } from './segments.bench.js';

const BENCHES: Bench[] = [
  importBench,
  importCrashBench,
  importUndoBench,
  scopeBench,
  segmentsBench,
  exportsBench,
  consentBench,
  auditBench,
  namesBench,
  searchBench,
  duplicatesBench,
  privacyBench,
  retentionBench,
  backupBench,
];

const [first, ...rest] = process.argv.slice(2);
const named = BENCHES.find(({ name }) => name === first);
if (first === '--help' || (first && !named && !first.startsWith('--'))) {
  console.log(
    `npm run bench [-- NAME [arguments]]\n${BENCHES.map(({ name, about }) => `  ${name}: ${about}`).join('\n')}`,
  );
  process.exit(first === '--help' ? 0 : 2);
}
const args = named ? rest : process.argv.slice(2);

await startForTests();
// BENCH_PLANS=500: the server's log has the plan of each statement that takes so many milliseconds.
if (process.env.BENCH_PLANS)
  await asSuperuser('postgres', async (client) => {
    await client.query(`ALTER SYSTEM SET session_preload_libraries = 'auto_explain'`);
    await client.query(`ALTER SYSTEM SET auto_explain.log_min_duration = ${Number(process.env.BENCH_PLANS)}`);
    await client.query('ALTER SYSTEM SET auto_explain.log_analyze = on');
    await client.query('ALTER SYSTEM SET auto_explain.log_timing = off');
    await client.query('SELECT pg_reload_conf()');
  });
const measured: Measured[] = [];
try {
  for (const bench of named ? [named] : BENCHES) measured.push(...(await bench.run(args)));
} finally {
  await (globalThis as { stopPostgres?: () => Promise<void> }).stopPostgres?.();
}
console.log(table(measured));
process.exit(0);
