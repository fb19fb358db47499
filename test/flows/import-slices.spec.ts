import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { anImport, anUpload } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

jest.setTimeout(120_000);

let sampark: Sampark;
let state: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  state = await aUser(sampark, { role: 'state_admin', in: 'up' });
});
afterAll(() => sampark?.close());

/** More than a slice holds, so that two are in hand at once. */
const PEOPLE = 10_400;

it('brings something to more people than one slice holds, two slices at a time', async () => {
  const list = (mail: boolean) =>
    ['Name,Mobile,Email,District,Consent'].concat(Array.from({ length: PEOPLE }, (_, n) => `Ram Kumar ${String.fromCodePoint(65 + (n % 26))}${n},96${String(10_000_000 + n)},${mail ? `slices-${n}@example.org` : ''},Agra,yes`)).join('\n'); // prettier-ignore
  expect(await anImport(sampark, state, list(false))).toMatchObject({ state: 'done', created: PEOPLE });
  expect(await anImport(sampark, state, list(true))).toMatchObject({ state: 'done', created: 0, changed: PEOPLE });
  expect(await sampark.sql(`SELECT count(*)::int AS n FROM contact_points WHERE kind = 'email'`)).toEqual([{ n: PEOPLE }]); // prettier-ignore
});

it('keeps in one slice what several rows bring of one person whom we have, also where it is but a remark', async () => {
  const known = { name: 'Sita Slices', phone: '9755500001', district: 'Agra' };
  await anImport(sampark, state, [known]);
  const rows = [{ ...known, remarks: 'call after six' }, { name: 'Gita Between', phone: '9755500002' }, { ...known, remarks: 'call after six' }]; // prettier-ignore
  const { id } = await anUpload(sampark, state, rows);
  const groups = await sampark.sql<{ group_no: number; more: boolean }>(
    'SELECT group_no, more FROM staging.import_outcomes WHERE batch_id = $1 AND known ORDER BY row_no',
    [id],
  );
  // The first row is the heading.
  expect(groups).toEqual([2, 2].map((group_no) => ({ group_no, more: true })));
});
