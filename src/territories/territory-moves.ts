import { Injectable } from '@nestjs/common';
import { scopeOfActor, type Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../platform/errors.js';
import { levelOf, mayBeUnder } from './levels.js';
import { childPath, isWithin, MAX_PATH_LENGTH } from './path.js';
import { MOVING_TABLES, STAGING_VIEWS } from './path-tables.js';
import { recordSpans } from './spans.js';
import { StraightenPaths } from './straighten-paths.js';
import { Territory } from './territory.entity.js';
import { takeKeys } from './tree-loader.js';

const SECOND_LOOK_MS = 60_000;

/** Moves a territory, with everything below it and everything that lies in it, under another parent. */
@Injectable()
export class TerritoryMoves {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * In one step: a new path for the territory and all below it, in every table, a new span, an audit entry. What was
   * counted keeps the place it was counted in (T28).
   * @throws NotFound where the territory, its parent or the new parent lies outside the actor's scope
   * @throws Invalid `parent` where it would lie below itself, or the levels don't nest
   */
  move(actor: Actor, id: string, parentId: string): Promise<{ moved: boolean; rows: number }> {
    return this.work.run(actor, async (tx) => {
      // In the order of ids: two moves that meet wait for each other instead of blocking each other.
      const locked = new Map<string, Territory>();
      for (const one of [...new Set([id, parentId])].sort()) locked.set(one, await tx.lock(Territory, { id: one }));
      const territory = locked.get(id)!;
      const parent = locked.get(parentId)!;
      const oldParent = territory.parentId ? await tx.find(Territory, { id: territory.parentId }) : null;
      const scope = scopeOfActor(actor);
      if (!scope || !oldParent || !isWithin(oldParent.path, scope) || !isWithin(parent.path, scope))
        throw new NotFound();
      if (parent.id === oldParent.id) return { moved: false, rows: 0 };
      await check(tx, territory, parent);

      const key = (await takeKeys(tx, [{ id: parent.id, more: 1 }])).get(parent.id)!;
      const to = childPath(key.path, key.from + 1);
      const from = territory.path;
      await tx.execute('UPDATE territories SET parent_id = $2 WHERE id = $1', [id, parent.id]);
      const below = await tx.query<{ id: string }>(`SELECT id FROM territories WHERE path >= $1 AND path < $1 || '~'`, [
        from,
      ]);
      const rows = await movePaths(tx, from, to);
      await recordSpans(
        tx,
        below.map((one) => one.id),
      );
      tx.audit('territory.moved', {
        subject: 'territory',
        subjectId: id,
        path: to,
        facts: { from: oldParent.code, to: parent.code, fromPath: from, toPath: to, rows },
      });
      // Whoever wrote a row for the old path while we moved was in time for the lock, but not for the UPDATE.
      await tx.enqueue(StraightenPaths, { from, to }, { runAt: new Date(Date.now() + SECOND_LOOK_MS) });
      return { moved: true, rows };
    });
  }

  /** Once more, for rows that came with the old path during a move; old paths are never given again. */
  straighten(actor: Actor, from: string, to: string): Promise<number> {
    return this.work.run(actor, (tx) => movePaths(tx, from, to));
  }
}

/** @returns how many rows moved, in all tables together */
async function movePaths(tx: Transaction, from: string, to: string): Promise<number> {
  let rows = 0;
  for (const table of [...MOVING_TABLES, ...STAGING_VIEWS]) {
    rows += await tx.execute(
      `UPDATE ${table} SET path = $2::text || substr(path, length($1::text) + 1) WHERE path >= $1 AND path < $1::text || '~'`,
      [from, to],
    );
  }
  return rows;
}

async function check(tx: Transaction, territory: Territory, parent: Territory): Promise<void> {
  const refuse = (key: string, params = {}) => Invalid.field('parent', `territories.problem.${key}`, params);
  const params = { parent: parent.code, code: territory.code };
  if (parent.path.startsWith(territory.path)) throw refuse('cycle', params);
  if (parent.toOn) throw refuse('parent_ended', params);
  if (!mayBeUnder(territory.level, parent.level)) throw refuse('level_not_under_parent', params);
  const above = await tx.query<{ level: string }>('SELECT level FROM territories WHERE starts_with($1, path)', [
    parent.path,
  ]);
  const [below] = await tx.query<{ levels: string[]; longest: number }>(
    `SELECT array_agg(DISTINCT level) AS levels, max(length(path)) AS longest FROM territories WHERE path >= $1 AND path < $1::text || '~'`,
    [territory.path],
  );
  if (above.some(({ level }) => levelOf(level) && below!.levels.includes(level))) throw refuse('level_twice', params);
  if (below!.longest - territory.path.length + parent.path.length + 4 > MAX_PATH_LENGTH)
    throw refuse('too_deep', params);
}
