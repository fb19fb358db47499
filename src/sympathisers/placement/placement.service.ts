import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, NotFound } from '../../platform/errors.js';
import { HomeFinder, type Homes } from '../../territories/home-finder.js';
import { CoverageService, type NewCoverage } from '../../territories/coverage.service.js';
import { PeopleMover, type Moved } from '../../territories/people-mover.js';
import { TerritoriesQueries } from '../../territories/territories.queries.js';
import { planOf, type Plan, type WaitingGroup } from './placement-plan.js';
import { waitingWhere, type WaitingFilter } from './waiting-filter.js';

export interface Placed {
  /** Id of the move, by which it can be undone; null where nobody moved. */
  move: string | null;
  people: number;
}

/** Gives people who wait their home territory: by coverage, or by somebody who knows. */
@Injectable()
export class PlacementService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly finder: HomeFinder,
    private readonly mover: PeopleMover,
    private readonly coverage: CoverageService,
    private readonly territories: TerritoriesQueries,
  ) {}

  /**
   * Who would be placed, from where to where, if these rows of coverage were there, too. People outside the actor's
   * scope aren't counted: whoever holds them places them.
   */
  preview(actor: Actor, rows: NewCoverage[] = []): Promise<Plan> {
    return this.work.run(actor, (tx) => this.plan(tx, rows));
  }

  /** Adds rows of coverage and places the people they decide about. @returns the new rows, and how many people */
  cover(actor: Actor, rows: NewCoverage[]): Promise<{ added: (NewCoverage & { id: string })[]; placed: Placed }> {
    return this.work.run(actor, async (tx) => {
      const added = await this.coverage.add(actor, rows);
      const placed = added.length ? await this.apply(tx, await this.plan(tx, [], rows)) : { move: null, people: 0 };
      return { added, placed };
    });
  }

  /** Places everybody in scope about whom the coverage is clear by now. */
  placeByCoverage(actor: Actor): Promise<Placed> {
    return this.work.run(actor, async (tx) => this.apply(tx, await this.plan(tx, [])));
  }

  /**
   * Places people who wait at one territory. Only those whose place it can be are touched: who waits there, or above it.
   * @param whom ids, or everybody of a filter
   * @throws NotFound where the territory lies outside the actor's scope
   */
  placeAt(actor: Actor, territoryId: string, whom: { ids: string[] } | { filter: WaitingFilter }): Promise<Placed> {
    return this.work.run(actor, async (tx) => {
      const target = await this.territories.find(tx, territoryId);
      const note = this.mover.start(tx, 'hand');
      const params: unknown[] = [...note, target.id, target.path];
      const where = waitingWhere('ids' in whom ? { ids: whom.ids } : whom.filter, params);
      const moved = await tx.query<Moved>(
        `WITH moved AS (
           UPDATE people p SET filled_by = ${PeopleMover.note('$4::uuid')}, territory_id = $4, path = $5, waiting = false
            WHERE ${where} AND starts_with($5::text, p.path) RETURNING p.id, p.path)
         SELECT * FROM moved`,
        params,
      );
      await this.mover.follow(tx, note[0], 'people.placed', moved, { to: target.code, how: 'hand' });
      return { move: moved.length ? note[0] : null, people: moved.length };
    });
  }

  /**
   * Takes a placement back: everybody who is still where it put them waits again where they waited.
   * @throws NotFound for a move that isn't in the actor's sight
   * @throws Conflict where nobody is left to take back
   */
  undo(actor: Actor, moveId: string): Promise<{ people: number }> {
    return this.work.run(actor, async (tx) => {
      const entries = await tx.query<{ people: string[] }>(
        // Ids are by time, and the entries were written with the move: a short range of the primary key.
        `SELECT people FROM audit_entries
          WHERE id > $1 AND id < $2 AND subject_id = $1 AND action = 'people.placed'`,
        [moveId, laterId(moveId, 10 * 60_000)],
      );
      if (!entries.length) throw new NotFound();
      const moved = await tx.query<Moved>(
        `WITH moved AS (
           UPDATE people p SET territory_id = t.id, path = t.path, waiting = true, filled_by = p.filled_by - 'territory'
             FROM territories t
            WHERE p.id = ANY ($2) AND p.filled_by -> 'territory' ->> 'move' = $1
              AND p.territory_id::text = p.filled_by -> 'territory' ->> 'to'
              AND t.id = (p.filled_by -> 'territory' ->> 'from')::uuid
           RETURNING p.id, p.path)
         SELECT * FROM moved`,
        [moveId, entries.flatMap(({ people }) => people)],
      );
      if (!moved.length) throw new Conflict('placements.undo.nobody');
      await this.mover.follow(tx, moveId, 'people.placement_undone', moved);
      return { people: moved.length };
    });
  }

  /** @param only of these rows' PINs, tehsils and districts; everybody who waits where left out */
  private async plan(tx: Transaction, more: NewCoverage[], only?: NewCoverage[]): Promise<Plan> {
    const homes = await this.finder.snapshot(tx);
    homes.cover(more);
    const matching = only ?? (more.length ? more : undefined);
    const groups = (await waitingGroups(tx)).filter((group) => !matching || concerns(group, matching, homes));
    return planOf(groups, homes);
  }

  private async apply(tx: Transaction, { moves }: Plan): Promise<Placed> {
    if (!moves.length) return { move: null, people: 0 };
    const note = this.mover.start(tx, 'coverage');
    const moved = await tx.query<Moved>(
      `WITH moved AS (
         UPDATE people p SET filled_by = ${PeopleMover.note('m."to"')}, territory_id = m."to", path = m.path, waiting = m.waiting
           FROM jsonb_to_recordset($4::jsonb)
                AS m("at" uuid, pin text, district integer, tehsil integer, "to" uuid, path text, waiting boolean)
          WHERE p.waiting AND p.territory_id = m."at" AND coalesce(p.pin, '') = coalesce(m.pin, '')
            AND coalesce(p.district_lgd, 0) = coalesce(m.district, 0) AND coalesce(p.tehsil_lgd, 0) = coalesce(m.tehsil, 0)
         RETURNING p.id, p.path)
       SELECT * FROM moved`,
      [...note, JSON.stringify(moves)],
    );
    await this.mover.follow(tx, note[0], 'people.placed', moved, { how: 'coverage' });
    return { move: note[0], people: moved.length };
  }
}

/** The people who wait, by where they wait and what is known of their address: some thousand groups at most. */
function waitingGroups(tx: Transaction): Promise<WaitingGroup[]> {
  return tx.query<WaitingGroup>(
    `SELECT p.territory_id AS "at", p.path, p.pin, p.district_lgd AS district, p.tehsil_lgd AS tehsil, count(*)::int AS people
       FROM people p WHERE p.waiting AND p.erased_at IS NULL GROUP BY 1, 2, 3, 4, 5`,
  );
}

function concerns(group: WaitingGroup, rows: NewCoverage[], homes: Homes): boolean {
  const district = group.district ?? (group.pin ? homes.primaryDistrictOf(group.pin) : null);
  const tehsil = group.tehsil ?? (group.pin && district ? homes.tehsilOfPin(group.pin, district) : null);
  const has: Partial<Record<string, string | null>> = {
    pin: group.pin,
    tehsil: tehsil === null ? null : String(tehsil),
    revenue_district: district === null ? null : String(district),
  };
  return rows.some(({ kind, value }) => has[kind] === value);
}

/** A UUIDv7's id of so many milliseconds later. */
function laterId(id: string, ms: number): string {
  const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) + ms;
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
