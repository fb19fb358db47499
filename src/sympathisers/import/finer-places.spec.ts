import { describe, expect, it } from '@jest/globals';
import { FinerPlaces } from './finer-places.js';

const AGRA = 118;
const place = (path: string, level: string, ...names: string[]) => ({ id: names[0]!, path, level, names });
const TREE = [
  place('a.', 'district', 'Agra'),
  place('a.b.', 'mandal', 'Bah', 'बाह'),
  place('a.f.', 'mandal', 'Fatehabad', 'फतेहाबाद मण्डल'),
  place('a.1.', 'mandal', 'Mandal 1'),
  place('a.2.', 'mandal', 'Mandal 2'),
  place('a.b.5.', 'ward', 'Ward 5'),
  place('a.b.6.', 'ward', 'Ward 6 Rajpur'),
  place('a.f.5.', 'ward', 'वार्ड 5'),
  place('a.f.7.', 'ward', 'वार्ड 7 नई बस्ती'),
  place('m.', 'district', 'Mathura'),
  place('m.b.', 'mandal', 'Bah of Mathura', 'Bah'),
];
const homes = {
  byId: (id: string) => TREE.find((one) => one.id === id) as never,
  covering: (_: string, value: string) => (value === String(AGRA) ? [TREE[0]!] : []),
};
const at = (path: string) => new FinerPlaces(TREE, homes, { id: path, path });
const find = (mandal: string, ward = '', from = 'a.', district: number | null = AGRA) =>
  at(from).find({ mandal, ward }, { districtLgd: district, territoryHint: null });

describe('FinerPlaces', () => {
  it.each([
    ['Bah', 'Bah'],
    ['  BAH mandal', 'Bah'],
    ['बाह मंडल', 'Bah'],
    ['फ़तेहाबाद', 'Fatehabad'],
    ['Fatehbad', 'Fatehabad'],
    ['मंडल २', 'Mandal 2'],
    ['2', 'Mandal 2'],
  ])('knows the mandal %j', (text, id) => {
    expect(find(text)).toEqual({ found: { id, by: 'mandal' }, unknown: [] });
  });

  it.each(['Mandal 3', 'Bahh', 'Wakanda', 'Agra', 'Bah of Mathura', 'मंडल'])('knows no mandal %j', (text) => {
    expect(find(text)).toEqual({ found: null, unknown: ['mandal'] });
  });

  it.each([
    ['Bah', '5', 'Ward 5'],
    ['Fatehabad', 'Ward no. 05', 'वार्ड 5'],
    ['Fatehabad', 'नई बस्ती', 'वार्ड 7 नई बस्ती'],
    ['', '7', 'वार्ड 7 नई बस्ती'],
    ['', '6 Rajpur', 'Ward 6 Rajpur'],
    ['', 'Rajpurr', 'Ward 6 Rajpur'],
  ])('in the mandal %j knows the ward %j', (mandal, ward, id) => {
    expect(find(mandal, ward)).toEqual({ found: { id, by: 'ward' }, unknown: [] });
  });

  it('takes no ward of another mandal, none of several, and none by a number beside another name', () => {
    expect(find('Bah', '7')).toEqual({ found: { id: 'Bah', by: 'mandal' }, unknown: ['ward'] });
    expect(find('', '5')).toEqual({ found: null, unknown: ['ward'] });
    expect(find('', '5', 'a.b.')).toEqual({ found: { id: 'Ward 5', by: 'ward' }, unknown: [] });
    expect(find('Bah', '6 Aliganj')).toEqual({ found: { id: 'Bah', by: 'mandal' }, unknown: ['ward'] });
    expect(find('Wakanda', '7')).toEqual({ found: { id: 'वार्ड 7 नई बस्ती', by: 'ward' }, unknown: ['mandal'] });
  });

  it('looks in the district of the row; without one in that of the import, and above districts nowhere', () => {
    expect(at('').find({ mandal: 'Bah', ward: '' }, { districtLgd: null, territoryHint: 'Mathura' }).found?.id).toBe(
      'Bah of Mathura',
    );
    expect(find('Fatehabad', '', 'a.b.', null).found?.id).toBe('Fatehabad');
    expect(find('Fatehabad', '', '', null)).toEqual({ found: null, unknown: ['mandal'] });
    expect(find('Fatehabad', '', 'a.', 999)).toEqual({ found: null, unknown: ['mandal'] });
  });
});
