import { describe, expect, it } from '@jest/globals';
import { headerRow, mapColumns, toCells } from './columns.js';

describe('mapColumns', () => {
  it('reads the headers of an English sheet', () => {
    const headers =
      'Full name,Mobile,Email,Platform,Handle or link,District,PIN,Language,Age,Where from,Agreed to be contacted,Remarks';
    expect(mapColumns(headers.split(','))).toEqual(
      'name,phone,email,platform,handle,district,pin,language,age,source,consent,remarks'.split(','),
    );
  });

  it('reads the headers of a Hindi sheet', () => {
    const headers =
      'नाम *,मोबाइल नं.,व्हाट्सएप नंबर,ईमेल,प्लेटफॉर्म,लिंक,ज़िला,पिन कोड,भाषा,उम्र,जन्म वर्ष,सहमति,टिप्पणी,मंडल,वार्ड,तहसील';
    expect(mapColumns(headers.split(','))).toEqual(
      'name,phone,whatsapp,email,platform,handle,district,pin,language,age,birth_year,consent,remarks,mandal,ward,tehsil'.split(
        ',',
      ),
    );
  });

  it('looks at the content where a header says nothing', () => {
    const rows = [
      ['6000000123', 'a@example.org', '282001', 'https://t.me/asha', 'yes', '34', 'हिंदी'],
      ['६००००००१२४', '', '282002', 'x.com/asha', 'no', '40', 'Urdu'],
    ];
    expect(mapColumns(['A', 'B', 'C', 'D', 'E', 'F', 'G'], rows)).toEqual([
      'phone',
      'email',
      'pin',
      'handle',
      null,
      null,
      'language',
    ]);
  });

  it("never takes somebody else's name or number, nor guesses a consent", () => {
    const rows = [['Ram', '6000000123', 'yes']];
    expect(mapColumns(["Father's name", "Father's mobile", 'Is a member?'], rows)).toEqual([null, null, null]);
  });

  it('takes the first of two columns with one meaning, and joins those that may be several', () => {
    const mapping = mapColumns(['First name', 'Surname', 'Mobile 1', 'Mobile 2', 'District', 'Dist']);
    expect(mapping).toEqual(['name', 'name', 'phone', 'phone', 'district', null]);
    const cells = toCells(mapping, ['Asha', ' Devi ', '6000000123', '6000000124', 'Agra', 'Mau']);
    expect(cells).toMatchObject({ name: 'Asha Devi', phone: '6000000123; 6000000124', district: 'Agra', email: '' });
  });

  it('reads a short row', () => {
    expect(toCells(['name', 'phone'], ['Asha'])).toMatchObject({ name: 'Asha', phone: '' });
  });
});

describe('headerRow', () => {
  it.each([
    [
      'the first, where it says what a header says',
      [
        ['Name', 'Mobile'],
        ['Asha', '6400000001'],
      ],
      0,
    ],
    [
      'the first, where no row does',
      [
        ['Foo', 'Bar'],
        ['Asha', '6400000001'],
      ],
      0,
    ],
    ['one below a title and a blank row', [['सूची'], [''], ['नाम', 'मोबाइल'], ['रमेश', '6400000001']], 2],
    [
      'no row of a person who is called Name',
      [
        ['Foo', 'Bar'],
        ['Name', '6400000001'],
      ],
      0,
    ],
  ] as [string, string[][], number][])('is %s', (_, rows, at) => {
    expect(headerRow(rows)).toBe(at);
  });
});
