import { describe, expect, it } from '@jest/globals';
import { behind, rankedBy } from './ranking.js';

const people = (...names: string[]) => names.map((name, n) => ({ id: `id-${n}`, path: '0001', name }));
const order = (typed: string, ...names: string[]) => rankedBy(typed, people(...names)).map(({ name }) => name);

describe('the order of results', () => {
  it('has the very spelling first, then the same sound in this script and in the other, then a slip', () => {
    expect(order('Ramesh Verma', 'Rames Verna', 'रमेश वर्मा', 'Ramesh Varma', 'Ramesh Verma')).toEqual([
      'Ramesh Verma',
      'Ramesh Varma',
      'रमेश वर्मा',
      'Rames Verna',
    ]);
  });

  it('tells by ear who share a key', () => {
    expect(order('Veena Pathak', 'बीना पाठक', 'वीणा पाठक')[0]).toBe('वीणा पाठक');
    expect(order('Beena Pathak', 'वीणा पाठक', 'बीना पाठक')[0]).toBe('बीना पाठक');
    expect(order('Meena', 'मैना', 'मीना')[0]).toBe('मीना');
    expect(order('सौरभ', 'Saurav', 'Saurabh')[0]).toBe('Saurabh');
  });

  it('minds a second name that comes and goes less than a surname', () => {
    expect(order('Ramesh Sharma', 'Ramesh Tyagi Sharma', 'Ramesh Kumar Sharma', 'Ramesh')).toEqual([
      'Ramesh Kumar Sharma',
      'Ramesh Tyagi Sharma',
      'Ramesh',
    ]);
  });

  it('takes initials for the names that begin so', () => {
    expect(order('R. K. Sharma', 'Suresh Kumar Sharma', 'राम कुमार शर्मा', 'R. K. Sharma')).toEqual([
      'R. K. Sharma',
      'राम कुमार शर्मा',
    ]);
  });

  it('takes words in another order, joined or apart, before other names', () => {
    expect(order('Yadav Ram Kumar', 'Ram Kumar Yadav', 'Ram Lal Yadav')[0]).toBe('Ram Kumar Yadav');
    expect(order('Ramkumar Yadav', 'Ram Lal Yadav', 'राम कुमार यादव', 'Ramkrit Yadav')[0]).toBe('राम कुमार यादव');
  });

  it('is the same whatever order people are read in', () => {
    const rows = people('Sita Devi', 'Seeta Devi', 'सीता देवी', 'Sita Devi', 'Geeta Devi', 'Sita');
    const expected = rankedBy('sita devi', rows);
    expect(rankedBy('sita devi', rows.toReversed())).toEqual(expected);
    expect(rankedBy('sita devi', [...rows.slice(3), ...rows.slice(0, 3)])).toEqual(expected);
  });

  it('leaves out who fits so much worse than the best', () => {
    expect(order('Ramesh Sharma', 'Ramesh Sharma', 'Lokendra Bisht')).toEqual(['Ramesh Sharma']);
  });

  it('goes on behind a place without repeating or skipping anybody', () => {
    const ranked = rankedBy('Sita', people('Sita', 'Sita', 'Seeta', 'Sita Devi', 'Sita Rani', 'Smita'));
    for (const [n, row] of ranked.entries())
      expect(behind(ranked, [row.distance, row.path, row.id])).toEqual(ranked.slice(n + 1));
  });

  it('comes to an end, whatever is pasted', () => {
    const names = Array.from({ length: 300 }, (_, n) => `Name ${'ab'.repeat(n)} ${n}`);
    // Nobody is called that.
    expect(order('ab '.repeat(60) + 'x'.repeat(5_000), ...names)).toEqual([]);
  });
});
