import { asciiDigits } from '../../platform/formats/digits.js';
import { Remembered } from '../../platform/remembered.js';
import type { Homes } from '../../territories/home-finder.js';
import type { Place } from '../../territories/home-of.js';
import { oneSlipApart, plainLetters } from '../district-name.js';

/** Levels below a district that a list names, the wider one first. */
const LEVELS = ['mandal', 'ward'] as const;
export type FinerLevel = (typeof LEVELS)[number];

export interface NamedTerritory extends Place {
  level: string;
  names: string[];
}

export interface FinerPlace {
  /** Id of the finest territory that was found, and which column named it; null: none was. */
  found: { id: string; by: FinerLevel } | null;
  /** Columns with a name that is none here, or stands for several. */
  unknown: FinerLevel[];
}

interface Name {
  whole: string;
  /** The only number in it, and what is left without. */
  number: string | null;
  bare: string;
}

interface Known extends Place {
  names: Name[];
}

const SHORTEST_TO_MISSPELL = 5;
const NUMBER = /\d+/gu;
/** Office words around a name, never a name themselves: "Bah Mandal", "वार्ड नं. 23". */
const AFFIXES = /(?<![\p{L}\p{M}])(?:mandal|ward|no|number|मंडल|वार्ड|नं|नंबर|न|संख्या|क्रमांक)(?![\p{L}\p{M}])/gu;

/**
 * Finds mandals and wards by the names that a list gives them, within the district that its row tells: in another one there
 * may be a place of the same name. Where a row tells no district it is the one that the list is imported for; above the
 * districts a name alone says nothing. A ward is looked for in the mandal that the row names. One slip of the pen is forgiven
 * in a name without a number.
 */
export class FinerPlaces {
  private readonly known: Record<FinerLevel, Known[]>;
  /** Path of the district that the list is imported for, or within which it is. */
  private readonly ownDistrict: string | null;
  // A list has few places, as few people spell them.
  private readonly remembered = new Remembered<FinerPlace>(10_000);

  /**
   * @param territories in force, of the levels district, mandal and ward
   * @param from the territory that the list is imported for
   */
  constructor(
    territories: readonly NamedTerritory[],
    private readonly homes: Pick<Homes, 'byId' | 'covering'>,
    private readonly from: Place,
  ) {
    const of = (level: FinerLevel) =>
      territories
        .filter((one) => one.level === level)
        .map(({ id, path, names }) => ({ id, path, names: names.map(nameOf) }));
    this.known = { mandal: of('mandal'), ward: of('ward') };
    const above = territories.find(({ level, path }) => level === 'district' && from.path.startsWith(path));
    this.ownDistrict = above?.path ?? null;
  }

  /**
   * @param named the cells, blank where they are
   * @param district LGD code of the revenue district, or id of the organisation's own, as far as the row tells
   */
  find(
    named: Readonly<Record<FinerLevel, string>>,
    district: { districtLgd: number | null; territoryHint: string | null },
  ): FinerPlace {
    const { districtLgd, territoryHint } = district;
    const key = [districtLgd, territoryHint, named.mandal, named.ward].join('\u001f');
    return this.remembered.of(key, () => this.look(named, this.within(districtLgd, territoryHint)));
  }

  private within(districtLgd: number | null, hint: string | null): string[] {
    const own = hint === null ? undefined : this.homes.byId(hint);
    if (own) return [own.path];
    if (districtLgd !== null)
      return this.homes.covering('revenue_district', String(districtLgd)).map(({ path }) => path);
    return this.ownDistrict === null ? [] : [this.ownDistrict];
  }

  private look(named: Readonly<Record<FinerLevel, string>>, district: readonly string[]): FinerPlace {
    const place: FinerPlace = { found: null, unknown: [] };
    let within = district;
    for (const level of LEVELS) {
      const text = named[level].trim();
      if (!text) continue;
      const one = this.only(level, nameOf(text), within);
      if (!one) place.unknown.push(level);
      else {
        place.found = { id: one.id, by: level };
        within = [one.path];
      }
    }
    return place;
  }

  /** The only one of that name; of several the one on the line of the import. */
  private only(level: FinerLevel, name: Name, within: readonly string[]): Known | null {
    const places = this.known[level].filter(({ path }) => within.some((one) => path.startsWith(one)));
    for (const alike of [isSame, isSameNumber, isNearly]) {
      const found = places.filter(({ names }) => names.some((one) => alike(name, one)));
      const onLine = found.filter(({ path }) => path.startsWith(this.from.path) || this.from.path.startsWith(path));
      const [one, ...others] = found.length > 1 ? onLine : found;
      if (one && !others.length) return one;
      // Which of them nobody can tell; and what is less alike is none of them.
      if (found.length) return null;
    }
    return null;
  }
}

function nameOf(text: string): Name {
  const plain = plainLetters(asciiDigits(text))
    .replace(AFFIXES, ' ')
    .replace(NUMBER, (number) => ` ${Number(number)} `);
  const numbers = plain.match(NUMBER) ?? [];
  const joined = (part: string) => part.replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  return {
    whole: joined(plain),
    number: numbers.length === 1 ? numbers[0] : null,
    bare: joined(plain.replace(NUMBER, ' ')),
  };
}

const isSame = (a: Name, b: Name): boolean => a.whole !== '' && a.whole === b.whole;

/** "23", "Ward 23" and "23 Aliganj"; and "Aliganj" alone. Two numbers, or two names, are two wards. */
function isSameNumber(a: Name, b: Name): boolean {
  const sameName = a.bare !== '' && (a.bare === b.bare || isSlip(a.bare, b.bare));
  if (a.number !== null && b.number !== null) return a.number === b.number && (!a.bare || !b.bare || sameName);
  return (a.number !== null || b.number !== null) && sameName;
}

const isNearly = (a: Name, b: Name): boolean => a.whole === a.bare && b.whole === b.bare && isSlip(a.bare, b.bare);

const isSlip = (a: string, b: string): boolean =>
  [...a].length >= SHORTEST_TO_MISSPELL && [...b].length >= SHORTEST_TO_MISSPELL && oneSlipApart(a, b);
