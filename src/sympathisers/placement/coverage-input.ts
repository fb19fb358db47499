import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { Invalid } from '../../platform/errors.js';
import { readCoverageFile, type CoverageKind } from '../../territories/coverage-file.js';
import { CoverageQueries } from '../../territories/coverage.queries.js';
import type { NewCoverage } from '../../territories/coverage.service.js';
import { TerritoriesQueries } from '../../territories/territories.queries.js';
import { asciiDigits, type FileProblem } from '../../territories/sheet.js';

export interface ReadRow extends NewCoverage {
  name_en: string | null;
  name_hi: string | null;
  territory: { id: string; code: string; name_en: string; name_hi: string };
  /** A PIN that isn't on the list: kept, but worth a second look. */
  unknownPin: boolean;
}

/** Reads what somebody gives as coverage: a row of a form, or a file. */
@Injectable()
export class CoverageInput {
  constructor(
    private readonly coverage: CoverageQueries,
    private readonly territories: TerritoriesQueries,
  ) {}

  /**
   * @throws NotFound for a territory outside the actor's scope
   * @throws Invalid `value`
   */
  async row(tx: Transaction, given: { territory: string; kind: CoverageKind; value: string }): Promise<ReadRow> {
    const { path: _path, level: _level, ...territory } = await this.territories.find(tx, given.territory);
    const row = { territoryId: territory.id, territory, kind: given.kind };
    const text = asciiDigits(given.value).trim();
    if (given.kind === 'pin') {
      const pin = text.replace(/ /g, '');
      if (!/^[1-9]\d{5}$/.test(pin))
        throw Invalid.field('value', 'territories.problem.malformed_pin', { value: given.value });
      return { ...row, value: pin, name_en: null, name_hi: null, unknownPin: !(await this.coverage.knowsPin(tx, pin)) };
    }
    const [found, ...others] = await this.coverage.named(tx, given.kind, text);
    if (!found) throw Invalid.field('value', 'territories.coverage.nothing_so_named', { value: given.value });
    if (others.length)
      throw Invalid.field('value', 'territories.coverage.several_so_named', {
        value: given.value,
        codes: [found, ...others].map(({ value }) => value).join(', '),
      });
    return { ...row, ...found, unknownPin: false };
  }

  /** A file's usable rows, for territories in the actor's scope, and what is wrong with the others. */
  async file(
    tx: Transaction,
    csv: string | Buffer,
  ): Promise<{ rows: (NewCoverage & { territoryCode: string })[]; problems: FileProblem[] }> {
    const territories = await this.coverage.territories(tx);
    const read = readCoverageFile(csv, { territories, exists: await this.coverage.everything(tx) });
    return {
      rows: read.rows.map(({ territoryCode, kind, value }) => ({
        territoryCode,
        territoryId: territories.get(territoryCode)!,
        kind,
        value,
      })),
      problems: read.problems,
    };
  }
}
