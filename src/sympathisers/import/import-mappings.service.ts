import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { userIdOf } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { districtColumn, FIELDS, type Field } from './columns.js';
import { inUnicode, type Sheet } from './csv-text.js';
import type { ImportBatch } from './import-batch.entity.js';
import { ImportMapping } from './import-mapping.entity.js';
import { ReadingContext } from './reading-context.js';

/** Choices that are looked at for a header that stands in none of the same file. */
const LATEST = 50;

/** What an office chose its columns to be, kept for the next file. */
@Injectable()
export class ImportMappings {
  constructor(private readonly context: ReadingContext) {}

  /** Puts in place what the same office chose last time: for the same headers all of it, else column by column. */
  async recall(tx: Transaction, territoryId: string, sheet: Sheet): Promise<Sheet> {
    const known = await tx.findAll(ImportMapping, {
      where: { territoryId },
      order: { usedAt: 'DESC', id: 'DESC' },
      take: LATEST,
    });
    const headers = sheet.columns.map(plain);
    const same = known.find((one) => one.headers.length === headers.length && headers.every((header, i) => header === one.headers[i])); // prettier-ignore
    if (same) return applied(sheet, same);
    return this.withDistricts(tx, this.recalled(sheet, headers, known));
  }

  private recalled(sheet: Sheet, headers: readonly string[], known: readonly ImportMapping[]): Sheet {
    const byHeader = new Map<string, string>();
    for (const one of known) one.headers.forEach((header, i) => byHeader.has(header) || byHeader.set(header, one.fields[i] ?? '')); // prettier-ignore
    return { ...sheet, fields: headers.map((header, i) => (header && byHeader.has(header) ? fieldOf(byHeader.get(header)) : (sheet.fields[i] ?? null))) }; // prettier-ignore
  }

  /** A column of districts under any header: what the tree and the state's list know by name. */
  private async withDistricts(tx: Transaction, sheet: Sheet): Promise<Sheet> {
    if (sheet.fields.includes('district') || !sheet.fields.includes(null)) return sheet;
    const districts = await this.context.districts(tx);
    const samples = (sheet.samples ?? []).map((row) => inUnicode(row, sheet.fonts));
    const at = districtColumn(sheet.columns, sheet.fields, samples, (word) => districts.find(word) !== null);
    return at === null ? sheet : { ...sheet, fields: sheet.fields.map((field, i) => (i === at ? 'district' : field)) };
  }

  /** Keeps what a batch's columns are, by a name or as the last choice. */
  async remember(tx: Transaction, batch: ImportBatch, name?: string): Promise<void> {
    const headers = batch.mapping.columns.map(plain);
    const fields = batch.mapping.columns.map((_, i) => batch.mapping.fields[i] ?? '');
    const { territoryId, path } = batch;
    const before = name
      ? await tx.find(ImportMapping, { territoryId, name })
      : await tx
          .findAll(ImportMapping, { where: { territoryId, name: IsNull() } })
          .then((all) => all.find((one) => one.headers.join('\n') === headers.join('\n')));
    const values = { headers, fields, usedAt: new Date() };
    if (before) await tx.save(Object.assign(before, values));
    else
      await tx.insert(ImportMapping, {
        id: uuidv7(),
        territoryId,
        path,
        name: name ?? null,
        createdBy: userIdOf(tx.actor),
        ...values,
      });
    if (name) batch.mappingName = name;
  }

  /** Those kept by a name, for a territory; the last used first. */
  named(tx: Transaction, territoryId: string): Promise<ImportMapping[]> {
    return tx.findAll(ImportMapping, { where: { territoryId, name: Not(IsNull()) }, order: { usedAt: 'DESC' }, take: LATEST }); // prettier-ignore
  }

  /** What the columns of a sheet are by a kept choice: header by header, as the order may differ. */
  async fields(tx: Transaction, sheet: Sheet, mappingId: string): Promise<(Field | null)[]> {
    return [...applied(sheet, await tx.findOrFail(ImportMapping, { id: mappingId })).fields];
  }
}

function applied(sheet: Sheet, mapping: ImportMapping): Sheet {
  const left = mapping.headers.map((header, i) => ({ header, field: mapping.fields[i] }));
  const fields = sheet.columns.map((column, i) => {
    const at = left.findIndex(({ header }) => header === plain(column));
    return at < 0 ? (sheet.fields[i] ?? null) : fieldOf(left.splice(at, 1)[0]!.field);
  });
  return { ...sheet, fields };
}

const fieldOf = (text: string | undefined): Field | null => (FIELDS.includes(text as Field) ? (text as Field) : null);

const plain = (header: string): string => header.normalize('NFC').trim().toLowerCase();
