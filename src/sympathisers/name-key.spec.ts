import { describe, expect, it } from '@jest/globals';
import { nameKey } from './name-key.js';

describe('nameKey', () => {
  it.each([
    ['रमेश', 'Ramesh', 'Rameshh', 'RAMESH'],
    ['चतुर्वेदी', 'Chaturvedi', 'Chaturbedi', 'Chaturwedee'],
    ['मिश्रा', 'मिश्र', 'Misra', 'Mishra', 'Mishr'],
    ['लक्ष्मी', 'Lakshmi', 'Laxmi', 'Lakshmee'],
    ['राजेंद्र', 'राजेन्द्र', 'Rajendra', 'Rajender', 'Rajendar'],
    ['फ़ातिमा ज़ैदी', 'फातिमा जैदी', 'Fatima Zaidi', 'Phatima Jaidi'],
    ['यादव', 'Yadav', 'Yadava', 'Yadaw'],
    ['श्याम सिंह', 'Shyam Singh', 'Syam Sinh', 'Shyaam Sing'],
    ['वर्मा', 'Verma', 'Varma', 'Barma'],
    ['भारती', 'Bharti', 'Bharati', 'Bhartee'],
    ['अंबेडकर', 'अम्बेडकर', 'Ambedkar'],
    ['दुबे', 'दूबे', 'Dubey', 'Dube', 'Doobey'],
    ['हापुड़', 'हापुड', 'Hapur'],
    ['श्रीवास्तव', 'Srivastava', 'Shrivastav'],
    ['मोहम्मद अली', 'Mohd. Ali', 'Md Ali', 'Muhammad Alii'],
    ['ज्ञान', 'Gyan'],
    ['टंडन', 'Tandon', 'Tandan'],
  ])('is the same for %s in either script and the usual spellings', (name, ...others) => {
    for (const other of others) expect([other, nameKey(other)]).toEqual([other, nameKey(name)]);
  });

  it.each([
    ['राम', 'रामा'],
    ['Ram', 'Rama'],
    ['Amit', 'Amita'],
    ['Kiran', 'Karan'],
    ['Raju', 'Raja'],
    ['Asha', 'Usha'],
    ['जय', 'जया'],
    ['Shyama', 'Seema'],
    ['Ram Kumar', 'Kumar Ram'],
    ['Sunil Yadav', 'Sunita Yadav'],
  ])('tells %s from %s', (one, other) => {
    expect(nameKey(one)).not.toBe(nameKey(other));
  });

  it.each(['Shri Ram Singh', 'श्री राम सिंह जी', 'Mr. Ram Singh', 'डॉ. राम सिंह', 'ram  singh ji', ' Ram-Singh '])(
    'leaves the honorifics of %s out',
    (name) => expect(nameKey(name)).toBe(nameKey('Ram Singh')),
  );

  it('keeps an honorific that is the whole name', () => {
    expect(nameKey('श्रीमती')).toBe(nameKey('Shrimati'));
    expect(nameKey('श्रीमती')).not.toBe('');
  });

  it('is the same for composed and decomposed text, and for hidden joiners', () => {
    expect(nameKey('ज़ैनब'.normalize('NFD'))).toBe(nameKey('ज़ैनब'.normalize('NFC')));
    expect(nameKey('लक्\u200dष्मी')).toBe(nameKey('लक्ष्मी'));
  });

  it('takes any word for a name, those that programs know as well', () => {
    expect(['constructor', 'toString', '__proto__'].map((name) => typeof nameKey(name))).toEqual(
      Array(3).fill('string'),
    );
  });

  it('is blank where there is no letter', () => {
    expect(['', '  ', '-', '...', '123'].map(nameKey)).toEqual(['', '', '', '', '']);
  });
});
