import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { LEVELS, LOCAL_BODY_KINDS } from './levels.js';
import { codeFor } from './code-for.js';
import {
  type KnownTerritory,
  readTerritoryFile,
  TERRITORY_CODE,
  TERRITORY_PROBLEMS,
  type TerritoryFileOptions,
} from './territory-file.js';

const HEADER = 'code,parent_code,level,name_en,name_hi,lgd_code,kind';
const KNOWN: KnownTerritory[] = [
  { code: 'braj', level: 'region', parentCode: 'up' },
  { code: 'agra', level: 'district', parentCode: 'braj' },
  { code: 'agra-fatehabad-block', level: 'local_body', parentCode: 'agra' },
];

function read(lines: string[], options: TerritoryFileOptions = { known: KNOWN }) {
  const { rows, problems } = readTerritoryFile([HEADER, ...lines].join('\n'), options);
  return {
    rows,
    codes: rows.map((row) => row.code),
    problems,
    found: problems.map(({ row, field, code }) => `${row} ${field} ${code.replace('territories.problem.', '')}`),
  };
}

describe('the shipped tree', () => {
  const { rows, problems } = readTerritoryFile(readFileSync('reference/territories.csv'));
  const count = (level: string, kind: string | null = null) =>
    rows.filter((row) => row.level === level && row.kind === kind).length;

  it('has no problem', () => expect(problems).toEqual([]));

  it('has 6 regions, 98 districts, 828 blocks and 760 urban bodies', () => {
    expect(rows).toHaveLength(1692);
    expect(count('region')).toBe(6);
    expect(count('district')).toBe(98);
    expect(count('local_body', 'block')).toBe(828);
    expect(count('local_body', 'nagar_nigam')).toBe(17);
    expect(count('local_body', 'nagar_palika_parishad')).toBe(197);
    expect(count('local_body', 'nagar_panchayat')).toBe(531);
    expect(count('local_body', 'cantonment_board')).toBe(13);
    expect(count('local_body', 'industrial_area')).toBe(2);
    expect(count('local_body')).toBe(0);
  });

  it('leaves what is not certain below the region', () => {
    const parentOf = (code: string) => rows.find((row) => row.code === code)?.parentCode;
    expect(parentOf('braj')).toBe('up');
    expect(parentOf('agra-fatehabad-block')).toBe('braj');
    expect(parentOf('agra-agra-nn')).toBe('agra-mahanagar');
    expect(parentOf('prayagraj-prayagraj-nn')).toBe('prayagraj-mahanagar');
    expect(parentOf('kanpur-nagar-kanpur-nn')).toBe('kanpur-bundelkhand');
    expect(parentOf('hapur-hapur-npp')).toBe('hapur');
    expect(parentOf('gorakhpur')).toBe('gorakhpur-region');
  });

  it('has clean codes and names in both languages', () => {
    for (const row of rows) {
      expect(row.code).toMatch(TERRITORY_CODE);
      expect(row.nameEn).toMatch(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/);
      expect(row.nameHi).toMatch(/\p{Script=Devanagari}/u);
      expect(row.codeMade).toBe(false);
    }
  });

  it('hangs below a root of another code, too', () => {
    const other = readTerritoryFile(readFileSync('reference/territories.csv'), { rootCode: 'state' });
    expect(other.rows[0]?.parentCode).toBe('state');
    expect(other.problems).toEqual([]);
  });
});

