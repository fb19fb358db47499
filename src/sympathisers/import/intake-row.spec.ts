import { describe, expect, it } from '@jest/globals';
import { DistrictNames } from '../district-name.js';
import { FIELDS, type Field } from './columns.js';
import { readRow, type ReadRow } from './intake-row.js';

const AGRA = 118;
const MATHURA = 167;
const context = {
  today: new Date('2026-06-15T00:00:00Z'),
  districts: new DistrictNames([
    { name: 'Agra', target: { district: AGRA } },
    { name: 'Mathura', target: { district: MATHURA } },
    { name: 'Agra Mahanagar', target: { territory: 't1', district: AGRA } },
    { name: 'Aonla', target: { territory: 't2' } },
  ]),
  pinDistrict: (pin: string) => (pin === '282001' ? AGRA : pin === '281001' ? MATHURA : null),
  pinReaches: (pin: string, district: number) => pin === '281001' && district === AGRA,
};

function read(cells: Partial<Record<Field, string>>): ReadRow {
  const blank = Object.fromEntries(FIELDS.map((field) => [field, ''])) as Record<Field, string>;
  return readRow({ ...blank, name: 'Asha', consent: 'yes', phone: '6000000123', ...cells }, context);
}
const warnings = (row: ReadRow): string[] => row.warnings.map(({ code }) => code.replace('import.problem.', ''));

it('reads a row in no time, however long its cells are', () => {
  const startedAt = performance.now();
  for (const text of ['र', ' ', 'a@', '/', '-', '9,', ' and'])
    for (const field of FIELDS) read({ name: 'Asha', phone: '', [field]: `x${text.repeat(100_000 / text.length)}x` });
  // Before, one of them took a minute.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(read({ phone: '9876543210', source: 'y'.repeat(5_000) }).source).toHaveLength(200);
});

describe('readRow', () => {
  it('reads a full row', () => {
    const row = read({
      ...{ name: '  आशा   देवी ', phone: '०६००००००१२३', email: 'ASHA@example.org', platform: 'Facebook' },
      ...{ handle: 'fb.com/Asha.One', district: 'AGRA ', pin: '२८२००१', language: 'हिंदी', age: '३४' },
      ...{ source: 'Website form', remarks: '=1+1' },
    });
    expect(row).toEqual({
      ...{ name: 'आशा देवी', nameKey: row.nameKey, phones: ['+916000000123'], emails: ['asha@example.org'] },
      ...{ identities: [{ platform: 'facebook', handle: 'asha.one' }], districtLgd: AGRA, territoryHint: null },
      ...{ pin: '282001', language: 'hi', birthYear: 1992, ageNotedOn: '2026-06-15', source: 'Website form' },
      ...{ remarks: '=1+1', consent: 'given', minor: false, warnings: [], rejected: null },
    });
  });

  it('lists a WhatsApp number as identity and as phone, once', () => {
    const row = read({ platform: 'WhatsApp', handle: '60000-00123', whatsapp: '6000000124' });
    expect(row.phones).toEqual(['+916000000123', '+916000000124']);
    expect(row.identities.map(({ handle }) => handle)).toEqual(['+916000000124', '+916000000123']);
  });

  it('reads several numbers and addresses in one cell', () => {
    const row = read({ phone: '6000000123 / 60000-00124', email: 'a@example.org; b@example.org' });
    expect(row.phones).toEqual(['+916000000123', '+916000000124']);
    expect(row.emails).toEqual(['a@example.org', 'b@example.org']);
  });

  it.each([
    [{ phone: 'abc', email: 'a@example.org' }, 'bad_phone', 'phone'],
    [{ phone: '9.19876E+11', email: 'a@example.org' }, 'scientific_phone', 'phone'],
    [{ email: 'x@@example.org' }, 'bad_email', 'email'],
    [{ platform: 'Facebook', handle: 'Asha Devi' }, 'bad_handle', 'handle'],
    [{ handle: 'asha_1' }, 'no_platform', 'handle'],
    [{ pin: '2820' }, 'bad_pin', 'pin'],
    [{ age: '340' }, 'implausible_age', 'age'],
    [{ language: 'Klingon' }, 'unknown_language', 'language'],
    [{ consent: 'perhaps' }, 'unknown_consent', 'consent'],
    [{ district: 'Wakanda' }, 'unknown_district', 'district'],
    [{ district: '?' }, 'unknown_district', 'district'],
    [{ district: 'Agra', pin: '281002' }, undefined, undefined],
  ] as [Partial<Record<Field, string>>, string | undefined, Field | undefined][])(
    'keeps the row %j with a warning',
    (cells, code, field) => {
      const row = read(cells);
      expect(row.rejected).toBeNull();
      expect(row.warnings.map((warning) => [warning.code, warning.field])).toEqual(
        code ? [[`import.problem.${code}`, field]] : [],
      );
    },
  );

  it.each([
    [{ name: '' }, 'no_name'],
    [{ name: ' - ' }, 'no_name'],
    [{ name: '...' }, 'no_name'],
    [{ phone: '' }, 'no_contact'],
    [{ phone: 'abc' }, 'bad_phone'],
    [{ phone: '9.19876E+11' }, 'scientific_phone'],
    [{ phone: '', email: 'a@@b' }, 'bad_email'],
    [{ age: '17' }, 'minor'],
    [{ birth_year: '2012', age: '34' }, 'minor'],
    [{ consent: 'STOP' }, 'refused'],
    [{ consent: 'नहीं', name: '' }, 'refused'],
    [{ consent: 'no', age: '12' }, 'minor'],
  ] as [Partial<Record<Field, string>>, string][])('rejects %j', (cells, code) => {
    expect(read(cells).rejected?.code).toBe(`import.problem.${code}`);
  });

  it('gives the points of a refused row, so that they can be stopped', () => {
    const row = read({ consent: 'no', platform: 'X', handle: '@asha' });
    expect(row).toMatchObject({ phones: ['+916000000123'], identities: [{ platform: 'x', handle: 'asha' }] });
  });

  it('takes a blank consent as none, without a warning', () => {
    expect(read({ consent: '' })).toMatchObject({ consent: 'unknown', warnings: [], rejected: null });
  });

  it('places by district, else by PIN', () => {
    expect(read({ pin: '282001' }).districtLgd).toBe(AGRA);
    expect(read({ pin: '999999' })).toMatchObject({ pin: '999999', districtLgd: null, warnings: [] });
    expect(read({ district: 'Wakanda', pin: '282001' }).districtLgd).toBeNull();
    const other = read({ district: 'Mathura', pin: '282001' });
    expect(other.districtLgd).toBe(MATHURA);
    expect(warnings(other)).toEqual(['pin_district_mismatch']);
    expect(read({ district: 'Agra', pin: '281001' })).toMatchObject({ districtLgd: AGRA, warnings: [] });
  });

  it("hints at the organisation's own territory", () => {
    expect(read({ district: 'Agra Mahanagar' })).toMatchObject({ districtLgd: AGRA, territoryHint: 't1' });
    const row = read({ district: 'Aonla', pin: '282001' });
    expect(row).toMatchObject({ districtLgd: AGRA, territoryHint: 't2', warnings: [] });
  });
});
