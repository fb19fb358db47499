import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportUndo } from '../../src/sympathisers/import/import-undo.service.js';
import { asSuperuser } from '../support/database.js';
import { type Bench, type Measured, rowsAsked, seconds } from './bench.js';
import { imported, inAnEmptyRegister } from './import.bench.js';
import { aPeopleFile } from './people-file.js';

const ROWS = 100_000;

/** The same people, by the server alone, without asking whether anybody did anything with them since. */
const PLAIN = [
  'person_suggestions',
  'person_notes',
  'consents',
  'contact_points',
  'person_identities',
  'identity_claims',
]
  .map((table) => `DELETE FROM ${table} WHERE person_id IN (SELECT id FROM people WHERE batch_id = $1)`)
  .concat('DELETE FROM people WHERE batch_id = $1');

/** How long it takes to say what an undo of a whole import would do, and to do it. */
export const importUndoBench: Bench = {
  name: 'import-undo',
  about: 'an import of --rows N (100,000 unless told) taken back: foreseen, and done, against deleting by plain SQL',
  async run(args) {
    const rows = rowsAsked(args, ROWS, 1_000);
    const folder = mkdtempSync(join(tmpdir(), 'sampark-bench-'));
    const file = join(folder, 'people.csv');
    try {
      await aPeopleFile(file, rows);
      return await inAnEmptyRegister(async (sampark): Promise<Measured[]> => {
        const actor = await sampark.system('system:bench');
        const undo = sampark.get(ImportUndo);
        const { batch } = await imported(sampark, file);
        let goes = 0;
        const foreseen = await seconds(async () => {
          const { brought, changed, kept } = (await undo.foresee(actor, batch.id)).foreseen;
          goes = brought + changed - kept;
        });
        const taken = await seconds(async () => {
          await undo.begin(actor, batch.id, goes);
          await undo.run(actor, batch.id);
        });
        const [left] = await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM people');
        console.log(`${batch.created} people came, ${goes} were to go, ${left!.n} stayed`);
        const second = await imported(sampark, file);
        const plain = await asSuperuser(sampark.database, (client) =>
          seconds(async () => {
            for (const sql of PLAIN) await client.query(sql, [second.batch.id]);
          }),
        );
        return [
          { what: `an undo of ${rows} rows, foreseen`, unit: 's', figure: foreseen, reference: plain, against: 'deleting the same people by plain SQL' },
          { what: '  taken back', unit: 's', figure: taken, reference: plain, against: 'the same' },
        ]; // prettier-ignore
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
