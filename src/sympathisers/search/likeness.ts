import type { SpokenWord } from './spoken-name.js';

/** What it costs where a name differs from what was typed; 1 is another consonant. Made by hand, and the same for both scripts. */
const COST = { vowel: 0.6, schwa: 0.15, breath: 0.2, doubled: 0.1, consonant: 1, swapped: 0.7 };

const PAIRS: [string, number][] = [
  // Length of a vowel, and what stands for it in Latin spelling.
  ...['aA', 'iI', 'uU'].map((pair): [string, number] => [pair, 0.08]),
  ...['eE', 'oO', 'ey', 'iy', 'Iy', 'Ey'].map((pair): [string, number] => [pair, 0.2]),
  ...['ie', 'Ie', 'uo', 'Uo', 'iE', 'IE', 'uO', 'UO'].map((pair): [string, number] => [pair, 0.35]),
  ...['ae', 'ai', 'ao', 'au', 'aE', 'aO', 'AE', 'AO'].map((pair): [string, number] => [pair, 0.45]),
  // Letters that share a sound, or a key.
  ...['kK', 'gG', 'cC', 'CQ', 'jJ', 'tT', 'dD', 'pP', 'bB', 'sS'].map((pair): [string, number] => [pair, 0.15]),
  ...['jz', 'Jz', 'vb', 'vB', 'kc'].map((pair): [string, number] => [pair, 0.2]),
  ...['uv', 'Uv', 'ov', 'Ov', 'nm'].map((pair): [string, number] => [pair, 0.35]),
  ...['dr', 'Dr', 'TD', 'td', 'gj', 'gk', 'Cj'].map((pair): [string, number] => [pair, 0.6]),
];
const SOUNDS = 128;
const VOWEL = /[aeiouAEIOU]/;
const isVowel = Array.from({ length: SOUNDS }, (_, code) => VOWEL.test(String.fromCharCode(code)));

/** What it costs to take one sound for another, by their codes: looked up hundreds of thousands of times in a search. */
const INSTEAD = new Float64Array(SOUNDS * SOUNDS).map((_, at) => {
  const [a, b] = [Math.floor(at / SOUNDS), at % SOUNDS];
  return a === b ? 0 : isVowel[a] && isVowel[b] ? COST.vowel : COST.consonant;
});
for (const [pair, cost] of PAIRS) {
  const [a, b] = [pair.charCodeAt(0), pair.charCodeAt(1)];
  INSTEAD[a * SOUNDS + b] = INSTEAD[b * SOUNDS + a] = cost;
}
const instead = (a: number, b: number): number =>
  a < SOUNDS && b < SOUNDS ? INSTEAD[a * SOUNDS + b]! : a === b ? 0 : COST.consonant;

/** What each sound of a word costs where the other word hasn't it. */
function ownCosts(word: string): number[] {
  return Array.from(word, (sound, at) => {
    if (at > 0 && sound === word[at - 1]) return COST.doubled;
    if (sound === 'a') return at === word.length - 1 ? 0.3 : COST.schwa;
    if (sound === 'A') return at === word.length - 1 ? 0.4 : COST.breath;
    if (sound === 'h' || sound === 'y') return COST.breath;
    return VOWEL.test(sound) ? COST.vowel : COST.consonant;
  });
}

/**
 * How far two words are apart by ear: the least sum of costs that turns one into the other (Damerau's distance with
 * weights, as in Zobel and Dart, "Phonetic String Matching", 1996).
 * @param begun the first may be the beginning of the second: what follows costs little
 */
export function wordDistance(one: string, two: string, begun = false): number {
  if (one === two) return 0;
  const a = codesOf(one);
  const b = codesOf(two);
  const [costA, costB] = [ownCosts(one.slice(0, MOST_SOUNDS)), ownCosts(two.slice(0, MOST_SOUNDS))];
  let before: number[] = [];
  let above: number[] = [];
  let row = [0];
  for (let j = 1; j <= b.length; j++) row.push(row[j - 1]! + costB[j - 1]!);
  for (let i = 1; i <= a.length; i++) {
    [before, above] = [above, row];
    row = [above[0]! + costA[i - 1]!];
    for (let j = 1; j <= b.length; j++) {
      let least = Math.min(
        above[j - 1]! + instead(a[i - 1]!, b[j - 1]!),
        above[j]! + costA[i - 1]!,
        row[j - 1]! + costB[j - 1]!,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + COST.swapped);
      row.push(least);
    }
  }
  const whole = row[b.length]!;
  return begun ? Math.min(whole, ...row.slice(1).map((cost, j) => cost + BEGUN + 0.03 * (b.length - j - 1))) : whole;
}

