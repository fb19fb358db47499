import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DistrictNames } from './district-name.js';

const AGRA = 118;
const districts = new DistrictNames([
  ...[
    { name: 'Agra', target: { territory: 'org-agra', district: AGRA } },
    { name: 'आगरा जिला', target: { territory: 'org-agra', district: AGRA } },
    { name: 'Agra Mahanagar', target: { territory: 'agra-mahanagar', district: AGRA } },
    { name: 'Aonla', target: { territory: 'aonla' } },
  ],
  ...Object.entries({
    'Agra,आगरा': AGRA,
    'Rae Bareli,रायबरेली,Raebareli': 175,
    'Prayagraj,प्रयागराज,Allahabad,इलाहाबाद': 120,
    'Ayodhya,अयोध्या,Faizabad,फ़ैज़ाबाद': 140,
    'Amroha,अमरोहा,J.P. Nagar,JP Nagar': 154,
    'Gautam Buddha Nagar,G.B. Nagar': 144,
    'Aligarh,अलीगढ़': 119,
    'Kushinagar,कुशीनगर': 160,
    'Banda,बांदा': 128,
    'Gonda,गोंडा': 147,
    'Hamirpur,हमीरपुर': 149,
    'Mau,मऊ': 168,
  }).flatMap(([names, district]) => names.split(',').map((name) => ({ name, target: { district } }))),
]);
const lgd = (text: string, pinDistrict?: number): unknown => {
  const target = districts.find(text, { pinDistrict })?.target;
  return target && ('territory' in target ? target.territory : target.district);
};

describe('DistrictNames', () => {
  it.each([
    ['AGRA ', AGRA],
    ['ज़िला आगरा', AGRA],
    ['जिला - आगरा', AGRA],
    ['आगरा जिला', AGRA],
    ['Distt. Agra', AGRA],
    ['Agra District', AGRA],
    ['Agra (U.P.)', AGRA],
    ['Agra, Uttar Pradesh', AGRA],
    ['RaeBareli', 175],
    ['Rae-Bareli', 175],
    ['allahabad', 120],
    ['फैजाबाद', 140],
    ['J P Nagar', 154],
    ['GB Nagar', 144],
    ['अलीगढ', 119],
    ['बाँदा', 128],
    ['mau', 168],
  ])('knows %j', (text, district) => {
    expect(lgd(text)).toBe(district);
    expect(districts.find(text)!.how).toBe('exact');
  });

  it.each([
    ['Hamipur', 149],
    ['Hamirrpur', 149],
    ['Hamirpor', 149],
    ['Hamripur', 149],
    ['amirpur', 149],
    ['कुशीगर', 160],
    ['रायबरेी', 175],
    ['Faizaad', 140],
  ])('forgives one letter in %j', (text, district) => {
    expect(districts.find(text)).toEqual({ target: { district }, how: 'misspelt' });
  });

  it.each(['', '?', 'ज़िला', 'District', 'Patna', 'Wakanda', 'Hampur', 'Ma', 'Mao', 'Agr', 'Agrs'])(
    'leaves %j',
    (text) => expect(districts.find(text)).toBeNull(),
  );

  it("gives a tie to the PIN's district, then to the same first letter, else to nobody", () => {
    const twins = new DistrictNames([
      { name: 'Kanta', target: { district: 1 } },
      { name: 'Manta', target: { district: 2 } },
      { name: 'Manja', target: { district: 3 } },
    ]);
    expect(twins.find('Santa', { pinDistrict: 2 })?.target).toEqual({ district: 2 });
    expect(twins.find('Santa')).toBeNull();
    expect(lgd('Bonda')).toBe(128);
    expect(lgd('Bonda', 147)).toBe(147);
    expect(lgd('Sonda', 128)).toBe(147);
  });

  it('means the revenue district where an organisational one has the same name, else the territory', () => {
    expect(lgd('Agra')).toBe(AGRA);
    expect(lgd('Agra Mahanagar')).toBe('agra-mahanagar');
    expect(lgd('आंवला')).toBeUndefined();
    expect(lgd('Aonla')).toBe('aonla');
    expect(lgd('Agra Mahangar')).toBe('agra-mahanagar');
  });
});

describe('reference/district_aliases.csv', () => {
  const text = readFileSync(new URL('../../reference/district_aliases.csv', import.meta.url), 'utf8');
  const lines = text.trimEnd().split('\n');

  it('is composed text with an alias and a code per line, no alias twice', () => {
    expect(text).toBe(text.normalize('NFC'));
    expect(lines[0]).toBe('alias,lgd_code');
    for (const line of lines.slice(1)) expect(line).toMatch(/^[^,"]+,\d{3}$/);
    const aliases = lines.slice(1).map((line) => line.split(',')[0]);
    expect(new Set(aliases).size).toBe(aliases.length);
  });
});