describe("a user's file of mandals and wards", () => {
  it('gets its codes from the parent and the name', () => {
    const { rows, found } = read([
      ',agra,mandal,Fatehabad  Gramin ,फतेहाबाद ग्रामीण,,',
      ',agra-fatehabad-gramin,ward,Ward No. 7,वार्ड 7,,',
      ',agra,local_body,Naya Nagar,नया नगर,123456,nagar_panchayat',
    ]);
    expect(found).toEqual([]);
    expect(rows).toEqual([
      {
        row: 2,
        code: 'agra-fatehabad-gramin',
        codeMade: true,
        parentCode: 'agra',
        level: 'mandal',
        nameEn: 'Fatehabad Gramin',
        nameHi: 'फतेहाबाद ग्रामीण',
        lgdCode: null,
        kind: null,
      },
      expect.objectContaining({ code: 'agra-fatehabad-gramin-ward-no-7', parentCode: 'agra-fatehabad-gramin' }),
      expect.objectContaining({ code: 'agra-naya-nagar-np', lgdCode: '123456', kind: 'nagar_panchayat' }),
    ]);
  });

  it('may be in Hindi throughout, and come from a spreadsheet', () => {
    const text = [
      'मूल कोड;स्तर;हिन्दी नाम;एलजीडी कोड;प्रकार',
      'agra;मण्डल;फतेहाबाद;;',
      'agra;स्थानीय निकाय;अलीगंज;१२३४५;नगर पंचायत',
      'AGRA;वार्ड;वार्ड २३;;',
    ].join('\r\n');
    for (const csv of [text, Buffer.from(`\uFEFF${text}`), Buffer.from(`\uFEFF${text}`, 'utf16le')]) {
      const { rows, problems } = readTerritoryFile(csv, { known: KNOWN });
      expect(rows.map(({ code, level, kind, lgdCode }) => ({ code, level, kind, lgdCode }))).toEqual([
        { code: 'agra-phatehabad', level: 'mandal', kind: null, lgdCode: null },
        { code: 'agra-aliganj-np', level: 'local_body', kind: 'nagar_panchayat', lgdCode: '12345' },
        { code: 'agra-vard-23', level: 'ward', kind: null, lgdCode: null },
      ]);
      expect(problems.map(({ code, severity }) => [code, severity])).toEqual(
        Array(3).fill(['territories.problem.name_copied', 'warning']),
      );
      expect(rows[0]).toMatchObject({ nameEn: 'फतेहाबाद', nameHi: 'फतेहाबाद' });
    }
  });

  it('may name a parent that comes later, and is given back parents first', () => {
    const { codes, found } = read([
      'w1,m1,ward,W1,व१,,',
      'm1,l1,mandal,M1,म१,,',
      'w2,l1,ward,W2,व२,,',
      'l1,agra,local_body,L1,ल१,,block',
    ]);
    expect(found).toEqual([]);
    expect(codes).toEqual(['l1', 'm1', 'w1', 'w2']);
  });

  it('may hold territories that exist already, so that loading it twice is fine', () => {
    const { codes, found } = read(['agra,braj,district,Agra,आगरा,,', 'm1,agra,mandal,M1,म१,,']);
    expect(found).toEqual([]);
    expect(codes).toEqual(['agra', 'm1']);
  });

  it('counts rows as a spreadsheet does', () => {
    const { found } = read(['', ',,,,,,', 'm1,agra,mandal,"M\n1",म१,,', 'm2,agra,village,M2,म२,,']);
    expect(found).toEqual(['5 level unknown_level']);
  });
});

