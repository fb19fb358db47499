import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { fromRoot } from '../../src/platform/config/paths.js';
import { seeded } from '../../src/demo/invented-people.js';

export interface Name {
  devanagari: string;
  latin: string;
  name_type: string;
  gender?: string;
}
export type Script = 'devanagari' | 'latin';

/** Second names that stand in hundreds of thousands of full names of a state, and tell nobody apart. */
const MIDDLE: Name[] = ['कुमार Kumar', 'सिंह Singh', 'देवी Devi', 'लाल Lal', 'प्रसाद Prasad', 'राम Ram', 'चंद्र Chandra'].map(
  (pair) => {
    const [devanagari = '', latin = ''] = pair.split(' ');
    return { devanagari, latin, name_type: 'middle' };
  },
);

/**
 * Full names as a register has them: some given names and surnames are very common (Zipf), four in ten have a second name,
 * three in ten no surname. In one script, or in either. The same names for the same seed.
 */
export function namesOfPeople(count: number, seed: number, script?: Script): string[] {
  const random = seeded(seed);
  const all = readNames();
  const given = picker(all.filter(({ name_type }) => name_type !== 'surname'));
  const surnames = picker(all.filter(({ name_type }) => name_type === 'surname'));
  const middle = picker(MIDDLE);
  return Array.from({ length: count }, () => {
    const words = [given(random())];
    const second = random() < 0.4;
    if (second) words.push(middle(random()));
    if (!second || random() < 0.5) words.push(surnames(random()));
    const written = script ?? (random() < 0.6 ? 'devanagari' : 'latin');
    return words.map((word) => word[written]).join(' ');
  });
}

/** Names as the state has them. */
export const readNames = (): Name[] =>
  parse(readFileSync(fromRoot('reference', 'common_names.csv')), { columns: true }) as Name[];

/** Picks by a number in [0, 1): the nth of the list has a share of 1/(n + 2). */
export function picker(list: Name[]): (at: number) => Name {
  const sums: number[] = [];
  list.forEach((_, n) => sums.push((sums.at(-1) ?? 0) + 1 / (n + 2)));
  return (at) => list[sums.findIndex((sum) => sum >= at * sums.at(-1)!)] ?? list[0]!;
}
