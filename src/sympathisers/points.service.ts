import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid, NotFound, type FieldProblem } from '../platform/errors.js';
import { ContactPoint } from './contact-point.entity.js';
import { SuppressionService, type Thing } from './consent/suppression.service.js';
import { holders } from './matches.js';
import { PersonIdentity } from './person-identity.entity.js';
import { Person } from './person.entity.js';
import { isClaimed, readPoints, type ReadPoints } from './read-points.js';

/** How somebody can be reached: phones, mails, handles, each added or ended by itself. */
@Injectable()
export class PointsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly suppressions: SuppressionService,
  ) {}

  /**
   * Adds phones, mails or handles to somebody who is in the register. What they had before comes back to life.
   * @throws Invalid by field, as adding a person does
   */
  async add(
    actor: Actor,
    personId: string,
    typed: { phones?: string[]; emails?: string[]; identities?: { platform: string; handle: string }[] },
    agreedAnew = false,
  ): Promise<void> {
    const points = readPoints(typed);
    const problems = await this.work.run(actor, async (tx) => {
      await tx.findOrFail(Person, { id: personId });
      return points.problems.length ? points.problems : this.problems(tx, personId, points, agreedAnew);
    });
    if (problems.length) throw new Invalid(problems);
    await this.work.run(actor, async (tx) => {
      const person = await tx.findOrFail(Person, { id: personId });
      await this.write(tx, person, points);
      tx.audit('sympathiser.points_added', {
        subject: 'person',
        subjectId: personId,
        path: person.path,
        people: [personId],
        after: {
          phones: points.phones,
          emails: points.emails,
          identities: points.identities.map(({ platform, handle }) => `${platform} ${handle}`),
        },
        facts: { agreed_anew: agreedAnew },
      });
    });
  }

  /**
   * Marks a phone or mail dead, or ends a handle; it stays in the record, so that it isn't tried again.
   * @param pointId the id of a contact point or an identity of that person
   * @throws NotFound
   */
  end(actor: Actor, personId: string, pointId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const now = new Date();
      const point = await tx.find(ContactPoint, { personId, id: pointId });
      const identity = point ? null : await tx.find(PersonIdentity, { personId, id: pointId });
      if (point) {
        point.markDead('by_hand', now);
        await tx.save(point);
      } else if (identity) {
        identity.end(now);
        await tx.save(identity);
        // The handle may be somebody else's tomorrow (T20).
        await tx.execute('DELETE FROM identity_claims WHERE platform = $1 AND handle = $2 AND person_id = $3', [
          identity.platform,
          identity.handle,
          personId,
        ]);
      } else throw new NotFound();
      tx.audit('sympathiser.point_ended', {
        subject: 'person',
        subjectId: personId,
        path: (point ?? identity)!.path,
        people: [personId],
        before: point ? { [point.kind]: point.value } : { [identity!.platform]: identity!.handle },
      });
    });
  }

  /** Whose are these already, and is one of them stopped? Audits the look at people, in and out of sight. */
  async problems(tx: Transaction, personId: string, points: ReadPoints, agreedAnew: boolean): Promise<FieldProblem[]> {
    const problems: FieldProblem[] = [];
    const { here, elsewhere } = await holders(tx, points.identities, personId);
    for (const match of here)
      problems.push({
        field: 'handle',
        key: 'sympathisers.problem.held_here',
        params: { name: match.name, handle: match.value },
      });
    tx.shown(
      'sympathiser.matched',
      here.map((match) => match.id),
    );
    for (const handle of elsewhere)
      problems.push({ field: 'handle', key: 'sympathisers.problem.held_elsewhere', params: { handle } });
    if (elsewhere.length) tx.audit('sympathiser.held_elsewhere', { facts: { handles: elsewhere.length } });
    if (agreedAnew) return problems;
    const things = thingsOf(points);
    const stopped = await this.suppressions.stopped(tx.actor, things);
    if (stopped.some(Boolean)) {
      const values = things.filter((_, at) => stopped[at]).map(({ value }) => value);
      problems.push({
        field: 'agreedAnew',
        key: 'sympathisers.problem.stopped',
        params: { values: [...new Set(values)].join(', ') },
      });
    }
    return problems;
  }

  /**
   * Writes points that were found good: new ones in, known ones alive again. The claim on each handle comes first: of two
   * who add it at once, in whatever territories, one gets it.
   */
  async write(tx: Transaction, person: { id: string; path: string }, points: ReadPoints): Promise<void> {
    for (const identity of points.identities.filter(isClaimed)) {
      const { platform, handle } = identity;
      await tx.execute(
        'INSERT INTO identity_claims (platform, handle, person_id, path) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [platform, handle, person.id, person.path],
      );
      const held = await tx.one(
        'SELECT 1 FROM identity_claims WHERE platform = $1 AND handle = $2 AND person_id = $3',
        [platform, handle, person.id],
      );
      if (!held) throw Invalid.field('handle', 'sympathisers.problem.held_elsewhere', { handle });
    }
    const known = await tx.findAll(ContactPoint, { where: { personId: person.id } });
    const values = [
      ...points.phones.map((value) => ({ kind: 'phone' as const, value })),
      ...points.emails.map((value) => ({ kind: 'email' as const, value })),
    ];
    for (const { kind, value } of values) {
      const old = known.find((point) => point.kind === kind && point.value === value);
      if (old) {
        old.revive();
        await tx.save(old);
      } else
        await tx.insert(ContactPoint, {
          personId: person.id,
          id: uuidv7(),
          path: person.path,
          kind,
          value,
          createdAt: new Date(),
        });
    }
    const identities = await tx.findAll(PersonIdentity, { where: { personId: person.id } });
    for (const { platform, handle, platformUid } of points.identities) {
      const old = identities.find((identity) => identity.platform === platform && identity.handle === handle);
      if (old) {
        old.revive();
        await tx.save(old);
      } else
        await tx.insert(PersonIdentity, {
          personId: person.id,
          id: uuidv7(),
          path: person.path,
          platform,
          handle,
          platformUid,
          fromAt: new Date(),
        });
    }
  }
}

const thingsOf = (points: ReadPoints): Thing[] => [
  ...points.phones.map((value) => ({ kind: 'phone', value })),
  ...points.emails.map((value) => ({ kind: 'email', value })),
  ...points.identities.filter(isClaimed).map(({ platform, handle }) => ({ kind: platform, value: handle })),
];
