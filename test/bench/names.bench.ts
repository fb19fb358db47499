import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { scopeFrom } from '../../src/platform/database/actor.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { seeded } from '../../src/demo/invented-people.js';
import { nameKey } from '../../src/sympathisers/name-key.js';
import { SympathisersQueries } from '../../src/sympathisers/sympathisers.queries.js';
import { fixture } from '../fixtures/fixture.js';
import { adminUrlOf } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { rowsAsked, type Bench, type Measured } from './bench.js';
import { namesOfPeople, type Script } from './names-of-people.js';
import { aRegister } from './register.js';

const PEOPLE = 100_000;
const HARDER = 'harder-names.csv';

/** A name as the register has it, and as somebody types it. `kind`: what makes it hard. */
interface Case {
  held: string;
  typed: string;
  kind: string;
  /** Other names that are as right. */
  also?: string[];
}

/** Whether a name is found by another spelling of it, in a register full of other names. */
export const namesBench: Bench = {
  name: 'names',
  about: `how often a name is found by another spelling, among --rows N people (100,000 unless told): test/fixtures/${HARDER}, and PAIRS.csv (devanagari,latin,name_type) if given`,
  async run(args) {
    const people = rowsAsked(args, PEOPLE, 1_000);
    const files = args.filter((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--rows');
    const measured: Measured[] = [];
    for (const cases of [...files.flatMap(casesOf), harderCases()]) measured.push(...(await measure(cases, people)));
    return measured;
  },
};

interface Cases {
  what: string;
  list: Case[];
  /** Names of the others in the register; people as the state has them unless told. */
  crowd?: (count: number) => string[];
}

async function measure({ what, list, crowd }: Cases, people: number): Promise<Measured[]> {
  const sampark = await aSampark();
  const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
  await admin.connect();
  try {
    const held = [...new Set(list.map((one) => one.held))];
    const ours = new Set(held.map((name) => name.normalize('NFC')));
    const scripts = new Set(held.map((name) => (/[\u0900-\u097f]/u.test(name) ? 'devanagari' : 'latin') as Script));
    const script = scripts.size === 1 ? [...scripts][0] : undefined;
    const count = people - held.length;
    const others = crowd ? crowd(count) : namesOfPeople(count, 7, script);
    await aRegister(admin, people, [...held, ...others.filter((name) => !ours.has(name.normalize('NFC')))]);
    const result = await found(sampark, list);
    console.log(`${what}: ${result.missed.length} of ${list.length} not among the first ten; most in vain: ${result.missed.slice(0, 12).map(({ typed, held }) => `${typed} (${held})`).join(', ')}`); // prettier-ignore
    for (const [kind, of] of Map.groupBy(list, (one) => one.kind)) {
      const count = (set: Set<Case>) => of.filter((one) => set.has(one)).length;
      const wrong = of.filter((one) => result.ten.has(one) && !result.first.has(one));
      if (process.env.BENCH_MISSES)
        console.log(wrong.map(({ typed, held }) => `${typed} (${held}; ${result.instead.get(typed)})`).join(', '));
      console.log(`  ${kind}: ${count(result.ten)} of ${of.length} among the first ten, ${count(result.first)} first`);
    }
    const share = (n: number, of: number) => Math.round((n / of) * 10_000) / 100;
    return [
      { what: `${what}: among the first ten`, unit: '%', figure: share(result.ten.size, list.length), reference: 98, against: 'what is asked for' }, // prettier-ignore
      { what: `${what}: first`, unit: '%', figure: share(result.first.size, list.length), reference: 92, against: 'what is asked for' }, // prettier-ignore
      { what: `${what}: random pairs with one key`, unit: 'per million', figure: collisions(held), reference: 5_000, against: 'at most' }, // prettier-ignore
    ];
  } finally {
    await admin.end();
    await sampark.close();
  }
}

async function found(sampark: Sampark, list: Case[]) {
  const actor = { ...(await sampark.system('system:bench')), scope: scopeFrom('0001') };
  const queries = sampark.get(SympathisersQueries);
  const [first, ten, missed] = [new Set<Case>(), new Set<Case>(), [] as Case[]];
  const instead = new Map<string, string>();
  // One spelling may stand for several names, and one name is in the register in several spellings: each of these is right.
  const right = new Map(
    [...Map.groupBy(list, (one) => one.typed)].map(([typed, of]) => [
      typed,
      new Set(of.flatMap(({ held, also = [] }) => [held, ...also].map((name) => name.normalize('NFC')))),
    ]),
  );
  for (const one of list) {
    const { items } = await sampark
      .get(UnitOfWork)
      .run(actor, (tx) => queries.list(tx, { q: one.typed, limit: 10 }, 'en'));
    const at = items.findIndex(({ name }) => right.get(one.typed)!.has(name.normalize('NFC')));
    if (at === 0) first.add(one);
    else instead.set(one.typed, items[0]?.name ?? 'nobody');
    if (at >= 0) ten.add(one);
    else missed.push(one);
  }
  return { first, ten, missed, instead };
}

/** Two names drawn at random, a million times. */
function collisions(names: string[]): number {
  const random = seeded(11);
  const keys = names.map(nameKey);
  let same = 0;
  for (let n = 0; n < 1_000_000; n++) {
    const a = Math.floor(random() * keys.length);
    const b = Math.floor(random() * keys.length);
    if (a !== b && keys[a] === keys[b]) same++;
  }
  return same;
}

interface Pair {
  devanagari: string;
  latin: string;
  name_type: string;
}

/** Each pair both ways: the register in one script, the question in the other. Then full names made of them. */
function casesOf(file: string): Cases[] {
  const rows = parse(readFileSync(file), { columns: true, bom: true }) as Pair[];
  const kind = 'one word';
  return [
    {
      what: 'pairs, typed in Latin letters',
      list: rows.map((row) => ({ held: row.devanagari, typed: row.latin, kind })),
    },
    { what: 'pairs, typed in Devanagari', list: rows.map((row) => ({ held: row.latin, typed: row.devanagari, kind })) },
    fullNames(rows, 'devanagari', 'latin'),
    fullNames(rows, 'latin', 'devanagari'),
  ];
}

const FULL_NAMES = 1_500;

/**
 * Given names with surnames of the pairs, among a crowd made of the same words; every second one is typed with a slip at
 * any place: a letter missing, doubled, another, or two swapped.
 */
function fullNames(rows: Pair[], heldIn: Script, typedIn: Script): Cases {
  const random = seeded(13);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const surnames = rows.filter(({ name_type }) => name_type.includes('surname'));
  const given = rows.filter(({ name_type }) => name_type.includes('given'));
  const spellings = Map.groupBy(rows, (row) => row[typedIn]);
  const list = Array.from({ length: FULL_NAMES }, (_, n): Case => {
    const words = [pick(given), pick(surnames)];
    const typed = words.map((word) => word[typedIn]).join(' ');
    const [first = [], second = []] = words.map((word) => spellings.get(word[typedIn])!);
    return {
      also: first.flatMap((a) => second.map((b) => `${a[heldIn]} ${b[heldIn]}`)),
      held: words.map((word) => word[heldIn]).join(' '),
      typed: n % 2 ? slipped(typed, random) : typed,
      kind: n % 2 ? 'full name, with a slip' : 'full name',
    };
  });
  const crowd = (count: number) =>
    Array.from({ length: count }, () => `${pick(given)[heldIn]} ${pick(surnames)[heldIn]}`);
  return { what: `full names, typed in ${typedIn}`, list, crowd };
}

function slipped(text: string, random: () => number): string {
  const letters = [...text];
  const places = letters.flatMap((letter, at) => (letter === ' ' || letters[at + 1] === ' ' ? [] : [at])).slice(1);
  const at = places[Math.floor(random() * places.length)]!;
  const letter = letters[at]!;
  const another = letters[Math.floor(random() * letters.length)]!.replace(' ', letter);
  return [
    () => letters.toSpliced(at, 1),
    () => letters.toSpliced(at, 0, letter),
    () => letters.with(at, another),
    () => (at + 1 < letters.length ? letters.toSpliced(at, 2, letters[at + 1]!, letter) : letters.toSpliced(at, 1)),
  ][Math.floor(random() * 4)]!().join('').toLowerCase(); // prettier-ignore
}

function harderCases(): Cases {
  return { what: 'harder names', list: parse(fixture(HARDER), { columns: true, comment: '#' }) as unknown as Case[] };
}
