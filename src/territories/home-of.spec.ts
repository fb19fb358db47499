import { describe, expect, it } from '@jest/globals';
import { Homes } from './home-finder.js';

const PATHS = {
  up: '0001',
  braj: '00010001',
  awadh: '00010002',
  agra: '000100010001',
  'agra-mahanagar': '000100010002',
  mathura: '000100010003',
  'agra-fatehabad-block': '000100010004',
  'agra-w1': '0001000100010001',
  'agra-w2': '0001000100010002',
  'mathura-w1': '0001000100030001',
  lucknow: '000100020001',
};
type Code = keyof typeof PATHS;
const place = (code: Code) => ({ id: code, path: PATHS[code], code });
const AGRA = 118;
const MATHURA = 161;
const LUCKNOW = 162;

function homes(coverage: [Code, string, string][] = []) {
  const rows: [Code, string, string][] = [
    ['agra', 'revenue_district', String(AGRA)],
    ['agra-mahanagar', 'revenue_district', String(AGRA)],
    ['mathura', 'revenue_district', String(MATHURA)],
    ['lucknow', 'revenue_district', String(LUCKNOW)],
    ...coverage,
  ];
  return new Homes({
    territories: (Object.keys(PATHS) as Code[]).map(place),
    coverage: rows.map(([territoryId, kind, value]) => ({ territoryId, kind, value })),
    pins: [
      { pin: '282001', districtLgd: AGRA, tehsilLgd: 766, isPrimary: true },
      { pin: '283111', districtLgd: AGRA, tehsilLgd: 768, isPrimary: true },
      { pin: '281401', districtLgd: AGRA, tehsilLgd: null, isPrimary: false },
      { pin: '281401', districtLgd: MATHURA, tehsilLgd: 760, isPrimary: true },
    ],
    tehsils: [
      { lgdCode: 766, districtLgd: AGRA },
      { lgdCode: 768, districtLgd: AGRA },
      { lgdCode: 760, districtLgd: MATHURA },
    ],
  });
}

interface Given {
  pin?: string;
  district?: number;
  tehsil?: number;
  territory?: Code;
  from?: Code;
  coverage?: [Code, string, string][];
}
function home({ pin, district, tehsil, territory, from = 'up', coverage }: Given): string {
  const found = homes(coverage).find(
    { pin: pin ?? null, districtLgd: district ?? null, tehsilLgd: tehsil ?? null, territoryId: territory ?? null },
    place(from),
  );
  return 'rejected' in found ? found.rejected : `${found.territoryId}${found.waiting ? ' waits' : ''}`;
}

describe('the home of an address', () => {
  it.each<[string, Given, string]>([
    ['the sole district of a revenue district', { district: MATHURA }, 'mathura'],
    ['waits at the common ancestor of a shared one', { district: AGRA }, 'braj waits'],
    ["waits at the import's territory where nothing is known", { from: 'agra-w1' }, 'agra-w1 waits'],
    ["waits at the import's territory for a district outside the tree", { district: 999, from: 'agra' }, 'agra waits'],
    ['takes a PIN alone by its primary district', { pin: '281401' }, 'mathura'],
    ['is the territory that was named itself', { territory: 'agra-mahanagar', district: AGRA }, 'agra-mahanagar'],
    ['is the import’s territory where that is a candidate', { district: AGRA, from: 'agra' }, 'agra'],
    ['is the import’s territory below a candidate', { district: AGRA, from: 'agra-w1' }, 'agra-w1'],
    ['is the district, not the region that imports', { district: MATHURA, from: 'braj' }, 'mathura'],
    ['is refused beside the import’s territory', { district: LUCKNOW, from: 'braj' }, 'outside'],
    ['is refused in a neighbour district', { district: MATHURA, from: 'agra' }, 'outside'],
  ])('%s', (_, given, expected) => expect(home(given)).toBe(expected));

  it.each<[string, Given, string]>([
    ['a PIN of one ward', { pin: '282001', district: AGRA, coverage: [['agra-w1', 'pin', '282001']] }, 'agra-w1'],
    [
      'a PIN of two wards waits above both',
      {
        pin: '282001',
        coverage: [
          ['agra-w1', 'pin', '282001'],
          ['agra-w2', 'pin', '282001'],
        ],
      },
      'agra waits',
    ],
    [
      'the finest of one line',
      {
        pin: '282001',
        coverage: [
          ['agra', 'pin', '282001'],
          ['agra-w2', 'pin', '282001'],
        ],
      },
      'agra-w2',
    ],
    ['a tehsil', { tehsil: 766, district: AGRA, coverage: [['agra', 'tehsil', '766']] }, 'agra'],
    ['the tehsil of a PIN', { pin: '283111', coverage: [['agra', 'tehsil', '768']] }, 'agra'],
    [
      'a tehsil decides between two that share a PIN',
      {
        pin: '282001',
        coverage: [
          ['agra', 'tehsil', '766'],
          ['agra-w1', 'pin', '282001'],
          ['agra-mahanagar', 'pin', '282001'],
        ],
      },
      'agra-w1',
    ],
    [
      'a body that still lies below the region',
      { pin: '283111', coverage: [['agra-fatehabad-block', 'pin', '283111']] },
      'agra-fatehabad-block',
    ],
    [
      'not a PIN of another district: the district stays',
      { pin: '282001', district: MATHURA, coverage: [['agra-w1', 'pin', '282001']] },
      'mathura',
    ],
    [
      'not a neighbour’s ward for a PIN of both districts',
      { pin: '281401', district: AGRA, coverage: [['mathura-w1', 'pin', '281401']] },
      'braj waits',
    ],
    ['a PIN that isn’t on the list', { pin: '282999', coverage: [['agra-w1', 'pin', '282999']] }, 'agra-w1'],
  ])('is narrowed by what is finer: %s', (_, given, expected) => expect(home(given)).toBe(expected));

  it('names the candidates', () => {
    const found = homes().find({ pin: null, districtLgd: AGRA }, place('up'));
    expect(found).toMatchObject({ path: PATHS.braj, candidates: ['agra', 'agra-mahanagar'] });
  });
});
