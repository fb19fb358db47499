import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { uuidv7 } from '../../src/platform/database/id.js';
import { shown } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { sheet } from '../fixtures/intake-sheet.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const PIECE = 1024 * 1024;
let sampark: Sampark;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark({ env: { IMPORT_LARGEST_MB: '5' } });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark.close());

const announce = (id: string, size: number, more: Record<string, unknown> = {}) =>
  sampark.as(convenor).post('/imports/uploads?lang=en', {
    id,
    territory: 'agra',
    source: 'a stall',
    name: 'C:\\lists\\large.csv',
    size,
    ...more,
  });
const send = (id: string, offset: number, piece: Buffer) =>
  sampark.as(convenor).send('POST', `/imports/${id}/upload?offset=${offset}`, piece, {
    'content-type': 'application/octet-stream',
  });

it('comes in pieces, goes on after the line was lost, and is read once it is whole', async () => {
  const content = Buffer.from(
    sheet(Array.from({ length: 50_000 }, (_, i) => ({ name: 'आशा वर्मा', phone: String(6_800_000_000 + i) }))),
  );
  expect(content.length).toBeGreaterThan(2 * PIECE);
  const id = uuidv7();
  expect((await announce(id, content.length)).body).toEqual({
    id,
    offset: 0,
    expected: content.length,
    complete: false,
  });
  expect((await send(id, 0, content.subarray(0, PIECE))).body).toMatchObject({ offset: PIECE, complete: false });
  // The answer got lost: the same piece again is passed over.
  expect((await send(id, 0, content.subarray(0, PIECE))).body).toMatchObject({ offset: PIECE });
  // A gap is not.
  expect((await send(id, PIECE + 10, content.subarray(PIECE + 10, 2 * PIECE))).status).toBe(409);
  // The browser was closed: announced again, it is the same upload.
  expect((await announce(id, content.length)).body).toMatchObject({ offset: PIECE });
  expect(await shown(sampark, convenor, id)).toMatchObject({ state: 'uploading' });
  const page = await sampark.browser(convenor).get(`/imports/${id}`);
  expect(page.text).toContain('1 of 3 MB are here');
  let offset = ((await sampark.as(convenor).get(`/imports/${id}/upload`)).body as { offset: number }).offset;
  while (offset < content.length)
    offset = ((await send(id, offset, content.subarray(offset, offset + PIECE))).body as { offset: number }).offset;
  await sampark.drain();
  const batch = await shown(sampark, convenor, id);
  expect(batch).toMatchObject({ state: 'previewed', rows: 50_000, created: 50_000, file: 'large.csv' });
  expect(batch.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  await sampark.as(convenor).post(`/imports/${id}/cancellation`);
});

it('is refused where it is too large, or by its first bytes, or once its text is known', async () => {
  const large = await announce(uuidv7(), 6 * PIECE);
  expect(large).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'size', detail: 'The file is larger than 5 MB.' }] },
  });
  const picture = uuidv7();
  await announce(picture, 100);
  expect((await send(picture, 0, Buffer.concat([Buffer.from('\x89PNG', 'latin1'), Buffer.alloc(96, 1)]))).status).toBe(
    422,
  );
  const broken = uuidv7();
  const text = Buffer.from('Name,Mobile\nAsha,1\nb\0,2\n'.padEnd(100, 'x'));
  await announce(broken, 100);
  expect((await send(broken, 0, text.subarray(0, 10))).body).toMatchObject({ offset: 10 });
  expect((await send(broken, 10, text.subarray(10))).body).toMatchObject({ complete: true });
  await sampark.drain();
  expect(await shown(sampark, convenor, broken)).toMatchObject({
    state: 'failed',
    problem: 'imports.problem.nul',
    problemRow: 3,
  });
  expect(await sampark.sql('SELECT FROM import_chunks WHERE batch_id = $1', [broken])).toEqual([]);
});

it('is nobody else’s: a neighbour cannot ask for it, nor add to it; an unfinished one is forgotten after some days', async () => {
  const id = uuidv7();
  await announce(id, 100);
  const neighbour = sampark.as(await aUser(sampark, { role: 'district_convenor', in: 'mainpuri' }));
  expect((await neighbour.get(`/imports/${id}/upload`)).status).toBe(404);
  const theirs = await neighbour.send('POST', `/imports/${id}/upload?offset=0`, Buffer.from('x'), {
    'content-type': 'application/octet-stream',
  });
  expect(theirs.status).toBe(404);
  await sampark.sql(`UPDATE import_batches SET touched_at = now() - interval '8 days' WHERE id = $1`, [id]);
  const { ImportsService } = await import('../../src/sympathisers/import/imports.service.js');
  await sampark.get(ImportsService).cleanUp(await sampark.system(), 7);
  expect(await shown(sampark, convenor, id)).toMatchObject({ state: 'cancelled' });
});
