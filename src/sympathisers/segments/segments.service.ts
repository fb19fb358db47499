import { Injectable } from '@nestjs/common';
import { isGrantActor, type Actor, type GrantActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Forbidden, Invalid, NotFound } from '../../platform/errors.js';
import { Territory } from '../../territories/territory.entity.js';
import { isWithin } from '../../territories/path.js';
import type { Conditions } from './conditions.js';
import { Segment } from './segment.entity.js';

export interface SegmentWords {
  name: string;
  shared: boolean;
  conditions: Conditions;
}

/** Saves lists. Everybody keeps their own; a shared one is seen by others and changed by whoever made it. */
@Injectable()
export class SegmentsService {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws Invalid `territory`, `skills` */
  save(actor: GrantActor, { name, shared, conditions }: SegmentWords): Promise<{ id: string }> {
    return this.work.run(actor, async (tx) => {
      await mustBeKnown(tx, conditions);
      const id = uuidv7();
      const path = actor.scope.from;
      await tx.insert(Segment, {
        id,
        territoryId: actor.territoryId,
        path,
        name,
        conditions,
        ownerId: actor.userId,
        shared,
      });
      tx.audit('segment.saved', { subject: 'segment', subjectId: id, path, facts: { conditions, shared } });
      return { id };
    });
  }

  /** @throws NotFound; Forbidden for somebody else's; Invalid `territory`, `skills` */
  change(actor: Actor, id: string, { name, shared, conditions }: SegmentWords): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const segment = await mine(tx, id);
      await mustBeKnown(tx, conditions);
      const was = { conditions: segment.conditions, shared: segment.shared };
      await tx.save(Object.assign(segment, { name, shared, conditions, changedAt: new Date() }));
      tx.audit('segment.changed', {
        subject: 'segment',
        subjectId: id,
        path: segment.path,
        facts: { was, is: { conditions, shared } },
      });
    });
  }

  /** @throws NotFound; Forbidden for somebody else's */
  end(actor: Actor, id: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const segment = await mine(tx, id);
      segment.endedAt = new Date();
      await tx.save(segment);
      tx.audit('segment.ended', { subject: 'segment', subjectId: id, path: segment.path });
    });
  }
}

async function mine(tx: Transaction, id: string): Promise<Segment> {
  const segment = await tx.findOrFail(Segment, { id });
  if (segment.endedAt) throw new NotFound();
  if (isGrantActor(tx.actor) && segment.ownerId !== tx.actor.userId) throw new Forbidden('segments.not_yours');
  return segment;
}

/** @throws Invalid for a territory out of the actor's, and for skills that nobody can offer */
export async function mustBeKnown(tx: Transaction, { territory, skills }: Conditions): Promise<void> {
  if (territory) {
    const found = await tx.find(Territory, { id: territory });
    const scope = isGrantActor(tx.actor) ? tx.actor.scope : null;
    if (!found || !scope || !isWithin(found.path, scope))
      throw Invalid.field('territory', 'sympathisers.problem.territory');
  }
  if (skills?.length) {
    const known = await tx.query('SELECT 1 FROM skills WHERE code = ANY ($1)', [skills]);
    if (known.length < new Set(skills).size) throw Invalid.field('skills', 'wishes.problem.skill');
  }
}
