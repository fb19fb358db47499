import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mulberry32 } from '../fixtures/intake-sheet.js';
import { importUnderFire } from '../support/crashing-import.js';
import type { Bench } from './bench.js';
import { aPeopleFile } from './people-file.js';

const option = (args: string[], name: string, otherwise: number): number => {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : Number(args[at + 1]);
};

/** Program and Postgres are killed by turns while a file goes in; the totals add up, and nobody is there twice. */
export const importCrashBench: Bench = {
  name: 'import-crash',
  about:
    'a file of --rows N (a million unless told) goes in while program and Postgres are killed --kills N times (20)',
  async run(args) {
    const folder = mkdtempSync(join(tmpdir(), 'sampark-bench-'));
    const random = mulberry32(9);
    try {
      const rows = option(args, '--rows', 1_000_000);
      const file = join(folder, 'people.csv');
      await aPeopleFile(file, rows);
      const least = option(args, '--every', 3);
      const { batch, kills, people, twice } = await importUnderFire(
        file,
        option(args, '--kills', 20),
        () => (least + random() * least * 2) * 1000,
        console.log,
      );
      const { created, changed, same, rejected } = batch;
      const total = created + changed + same + rejected;
      console.log(`${rows} rows: created ${created}, changed ${changed}, same ${same}, rejected ${rejected}; ${people} people in the register, ${twice} of them twice`); // prettier-ignore
      if (total !== rows || people !== created || twice) throw new Error('The totals do not add up.');
      const longest = Math.max(...kills.map((kill) => kill.resumedAfterMs)) / 1000;
      const again = Math.max(...kills.map((kill) => kill.again));
      const staged = Math.max(...kills.map((kill) => kill.stagedAgain));
      return [
        { what: `longest until it went on, of ${kills.length} kills`, unit: 's', figure: longest, reference: 20, against: 'what is allowed' },
        { what: 'rows merged again, at most', unit: 'rows', figure: again, reference: 50_000, against: 'what is allowed' },
        { what: 'rows staged again that were staged, at most', unit: 'rows', figure: staged, reference: 1, against: 'none is allowed' },
      ]; // prettier-ignore
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
