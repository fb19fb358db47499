import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { ExportWriter } from '../../src/sympathisers/exports/export-writer.service.js';
import { ExportsService } from '../../src/sympathisers/exports/exports.service.js';
import { aUser } from '../factories/users.js';
import { adminUrlOf } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { type Bench, type Measured, rowsAsked, seconds } from './bench.js';
import { keepEverybody } from './keep-everybody.js';
import { peakOf } from './peak-memory.js';
import { aRegister } from './register.js';

const PEOPLE = 100_000;
const COLUMNS = ['name', 'phones', 'handles', 'language', 'territory', 'id'];

/** The same people with their points, as text, by the server alone. */
const BARE = `COPY (
  SELECT p.full_name, (SELECT string_agg(c.value, ', ') FROM contact_points c WHERE c.person_id = p.id),
         (SELECT string_agg(i.handle, ', ') FROM person_identities i WHERE i.person_id = p.id), p.language, t.name_en, p.id
    FROM people p JOIN territories t ON t.id = p.territory_id ORDER BY p.id) TO STDOUT (FORMAT csv)`;

/** How long a file of everybody takes to be written and to be fetched, and whether memory knows how long it is. */
export const exportsBench: Bench = {
  name: 'exports',
  about: 'a file of everybody in a register of --rows N people (100,000 unless told), as CSV and as XLSX, against COPY',
  async run(args) {
    const people = rowsAsked(args, PEOPLE, 1_000);
    const sampark = await aSampark();
    const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    await admin.connect();
    try {
      await aRegister(admin, people);
      await keepEverybody(admin);
      const bare = await copied(admin);
      const measured: Measured[] = [];
      for (const format of ['csv', 'xlsx'] as const) measured.push(...(await taken(sampark, format, people, bare)));
      return measured;
    } finally {
      await admin.end();
      await sampark.close();
    }
  },
};

/** Seconds of the second time, when everything is in memory. */
async function copied(admin: pg.Client): Promise<number> {
  const all = async () => {
    for await (const piece of admin.query(copyTo(BARE)) as AsyncIterable<Buffer>) void piece;
  };
  await all();
  return seconds(all);
}

async function taken(sampark: Sampark, format: 'csv' | 'xlsx', people: number, bare: number): Promise<Measured[]> {
  const user = await aUser(sampark, { role: 'state_admin', in: 'up' });
  const asked = { format, columns: COLUMNS, reason: 'A benchmark', count: people };
  const { status, body } = await sampark.as(user).post('/exports?lang=en', asked);
  if (status !== 202) throw new Error(`The export was answered with ${status}: ${JSON.stringify(body)}`);
  const actor = await sampark.system('system:bench');
  const writing = await peakOf(() => seconds(() => sampark.get(ExportWriter).write(actor, body.id as string)));
  let bytes = 0;
  const fetching = await peakOf(() =>
    seconds(async () => {
      const file = await sampark.get(ExportsService).file(actor, body.id as string);
      for await (const piece of file.bytes) bytes += piece.length;
    }),
  );
  console.log(`${format}: ${(bytes / 1024 / 1024).toFixed(1)} MB`);
  return [
    { what: `${format} of ${people} people, written`, unit: 'people/s', figure: people / writing.result, reference: people / bare, against: 'COPY of the same by the bare driver, thrown away' },
    { what: '  memory it took', unit: 'MB', figure: writing.megabytes, reference: 200, against: 'what an import may take' },
    { what: '  fetched, with a note of whom it showed', unit: 'people/s', figure: people / fetching.result, reference: people / bare, against: 'the same COPY' },
    { what: '  memory it took', unit: 'MB', figure: fetching.megabytes, reference: 200, against: 'what an import may take' },
  ]; // prettier-ignore
}
