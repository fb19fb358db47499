import { describe, expect, it } from '@jest/globals';
import { fromKrutiDev, isLikeHindi, toKrutiDev } from './kruti-dev.js';
import { hasTypedWord, kindOf, legacyFontOf } from './legacy-font.js';

describe('fromKrutiDev', () => {
  it.each([
    ['jke dqekj', 'राम कुमार'],
    ['lquhrk oekZ', 'सुनीता वर्मा'],
    ["fnus'k flag", 'दिनेश सिंह'],
    ["';ke yky", 'श्याम लाल'],
    ['jktsUnz izlkn', 'राजेन्द्र प्रसाद'],
    ['vkxjk', 'आगरा'],
    ['eksckby uEcj', 'मोबाइल नम्बर'],
    ['fo\'ks"k', 'विशेष'],
    ['{kf=;', 'क्षत्रिय'],
    ['eqjknkckn', 'मुरादाबाद'],
    ['o\"kkZ', 'वर्षा'],
    ['y[kuÅ', 'लखनऊ'],
    ["jfo'kadj", 'रविशंकर'],
    ["pUnzizdk'k", 'चन्द्रप्रकाश'],
    ['lqjsUnz dqekj feJk', 'सुरेन्द्र कुमार मिश्रा'],
    ['/kesZUnz', 'धर्मेन्द्र'],
    ['iwf.kZek', 'पूर्णिमा'],
    ['ek;k nsoh', 'माया देवी'],
  ])('reads %j', (typed, text) => expect(fromKrutiDev(typed)).toBe(text.normalize('NFC')));
});

describe('legacyFontOf', () => {
  it('knows Kruti Dev by its words', () => {
    expect(legacyFontOf(['jke dqekj', 'lquhrk nsoh', 'vfuy ;kno', 'xaxk'])).toBe('krutidev');
  });

  it('names fonts that it cannot convert', () => {
    expect(legacyFontOf(['ÚUæ× ·¤é×æÚU', 'âéÙèÌæ Îðßè'])).toBe('chanakya');
    expect(legacyFontOf(['rama kumaar', 'isata dovaI'])).toBe('shusha');
  });

  it.each([
    [['Ram Kumar', 'Sita Devi', 'John', 'R. K. Singh']],
    [['राम कुमार', 'सीता देवी']],
    [['ram@example.org', 'https://x.com/ram', '6000000001', 'X; Y/Z', 'A-12 [old]']],
    [[]],
  ])('takes %j for what it is', (cells) => expect(legacyFontOf(cells)).toBeNull());

  it('calls a column Kruti Dev’s only where next to nothing in it is plain, and else mixed', () => {
    const typed = ['jke dqekj', 'lquhrk nsoh', 'vfuy ;kno', 'xaxk'];
    const plain = ['Ramesh Gupta', 'Sunita Sharma', 'ASHOK VERMA', 'Mohan Kumar', 'sita devi'];
    expect(legacyFontOf([...typed, ...typed, ...typed, plain[0]!])).toBe('krutidev');
    expect(legacyFontOf([...typed, ...plain])).toBe('mixed');
    expect(legacyFontOf([...typed.slice(0, 2), ...plain, ...plain, ...plain, ...plain])).toBe('mixed');
    expect(legacyFontOf([typed[0]!, ...plain])).toBeNull();
  });
});

describe('a word', () => {
  it.each(['राम', 'कुमारी', 'श्रीमती', 'मौर्य', 'चन्द्र', 'सिद्दीकी', 'मैनपुरी', 'लखनऊ', 'राष्ट्र'])(
    'goes to Kruti Dev and back, and is like Hindi: %s',
    (word) => {
      expect(fromKrutiDev(toKrutiDev(word))).toBe(word.normalize('NFC'));
      expect(isLikeHindi(word)).toBe(true);
    },
  );

  it.each(['Ramesh', 'ASHA', 'kumar', 'Devi', 'singh', 'Gupta', 'Name', 'Imran'])(
    'of English is none when it is read in Kruti Dev: %s',
    (word) => expect(isLikeHindi(fromKrutiDev(word))).toBe(false),
  );

  it('is told by one that everybody has, as it stands in a cell and as it is read', () => {
    for (const cell of ['jke dqekj', 'Jherh lq/kk', 'xaxk izlkn', 'eksgu']) expect([cell, hasTypedWord(cell), kindOf(cell)]).toEqual([cell, true, 'typed']); // prettier-ignore
    for (const cell of ['Ramesh Kumar', 'jkeRamesh', '', 'flags']) expect(hasTypedWord(cell)).toBe(false);
  });
});
