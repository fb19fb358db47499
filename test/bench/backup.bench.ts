import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { makeBackup } from '../../src/platform/backup/make-backup.js';
import { openBackup, restoreBackup } from '../../src/platform/backup/restore-backup.js';
import { columnsOf, nameOf, tablesOf } from '../../src/platform/backup/catalogue.js';
import { prepareDatabase } from '../../src/platform/database/roles.js';
import { adminUrlOf, asSuperuser, urlsFor } from '../support/database.js';
import { aSampark } from '../support/sampark.js';
import { rowsAsked, seconds, type Bench, type Measured } from './bench.js';
import { peakOf } from './peak-memory.js';
import { aRegister } from './register.js';

const PEOPLE = 200_000;
const PASSPHRASE = 'a passphrase of the benchmark';

/** How fast everything goes into an encrypted file and out of it, and whether memory stays where it is. */
export const backupBench: Bench = {
  name: 'backup',
  about: `a backup of a register of --rows N people (${PEOPLE.toLocaleString('en')} unless told), and its restoring, against COPY by the bare driver`, // prettier-ignore
  async run(args) {
    const people = rowsAsked(args, PEOPLE, 1_000);
    const sampark = await aSampark();
    const folder = mkdtempSync(join(tmpdir(), 'sampark-bench-backup-'));
    const other = `sampark_bench_${randomBytes(4).toString('hex')}`;
    const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    await admin.connect();
    try {
      await aRegister(admin, people);
      const urls = urlsFor(sampark.database);
      const file = join(folder, 'backup');
      const bare = await copied(admin);
      let made = { rows: 0, bytes: 0 };
      const taking = await peakOf(() => seconds(async () => (made = await makeBackup(urls, file, { passphrase: PASSPHRASE })))); // prettier-ignore
      const cluster = new pg.Client({ connectionString: adminUrlOf('postgres') });
      await cluster.connect();
      await prepareDatabase(cluster, other);
      await cluster.end();
      const restoring = await peakOf(() =>
        seconds(async () =>
          restoreBackup(urlsFor(other), await openBackup(file, PASSPHRASE), { empty: ['people'], afterLoad: [] }),
        ),
      );
      console.log(`${made.rows} rows, ${bare.bytes} bytes as COPY gives them, ${statSync(file).size} in the file`);
      const rate = (time: number) => made.rows / time;
      return [
        { what: `backup of ${people} people`, unit: 'rows a second', figure: rate(taking.result), reference: rate(bare.time), against: 'COPY of the same tables by the bare driver, thrown away' }, // prettier-ignore
        { what: '  memory it took', unit: 'MB', figure: taking.megabytes, reference: 256, against: 'at most, of which scrypt has 128' }, // prettier-ignore
        { what: 'restoring it, indexes and foreign keys checked', unit: 'rows a second', figure: rate(restoring.result), reference: rate(bare.time), against: 'the same COPY out' }, // prettier-ignore
        { what: '  memory it took', unit: 'MB', figure: restoring.megabytes, reference: 256, against: 'at most, of which scrypt has 128' }, // prettier-ignore
      ] satisfies Measured[];
    } finally {
      await admin.end();
      await sampark.close();
      await asSuperuser('postgres', (client) => client.query(`DROP DATABASE IF EXISTS ${other} WITH (FORCE)`));
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Every table, read once more as fast as the driver can, twice: the second time everybody finds it in memory. */
async function copied(admin: pg.Client): Promise<{ time: number; bytes: number }> {
  let bytes = 0;
  const all = async () => {
    bytes = 0;
    for (const table of await tablesOf(admin))
      for await (const piece of admin.query(
        copyTo(`COPY (SELECT ${columnsOf(table)} FROM ${nameOf(table)}) TO STDOUT`),
      ) as AsyncIterable<Buffer>)
        // prettier-ignore
        bytes += piece.length;
  };
  await all();
  return { time: await seconds(all), bytes };
}
