import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { scopeFrom, type SystemActor } from '../../src/platform/database/actor.js';
import { KeyedHashes } from '../../src/platform/security/keyed-hashes.js';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { ImportMerger, type MergeOptions } from '../../src/sympathisers/import/import-merger.service.js';
import { ImportUndo } from '../../src/sympathisers/import/import-undo.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { DECLARED, anImport, anUpload, shown } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { sheet, type Cells } from '../fixtures/intake-sheet.js';
import { adminUrlOf, urlsFor } from '../support/database.js';
import { Program } from '../support/program.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(120_000);

let sampark: Sampark;
let state: AUser;
let mainpuri: AUser;
let other: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  state = await aUser(sampark, { role: 'state_admin', in: 'up' });
  mainpuri = await aUser(sampark, { role: 'district_convenor', in: 'mainpuri' });
  other = await aUser(sampark, { role: 'district_convenor', in: 'mainpuri' });
});
afterAll(() => sampark?.close());
beforeEach(() => sampark.sql('TRUNCATE people, suppressions, identity_claims CASCADE'));

/** People with a phone and a name, and no handle: nothing in the register is unique about them. */
const people = (n: number, more: Cells = {}): Cells[] =>
  Array.from({ length: n }, (_, i) => ({ name: `Ram Kumar ${i}`, phone: String(9_810_000_000 + i), district: 'Mainpuri', ...more })); // prettier-ignore

/** The scope of each import that was confirmed, as its job has it: that of whoever uploaded it. */
const scopes = new Map<string, string>();
async function confirmed(by: AUser, id: string): Promise<void> {
  const answer = await sampark.as(by).post(`/imports/${id}/confirmation`, DECLARED);
  if (answer.status !== 202) throw new Error(`${answer.status} ${answer.text}`);
  const [batch] = await sampark.sql<{ scope: string }>('SELECT scope FROM import_batches WHERE id = $1', [id]);
  scopes.set(id, batch!.scope);
}
/** By what was found while it was read, unless told otherwise. */
function merging(id: string, options: MergeOptions = { fresh: true }): Promise<boolean> {
  const actor: SystemActor = { kind: 'system', name: 'system:test', scope: scopeFrom(scopes.get(id)!) };
  return sampark.get(ImportMerger).merge(actor, id, options);
}
/** Persons with the same phone or mail and the same name, beyond the first. */
const doubles = async () =>
  (
    await sampark.sql<{ n: number }>(
      `SELECT coalesce(sum(n - 1), 0)::int AS n FROM (
         SELECT count(DISTINCT p.id) AS n FROM people p JOIN contact_points c ON c.person_id = p.id GROUP BY c.kind, c.value, p.name_key) s`,
    )
  )[0]!.n;
