import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DECLARED, anImport, anUpload, outcome, shown } from '../factories/imports.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let admin: AUser;
let made = 6_500_000_000;
const phone = () => String(++made);
beforeAll(async () => {
  sampark = await aSampark();
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark.close());

const idOf = async (number: string) =>
  (
    await sampark.sql<{ id: string }>('SELECT person_id AS id FROM contact_points WHERE value = $1 ORDER BY 1', [
      `+91${number}`,
    ])
  )[0]?.id;
const undo = async (id: string, count?: number) => {
  const answer = await sampark.as(admin).post(`/imports/${id}/undo`, count === undefined ? undefined : { count });
  await sampark.drain();
  return answer;
};
/** Every row that a batch left anywhere. */
const traces = async (id: string) => {
  let n = 0;
  for (const table of [
    'people',
    'contact_points',
    'person_identities',
    'consents',
    'person_notes',
    'person_suggestions',
    'import_changes',
  ])
    // prettier-ignore
    n += (await sampark.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE batch_id = $1`, [id]))[0]!.n;
  return n;
};

describe('an import that is taken back', () => {
  it('removes whom only it brought, with all that is theirs; a handle is free again', async () => {
    const [p, q, h] = [phone(), phone(), `undo_${phone()}`];
    const rows = [
      { name: 'Asha', phone: p, platform: 'X', handle: h, remarks: 'a note', district: 'Mainpuri' },
      { name: 'Asha', phone: p, email: `${h}@example.org` },
      { name: 'Sita', phone: p },
      { name: 'Gita', phone: q },
    ];
    const batch = await anImport(sampark, admin, rows);
    expect(outcome(batch)).toEqual([3, 1, 0, 0]);
    const foreseen = await sampark.as(admin).get(`/imports/${batch.id}/undo`);
    expect(foreseen.body).toMatchObject({ brought: 3, changed: 0, kept: 0, goes: 3 });
    expect((await undo(batch.id)).status).toBe(202);
    expect(await shown(sampark, admin, batch.id)).toMatchObject({ state: 'undone' });
    expect(await traces(batch.id)).toBe(0);
    expect(await sampark.sql('SELECT FROM identity_claims WHERE handle = $1', [h])).toEqual([]);
    expect((await sampark.as(admin).post(`/imports/${batch.id}/undo`)).status).toBe(409);
    const again = await anImport(sampark, admin, rows);
    expect(outcome(again)).toEqual([3, 1, 0, 0]);
    const trail = await sampark.sql<{ facts: object }>(
      `SELECT facts FROM audit_entries WHERE action = 'import.undone' AND subject_id = $1`,
      [batch.id],
    );
    expect(trail).toEqual([{ facts: { gone: 3, changed: 0, kept: 0 } }]);
  });

  it('leaves whom something happened with since, weeks later as well, and lists them with the reason', async () => {
    const [p, q, r, s] = [phone(), phone(), phone(), phone()];
    const batch = await anImport(sampark, admin, [
      { name: 'Contacted', phone: p, district: 'Mainpuri' },
      { name: 'Corrected', phone: q, district: 'Mainpuri' },
      { name: 'In another file', phone: r, district: 'Mainpuri' },
      { name: 'Untouched', phone: s, district: 'Mainpuri' },
    ]);
    const member = await aUser(sampark, { role: 'team_member', in: 'mainpuri' });
    await sampark.sql(
      `INSERT INTO attempts (person_id, id, path, user_id, channel, disposition, territory_id, at_path)
       SELECT id, new_id(), path, $2, 'phone', 'reached', territory_id, path FROM people WHERE id = $1`,
      [await idOf(p), member.id],
    );
    const corrected = await sampark.as(admin).post(`/sympathisers/${await idOf(q)}`, { language: 'en' });
    expect(corrected.status).toBeLessThan(300);
    await anImport(sampark, admin, [{ name: 'In another file', phone: r, pin: '205001' }]);
    const kept = [await idOf(p), await idOf(q), await idOf(r)];
    const foreseen = await sampark.as(admin).get(`/imports/${batch.id}/undo`);
    expect(foreseen.body).toMatchObject({ brought: 4, kept: 3, goes: 1 });
    await sampark.sql(`UPDATE import_batches SET finished_at = now() - interval '30 days' WHERE id = $1`, [batch.id]);
    await undo(batch.id);
    expect(await idOf(s)).toBeUndefined();
    const listed = await sampark.as(admin).get(`/imports/${batch.id}/kept`);
    const why = new Map((listed.body.items as { id: string; why: string[] }[]).map((one) => [one.id, one.why]));
    expect(why).toEqual(
      new Map([
        [kept[0], ['attempts']],
        [kept[1], ['corrected']],
        [kept[2], ['files']],
      ]),
    );
    const page = await sampark.browser(admin).get(`/imports/${batch.id}/kept`);
    expect(page.text).toContain('were contacted');
    const file = await sampark.browser(admin).get(`/imports/${batch.id}/kept.csv`);
    expect(file.text.split('\r\n')[1]).toMatch(/^Contacted,were contacted,https?:\/\/.*\/sympathisers\//);
    expect(await sampark.sql('SELECT full_name FROM people WHERE id = $1', [kept[0]])).toEqual([
      { full_name: 'Contacted' },
    ]);
  });

  it('gives people we had back what they were, but for what somebody put right since', async () => {
    const [p, q] = [phone(), phone()];
    const one = await aSympathiser(sampark, { in: 'mainpuri', name: 'Asha Verma', phones: [`+91${p}`] });
    const other = await aSympathiser(sampark, { in: 'mainpuri', name: 'Sita Devi', phones: [`+91${q}`] });
    const before = await sampark.sql('SELECT * FROM people WHERE id = $1', [one.id]);
    const [mail] = [`a${p}@example.org`];
    const batch = await anImport(sampark, admin, [
      { name: 'Asha Verma', phone: p, email: mail, language: 'en', age: '40', pin: '205001', platform: 'X', handle: `h${p}`, remarks: 'x' }, // prettier-ignore
      { name: 'Sita Devi', phone: q, language: 'en', age: '50' },
    ]);
    expect(outcome(batch)).toEqual([0, 2, 0, 0]);
    await sampark.as(admin).post(`/sympathisers/${other.id}`, { language: 'ur' });
    await undo(batch.id);
    expect(await sampark.sql('SELECT * FROM people WHERE id = $1', [one.id])).toEqual(before);
    expect(await sampark.sql('SELECT value FROM contact_points WHERE person_id = $1', [one.id])).toEqual([
      { value: `+91${p}` },
    ]);
    expect(await traces(batch.id)).toBe(0);
    expect(await sampark.sql('SELECT language, birth_year FROM people WHERE id = $1', [other.id])).toEqual([
      { language: 'ur', birth_year: null },
    ]);
    expect((await sampark.as(admin).get(`/imports/${batch.id}/kept`)).body.items).toMatchObject([
      { id: other.id, why: ['language'] },
    ]);
  });

  it('sends back to where they waited whom it had placed', async () => {
    const p = phone();
    await anImport(sampark, admin, [{ name: 'Asha', phone: p, district: 'Wakanda' }]);
    const batch = await anImport(sampark, admin, [{ name: 'Asha', phone: p, district: 'Mainpuri' }]);
    const home = () =>
      sampark.sql(
        `SELECT t.code, p.waiting, p.district_lgd FROM people p JOIN territories t ON t.id = p.territory_id WHERE p.id = (SELECT person_id FROM contact_points WHERE value = $1)`,
        [`+91${p}`],
      );
    expect(await home()).toMatchObject([{ code: 'mainpuri', waiting: false }]);
    await undo(batch.id);
    expect(await home()).toEqual([{ code: 'up', waiting: true, district_lgd: null }]);
  });
});

describe('an import that is stopped on its way in', () => {
  it('ends with the slice in hand; what is in stays, and can be taken back', async () => {
    const rows = Array.from({ length: 11_000 }, (_, i) => ({ name: 'Asha', phone: String(7_600_000_000 + i) }));
    const { id } = await anUpload(sampark, admin, rows);
    await sampark.as(admin).post(`/imports/${id}/confirmation`, DECLARED);
    const { ImportMerger } = await import('../../src/sympathisers/import/import-merger.service.js');
    const { ImportsService } = await import('../../src/sympathisers/import/imports.service.js');
    const actor = await sampark.system();
    let stopping: Promise<unknown> | undefined;
    const dying = sampark.get(ImportMerger).merge(actor, id, {
      onProgress: (phase) => {
        if (phase !== 'merging') return;
        stopping ??= sampark.get(ImportsService).stop(actor, id);
        throw new Error('a pause');
      },
    });
    await expect(dying).rejects.toThrow('a pause');
    await stopping;
    await sampark.drain();
    const batch = await shown(sampark, admin, id);
    expect(batch).toMatchObject({ state: 'done', rows: 11_000, created: 10_000, stopped: true });
    expect((await sampark.browser(admin).get(`/imports/${id}`)).text).toContain('1,000 rows were left out');
    // So many go only by their number, as it is now.
    const page = await sampark.browser(admin).get(`/imports/${id}/undo`);
    expect(page.text).toContain('Type the number to go on: 10,000');
    expect((await undo(id)).status).toBe(422);
    expect((await undo(id, 9_999)).status).toBe(409);
    expect(await shown(sampark, admin, id)).toMatchObject({ state: 'done' });
    expect((await undo(id, 10_000)).status).toBe(202);
    expect(await traces(id)).toBe(0);
  });
});
