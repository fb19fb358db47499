import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid, NotFound, type FieldProblem } from '../platform/errors.js';
import { ContactPoint } from './contact-point.entity.js';
import { SuppressionService, type Thing } from './consent/suppression.service.js';
import { IdentitiesService, putPoint } from './identities.service.js';
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
    private readonly identities: IdentitiesService,
  ) {}

  /**
   * Adds phones, mails or handles to somebody who is in the register. What they had before comes back to life.
   * @param said `agreedAnew`: they themselves gave what was stopped, and agreed anew; it is written down and stays stopped until
   *   they prove it (`ComeBackService`); `changedHands`: a handle that somebody in sight holds is theirs now
   * @returns handles that break their platform's rule as far as it is known
   * @throws Invalid by field, as adding a person does; `changedHands` where it would have to be said
   */
  async add(
    actor: Actor,
    personId: string,
    typed: { phones?: string[]; emails?: string[]; identities?: { platform: string; handle: string }[] },
    { agreedAnew = false, changedHands = false }: { agreedAnew?: boolean; changedHands?: boolean } = {},
  ): Promise<{ odd: string[] }> {
    const points = readPoints(typed);
    const problems = await this.work.run(actor, async (tx) => {
      const { nameKey } = await tx.findOrFail(Person, { id: personId });
      if (points.problems.length) return points.problems;
      const found = await this.problems(tx, personId, { ...points, nameKey }, agreedAnew);
      return found.flatMap((problem) => {
        if (problem.key !== 'sympathisers.problem.held_here') return [problem];
        return changedHands ? [] : [problem, { field: 'changedHands', key: 'identities.problem.changed_hands' }];
      });
    });
    if (problems.length) throw new Invalid(problems);
    await this.work.run(actor, async (tx) => {
      const person = await tx.findOrFail(Person, { id: personId });
      await this.write(tx, person, points, changedHands);
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
        facts: { agreed_anew: agreedAnew, changed_hands: changedHands },
      });
    });
    return { odd: points.odd };
  }

  /**
   * Marks a phone or mail dead, or ends a handle; it stays in the record, so that it isn't tried again. What ended before
   * stays as it is.
   * @param why `wrong`: it was never theirs, so a number isn't on WhatsApp either
   * @param pointId the id of a contact point or an identity of that person
   * @throws NotFound
   */
  end(actor: Actor, personId: string, pointId: string, why: 'by_hand' | 'wrong' = 'by_hand'): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const point = await tx.find(ContactPoint, { personId, id: pointId });
      const identity = point ? null : await tx.find(PersonIdentity, { personId, id: pointId });
      if (point) await tx.query('SELECT gate.end_point($1, $2, $3)', [personId, pointId, why]);
      else if (identity) await this.identities.end(tx, identity, why);
      else throw new NotFound();
      tx.audit('sympathiser.point_ended', {
        subject: 'person',
        subjectId: personId,
        path: (point ?? identity)!.path,
        people: [personId],
        before: point ? { [point.kind]: point.value } : { [identity!.platform]: identity!.handle },
        facts: { why },
      });
    });
  }

  /**
   * One of their phones, mails or handles is what they like best; it comes first everywhere. A member says so of their own.
   * @throws NotFound
   */
  prefer(actor: Actor, personId: string, pointId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const person = await tx.findOrFail(Person, { id: personId });
      const there = await tx.one(
        `SELECT 1 FROM contact_points WHERE person_id = $1 AND id = $2 AND dead_at IS NULL
         UNION ALL SELECT 1 FROM person_identities WHERE person_id = $1 AND id = $2 AND to_at IS NULL`,
        [personId, pointId],
      );
      if (!there) throw new NotFound();
      await tx.query('SELECT gate.prefer_point($1, $2)', [personId, pointId]);
      tx.audit('sympathiser.point_preferred', {
        subject: 'person',
        subjectId: personId,
        path: person.path,
        people: [personId],
        facts: { point: pointId },
      });
    });
  }

  /** Whose are these already, and is one of them stopped? Audits the look at people, in and out of sight. */
  async problems(
    tx: Transaction,
    personId: string,
    points: ReadPoints & { nameKey?: string },
    agreedAnew: boolean,
  ): Promise<FieldProblem[]> {
    const problems: FieldProblem[] = [];
    const { here, elsewhere } = await holders(tx, points.identities, personId);
    for (const match of here)
      problems.push({
        field: 'handle',
        key: match.account ? 'identities.problem.same_account_as' : 'sympathisers.problem.held_here',
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

  /** Writes points that were found good: new ones in, known ones alive again. What is on the list stays stopped, whoever brings it. */
  async write(
    tx: Transaction,
    person: { id: string; path: string; nameKey: string },
    points: ReadPoints,
    changedHands = false,
  ): Promise<void> {
    for (const identity of points.identities.filter(isClaimed))
      await this.identities.claim(tx, person, identity, changedHands);
    const things = thingsOf({ ...points, nameKey: person.nameKey });
    const listed = await this.suppressions.stopped(tx.actor, things);
    const isStopped = (kind: string, value: string) =>
      things.some((thing, at) => listed[at] && thing.kind === kind && thing.value === value);
    const values = [
      ...points.phones.map((value) => ({ kind: 'phone', value })),
      ...points.emails.map((value) => ({ kind: 'email', value })),
    ];
    for (const point of values)
      await putPoint(tx, person.id, { ...point, stopped: isStopped(point.kind, point.value) });
    await this.identities.write(tx, person, points.identities, isStopped);
  }
}

const thingsOf = ({ nameKey, ...points }: ReadPoints & { nameKey?: string }): Thing[] => [
  ...points.phones.map((value) => ({ kind: 'phone', value, nameKey })),
  ...points.emails.map((value) => ({ kind: 'email', value, nameKey })),
  ...points.identities.map(({ platform, handle }) => ({ kind: platform, value: handle, nameKey })),
];
