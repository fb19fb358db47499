import { Remembered } from '../platform/remembered.js';

/** What a district name stands for: a revenue district (LGD code), or an organisation's own territory (its id). */
export type DistrictTarget = { district: number } | { territory: string; district?: number };

export interface DistrictMatch {
  target: DistrictTarget;
  how: 'exact' | 'misspelt';
}

const SHORTEST_TO_MISSPELL = 5;

// "ज़िला आगरा", "Agra district", "जनपद - लखनऊ": office words around a name, never a name themselves.
const AFFIX = '(?:district|distt?|zill?a|jill?a|janpad|जिला|जिले|डिस्ट्रिक्ट|जनपद)';
const PREFIX = new RegExp(`^${AFFIX}(?=[^\\p{L}\\p{M}]|$)`, 'u');
const SUFFIX = new RegExp(`(?<=^|[^\\p{L}\\p{M}])${AFFIX}$`, 'u');
const BEYOND = /\s*[([,].*$|\s+(?:u\.?\s?p\.?|uttar pradesh|यूपी|उत्तर प्रदेश|उ\.?\s?प्र\.?)$/u; // "Agra (UP)", "Agra U.P."

/**
 * Finds districts by the names that offices write: English, Hindi, former, with one letter wrong. Built once from data
 * and then only read; a look-up costs a few dozen map reads, however many names there are.
 *
 * A name given both as a revenue district and as a territory means the revenue district: nothing finer was said.
 */
export class DistrictNames {
  private readonly exact = new Map<string, DistrictTarget>();
  /** Every long name and every such name with one letter left out, to the names it came from. */
  private readonly nearby = new Map<string, Set<string>>();
  // A list has few districts, as few people spell them.
  private readonly found = new Remembered<DistrictMatch | null>(10_000);

  constructor(entries: readonly { name: string; target: DistrictTarget }[]) {
    for (const { name, target } of entries) {
      const plain = normal(name);
      const known = this.exact.get(plain);
      if (!plain || (known && (!isTerritory(known) || isTerritory(target)))) continue;
      this.exact.set(plain, target);
      if (letters(plain).length < SHORTEST_TO_MISSPELL) continue;
      for (const variant of [plain, ...shortened(plain)]) {
        const names = this.nearby.get(variant) ?? new Set();
        this.nearby.set(variant, names.add(plain));
      }
    }
  }

  /**
   * The district or territory meant, or null. One letter too many, too few, changed or swapped is forgiven in a name of
   * five or more; where several names are that near, the one of the PIN's district wins, then the one with the same
   * first letter, else it isn't known.
   */
  find(text: string, { pinDistrict = null }: { pinDistrict?: number | null } = {}): DistrictMatch | null {
    return this.found.of(`${pinDistrict} ${text}`, () => this.match(text, pinDistrict));
  }

  private match(text: string, pinDistrict: number | null): DistrictMatch | null {
    const plain = normal(text);
    const target = this.exact.get(plain);
    if (target) return { target, how: 'exact' };
    const near = this.near(plain);
    const byPin = near.filter((name) => pinDistrict !== null && this.exact.get(name)!.district === pinDistrict);
    const byLetter = near.filter((name) => letters(name)[0] === letters(plain)[0]);
    for (const names of [near, byPin, byLetter]) {
      const only = this.onlyTarget(names);
      if (only) return { target: only, how: 'misspelt' };
    }
    return null;
  }

  private near(plain: string): string[] {
    const found = new Set<string>();
    for (const variant of [plain, ...shortened(plain)]) {
      for (const name of this.nearby.get(variant) ?? []) {
        if (!found.has(name) && oneSlipApart(plain, name)) found.add(name);
      }
    }
    return [...found];
  }

  /** Several names of one district aren't a tie. */
  private onlyTarget(names: readonly string[]): DistrictTarget | null {
    const [first, ...others] = names.map((name) => this.exact.get(name)!);
    return first && others.every((other) => sameTarget(first, other)) ? first : null;
  }
}

const isTerritory = (target: DistrictTarget): target is { territory: string; district?: number } =>
  'territory' in target;

function sameTarget(a: DistrictTarget, b: DistrictTarget): boolean {
  if (isTerritory(a) || isTerritory(b)) return isTerritory(a) && isTerritory(b) && a.territory === b.territory;
  return a.district === b.district;
}

/** Without case and nukta, and with one way to write a nasal. */
export function plainLetters(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u093c\u200b-\u200f\ufeff]/gu, '')
    .replace(/\u0901/gu, '\u0902')
    .replace(/[ङञणनम]\u094d(?=[क-म])/gu, '\u0902')
    .trim();
}

/** Plain letters without spacing, points and office words. */
function normal(text: string): string {
  const bare = plainLetters(text)
    .replace(BEYOND, '')
    .replace(/[^\p{L}\p{M}]+$/u, '')
    .replace(PREFIX, '')
    .replace(SUFFIX, '');
  return bare.replace(/[^\p{L}\p{M}]/gu, '');
}

/** Letters are code points: in Devanagari a vowel sign is a letter that can be forgotten, too. */
const letters = (text: string): string[] => [...text];

function shortened(text: string): string[] {
  const all = letters(text);
  return all.map((_, i) => all.slice(0, i).join('') + all.slice(i + 1).join(''));
}

/** One insertion, deletion, substitution or swap of neighbours (Damerau 1964) between two different words. */
export function oneSlipApart(a: string, b: string): boolean {
  const [short, long] = [letters(a), letters(b)].sort((x, y) => x.length - y.length) as [string[], string[]];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  const rest = (letter: string[], from: number): string => letter.slice(from).join('');
  if (long.length > short.length) return rest(short, at) === rest(long, at + 1);
  if (rest(short, at + 1) === rest(long, at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && rest(short, at + 2) === rest(long, at + 2);
}
