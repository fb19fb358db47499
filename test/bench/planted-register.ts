import { seeded } from '../../src/demo/invented-people.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { keysOfName } from '../../src/sympathisers/name-key.js';
import { readNames, picker, type Name } from './names-of-people.js';

export interface Planted {
  id: string;
  name: string;
  home: number;
  pin: string | null;
  born: number | null;
  phones: string[];
  emails: string[];
  handles: { platform: string; handle: string; ended: boolean; uid: string | null }[];
}
export type Kind = 'handle_again' | 'spelled_otherwise' | 'other_script' | 'moved_phone' | 'account' | 'nothing_kept';
export type Trap = 'family' | 'recycled' | 'namesakes' | 'office';

export interface PlantedRegister {
  people: Planted[];
  /** The pairs that are one person, `a b` with the smaller id first, and how they came about. */
  truth: Map<string, Kind>;
  /** Pairs that look alike and are two people. */
  traps: Map<string, Trap>;
}
export const pairOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/**
 * Invented people, of whom it is known who is whom. Per 100 people: about thirty live in families that share a phone (and a
 * surname), eight stand twice, one has a handle that was somebody else's, and many have a name that others in their ward have.
 */
export function plantedRegister(count: number, homes: number, seed: number): PlantedRegister {
  const random = seeded(seed);
  const int = (below: number) => Math.floor(random() * below);
  const chance = (share: number) => random() < share;
  const of = <T>(list: readonly T[]): T => list[int(list.length)]!;
  const all = readNames();
  const given = all.filter(({ name_type }) => name_type !== 'surname');
  const men = picker(given.filter(({ gender }) => gender !== 'f'));
  const women = picker(given.filter(({ gender }) => gender === 'f'));
  const surnames = picker(all.filter(({ name_type }) => name_type === 'surname'));
  const people: Planted[] = [];
  const truth = new Map<string, Kind>();
  const traps = new Map<string, Trap>();
  let serial = 0;
  const phone = () => `+91${6_000_000_000 + (serial += 1)}`;
  const mail = () => `p${(serial += 1)}@example.org`;

  const parts = new Map<string, Name[]>();
  const write = (name: Name[], script: 'devanagari' | 'latin') => name.map((word) => word[script]).join(' ');
  const add = (name: Name[], script: 'devanagari' | 'latin', home: number, points: Partial<Planted>): Planted => {
    const person: Planted = {
      id: uuidv7(),
      name: write(name, script),
      home,
      pin: chance(0.7) ? String(200_000 + home) : null,
      born: chance(0.4) ? 1950 + int(55) : null,
      phones: [],
      emails: [],
      handles: [],
      ...points,
    };
    parts.set(person.id, name);
    people.push(person);
    return person;
  };
  const script = () => (chance(0.6) ? 'devanagari' : 'latin');
  const handle = (ended = false) => ({ platform: of(['x', 'facebook', 'instagram']), handle: `h${(serial += 1)}`, ended, uid: chance(0.3) ? `u${serial}` : null }); // prettier-ignore
  const someone = (surname: Name | null) => [
    chance(0.35) ? women(random()) : men(random()),
    ...(surname ? [surname] : []),
  ];

  while (people.length < count) {
    const home = int(homes);
    if (chance(0.13)) {
      family(home);
      continue;
    }
    const name = someone(chance(0.8) ? surnames(random()) : null);
    const person = add(name, script(), home, {
      phones: chance(0.9) ? [phone()] : [],
      emails: chance(0.25) ? [mail()] : [],
      handles: chance(0.6) ? [handle()] : [],
    });
    if (!person.phones.length && !person.handles.length) person.phones.push(phone());
    if (chance(0.09)) again(person, name);
    else if (chance(0.012)) recycled(person);
  }
  office();
  namesakes();
  return { people, truth, traps };

  /** Two to five at one number: a surname in common, given names that may sound alike, often one script. */
  function family(home: number) {
    const surname = chance(0.85) ? surnames(random()) : null;
    const shared = { phones: [phone()], emails: chance(0.15) ? [mail()] : [] };
    const pen = script();
    const members: Planted[] = [];
    const keys = new Set<string>();
    for (let n = 2 + int(4); n > 0; n--) {
      const name = someone(surname);
      // Nobody gives two children one name, however it is spelled.
      const key = keysOfName(name[0]!.latin)[0]?.key ?? '';
      if (keys.has(key)) continue;
      keys.add(key);
      members.push(add(name, chance(0.9) ? pen : script(), home, { phones: [...shared.phones], emails: [...shared.emails], handles: chance(0.4) ? [handle()] : [] })); // prettier-ignore
    }
    members.forEach((a, i) => members.slice(i + 1).forEach((b) => traps.set(pairOf(a.id, b.id), 'family')));
  }

  /** The same person on another list. */
  function again(first: Planted, name: Name[]) {
    const kinds: Kind[] = ['handle_again', 'spelled_otherwise', 'other_script', 'moved_phone', 'account'];
    // Another phone and another handle: nothing but a name in a ward is left.
    let kind: Kind = chance(0.03) ? 'nothing_kept' : of(kinds);
    const pen = /[\u0900-\u097f]/u.test(first.name) ? 'devanagari' : 'latin';
    const common = {
      born: first.born !== null && chance(0.7) ? first.born + int(3) - 1 : null,
      pin: chance(0.8) ? first.pin : null,
    };
    if ((kind === 'handle_again' || kind === 'account') && !first.handles.length) kind = 'other_script';
    if (kind !== 'handle_again' && kind !== 'account' && kind !== 'nothing_kept' && !first.phones.length)
      first.phones.push(phone());
    if (kind === 'moved_phone') {
      if (!first.emails.length) first.emails.push(mail());
    }
    const points = {
      phones:
        kind === 'handle_again' || kind === 'moved_phone' || kind === 'account' || kind === 'nothing_kept'
          ? [phone()]
          : [...first.phones],
      emails: kind === 'moved_phone' ? [...first.emails] : [],
      handles: [handle()],
    };
    if (kind === 'handle_again') {
      // They left the handle, took another one, and stand with the old one on an older list.
      const [old] = first.handles;
      points.handles.push({ ...old!, ended: false, uid: null });
      old!.ended = true;
    }
    if (kind === 'account') {
      const [old] = first.handles;
      old!.uid ??= `u${(serial += 1)}`;
      points.handles = [{ ...handle(), platform: old!.platform, uid: old!.uid }];
    }
    const twin = add(name, kind === 'other_script' ? (pen === 'latin' ? 'devanagari' : 'latin') : pen, first.home, { ...common, ...points }); // prettier-ignore
    if (kind === 'spelled_otherwise') twin.name = slip(twin.name, pen);
    else if (kind !== 'other_script' && chance(0.3)) twin.name = shorter(twin.name, name);
    truth.set(pairOf(first.id, twin.id), kind);
  }

  /** As another clerk hears it, with an initial or without the surname, or with a letter wrong. */
  function slip(name: string, pen: 'devanagari' | 'latin'): string {
    const swaps: [RegExp, string][] = pen === 'latin'
      ? [[/ee/, 'i'], [/i(?=[a-z])/, 'ee'], [/sh/, 's'], [/v/, 'w'], [/a(?=[a-z])/, 'aa'], [/th/, 't'], [/u/, 'oo'], [/y/, 'ie'], [/a$/, '']] // prettier-ignore
      : [[/श/, 'स'], [/ि/, 'ी'], [/ी/, 'ि'], [/व/, 'ब'], [/ू/, 'ु'], [/ु/, 'ू'], [/ण/, 'न'], [/ष/, 'श'], [/ं/, 'न्']]; // prettier-ignore
    const fitting = swaps.filter(([from]) => from.test(name));
    const made = chance(0.15) || !fitting.length ? dropOne(name) : fitting.reduce((text, [from, to], n) => (n && chance(0.5) ? text : text.replace(from, to)), name); // prettier-ignore
    return made === name ? `${name} जी` : made;
  }
  function dropOne(name: string): string {
    const letters = [...name];
    const at = 1 + int(Math.max(1, letters.length - 2));
    letters.splice(at, 1);
    return letters.join('').replace(/\s+/g, ' ').trim();
  }
  function shorter(text: string, name: Name[]): string {
    if (name.length < 2) return text;
    return text.split(' ')[0]!;
  }

  /** The handle ended, and somebody else took it. */
  function recycled(first: Planted) {
    first.handles.length = 0;
    const old = { ...handle(true), uid: null };
    first.handles.push(old);
    const next = add(someone(surnames(random())), script(), int(homes), { phones: [phone()], handles: [{ ...old, ended: false }] }); // prettier-ignore
    if (keysOf(next.name) !== keysOf(first.name)) traps.set(pairOf(first.id, next.id), 'recycled');
  }

  /** Of one name in one ward, as common names have it. */
  function namesakes() {
    for (const [, alike] of Map.groupBy(people, ({ name, home }) => `${home} ${keysOf(name)}`))
      alike.forEach((a, i) => alike.slice(i + 1).forEach((b) => {
        const pair = pairOf(a.id, b.id);
        if (!truth.has(pair) && !traps.has(pair)) traps.set(pair, 'namesakes');
      })); // prettier-ignore
  }

  /** One number that a helper wrote behind two hundred people of a list. */
  function office() {
    const number = phone();
    const listed = Array.from({ length: 200 }, () => of(people));
    for (const person of new Set(listed)) if (!person.phones.includes(number)) person.phones.push(number);
    const members = [...new Set(listed)];
    members.forEach((a, i) =>
      members.slice(i + 1).forEach((b) => {
        const pair = pairOf(a.id, b.id);
        if (!truth.has(pair) && !traps.has(pair)) traps.set(pair, 'office');
      }),
    );
  }
}

const keysOf = (name: string) =>
  keysOfName(name)
    .map(({ key }) => key)
    .join(' ');
