import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { parse } from 'csv-parse/sync';
import { fromRoot } from '../../src/platform/config/paths.js';
import { mulberry32 } from '../fixtures/intake-sheet.js';

const HEADERS =
  'Full name,Mobile,Email,Platform,Handle or link,District,PIN,Language,Age,Where from,Agreed to be contacted,Remarks';
const DISTRICTS = ['Mainpuri', 'Lucknow', 'आगरा', 'Mathura', 'Kanpur Nagar', 'Varanasi', 'प्रयागराज', 'Gorakhpur', 'Bareilly', 'Jhansi']; // prettier-ignore
const PINS = ['205001', '226001', '282001', '281001', '208001', '221001', '211001', '273001', '243001', '284001'];

/**
 * A file as an office has it when it is large: mostly people of their own, one in ten with the phone of somebody just
 * above (a family), one in thirty there already a few rows above in another spelling, one in a hundred with a bad phone,
 * a few who refuse or are under age. The same rows for the same number.
 */
export async function aPeopleFile(path: string, rows: number): Promise<void> {
  const random = mulberry32(4);
  const names = fullNames();
  const out = createWriteStream(path, { highWaterMark: 1024 * 1024 });
  let text = HEADERS + '\r\n';
  let before: { name: number; phone: number; place: number } = { name: 0, phone: 6_000_000_000, place: 0 };
  for (let i = 0; i < rows; i += 1) {
    const dice = random();
    const again = i > 0 && dice < 0.033;
    const family = i > 0 && !again && dice < 0.133;
    const name = again ? before.name : Math.floor(random() * names.length);
    const phone = again || family ? before.phone : 6_000_000_000 + i;
    const place = again || family ? before.place : Math.floor(random() * DISTRICTS.length);
    before = { name, phone, place };
    const pair = names[name]!;
    const [latin, devanagari] = pair;
    const handle = random() < 0.35 ? `person_${i}` : '';
    const platform = handle ? (i % 2 ? 'X' : 'Facebook') : '';
    const mail = random() < 0.15 ? `person.${i}@example.org` : '';
    const bad = random() < 0.01;
    const consent = random() < 0.002 ? 'no' : random() < 0.93 ? 'yes' : '';
    text +=
      [
        random() < 0.5 ? latin : devanagari,
        bad ? '9.19876E+11' : random() < 0.3 ? `0${phone}` : `${phone}`,
        mail,
        platform,
        handle,
        DISTRICTS[place],
        random() < 0.6 ? PINS[place] : '',
        random() < 0.8 ? 'hi' : '',
        random() < 0.001 ? '16' : random() < 0.7 ? String(18 + Math.floor(random() * 60)) : '',
        'Join forms',
        consent,
        random() < 0.05 ? `call after ${Math.floor(random() * 12)}` : '',
      ].join(',') + '\r\n';
    if (text.length < 1024 * 1024) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await finished(out);
}

/** Given names and surnames as the state has them, each with each, in both scripts. */
function fullNames(): [latin: string, devanagari: string][] {
  const rows = parse(readFileSync(fromRoot('reference', 'common_names.csv')), { columns: true }) as {
    devanagari: string;
    latin: string;
    name_type: string;
  }[];
  const last = rows.filter((row) => row.name_type === 'surname');
  const given = rows.filter((row) => row.name_type !== 'surname');
  return given.flatMap((a) =>
    last.map((b): [string, string] => [`${a.latin} ${b.latin}`, `${a.devanagari} ${b.devanagari}`]),
  );
}
