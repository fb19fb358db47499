import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SuppressionService } from '../../src/sympathisers/consent/suppression.service.js';
import { KeyedHashes } from '../../src/platform/security/keyed-hashes.js';
import { ImportMerger } from '../../src/sympathisers/import/import-merger.service.js';
import { anImport, anUpload, shown } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const OLD = 'tests:a-suppression-key-of-the-tests-long-enough';
const NEW = `newer:${'n'.repeat(40)}`;
const NEWEST = `newest:${'w'.repeat(40)}`;

describe('the keys of the suppression list', () => {
  let first: Sampark;
  let rotated: Sampark;
  let admin: AUser;
  beforeAll(async () => {
    first = await aSampark();
    admin = await aUser(first, { role: 'state_admin', in: 'up' });
    await stop(first, '+919800000001', 'asked_to_stop');
    await first.sql(`UPDATE suppressions SET at = '2026-01-02T03:04:05Z'`);
    rotated = await aSampark({ beside: first, env: { SUPPRESSION_KEYS: `${NEW},${OLD}` } });
  });
  afterAll(async () => {
    await rotated?.close();
    await first?.close();
  });

  const stop = async (sampark: Sampark, phone: string, why: string) =>
    sampark.get(SuppressionService).stop(await sampark.system(), 'phone', phone, why);
  const isStopped = async (sampark: Sampark, phone: string) =>
    (await sampark.get(SuppressionService).stopped(await sampark.system(), [{ kind: 'phone', value: phone }]))[0];
  const entries = () =>
    first.sql<{ hash: Buffer; key_name: string; why: string; at: Date }>(
      'SELECT hash, key_name, why, at FROM suppressions ORDER BY at, key_name',
    );
  /** Why a start with these keys is refused; null: it is not. */
  const refusalOf = async (keys: string) => {
    try {
      const started = await aSampark({ beside: first, env: { SUPPRESSION_KEYS: keys } });
      await started.close();
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const hashOf = (keys: string, phone: string) => new KeyedHashes(keys).newest('phone', phone).hash;

  it('are asked all of them, and what an older one finds goes on under the newest, with its reason and date', async () => {
    expect(await isStopped(rotated, '+919800000002')).toBe(false);
    expect((await entries()).map(({ key_name }) => key_name)).toEqual(['tests']);
    expect(await isStopped(rotated, '+919800000001')).toBe(true);
    expect(await entries()).toEqual([
      {
        hash: hashOf(NEW, '+919800000001'),
        key_name: 'newer',
        why: 'asked_to_stop',
        at: new Date('2026-01-02T03:04:05Z'),
      },
    ]);
    expect(await isStopped(rotated, '+919800000001')).toBe(true);
  });

  it('re-key once, whoever is faster: of many who ask at once each is told the truth', async () => {
    await first.sql('TRUNCATE suppressions');
    const phones = Array.from({ length: 20 }, (_, i) => `+9198000001${String(i).padStart(2, '0')}`);
    for (const phone of phones) await stop(first, phone, 'asked_to_stop');
    const beside = await aSampark({ beside: first, env: { SUPPRESSION_KEYS: `${NEW},${OLD}` } });
    try {
      const answers = await Promise.all(
        [rotated, beside, rotated, beside].flatMap((sampark) => phones.map((phone) => isStopped(sampark, phone))),
      );
      expect(answers).toEqual(answers.map(() => true));
      const after = await entries();
      expect(after).toHaveLength(phones.length);
      expect(new Set(after.map(({ key_name }) => key_name))).toEqual(new Set(['newer']));
    } finally {
      await beside.close();
    }
  });

  it('keep one entry, the earlier one, where somebody is stopped again under a newer key', async () => {
    await first.sql('TRUNCATE suppressions');
    await stop(first, '+919800000003', 'asked_to_stop');
    await first.sql(`UPDATE suppressions SET at = '2026-02-02T00:00:00Z'`);
    await stop(rotated, '+919800000003', 'refused');
    expect(await entries()).toEqual([
      expect.objectContaining({ key_name: 'newer', why: 'asked_to_stop', at: new Date('2026-02-02T00:00:00Z') }),
    ]);
  });

  it('are all asked by an import, in one go, which re-keys what it finds', async () => {
    await first.sql('TRUNCATE suppressions');
    await stop(first, '+919811111111', 'asked_to_stop');
    const batch = await anImport(rotated, admin, [
      { name: 'Ramesh Kumar', phone: '9811111111', district: 'Agra' },
      { name: 'Suresh Kumar', phone: '9811111112', district: 'Agra' },
    ]);
    expect(batch).toMatchObject({ created: 1, rejected: 1 });
    expect(batch.counts.rejected.map(({ code }) => code)).toEqual(['stopped']);
    expect(await entries()).toEqual([
      expect.objectContaining({ key_name: 'newer', hash: hashOf(NEW, '+919811111111'), why: 'asked_to_stop' }),
    ]);
  });

  it('are those of now when an import goes in, and not those of when it was read', async () => {
    const batch = await anUpload(rotated, admin, [
      { name: 'Mahesh Kumar', phone: '9822222221', district: 'Agra' },
      { name: 'Dinesh Kumar', phone: '9822222222', district: 'Agra' },
    ]);
    expect(batch).toMatchObject({ state: 'previewed', created: 2 });
    const next = await aSampark({ beside: first, env: { SUPPRESSION_KEYS: `${NEWEST},${NEW},${OLD}` } });
    try {
      await stop(next, '+919822222221', 'asked_to_stop');
      await next.as(admin).post(`/imports/${batch.id}/confirmation`);
      await next.get(ImportMerger).merge(await next.system(), batch.id);
      expect(await shown(next, admin, batch.id)).toMatchObject({ state: 'done', created: 1, rejected: 1 });
      expect(
        await first.sql(`SELECT full_name FROM people WHERE full_name IN ('Mahesh Kumar', 'Dinesh Kumar')`),
      ).toEqual([{ full_name: 'Dinesh Kumar' }]);
      expect(new Set((await entries()).map(({ key_name }) => key_name))).toEqual(new Set(['newest', 'newer']));
      // The one under the newest of all hangs on it: taken out of the list again it would be found by nobody.
      await first.sql(`DELETE FROM suppressions WHERE key_name = 'newest'`);
    } finally {
      await next.close();
    }
  });

  it('can’t be dropped while an entry hangs on one: the start is refused, and says which and how many', async () => {
    expect(await refusalOf(OLD)).toMatch(/the key "newer" is missing, and 1 entry hangs on it/);
    await stop(rotated, '+919800000009', 'asked_to_stop');
    expect(await refusalOf(`${NEWEST},${OLD}`)).toMatch(/the key "newer" is missing, and 2 entries hang on it/);
  });

  it('are known by more than their names: another secret under an old name is refused', async () => {
    expect(await refusalOf(`newer:${'z'.repeat(40)},${OLD}`)).toMatch(
      /the key "newer" has another secret than before, and 2 entries hang on the old one/,
    );
    // Renamed alone, its entries would be looked for under the new name.
    expect(await refusalOf(`other:${'n'.repeat(40)},${OLD}`)).toMatch(/the key "newer" is missing/);
  });

  it('may be dropped once they have run dry', async () => {
    await first.sql(`DELETE FROM suppressions WHERE key_name = 'tests'`);
    // The erasure log was written by the first one as well: a log of its own.
    const without = await aSampark({ beside: first, env: { SUPPRESSION_KEYS: NEW, PROCESS: 'web' } });
    await without.close();
  });
});
