import { describe, expect, it } from '@jest/globals';
import { Letters, type LettersOf } from './letters.js';

const read = (of: LettersOf, cells: string[]) => {
  const letters = new Letters(of);
  return cells.map((cell) => {
    const row = ['1', cell];
    const [, name] = letters.read(row);
    return letters.doubtful.length ? `${name} ?` : name;
  });
};
const names: LettersOf = { fields: ['phone', 'name'] };

describe('Letters', () => {
  it('leave English names in a column that has both', () => {
    const cells = ['Ramesh Kumar', 'jke dqekj', 'Asha Devi', 'xaxk', 'Uday', 'सीता', ''];
    expect(read({ ...names, fonts: [null, 'mixed'] }, cells)).toEqual([
      ...['Ramesh Kumar', 'राम कुमार', 'Asha Devi', 'गंगा ?', 'Uday ?', 'सीता', ''],
    ]);
  });

  it('convert a column of Kruti Dev but for what slipped in, and ask to look at that', () => {
    expect(read({ ...names, fonts: [null, 'krutidev'] }, ['xaxk', 'Ramesh Kumar', 'nsoh'])).toEqual([
      ...['गंगा', 'Ramesh Kumar ?', 'देवी'],
    ]);
  });

  it('notice a column that turns to Kruti Dev, and one stray cell turns nobody else', () => {
    const english = Array.from({ length: 40 }, (_, n) => `Ramesh ${n} Kumar`);
    const turned = [...english, 'jke dqekj', 'xaxk', 'lhek'];
    expect(read(names, turned).slice(40)).toEqual(['राम कुमार', 'गंगा ?', 'सीमा ?']);
    const stray = [...english.slice(0, 2), 'jke dqekj', ...english, 'uday'];
    expect(read(names, stray).filter((cell, i) => cell !== stray[i])).toEqual(['राम कुमार']);
    expect(read(names, stray).at(-1)).toBe('uday');
  });

  it('are what they look like if somebody says so, and in columns that hold no words', () => {
    expect(read({ ...names, fonts: [null, 'krutidev'], asItLooks: true }, ['jke dqekj'])).toEqual(['jke dqekj']);
    expect(read({ fields: ['phone', 'email'] }, ['jke dqekj'])).toEqual(['jke dqekj']);
  });

  it('tell what the columns turned out to be, and give a row back as it is where nothing is to be done', () => {
    const letters = new Letters(names);
    const row = ['1', 'Asha'];
    expect(letters.read(row)).toBe(row);
    letters.read(['2', 'jke dqekj']);
    expect(letters.fonts()).toEqual([null, 'mixed']);
  });
});
