import type { Homes } from '../../territories/home-finder.js';

/** People who wait at one place and of whose address the same is known. */
export interface WaitingGroup {
  /** Id of the territory they wait at. */
  at: string;
  path: string;
  pin: string | null;
  district: number | null;
  tehsil: number | null;
  people: number;
}

/** What becomes of one such group. */
export interface GroupMove extends Omit<WaitingGroup, 'path'> {
  /** Id and path of the home found. */
  to: string;
  path: string;
  /** Waits on, but nearer to home. */
  waiting: boolean;
}

export interface Plan {
  people: number;
  moves: GroupMove[];
}

/** Who of those that wait has a home by now, or at least a nearer place to wait. */
export function planOf(groups: readonly WaitingGroup[], homes: Pick<Homes, 'find'>): Plan {
  const moves = groups.flatMap(({ path, ...group }): GroupMove[] => {
    const address = { pin: group.pin, districtLgd: group.district, tehsilLgd: group.tehsil };
    const home = homes.find(address, { id: group.at, path });
    if ('rejected' in home || (home.waiting && home.territoryId === group.at)) return [];
    return [{ ...group, to: home.territoryId, path: home.path, waiting: home.waiting }];
  });
  return { people: moves.reduce((sum, move) => sum + move.people, 0), moves };
}

/** A plan as people read it: from where to where, how many; the most first. */
export function routesOf(plan: Plan): { at: string; to: string; waiting: boolean; people: number }[] {
  const routes = Map.groupBy(plan.moves, ({ at, to, waiting }) => `${at} ${to} ${String(waiting)}`);
  return [...routes.values()]
    .map((moves) => {
      const { at, to, waiting } = moves[0]!;
      return { at, to, waiting, people: moves.reduce((sum, move) => sum + move.people, 0) };
    })
    .sort((a, b) => b.people - a.people);
}
