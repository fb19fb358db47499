import { describe, expect, it } from '@jest/globals';
import { handleOfColumn, mapColumns, platformOfHeader, toCells } from './columns.js';

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

  it('knows a column of handles by the platform in its header, and says so beside each', () => {
    const headers = ['नाम', 'फेसबुक आईडी', 'Twitter Handle', 'Instagram', 'व्हाट्सएप नं.', 'Voter ID', 'X'];
    const mapping = mapColumns(headers);
    expect(mapping).toEqual(['name', 'handle', 'handle', 'handle', 'whatsapp', null, 'handle']);
    const platforms = headers.map(platformOfHeader);
    expect(platforms).toEqual([null, 'facebook', 'x', 'instagram', null, null, 'x']);
    const row = ['Asha', 'asha.v, https://facebook.com/asha2', '@asha', '', '', 'ABC', ''];
    expect(toCells(mapping, row, platforms).handle).toBe(
      'facebook:asha.v; facebook:https://facebook.com/asha2; x:@asha',
    );
    expect(handleOfColumn('x:@asha')).toEqual({ platform: 'x', handle: '@asha' });
    for (const text of ['https://x.com/asha', '@asha', 'note: asha']) expect(handleOfColumn(text)).toBeNull();
  });

  it('reads a short row', () => {
    expect(toCells(['name', 'phone'], ['Asha'])).toMatchObject({ name: 'Asha', phone: '' });
  });
});
