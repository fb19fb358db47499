import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkerService } from '../../src/platform/jobs/worker.service.js';
import { sheet } from '../fixtures/intake-sheet.js';
import { urlsFor } from '../support/database.js';
import { Program } from '../support/program.js';
import { aSampark, type Sampark } from '../support/sampark.js';

interface Figures {
  state: string;
  created: number;
  rejected: number;
}

let sampark: Sampark;
let folder: string;
beforeAll(async () => {
  // The command runs beside this program, on the same database.
  sampark = await aSampark();
  folder = mkdtempSync(join(tmpdir(), 'sampark-import-'));
});
afterAll(async () => {
  await sampark.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
function start(...args: string[]): Program {
  const urls = urlsFor(sampark.database);
  const program = Program.start('cli', ['import', ...args], {
    DATABASE_URL: urls.app,
    DATABASE_OWNER_URL: urls.owner,
    DATABASE_QUEUE_URL: urls.queue,
    SECRET_KEY: sampark.config.secretKey!,
    SUPPRESSION_KEYS: sampark.config.suppressionKeys!,
    DATA_DIR: folder,
    LOG_LEVEL: 'silent',
  });
  program.child.stdin!.end();
  return program;
}
async function command(...args: string[]) {
  const program = start(...args);
  return { code: await program.ended(), output: program.output };
}

it('takes a file in, prints the figures as JSON, and writes the rejected rows', async () => {
  const list = file(
    'list.csv',
    sheet([
      { name: 'Asha', phone: '6400000001' },
      { name: 'Asha', phone: '6400000001' },
      { name: 'Nobody' },
      { name: 'Sita', phone: '12', email: 'sita@example.org' },
    ]),
  );
  const rejects = join(folder, 'rejects.csv');
  const { code, output } = await command(
    list,
    '--territory',
    'up',
    '--source',
    'fair',
    '--agreed-on',
    '2026-01-15',
    '--originals',
    'file 12',
    '--yes',
    '--json',
    '--rejects',
    rejects,
  );
  expect(code).toBe(0);
  const figures = JSON.parse(output) as Record<string, number>;
  expect(figures).toEqual({
    id: expect.any(String),
    rows: 4,
    created: 2,
    changed: 0,
    same: 1,
    rejected: 1,
    warnings: 1,
  });
  expect(readFileSync(rejects, 'utf8').split('\r\n').slice(0, 2)).toEqual([
    '\ufeffFull name,Mobile,Email,Platform,Handle or link,District,PIN,Language,Age,Where from,Agreed to be contacted,Remarks,Row,Reason',
    'Nobody,,,,,,,,,,yes,,4,"No usable phone, mail or handle"',
  ]);
  const again = await command(
    list,
    '--territory',
    'up',
    '--source',
    'fair',
    '--agreed-on',
    '2026-01-15',
    '--originals',
    'file 12',
    '--yes',
    '--json',
  );
  expect(JSON.parse(again.output)).toMatchObject({ created: 0, changed: 0, same: 3, rejected: 1 });
}, 60_000);

it('is finished by a worker when it is killed on its way, and nobody is in twice', async () => {
  const rows = Array.from({ length: 15_000 }, (_, i) => ({ name: 'Asha', phone: String(6_500_000_000 + i) }));
  const program = start(file('long.csv', sheet(rows)), '--territory', 'up', '--source', 'killed', '--yes');
  const batch = async () =>
    (await sampark.sql<Figures>(`SELECT state, created, rejected FROM import_batches WHERE source = 'killed'`))[0];
  while ((await batch())?.state !== 'merging') await wait(20);
  program.kill('SIGKILL');
  await program.ended();
  const worker = sampark.get(WorkerService);
  await worker.start();
  try {
    while ((await batch())!.state === 'merging') await wait(100);
  } finally {
    await worker.stop();
  }
  expect(await batch()).toEqual({ state: 'done', created: 15_000, rejected: 0 });
  const [people] = await sampark.sql<{ n: number; different: number }>(
    `SELECT count(*)::int AS n, count(DISTINCT value)::int AS different FROM contact_points WHERE value LIKE '+9165%'`,
  );
  expect(people).toEqual({ n: 15_000, different: 15_000 });
}, 120_000);

it.each([
  [
    'a file that is not there',
    () => ['nowhere.csv', '--territory', 'up', '--source', 's', '--yes'],
    2,
    /nowhere\.csv: there is no such file/,
  ],
  ['nobody to ask', () => [file('a.csv', 'Name\nA\n'), '--territory', 'up', '--source', 's'], 2, /give --yes/],
  ['an empty file', () => [file('b.csv', ''), '--territory', 'up', '--source', 's', '--yes'], 1, /the file is empty/],
  [
    'a territory nobody knows',
    () => [file('c.csv', 'Name,Mobile\nA,6\n'), '--territory', 'atlantis', '--source', 's', '--yes'],
    2,
    /no territory "atlantis"/,
  ],
  [
    'no column of names',
    () => [file('d.csv', 'Foo,Mobile\nA,6400000003\n'), '--territory', 'up', '--source', 's', '--yes'],
    1,
    /needs a column of names.*"Foo", "Mobile"/,
  ],
  [
    'a quote that never ends',
    () => [
      file('e.csv', `Name,Mobile\n"A,6400000003\n${'x'.repeat(1_100_000)}`),
      '--territory',
      'up',
      '--source',
      's',
      '--yes',
    ],
    1,
    /never closed/,
  ],
  ['no territory at all', () => [file('f.csv', 'Name\n'), '--source', 's', '--yes'], 1, /required option '--territory/],
] as [string, () => string[], number, RegExp][])(
  'fails clearly for %s',
  async (_, args, exit, says) => {
    const { code, output } = await command(...args());
    expect(output).toMatch(says);
    expect(code).toBe(exit);
  },
  30_000,
);
