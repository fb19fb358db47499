import type { Somebody, Sampark } from '../support/sampark.js';
import { sheet, type Cells } from '../fixtures/intake-sheet.js';

/** An office answers for the yes in its file. */
export const DECLARED = { agreed: 'yes', agreedOn: '2026-01-15', originals: 'district office, file 12' };

export interface ImportOptions {
  territory?: string;
  source?: string;
  name?: string;
}

/** Uploads a sheet and has it read: the import as it stands before anybody confirmed it. */
export async function anUpload(
  sampark: Sampark,
  by: Somebody,
  rows: Cells[] | string | Buffer,
  options: ImportOptions = {},
) {
  const { territory = 'up', source = 'a stall at the fair', name = 'list.csv' } = options;
  const content = Array.isArray(rows) ? sheet(rows) : rows;
  const answer = await sampark.as(by).upload('/imports', { name, content }, { territory, source });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  await sampark.drain();
  return shown(sampark, by, (answer.body as { id: string }).id);
}

/** Uploads, confirms, and has it merged: the import as it ended. */
export async function anImport(
  sampark: Sampark,
  by: Somebody,
  rows: Cells[] | string | Buffer,
  options: ImportOptions = {},
) {
  const { id } = await anUpload(sampark, by, rows, options);
  const answer = await sampark.as(by).post(`/imports/${id}/confirmation`, DECLARED);
  if (answer.status !== 202) throw new Error(`${answer.status} ${answer.text}`);
  await sampark.drain();
  return shown(sampark, by, id);
}

export async function shown(sampark: Sampark, by: Somebody, id: string) {
  return (await sampark.as(by).get(`/imports/${id}`)).body as {
    id: string;
    state: string;
    rows: number;
    created: number;
    changed: number;
    same: number;
    rejected: number;
    warnings: number;
    counts: {
      rejected: { code: string; rows: number; first: number[] }[];
      warnings: { code: string; rows: number; first: number[] }[];
      territories: { code: string | null; people: number }[];
      inTerritories: number;
      fields: { field: string; rows: number }[];
      waiting: number;
      noConsent: number;
      agreeing: number;
      refusing: { rows: number; values: number; people: number };
    };
    mapping: {
      headerRow: number;
      columns: { name: string; field: string | null; samples: string[]; typed: string[] }[];
    };
    sha256: string;
  };
}

/** The outcome in short: created, changed, same, rejected. */
export const outcome = (batch: { created: number; changed: number; same: number; rejected: number }) => [
  batch.created,
  batch.changed,
  batch.same,
  batch.rejected,
];
