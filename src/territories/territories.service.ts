import { Injectable } from '@nestjs/common';
import { scopeOfActor, type Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict, Invalid, NotFound } from '../platform/errors.js';
import { mayBeUnder } from './levels.js';
import { childPath, isWithin } from './path.js';
import { PeopleMover } from './people-mover.js';
import { endSpans, recordSpans } from './spans.js';
import { codeFor } from './code-for.js';
import { MAX_CODE_LENGTH, TERRITORY_CODE, type TerritoryRow } from './territory-file.js';
import { Territory } from './territory.entity.js';
import { TerritoryMoves } from './territory-moves.js';
import { loadTree, takeKeys } from './tree-loader.js';

export interface LoadOptions {
  /** Territories that are there stay as they are; only missing ones are added. */
  keep?: boolean;
  progress?: (done: number, total: number) => void;
}

export interface LoadResult {
  created: number;
  changed: number;
  same: number;
  createdIds: string[];
}

export interface NewTerritory {
  parentId: string;
  level: string;
  nameEn: string;
  nameHi: string;
  /** Made from the parent's code and the name where left out. */
  code?: string | null;
  kind?: string | null;
  lgdCode?: number | null;
}

export type Names = Pick<NewTerritory, 'nameEn' | 'nameHi' | 'kind' | 'lgdCode'>;

/** The tree: a file of it, or one territory at a time. */
@Injectable()
export class TerritoriesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly moves: TerritoryMoves,
    private readonly people: PeopleMover,
  ) {}

  /**
   * Loads the rows of a territory file; a second time changes nothing.
   * @param rows of readTerritoryFile: checked, every parent before its children
   * @throws Forbidden, NotFound outside the actor's scope
   * @throws Invalid `parent` where a row moves a territory to where it can't lie
   */
  load(
    actor: Actor,
    rows: TerritoryRow[],
    { keep = false, progress = () => {} }: LoadOptions = {},
  ): Promise<LoadResult> {
    return this.work.run(actor, async (tx) => {
      const { created, changed, same, toMove } = await loadTree(tx, rows, keep, (done) => progress(done, rows.length));
      for (const { id, parentId } of toMove) await this.moves.move(actor, id, parentId);
      if (created.length || changed)
        tx.audit('territories.loaded', { facts: { created: created.length, changed, same } });
      return { created: created.length, changed, same, createdIds: created };
    });
  }

  /**
   * @throws NotFound where the parent lies outside the actor's scope
   * @throws Invalid `level`, `code`
   */
  add(actor: Actor, wanted: NewTerritory): Promise<Territory> {
    return this.work.run(actor, async (tx) => {
      const parent = await this.inScope(tx, wanted.parentId);
      if (parent.toOn) throw Invalid.field('parent', 'territories.problem.parent_ended', { parent: parent.code });
      if (!mayBeUnder(wanted.level, parent.level))
        throw Invalid.field('level', 'territories.problem.level_not_under_parent', { parent: parent.code });
      const line = await tx.query('SELECT 1 FROM territories WHERE starts_with($1, path) AND level = $2', [
        parent.path,
        wanted.level,
      ]);
      if (line.length) throw Invalid.field('level', 'territories.problem.level_twice', { parent: parent.code });
      const kind = wanted.level === 'local_body' ? (wanted.kind ?? null) : null;
      const code = await freeCode(
        tx,
        wanted.code?.toLowerCase() || codeFor(parent.parentId ? parent.code : '', wanted.nameEn, kind),
        wanted,
      );
      const key = (await takeKeys(tx, [{ id: parent.id, more: 1 }])).get(parent.id)!;
      const territory = Object.assign(new Territory(), {
        id: uuidv7(),
        parentId: parent.id,
        path: childPath(key.path, key.from + 1),
        code,
        level: wanted.level,
        kind,
        nameEn: wanted.nameEn,
        nameHi: wanted.nameHi,
        lgdCode: wanted.lgdCode ?? null,
        childrenMade: 0,
      });
      await tx.insert(Territory, territory);
      await recordSpans(tx, [territory.id]);
      tx.audit('territory.added', {
        subject: 'territory',
        subjectId: territory.id,
        path: territory.path,
        facts: { code, parent: parent.code },
      });
      return territory;
    });
  }

  /** @throws NotFound outside the actor's scope */
  rename(actor: Actor, id: string, names: Names): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const territory = await this.inScope(tx, id);
      const before = territory.names();
      territory.rename(names);
      await tx.save(territory);
      await recordSpans(tx, [id]);
      tx.audit('territory.renamed', {
        subject: 'territory',
        subjectId: id,
        path: territory.path,
        facts: { before, after: territory.names() },
      });
    });
  }

  /**
   * Ends a territory. Its people go up to the parent and wait there to be placed.
   * @throws NotFound where it or its parent lies outside the actor's scope: nobody ends the ground they stand on
   * @throws Conflict while there is something below it, a team, or somebody's grant
   */
  end(actor: Actor, id: string, on: string): Promise<{ people: number }> {
    return this.work.run(actor, async (tx) => {
      const territory = await this.inScope(tx, id, true);
      const parent = territory.parentId ? await this.inScope(tx, territory.parentId) : null;
      if (!parent) throw new NotFound();
      const [held] = await tx.query<{ children: number; teams: number; grants: number }>(
        `SELECT (SELECT count(*)::int FROM territories WHERE parent_id = $1 AND to_on IS NULL) AS children,
                (SELECT count(*)::int FROM teams WHERE territory_id = $1 AND closed_at IS NULL) AS teams,
                (SELECT count(*)::int FROM grants WHERE territory_id = $1 AND (to_at IS NULL OR to_at > now())) AS grants`,
        [id],
      );
      if (held!.children) throw new Conflict('territories.end.has_children', { n: held!.children });
      if (held!.teams || held!.grants)
        throw new Conflict('territories.end.in_use', { teams: held!.teams, grants: held!.grants });
      territory.end(on);
      await tx.save(territory);
      await endSpans(tx, [id]);
      const people = await this.people.sendUp(tx, territory, parent);
      tx.audit('territory.ended', { subject: 'territory', subjectId: id, path: territory.path, facts: { on, people } });
      return { people };
    });
  }

  private async inScope(tx: Transaction, id: string, lock = false): Promise<Territory> {
    const territory = lock ? await tx.lock(Territory, { id }) : await tx.findOrFail(Territory, { id });
    const scope = scopeOfActor(tx.actor);
    if (!scope || !isWithin(territory.path, scope)) throw new NotFound();
    return territory;
  }
}

async function freeCode(tx: Transaction, code: string, wanted: NewTerritory): Promise<string> {
  if (!code) throw Invalid.field('code', 'territories.problem.no_code', { value: wanted.nameEn });
  if (!TERRITORY_CODE.test(code)) throw Invalid.field('code', 'territories.problem.malformed_code', { value: code });
  if (code.length > MAX_CODE_LENGTH)
    throw Invalid.field('code', 'territories.problem.too_long', { max: MAX_CODE_LENGTH });
  if (await tx.find(Territory, { code })) throw Invalid.field('code', 'territories.code_taken', { code });
  return code;
}