const count = async (of: string, params: unknown[] = []) =>
  (await sampark.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${of}`, params))[0]!.n;

describe('two imports of the same people at once', () => {
  const PEOPLE = 240;
  const slice = 20;

  it.each([
    ['into one territory', () => [state, 'up', state, 'up'] as const, 0],
    ['into one territory, of several rows each', () => [state, 'up', state, 'up'] as const, 1],
    [
      'into a state and a district of it, where one office does not see the import of the other',
      () => [state, 'up', mainpuri, 'mainpuri'] as const,
      0,
    ],
    [
      'by two offices of one district, one list upside down',
      () => [mainpuri, 'mainpuri', other, 'mainpuri'] as const,
      2,
    ],
  ])('make them once: %s', async (_, offices, kind) => {
    const [one, here, two, there] = offices();
    const rows = people(PEOPLE);
    const [first, second] = kind === 1 ? [[...rows, ...rows], [...rows, ...rows]] : [rows, kind === 2 ? [...rows].reverse() : rows]; // prettier-ignore
    const a = await anUpload(sampark, one, first, { territory: here });
    const b = await anUpload(sampark, two, second, { territory: there });
    for (const [by, { id }] of [[one, a], [two, b]] as const) await confirmed(by, id); // prettier-ignore
    // Each slice of each is somebody else's news to the other one.
    await Promise.all([merging(a.id, { slice, fresh: true }), merging(b.id, { slice, fresh: true })]);
    expect(await doubles()).toBe(0);
    expect(await count('people')).toBe(PEOPLE);
    const ended = [await shown(sampark, one, a.id), await shown(sampark, two, b.id)];
    expect(ended.map((batch) => batch.state)).toEqual(['done', 'done']);
    expect(ended[0]!.created + ended[1]!.created).toBe(PEOPLE);
  });

  it('also where neither sees the other and both begin in the middle of what the other has brought', async () => {
    const rows = people(PEOPLE);
    const a = await anUpload(sampark, mainpuri, rows, { territory: 'mainpuri' });
    const b = await anUpload(sampark, state, rows.slice(100), { territory: 'up' });
    await confirmed(mainpuri, a.id);
    let slices = 0;
    const dying = merging(a.id, { slice, fresh: true, onProgress: () => { if (++slices === 3) throw new Error('killed'); } }); // prettier-ignore
    await expect(dying).rejects.toThrow('killed');
    await confirmed(state, b.id);
    await sampark.sql(`UPDATE import_batches SET touched_at = now() - interval '5 minutes' WHERE id = $1`, [a.id]);
    await Promise.all([merging(b.id, { slice, fresh: true }), wait(50).then(() => merging(a.id, { slice }))]);
    expect([await doubles(), await count('people')]).toEqual([0, PEOPLE]);
  });

  it('the second waits until the first is through, instead of comparing itself at each slice of it', async () => {
    const a = await anUpload(sampark, state, people(PEOPLE));
    const b = await anUpload(sampark, mainpuri, people(PEOPLE), { territory: 'mainpuri' });
    for (const [by, { id }] of [[state, a], [mainpuri, b]] as const) await confirmed(by, id); // prettier-ignore
    const compared = new Set<string>();
    const note = async () => {
      const [row] = await sampark.sql<{ at: string }>('SELECT compared_at::text AS at FROM import_batches WHERE id = $1', [b.id]); // prettier-ignore
      compared.add(row!.at);
    };
    let ended = false;
    const watch = (async () => {
      while (!ended) {
        await note();
        await wait(5);
      }
    })();
    await Promise.all([merging(a.id, { slice: 5, fresh: true }), merging(b.id, { slice: 5, fresh: true })]);
    ended = true;
    await watch;
    // As it was read, and once more behind the first.
    expect(compared.size).toBeLessThanOrEqual(3);
    expect([await doubles(), await count('people')]).toEqual([0, PEOPLE]);
  });
});

describe('between comparing and going in', () => {
  const known = { name: 'Sita Between', phone: '9755500011', district: 'Mainpuri' };

  it('what was stopped stays stopped, and its row is left out', async () => {
    const { id } = await anUpload(sampark, state, [known, ...people(3)]);
    await sampark.get(SuppressionService).stop(await sampark.system(), 'phone', '+919755500011', 'asked_to_stop');
    await confirmed(state, id);
    await merging(id);
    expect(await shown(sampark, state, id)).toMatchObject({ state: 'done', created: 3, rejected: 1 });
    expect(await count(`contact_points WHERE value = '+919755500011' AND suppressed_at IS NULL`)).toBe(0);
  });

  it('a stop that overlaps with the very slice, so that neither sees the other, closes what it brought', async () => {
    const { id } = await anUpload(sampark, state, [{ ...known, platform: 'Telegram', handle: 'sita_between' }, ...people(3)]); // prettier-ignore
    await confirmed(state, id);
    const hashes = sampark.get(KeyedHashes);
    const stopping = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    await stopping.connect();
    try {
      await stopping.query('BEGIN');
      for (const [kind, value] of [
        ['phone', '+919755500011'],
        ['telegram', 'sita_between'],
      ] as const) {
        // prettier-ignore
        const { hash, keyName } = hashes.newest(kind, value);
        await stopping.query(`SELECT gate.suppress($1, $2, $3, $4, 'asked_to_stop')`, [kind, value, hash, keyName]);
      }
      const merged = merging(id);
      while (!(await count(`contact_points WHERE value = '+919755500011'`))) await wait(20);
      await stopping.query('COMMIT');
      await merged;
    } finally {
      await stopping.end();
    }
    expect(await shown(sampark, state, id)).toMatchObject({ state: 'done' });
    expect(await sampark.sql(`SELECT suppressed_at IS NOT NULL AS closed FROM contact_points WHERE value = '+919755500011'`)).toEqual([{ closed: true }]); // prettier-ignore
    expect(await sampark.sql(`SELECT suppressed_at IS NOT NULL AS closed FROM person_identities WHERE handle = 'sita_between'`)).toEqual([{ closed: true }]); // prettier-ignore
    // Nothing else is.
    expect(await count('contact_points WHERE suppressed_at IS NULL')).toBe(3);
  });

  it('who was set aside for another record gets what the row brings in the record that remained', async () => {
    const loser = await aSympathiser(sampark, { in: 'mainpuri', name: known.name, phones: ['+919755500011'] });
    const winner = await aSympathiser(sampark, { in: 'mainpuri', name: 'Sita B', phones: ['+919755500012'] });
    // By phone and name it is whoever has both: of the record that remained, the name is taken over.
    const { id } = await anUpload(sampark, state, [{ ...known, email: 'sita.between@example.org', remarks: 'call after six' }]); // prettier-ignore
    const merged = await sampark.as(state).post(`/sympathisers/${winner.id}/merges`, { other: loser.id, take: ['name'] }); // prettier-ignore
    expect([200, 201, 303]).toContain(merged.status);
    await confirmed(state, id);
    await merging(id);
    const mails = await sampark.sql(`SELECT person_id FROM contact_points WHERE value = 'sita.between@example.org'`);
    expect(mails).toEqual([{ person_id: winner.id }]);
    expect(await count(`person_notes WHERE text = 'call after six' AND person_id = $1`, [winner.id])).toBe(1);
    expect(await shown(sampark, state, id)).toMatchObject({ state: 'done', created: 0, changed: 1 });
  });

  it('somebody who was added by hand is not made again', async () => {
    const { id } = await anUpload(sampark, state, [known, ...people(40)]);
    const answer = await sampark.as(mainpuri).post('/sympathisers', {
      name: known.name,
      phones: ['9755500011'],
      territoryId: (await sampark.sql<{ id: string }>(`SELECT id FROM territories WHERE code = 'mainpuri'`))[0]!.id,
    });
    expect(answer.status).toBe(201);
    await confirmed(state, id);
    await merging(id, { slice: 10, fresh: true });
    expect([await doubles(), await count('people')]).toEqual([0, 41]);
    expect(await shown(sampark, state, id)).toMatchObject({ state: 'done', created: 40, changed: 1 });
  });

  it('a blank that somebody filled is theirs, and what the row says is kept beside it', async () => {
    const person = await aSympathiser(sampark, { in: 'mainpuri', name: known.name, phones: ['+919755500011'] });
    const { id } = await anUpload(sampark, state, [{ ...known, language: 'Hindi' }]);
    await sampark.sql(`UPDATE people SET language = 'en' WHERE id = $1`, [person.id]);
    await confirmed(state, id);
    await merging(id);
    expect(await sampark.sql('SELECT language, filled_by ? $2 AS ours FROM people WHERE id = $1', [person.id, 'language'])).toEqual([{ language: 'en', ours: false }]); // prettier-ignore
    expect(await sampark.sql(`SELECT value FROM person_suggestions WHERE field = 'language'`)).toEqual([{ value: 'hi' }]); // prettier-ignore
  });

  it('a handle that somebody else got is not passed over in silence', async () => {
    await aSympathiser(sampark, { in: 'mainpuri', name: known.name, phones: ['+919755500011'] });
    const { id } = await anUpload(sampark, state, [{ ...known, platform: 'X', handle: 'sita_x' }]);
    const quick = await aSympathiser(sampark, { in: 'mainpuri', name: 'Gita', phones: [], identities: [{ platform: 'x', handle: 'sita_x' }] }); // prettier-ignore
    await confirmed(state, id);
    await merging(id);
    expect(await sampark.sql(`SELECT person_id FROM person_identities WHERE handle = 'sita_x'`)).toEqual([{ person_id: quick.id }]); // prettier-ignore
    expect(await count(`person_suggestions WHERE field = 'person' AND $1 IN (person_id, other_id)`, [quick.id])).toBe(1); // prettier-ignore
  });

  it('who was taken out again by the undo of another import comes in by this one', async () => {
    const before = await anImport(sampark, state, [known, ...people(4)]);
    const { id } = await anUpload(sampark, state, [...people(2), known]);
    const undo = sampark.get(ImportUndo);
    const actor = await sampark.system();
    await undo.begin(actor, before.id);
    await undo.run(actor, before.id);
    expect(await count('people')).toBe(0);
    await confirmed(state, id);
    await merging(id, { slice: 1, fresh: true });
    expect(await shown(sampark, state, id)).toMatchObject({ state: 'done', created: 3, same: 0 });
    expect(await count('people')).toBe(3);
  });
});

it('the command that asks nobody sees whom a web import brought while it was reading', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sampark-overlap-'));
  const holding = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
  await holding.connect();
  try {
    const rows = people(10_050);
    writeFileSync(join(folder, 'list.csv'), sheet(rows));
    const urls = urlsFor(sampark.database);
    const program = Program.start(
      'cli',
      ['import', join(folder, 'list.csv'), '--territory', 'up', '--source', 'the command', '--yes'],
      {
        // prettier-ignore
        DATABASE_URL: urls.app,
        DATABASE_OWNER_URL: urls.owner,
        DATABASE_QUEUE_URL: urls.queue,
        SECRET_KEY: sampark.config.secretKey!,
        SUPPRESSION_KEYS: sampark.config.suppressionKeys!,
        DATA_DIR: folder,
        LOG_LEVEL: 'silent',
      },
    );
    program.child.stdin!.end();
    const read = () => count(`import_batches WHERE source = 'the command' AND rows >= 10000`);
    while (!(await read())) await wait(5);
    // Its first slice is compared; it goes no further until the web import is done.
    await holding.query('BEGIN');
    await holding.query(`SELECT FROM import_batches WHERE source = 'the command' FOR UPDATE`);
    const [seen] = await sampark.sql<{ state: string }>(`SELECT state FROM import_batches WHERE source = 'the command'`); // prettier-ignore
    expect(seen!.state).not.toBe('done');
    const web = await anUpload(sampark, state, rows.slice(0, 30));
    await confirmed(state, web.id);
    await merging(web.id);
    expect(await shown(sampark, state, web.id)).toMatchObject({ state: 'done', created: 30 });
    await holding.query('COMMIT');
    expect(await program.ended()).toBe(0);
    expect([await doubles(), await count('people')]).toEqual([0, 10_050]);
  } finally {
    await holding.end();
    rmSync(folder, { recursive: true, force: true });
  }
});

it('an import whose times are finer than a millisecond, as an upgrade left them, is read to its end', async () => {
  const answer = await sampark
    .as(state)
    .upload('/imports', { name: 'x.csv', content: sheet(people(3)) }, { territory: 'up', source: 's' });
  const { id } = answer.body as { id: string };
  await sampark.sql(
    `UPDATE import_batches SET phase_at = date_trunc('milliseconds', now()) + interval '123 microseconds' WHERE id = $1`,
    [id],
  );
  await sampark.drain();
  expect(await shown(sampark, state, id)).toMatchObject({ state: 'previewed', created: 3 });
});
