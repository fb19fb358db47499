import { ancestorsOf, KEY_LENGTH } from './path.js';

/** A territory as far as the rule needs it. */
export interface Place {
  id: string;
  path: string;
}

/** What is known of where somebody lives. LGD codes; null where nothing is known. */
export interface Address {
  pin: string | null;
  districtLgd: number | null;
  tehsilLgd?: number | null;
  /** The organisation's own territory, where it was named itself (Agra Mahanagar, Aonla): nothing else counts then. */
  territoryId?: string | null;
}

export interface FoundHome {
  territoryId: string;
  path: string;
  /** The person waits here, at the lowest territory that is certain, to be placed at a finer one. */
  waiting: boolean;
  /** Ids of the territories that come into question, those on the import's line; empty where nothing is known. */
  candidates: string[];
}

/** `outside`: every territory that comes into question lies off the importing territory's line. */
export type Home = FoundHome | { rejected: 'outside' };

/** What territories cover, and what lies in what, as the rule asks for it. */
export interface CoverageLookup {
  /** Territories in force that cover a place; `value` is an LGD code or a PIN. */
  covering(kind: 'revenue_district' | 'tehsil' | 'pin', value: string): readonly Place[];
  /** Whether the territory of this path covers a revenue district itself. */
  coversDistrict(path: string): boolean;
  /** Revenue districts a PIN lies in, its primary one first; empty for a PIN that isn't on the list. */
  districtsOfPin(pin: string): readonly number[];
  tehsilOfPin(pin: string, districtLgd: number): number | null;
  districtOfTehsil(tehsilLgd: number): number | null;
  byId(id: string): Place | undefined;
  byPath(path: string): Place | undefined;
}

/**
 * The home territory of an address, for somebody who comes to us through the territory `from` (an import's
 * `--territory`, or where a person waits by now):
 * - nothing known, or a district outside the tree: waits at `from`;
 * - `from` is one of the candidates, or below one: goes there;
 * - one candidate left below `from`: goes there;
 * - several: waits at their lowest common territory;
 * - none on the line of `from`: rejected.
 */
export function homeOf(address: Address, from: Place, coverage: CoverageLookup): Home {
  const all = candidatesOf(address, coverage);
  if (!all.length) return { territoryId: from.id, path: from.path, waiting: true, candidates: [] };
  const onLine = all.filter((place) => sameLine(place.path, from.path));
  const candidates = onLine.map((place) => place.id);
  const [first, ...others] = onLine;
  if (!first) return { rejected: 'outside' };
  const at = (place: Place, waiting: boolean) => ({ territoryId: place.id, path: place.path, waiting, candidates });
  if (onLine.some((place) => from.path.startsWith(place.path))) return at(from, false);
  if (!others.length) return at(first, false);
  return at(coverage.byPath(commonPath(onLine)) ?? from, true);
}

/**
 * The territories an address may mean: those that cover its revenue district, narrowed by those that cover its tehsil,
 * then by those that cover its PIN. What is finer but belongs to another district says nothing: the district stays.
 */
export function candidatesOf(address: Address, coverage: CoverageLookup): Place[] {
  if (address.territoryId) {
    const named = coverage.byId(address.territoryId);
    if (named) return [named];
  }
  const { pin } = address;
  const ofPin = pin === null ? [] : coverage.districtsOfPin(pin);
  const ofTehsil = address.tehsilLgd ? coverage.districtOfTehsil(address.tehsilLgd) : null;
  const district = address.districtLgd ?? ofTehsil ?? ofPin[0] ?? null;
  let found = district === null ? [] : deepest(coverage.covering('revenue_district', String(district)));
  const tehsil = address.tehsilLgd ?? (pin !== null && district !== null ? coverage.tehsilOfPin(pin, district) : null);
  const inDistrict = (districts: readonly number[]) =>
    district === null || !districts.length || districts.includes(district);
  if (tehsil && inDistrict([coverage.districtOfTehsil(tehsil)].filter((lgd) => lgd !== null)))
    found = narrowed(found, coverage.covering('tehsil', String(tehsil)), coverage);
  if (pin !== null && inDistrict(ofPin)) found = narrowed(found, coverage.covering('pin', pin), coverage);
  return found;
}

/**
 * Of what was found, what the finer places leave: on one line the deeper of the two. A local body that still lies below
 * a region, because nobody said yet to which of several districts it belongs, is on no district's line and counts too.
 */
function narrowed(found: Place[], finer: readonly Place[], coverage: CoverageLookup): Place[] {
  if (!found.length) return deepest(finer);
  const common = commonPath(found);
  const left = finer.flatMap((place) => {
    const met = found.filter((one) => sameLine(one.path, place.path));
    if (met.length) return met.map((one) => (one.path.length > place.path.length ? one : place));
    const lines = [...ancestorsOf(place.path), place.path];
    return sameLine(place.path, common) && !lines.some((path) => coverage.coversDistrict(path)) ? [place] : [];
  });
  return left.length ? deepest(left) : found;
}

/** Without doubles, and without a place that has another of them below itself. */
function deepest(places: readonly Place[]): Place[] {
  const unique = [...new Map(places.map((place) => [place.path, place])).values()];
  return unique.filter((place) => !unique.some((other) => other !== place && other.path.startsWith(place.path)));
}

/** One is the other, or lies above it: keys have one length, so a prefix is an ancestor. */
const sameLine = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);

function commonPath(places: readonly Place[]): string {
  let common = places[0]?.path ?? '';
  for (const { path } of places) {
    while (!path.startsWith(common)) common = common.slice(0, -KEY_LENGTH);
  }
  return common;
}