/** Longer than any word of a name: what is pasted into the field must not cost more than a name does. */
const MOST_SOUNDS = 40;
/** Less than a consonant, and more than a whole word that fits. */
const BEGUN = 0.5;
const codesOf = (word: string): number[] => Array.from(word.slice(0, MOST_SOUNDS), (sound) => sound.codePointAt(0)!);

/** A word of one name that the other hasn't. */
const missing = (word: SpokenWord, first: boolean): number =>
  word.filler ? 0.35 : word.initial ? 0.5 : first ? 1.4 : 1.1;

function pairCost(typed: SpokenWord, held: SpokenWord, begun: boolean): number {
  if (typed.initial || held.initial) {
    if (typed.initial && held.initial) return typed.key === held.key ? 0 : 3;
    return typed.key[0] === held.key[0] ? 0.45 : 3;
  }
  const bySound = wordDistance(typed.sound, held.sound, begun);
  const distance = bySound < 0.8 ? bySound : Math.min(bySound, 0.1 + wordDistance(typed.letters, held.letters));
  // Rules may know more than sounds do (Md is Mohammad): the same key is never far.
  if (typed.key !== held.key) return distance + 0.1;
  return distance < 0.5 ? distance * 0.6 : Math.min(0.5, 0.3 + (distance - 0.5) * 0.2);
}

/**
 * How far names of the register are from the one typed, in hundredths; 0: the same. Each word goes with the one most like
 * it; words left over, another order and another way to join words cost a little. The order of results is this number.
 */
export function distanceFrom(typed: readonly SpokenWord[]): (held: readonly SpokenWord[]) => number {
  const words = typed.slice(0, MOST_WORDS);
  // Thousands of names are made of a few hundred words.
  const known = words.map(() => new Map<string, number>());
  const remember = (i: number, what: string, cost: () => number): number => {
    let found = known[i]!.get(what);
    if (found === undefined) known[i]!.set(what, (found = cost()));
    return found;
  };
  const costs: Costs = {
    pair: (i, name) => remember(i, name.text, () => pairCost(words[i]!, name, i === words.length - 1)),
    heldApart: (i, one, two) =>
      remember(i, `${one.text} ${two.text}`, () => joinedCost(words[i]!.sound, one.sound + two.sound)),
    typedApart: (i, name) =>
      remember(i, `+ ${name.text}`, () => joinedCost(words[i]!.sound + words[i + 1]!.sound, name.sound)),
  };
  return (held) => Math.round(100 * assigned(words, held.slice(0, MOST_WORDS), costs));
}

const MOST_WORDS = 6;
const JOINED = 0.25;
const TURNED = 0.25;
/** However long a name is: whoever types one word of it means it. */
const LEFT_OVER = 1.2;

interface Costs {
  pair(i: number, name: SpokenWord): number;
  /** One word typed, two held. */
  heldApart(i: number, one: SpokenWord, two: SpokenWord): number;
  /** This word typed and the next, one held. */
  typedApart(i: number, name: SpokenWord): number;
}

/** Ram Kumar for Ramkumar: about as many sounds in all, or it is something else. */
const joinedCost = (one: string, two: string): number =>
  Math.abs(one.length - two.length) > 2 ? Infinity : JOINED + wordDistance(one, two);

/** The cheapest way to give each typed word to a held one, to two that it joins, or to none; few words, so all ways are tried. */
function assigned(typed: readonly SpokenWord[], names: readonly SpokenWord[], costs: Costs): number {
  let best = Infinity;
  const go = (i: number, taken: number, last: number, cost: number) => {
    if (cost >= best) return;
    if (i === typed.length) {
      const left = names.reduce((sum, name, j) => sum + (taken & (1 << j) ? 0 : missing(name, j === 0)), 0);
      best = Math.min(best, cost + Math.min(left, LEFT_OVER) + 0.1 * Math.max(0, left - LEFT_OVER));
      return;
    }
    names.forEach((name, j) => {
      if (taken & (1 << j)) return;
      const sum = cost + (j < last ? TURNED : 0);
      go(i + 1, taken | (1 << j), j, sum + costs.pair(i, name));
      if (j + 1 < names.length && !(taken & (2 << j)))
        go(i + 1, taken | (3 << j), j + 1, sum + costs.heldApart(i, name, names[j + 1]!));
      if (i + 1 < typed.length) go(i + 2, taken | (1 << j), j, sum + costs.typedApart(i, name));
    });
    go(i + 1, taken, last, cost + missing(typed[i]!, i === 0) * 1.2);
  };
  go(0, 0, -1, 0);
  return best;
}
