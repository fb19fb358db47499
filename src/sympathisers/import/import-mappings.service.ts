import { Injectable } from '@nestjs/common';
import { IsNull, Not, type FindOperator, type FindOptionsWhere } from 'typeorm';
import { scopeOfActor, userIdOf } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { districtColumn, FIELDS, type Field } from './columns.js';
import { inUnicode, type Sheet } from './csv-text.js';
import type { ImportBatch } from './import-batch.entity.js';
import { ImportMapping } from './import-mapping.entity.js';
import { ReadingContext } from './reading-context.js';

/** Choices that are looked at for a header that stands in none of the same file. */
const LATEST = 50;

/** What an office chose its columns to be, kept for the next file, whichever of its territories that is for. */
@Injectable()
export class ImportMappings {
  constructor(private readonly context: ReadingContext) {}

  /**
   * Puts in place what the same office chose last time: for the same headers all of it, else column by column. What it chose
   * for the same territory comes before what it chose for others. A column without a header is what stands in it.
   */
  async recall(tx: Transaction, territoryId: string, sheet: Sheet): Promise<Sheet> {
    const headers = sheet.columns.map(plain);
    if (!headers.some(Boolean)) return this.withDistricts(tx, sheet);
    const known = await this.known(tx, territoryId);
    const same = known.find((one) => isSame(one.headers, headers));
    return same ? this.recalled(sheet, headers, [same]) : this.withDistricts(tx, this.recalled(sheet, headers, known));
  }

  private recalled(sheet: Sheet, headers: readonly string[], known: readonly ImportMapping[]): Sheet {
    const byHeader = new Map<string, string[]>();
    for (const { headers: before, fields } of known) {
      const own = new Map<string, string[]>();
      before.forEach((header, i) => own.set(header, [...(own.get(header) ?? []), fields[i] ?? '']));
      for (const [header, chosen] of own) if (!byHeader.has(header)) byHeader.set(header, chosen);
    }
    const times = new Map<string, number>();
    const fields = headers.map((header, i) => {
      const chosen = header ? byHeader.get(header) : undefined;
      if (!chosen) return sheet.fields[i] ?? null;
      // Two columns below one header are in the order they were in.
      const time = times.get(header) ?? 0;
      times.set(header, time + 1);
      return fieldOf(chosen[Math.min(time, chosen.length - 1)]);
    });
    return { ...sheet, fields };
  }

  /** Choices of the office that acts, the nearest first; behind them those from before offices were kept. */
  private async known(tx: Transaction, territoryId: string, name?: FindOperator<string>): Promise<ImportMapping[]> {
    const officeId = await officeOf(tx);
    const latest = (where: FindOptionsWhere<ImportMapping>) =>
      tx.findAll(ImportMapping, {
        where: { ...where, ...(name && { name }) },
        order: { usedAt: 'DESC', id: 'DESC' },
        take: LATEST,
      });
    const own = officeId ? [...(await latest({ officeId, territoryId })), ...(await latest({ officeId }))] : [];
    const before = await latest({ officeId: IsNull(), territoryId });
    return [...new Map([...own, ...before].map((one) => [one.id, one])).values()];
  }

  /** A column of districts under any header: what the tree and the state's list know by name. */
  private async withDistricts(tx: Transaction, sheet: Sheet): Promise<Sheet> {
    if (sheet.fields.includes('district') || !sheet.fields.includes(null)) return sheet;
    const districts = await this.context.districts(tx);
    const samples = inUnicode(sheet.samples ?? [], sheet);
    const at = districtColumn(sheet.columns, sheet.fields, samples, (word) => districts.find(word) !== null);
    return at === null ? sheet : { ...sheet, fields: sheet.fields.map((field, i) => (i === at ? 'district' : field)) };
  }

  /** Keeps what a batch's columns are, by a name or as the last choice. */
  async remember(tx: Transaction, batch: ImportBatch, name?: string): Promise<void> {
    const headers = batch.mapping.columns.map(plain);
    // By no header nothing is found again.
    if (!name && !headers.some(Boolean)) return;
    const fields = batch.mapping.columns.map((_, i) => batch.mapping.fields[i] ?? '');
    const { territoryId, path } = batch;
    const officeId = await officeOf(tx);
    const named = { name: name ?? IsNull() };
    // A name is one of the whole office; without one, the lists of its territories may differ.
    const ours = { ...named, ...(name && officeId ? {} : { territoryId }), officeId: officeId ?? IsNull() };
    const alike = await tx.findAll(ImportMapping, {
      where: [ours, { ...named, territoryId, officeId: IsNull() }],
      order: { officeId: { direction: 'ASC', nulls: 'LAST' } },
    });
    const before = name ? alike[0] : alike.find((one) => isSame(one.headers, headers));
    const values = { officeId, headers, fields, territoryId, path, usedAt: new Date() };
    if (before) await tx.save(Object.assign(before, values));
    else
      await tx.insert(ImportMapping, {
        id: uuidv7(),
        name: name ?? null,
        createdBy: userIdOf(tx.actor),
        ...values,
      });
    if (name) batch.mappingName = name;
  }

  /** Those that the office kept by a name; the nearest and last used first. */
  named(tx: Transaction, territoryId: string): Promise<ImportMapping[]> {
    return this.known(tx, territoryId, Not(IsNull()));
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

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((header, i) => header === b[i]);

/** The territory in which somebody acts; a job acts in the scope of whoever caused it. */
async function officeOf(tx: Transaction): Promise<string | null> {
  const scope = scopeOfActor(tx.actor);
  if (!scope) return null;
  return (await tx.one<{ id: string }>('SELECT id FROM territories WHERE path = $1', [scope.from]))?.id ?? null;
}

const plain = (header: string): string => header.normalize('NFC').trim().toLowerCase();
