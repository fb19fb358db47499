import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { mapColumns, toCells } from '../../src/sympathisers/import/columns.js';
import { readRow } from '../../src/sympathisers/import/intake-row.js';
import { ImportMerger } from '../../src/sympathisers/import/import-merger.service.js';
import { ImportReader } from '../../src/sympathisers/import/import-reader.service.js';
import { ReadingContext } from '../../src/sympathisers/import/reading-context.js';
import { outcomes } from '../../src/sympathisers/import/same-person.js';
import { DECLARED, anImport, anUpload, outcome, shown } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { aMessySheet, sheet } from '../fixtures/intake-sheet.js';
import { aSampark, type Sampark } from '../support/sampark.js';

/** The set-based statements against the rules they follow, row by row, on sheets in which everything meets everything. */
describe('a messy sheet', () => {
  let sampark: Sampark;
  let admin: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
    admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  });
  afterAll(() => sampark.close());

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('comes out as the rules say, row by row (seed %i)', async (seed) => {
    const text = sheet(aMessySheet(seed, 400));
    // The rules know an empty register only.
    await sampark.sql('TRUNCATE people, suppressions, identity_claims CASCADE');
    const batch = await anUpload(sampark, admin, text);
    const staged = await sampark.sql<{
      row_no: number;
      outcome: string | null;
      code: string | null;
      first: number;
      filled: string[];
      differs: string[];
    }>(
      `SELECT row_no, outcome, code, filled, differs, min(row_no) OVER (PARTITION BY person_id) AS first
         FROM staging.import_outcomes WHERE batch_id = $1 ORDER BY row_no`,
      [batch.id],
    );
    const [columns = [], ...lines] = parse(text) as string[][];
    const mapping = mapColumns(columns, lines);
    const context = await sampark
      .get(UnitOfWork)
      .run(await sampark.system(), (tx) =>
        sampark.get(ReadingContext).load(tx, new Date(new Date().toISOString().slice(0, 10))),
      );
    const expected = outcomes(lines.map((line) => readRow(toCells(mapping, line), context.row)));
    const found = staged.map((row) => ({
      outcome: row.outcome ?? 'rejected',
      code: row.code,
      person: row.outcome ? row.first - 2 : null,
      filled: [...row.filled].sort(),
      differs: [...row.differs].sort(),
    }));
    const words: Record<string, string> = {
      districtLgd: 'district',
      territoryHint: 'territory',
      birthYear: 'birth_year',
    };
    const named = (list: string[]) => [...new Set(list.map((one) => words[one] ?? one))].sort();
    expect(found).toEqual(
      expected.map((row) => ({
        outcome: row.outcome,
        code: row.reason?.code.slice('import.problem.'.length) ?? null,
        person: row.person,
        filled: named(row.filled),
        differs: named(row.suggestions),
      })),
    );
    await sampark.as(admin).post(`/imports/${batch.id}/confirmation`, DECLARED);
    await sampark.drain();
    const done = await shown(sampark, admin, batch.id);
    expect(outcome(done)).toEqual(outcome(batch));
    const [people] = await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM people');
    expect(people!.n).toBe(done.created);
    const again = await anImport(sampark, admin, text);
    expect(again).toMatchObject({ created: 0, changed: 0, rejected: done.rejected });
  });
});

describe('a crash', () => {
  let sampark: Sampark;
  let admin: AUser;
  beforeAll(async () => {
    sampark = await aSampark();
    admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  });
  afterAll(() => sampark.close());
  const rows = (from: number, n: number) =>
    sheet(
      Array.from({ length: n }, (_, i) => ({
        name: 'Asha Verma',
        phone: String(7_000_000_000 + from + i),
        remarks: 'a note',
      })),
    );

  it('while reading loses nothing: it goes on behind the last rows that were staged', async () => {
    const content = rows(100_000, 10_500);
    const answer = await sampark
      .as(admin)
      .upload('/imports', { name: 'x.csv', content }, { territory: 'up', source: 's' });
    const { id } = answer.body as { id: string };
    const actor = await sampark.system();
    const slices: number[] = [];
    const dying = sampark.get(ImportReader).read(actor, id, (phase, done) => {
      slices.push(done);
      throw new Error(`killed while ${phase}`);
    });
    await expect(dying).rejects.toThrow('killed while reading');
    const [staged] = await sampark.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM staging.import_rows WHERE batch_id = $1',
      [id],
    );
    expect(staged!.n).toBe(10_000);
    await sampark.drain();
    expect(await shown(sampark, admin, id)).toMatchObject({ state: 'previewed', rows: 10_500, created: 10_500 });
  });

  it('while merging leaves whole slices, and the rest goes in once; running it again does nothing', async () => {
    const batch = await anUpload(sampark, admin, rows(10_000, 11_000));
    await sampark.as(admin).post(`/imports/${batch.id}/confirmation`, DECLARED);
    const actor = await sampark.system();
    const merger = sampark.get(ImportMerger);
    const dying = merger.merge(actor, batch.id, {
      onProgress: (phase) => {
        if (phase === 'merging') throw new Error('killed');
      },
    });
    await expect(dying).rejects.toThrow('killed');
    const inside = async () =>
      (await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM people WHERE batch_id = $1', [batch.id]))[0]!.n;
    expect(await inside()).toBe(10_000);
    expect((await sampark.as(admin).post(`/imports/${batch.id}/cancellation`)).status).toBe(409);
    // Both at once, as two workers might.
    await Promise.all([merger.merge(actor, batch.id), sampark.drain()]);
    expect(await inside()).toBe(11_000);
    expect(await shown(sampark, admin, batch.id)).toMatchObject({ state: 'done', created: 11_000, same: 0 });
    const notes = await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM person_notes WHERE batch_id = $1', [
      batch.id,
    ]);
    expect(notes[0]!.n).toBe(11_000);
    expect(await merger.merge(actor, batch.id)).toBe(false);
  }, 120_000);

  it('of a command is taken up by the program', async () => {
    const batch = await anUpload(sampark, admin, rows(100_000, 3));
    await sampark.sql(
      `UPDATE import_batches SET state = 'merging', phase = 'merging', touched_at = now() - interval '1 hour' WHERE id = $1`,
      [batch.id],
    );
    const { ImportsService } = await import('../../src/sympathisers/import/imports.service.js');
    await sampark.get(ImportsService).resume(await sampark.system());
    await sampark.drain();
    expect(await shown(sampark, admin, batch.id)).toMatchObject({ state: 'done', created: 3 });
  });

  it('two files with the same people at once make them once', async () => {
    const text = sheet(
      Array.from({ length: 50 }, (_, i) => ({
        name: 'Ravi',
        phone: String(7_100_000_000 + i),
        platform: 'X',
        handle: `ravi_${i}`,
      })),
    );
    const [one, two] = [await anUpload(sampark, admin, text), await anUpload(sampark, admin, text)];
    for (const { id } of [one, two]) await sampark.as(admin).post(`/imports/${id}/confirmation`, DECLARED);
    await sampark.drain();
    const ended = [await shown(sampark, admin, one.id), await shown(sampark, admin, two.id)];
    expect(ended.map(({ created }) => created).sort()).toEqual([0, 50]);
    expect(ended.map(({ same }) => same).sort()).toEqual([0, 50]);
  });
});
