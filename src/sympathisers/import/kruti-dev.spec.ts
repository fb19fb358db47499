import { describe, expect, it } from '@jest/globals';
import { fromKrutiDev } from './kruti-dev.js';
import { legacyFontOf } from './legacy-font.js';

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
});