describe('a bad territory file', () => {
  it.each([
    ['m1,agra,village,M1,म१,,', '2 level unknown_level'],
    ['m1,agra,,M1,म१,,', '2 level no_level'],
    ['m1,nowhere,mandal,M1,म१,,', '2 parent_code unknown_parent'],
    ['m1,agra,mandal,,,,', '2 name_en no_name'],
    ['M 1,agra,mandal,M1,म१,,', '2 code malformed_code'],
    ['-m1,agra,mandal,M1,म१,,', '2 code malformed_code'],
    [',agra,mandal,***,म१,,', '2 code no_code'],
    ['m1,agra,mandal,M1,म१,12a,', '2 lgd_code malformed_lgd_code'],
    ['m1,agra,mandal,M1,म१,,block', '2 kind kind_not_here'],
    ['l1,agra,local_body,L1,ल१,,village', '2 kind unknown_kind'],
    ['d1,agra,district,D1,द१,,', '2 level level_not_under_parent'],
    ['s1,,state,S1,स१,,', '2 level level_not_under_parent'],
    ['m1,agra,mandal,Agra, East,आगरा पूर्व,1,block', '2 null too_many_cells'],
    ['agra,braj,mandal,Agra,आगरा,,', '2 level level_differs'],
    ['up,,region,UP,उप्र,,', '2 code root_in_file'],
    [`m1,agra,mandal,${'x'.repeat(201)},म१,,`, '2 name_en too_long'],
    [`${'x'.repeat(101)},agra,mandal,M1,म१,,`, '2 code too_long'],
  ])('names row and field of: %s', (line, problem) => {
    const { rows, found, problems } = read([line]);
    expect(rows).toEqual([]);
    expect(found).toContain(problem);
    for (const { code } of problems) expect(TERRITORY_PROBLEMS).toContain(code);
  });

  it('says all that is wrong with a row at once', () => {
    expect(read(['m1,nowhere,mandal,,,x,block']).found.sort()).toEqual([
      '2 kind kind_not_here',
      '2 lgd_code malformed_lgd_code',
      '2 name_en no_name',
      '2 parent_code unknown_parent',
    ]);
  });

  it('keeps the first row of a code', () => {
    const { rows, problems } = read(['m1,agra,mandal,M1,म१,,', 'm1,agra,mandal,Other,अन्य,,']);
    expect(rows.map((row) => row.nameEn)).toEqual(['M1']);
    expect(problems).toEqual([
      {
        row: 3,
        field: 'code',
        code: 'territories.problem.code_twice',
        severity: 'error',
        params: { code: 'm1', firstRow: 2 },
      },
    ]);
  });

  it('refuses what lies below a refused row, and keeps the rest', () => {
    const { codes, found } = read([
      'w1,m1,ward,W1,व१,,',
      'm1,agra,mandal,M1,म१,x,',
      'w2,agra,ward,W2,व२,,',
      'm2,nowhere,mandal,M2,म२,,',
      'w3,m2,ward,W3,व३,,',
    ]);
    expect(codes).toEqual(['w2']);
    expect(found).toEqual([
      '2 parent_code parent_refused',
      '3 lgd_code malformed_lgd_code',
      '5 parent_code unknown_parent',
      '6 parent_code parent_refused',
    ]);
  });

  it('finds a cycle, alone, of several, and what hangs on it', () => {
    const { codes, found } = read([
      'w1,m1,ward,W1,व१,,',
      'm1,l1,mandal,M1,म१,,',
      'l1,m1,local_body,L1,ल१,,',
      'm2,m2,mandal,M2,म२,,',
      'm3,agra,mandal,M3,म३,,',
    ]);
    expect(codes).toEqual(['m3']);
    expect(found).toEqual([
      '2 parent_code parent_refused',
      '3 parent_code cycle',
      '4 parent_code cycle',
      '5 parent_code cycle',
    ]);
  });

  it('finds a cycle through what exists already', () => {
    const known: KnownTerritory[] = [
      { code: 'l1', level: 'local_body', parentCode: 'up' },
      { code: 'm1', level: 'mandal', parentCode: 'l1' },
    ];
    expect(read(['l1,m1,local_body,L1,ल१,,'], { known }).found).toEqual(['2 parent_code cycle']);
  });

  it('lets no level come twice on a line', () => {
    const { codes, found } = read([
      'm1,agra,mandal,M1,म१,,',
      'l1,m1,local_body,L1,ल१,,',
      'm2,l1,mandal,M2,म२,,',
      'm3,agra-fatehabad-block,mandal,M3,म३,,',
      'l2,m3,local_body,L2,ल२,,',
    ]);
    expect(codes).toEqual(['m1', 'l1', 'm3']);
    expect(found).toEqual(['4 level level_twice', '6 level level_twice']);
  });

  it('warns of a mandal directly below the root', () => {
    const { codes, problems } = read(['m1,,mandal,M1,म१,,', 'r1,,region,R1,र१,,']);
    expect(codes).toEqual(['m1', 'r1']);
    expect(problems).toMatchObject([{ row: 2, code: 'territories.problem.under_root', severity: 'warning' }]);
  });

  it.each<[string, string | Buffer, string]>([
    ['nothing in it', '', 'empty_file'],
    ['only blank lines', '\n,,\n', 'empty_file'],
    ['no column of levels', 'parent_code,name_en\nagra,M1', 'column_missing'],
    ['no column of names', 'parent_code,level\nagra,mandal', 'column_missing'],
    ['a column twice', 'parent_code,level,name,name_en\nagra,mandal,M1,M1', 'column_twice'],
    ['an open quote', 'parent_code,level,name_en\nagra,mandal,"M1', 'malformed_csv'],
    ['another encoding', Buffer.from([0x63, 0x6f, 0x64, 0x65, 0xe9, 0x0a]), 'not_utf8'],
  ])('has %s', (_, csv, problem) => {
    const { rows, problems } = readTerritoryFile(csv, { known: KNOWN });
    expect(rows).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual([`territories.problem.${problem}`]);
    expect(TERRITORY_PROBLEMS).toContain(problems[0]?.code);
  });

  it('of a hundred thousand rows in one line is read within seconds', () => {
    const lines = Array.from({ length: 100_000 }, (_, n) => `c${n},c${n + 1},ward,C,स,,`);
    const { rows, problems } = read(lines);
    expect(rows).toEqual([]);
    expect(problems).toHaveLength(100_000);
  });
});

describe('what a file may say', () => {
  it('is every level and every kind there is, by its code', () => {
    for (const { code } of LEVELS.slice(1)) {
      expect(read([`x,,${code},X,क,,`]).codes).toEqual(['x']);
    }
    for (const { code } of LOCAL_BODY_KINDS) {
      expect(read([`x,agra,local_body,X,क,,${code}`]).rows[0]?.kind).toBe(code);
    }
  });
});

describe('a code made from a name', () => {
  it.each([
    ['Mathura-Vrindavan', 'agra-mathura-vrindavan'],
    ['P.P. Kamaicha', 'agra-p-p-kamaicha'],
    ['Élan (North)', 'agra-elan-north'],
    ['लखनऊ', 'agra-lakhanau'],
    ['बख़्शी का तालाब', 'agra-bakhshi-ka-talab'],
    ['न', 'agra-na'],
    ['मंडल १२', 'agra-mandal-12'],
  ])('of %s is %s', (name, code) => {
    expect(codeFor('agra', name, null)).toBe(code);
    expect(code).toMatch(TERRITORY_CODE);
  });

  it('ends in the kind of local body', () => expect(codeFor('agra', 'Bah', 'block')).toBe('agra-bah-block'));

  it('stands alone directly below the root', () => expect(codeFor('', 'Braj', null)).toBe('braj'));

  it('is empty where the name has nothing to write', () => expect(codeFor('agra', '—', 'block')).toBe(''));
});
