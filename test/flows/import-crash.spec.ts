import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aPeopleFile } from '../bench/people-file.js';
import { mulberry32 } from '../fixtures/intake-sheet.js';
import { importUnderFire } from '../support/crashing-import.js';

it('goes in whole and once, although program and Postgres are killed by turns', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sampark-crash-file-'));
  const random = mulberry32(5);
  try {
    const file = join(folder, 'people.csv');
    await aPeopleFile(file, 20_000);
    const { batch, kills, people, twice } = await importUnderFire(file, 6, () => 100 + random() * 500);
    const { rows, created, changed, same, rejected } = batch;
    expect(rows).toBe(20_000);
    expect(created + changed + same + rejected).toBe(rows);
    expect(people).toBe(created);
    expect(twice).toBe(0);
    expect(kills.length).toBeGreaterThanOrEqual(2);
    expect(kills.map(({ what }) => what)).toEqual(expect.arrayContaining(['program', 'postgres']));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 400_000);
