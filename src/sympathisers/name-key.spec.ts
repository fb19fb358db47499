import { describe, expect, it } from '@jest/globals';
import { seeded } from '../demo/invented-people.js';
import { keysOfName, nameKey } from './name-key.js';

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

describe('initials and what clerks shorten', () => {
  it.each([
    ['R. K. Sharma', 'R K Sharma', 'RK Sharma', 'आर. के. शर्मा', 'आर के शर्मा', 'Dr. R.K. Sharma'],
    ['A. P. J. Abdul Kalam', 'ए.पी.जे. अब्दुल कलाम'],
    ['Ramesh Kumar Yadav', 'Ramesh Kr. Yadav', 'रमेश कुमार यादव'],
    ['Dnyaneshwar', 'Gyaneshwar', 'ज्ञानेश्वर'],
    ['Hrishikesh', 'Rishikesh', 'ऋषिकेश'],
  ])('%s is the same however it is written', (name, ...others) => {
    for (const other of others) expect([other, nameKey(other)]).toEqual([other, nameKey(name)]);
  });

  it('takes a letter for a letter, not for the honorific that sounds like it', () => {
    expect(keysOfName('जी. एस. राणा').map(({ key }) => key)).toEqual(['g', 's', 'rna']);
    expect(nameKey('राम जी')).toBe(nameKey('राम'));
  });

  it('keeps those apart whose initials differ', () => {
    expect(nameKey('R. K. Sharma')).not.toBe(nameKey('K. R. Sharma'));
    expect(nameKey('R. Sharma')).not.toBe(nameKey('Ram Sharma'));
  });
});

describe('whatever text there is', () => {
  const random = seeded(20);
  const letters =
    'abcdefghijklmnopqrstuvwxyz अआइकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह\u093e\u093f\u0940\u0941\u0947\u094b\u094d\u0902\u0901\u093c .\u200d';
  const any = (length: number, from?: string) =>
    Array.from({ length }, () =>
      from ? from[Math.floor(random() * from.length)]! : String.fromCodePoint(Math.floor(random() * 0xd800)),
    ).join('');
  const texts = [
    ...Array.from({ length: 2_000 }, () => any(1 + Math.floor(random() * 24), letters)),
    ...Array.from({ length: 1_000 }, () => any(1 + Math.floor(random() * 12))),
    ...Array.from(
      { length: 200 },
      () => String.fromCodePoint(0x10000 + Math.floor(random() * 0xfffff)) + any(4, letters),
    ),
  ];

  it('has a key of letters and single spaces, and the same one each time', () => {
    for (const text of texts) {
      const key = nameKey(text);
      expect([text, /^(?:[\p{L}\p{M}]+(?: [\p{L}\p{M}]+)*)?$/u.test(key)]).toEqual([text, true]);
      expect(nameKey(text)).toBe(key);
    }
  });

  it('has one key composed and decomposed, in capitals, and among spaces', () => {
    for (const text of texts) {
      const key = nameKey(text);
      expect([text, nameKey(text.normalize('NFD'))]).toEqual([text, key]);
      expect([text, nameKey(`  ${text}\t`)]).toEqual([text, key]);
    }
    expect(nameKey('RAMESH CHATURVEDI')).toBe(nameKey('ramesh chaturvedi'));
  });

  it('comes to an end, and makes nothing longer', () => {
    const text = any(160_000, letters.replace(' ', ''));
    expect(nameKey(text).length).toBeLessThanOrEqual(2 * text.length);
  });
});
