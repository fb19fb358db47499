/** `npm run bench`: all benchmarks, or those named; `npm run bench -- import --rows 100000`, `… -- import FILE`. */
import 'reflect-metadata';
import { startForTests } from '../support/postgres-for-tests.js';
import { auditBench } from './audit.bench.js';
import { table, type Bench, type Measured } from './bench.js';
import { duplicatesBench } from './duplicates.bench.js';
import { importBench } from './import.bench.js';
import { namesBench } from './names.bench.js';
import { scopeBench } from './scope.bench.js';
import { searchBench } from './search.bench.js';

const BENCHES: Bench[] = [importBench, scopeBench, namesBench, searchBench, auditBench, duplicatesBench];

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
const measured: Measured[] = [];
try {
  for (const bench of named ? [named] : BENCHES) measured.push(...(await bench.run(args)));
} finally {
  await (globalThis as { stopPostgres?: () => Promise<void> }).stopPostgres?.();
}
console.log(table(measured));
process.exit(0);
