import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { COVERAGE_KINDS, COVERAGE_PROBLEMS, type CoverageFileOptions, readCoverageFile } from './coverage-file.js';
import { readSheet } from './sheet.js';
import { readTerritoryFile, TERRITORY_PROBLEMS } from './territory-file.js';

function read(lines: string[], options: CoverageFileOptions = {}) {
  const { rows, problems } = readCoverageFile(['territory_code,kind,value', ...lines].join('\n'), options);
  return {
    rows,
    problems,
    found: problems.map(({ row, field, code }) => `${row} ${field} ${code.replace('territories.problem.', '')}`),
  };
}

describe('the shipped coverage', () => {
  const territories = readTerritoryFile(readFileSync('reference/territories.csv')).rows;
  const districts = readSheet(readFileSync('reference/revenue_districts.csv'), { lgd_code: ['lgd_code'] }, [
    'lgd_code',
  ]);
  const { rows, problems } = readCoverageFile(readFileSync('reference/coverage.csv'), {
    territories: new Set(territories.map(({ code }) => code)),
  });

  it('has no problem', () => expect(problems).toEqual([]));

  it('covers all 75 revenue districts by 98 organisational ones', () => {
    const covering = rows.filter(({ kind }) => kind === 'revenue_district');
    expect(covering).toHaveLength(98);
    expect(new Set(covering.map(({ value }) => value))).toEqual(
      new Set(districts.records.map(({ cells }) => cells.lgd_code)),
    );
    expect(districts.records).toHaveLength(75);
    const agra = covering.filter(({ value }) => value === '118').map(({ territoryCode }) => territoryCode);
    expect(agra.sort()).toEqual(['agra', 'agra-mahanagar']);
  });

  it('covers every block and urban body with a code by its own territory', () => {
    const own = territories.filter(({ level, lgdCode }) => level === 'local_body' && lgdCode);
    expect(own).toHaveLength(828 + 744);
    expect(rows.filter(({ kind }) => kind === 'block' || kind === 'urban_body')).toEqual(
      own.map(({ code, kind, lgdCode }) =>
        expect.objectContaining({
          territoryCode: code,
          kind: kind === 'block' ? 'block' : 'urban_body',
          value: lgdCode,
        }),
      ),
    );
  });
});

describe("a user's coverage", () => {
  it('is many to many', () => {
    const { rows, found } = read([
      'agra,pin,282001',
      'agra-mahanagar,pin,282 001',
      'agra,tehsil,766',
      'agra,block,766',
    ]);
    expect(found).toEqual([]);
    expect(rows.map(({ territoryCode, kind, value }) => [territoryCode, kind, value])).toEqual([
      ['agra', 'pin', '282001'],
      ['agra-mahanagar', 'pin', '282001'],
      ['agra', 'tehsil', '766'],
      ['agra', 'block', '766'],
    ]);
  });

  it('may be in Hindi', () => {
    const { rows, problems } = readCoverageFile(
      'क्षेत्र कोड,प्रकार,मान\nAgra,पिन कोड,२८२००१\nagra,राजस्व ज़िला,118\nagra,तहसील,766',
    );
    expect(problems).toEqual([]);
    expect(rows.map(({ kind, value }) => [kind, value])).toEqual([
      ['pin', '282001'],
      ['revenue_district', '118'],
      ['tehsil', '766'],
    ]);
  });

  it('takes every kind by its code', () => {
    for (const kind of COVERAGE_KINDS) expect(read([`agra,${kind},282001`]).rows[0]?.kind).toBe(kind);
  });

  it.each([
    [',pin,282001', '2 territory_code no_territory'],
    ['nowhere,pin,282001', '2 territory_code unknown_territory'],
    ['agra,,282001', '2 kind no_coverage_kind'],
    ['agra,village,282001', '2 kind unknown_coverage_kind'],
    ['agra,pin,', '2 value no_value'],
    ['agra,pin,28200', '2 value malformed_pin'],
    ['agra,pin,082001', '2 value malformed_pin'],
    ['agra,tehsil,Bah', '2 value malformed_lgd_code'],
    ['agra,tehsil,999999', '2 value unknown_place'],
  ])('is refused with row and field: %s', (line, problem) => {
    const exists = (_: string, value: string) => value !== '999999';
    const { rows, found, problems } = read([line], { territories: new Set(['agra']), exists });
    expect(rows).toEqual([]);
    expect(found).toEqual([problem]);
    expect(COVERAGE_PROBLEMS).toContain(problems[0]?.code);
  });

  it('warns of a PIN that is not on the list, and keeps it', () => {
    const { rows, problems } = read(['agra,pin,282999'], { exists: () => false });
    expect(rows).toHaveLength(1);
    expect(problems).toMatchObject([{ code: 'territories.problem.unknown_pin', severity: 'warning' }]);
  });

  it('drops a row that comes twice, with a warning', () => {
    const { rows, problems } = read(['agra,pin,282001', 'AGRA,PIN,282 001']);
    expect(rows).toHaveLength(1);
    expect(problems).toMatchObject([{ row: 3, severity: 'warning', params: { firstRow: 2 } }]);
  });

  it('is refused as a whole without its columns', () => {
    const { rows, problems } = readCoverageFile('territory_code,value\nagra,1');
    expect(rows).toEqual([]);
    expect(problems).toMatchObject([{ row: 1, field: 'kind', code: 'territories.problem.column_missing' }]);
    expect(TERRITORY_PROBLEMS).toContain(problems[0]?.code);
  });
});
