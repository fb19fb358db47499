import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import type { Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { uuidv7 } from '../platform/database/id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../platform/errors.js';
import { Person } from './person.entity.js';
import { PersonIdentity, type IdentityEnd } from './person-identity.entity.js';
import { sameAccount } from './matches.js';
import { isClaimed, type ReadIdentity } from './read-points.js';

interface Somebody {
  id: string;
  path: string;
}

/**
 * Handles over time (T20): each has its dates, one person at a time holds it, and who verified it said what they saw. The
 * claims say whose a handle is now; the identities say whose it ever was.
 */
@Injectable()
export class IdentitiesService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Somebody looked at the page and it is this person's. A member does so for their own people.
   * @param seen what they saw, in their words
   * @param uid the platform's own stable id, where they found it
   * @throws NotFound out of sight, or for a handle that ended; Invalid `uid` where that account is somebody else's
   */
  async verify(actor: Actor, personId: string, identityId: string, seen: string, uid?: string): Promise<void> {
    // In a unit of work of its own: the look at somebody else stays in the trail although nothing is written.
    const problem = await this.work.run(actor, async (tx) => {
      await tx.findOrFail(Person, { id: personId });
      return uid ? this.othersAccount(tx, personId, identityId, uid) : null;
    });
    if (problem) throw problem;
    await this.work.run(actor, async (tx) => {
      const person = await tx.findOrFail(Person, { id: personId });
      const done = await tx.one<{ done: boolean | null }>('SELECT gate.verify_identity($1, $2, $3, $4) AS done', [
        personId,
        identityId,
        seen,
        uid ?? null,
      ]);
      if (!done?.done) throw new NotFound();
      tx.audit('sympathiser.identity_verified', {
        subject: 'person',
        subjectId: personId,
        path: person.path,
        people: [personId],
        after: { identity: identityId, seen, uid },
      });
    });
  }

  /**
   * The claim on a handle, before anything else is written: of two who add it at once, in whatever territories, one gets it.
   * @param changedHands whoever in sight holds it loses it: their identity ends today, and stays as history
   * @throws Invalid `handle` where somebody else has it
   */
  async claim(tx: Transaction, person: Somebody, identity: ReadIdentity, changedHands: boolean): Promise<void> {
    const { platform, handle } = identity;
    // Asked again where it is written: somebody may have added that account, by another handle, since it was asked.
    const { here, elsewhere } = await sameAccount(tx, [identity], person.id);
    if (here.length) throw Invalid.field('handle', 'identities.problem.same_account', { handle });
    if (elsewhere.length) throw Invalid.field('handle', 'sympathisers.problem.held_elsewhere', { handle });
    if (changedHands) await this.takeOver(tx, person, identity);
    await tx.execute(
      'INSERT INTO identity_claims (platform, handle, person_id, path) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [platform, handle, person.id, person.path],
    );
    const held = await tx.one('SELECT 1 FROM identity_claims WHERE platform = $1 AND handle = $2 AND person_id = $3', [
      platform,
      handle,
      person.id,
    ]);
    if (!held) throw Invalid.field('handle', 'sympathisers.problem.held_elsewhere', { handle });
  }

  /** Writes identities that were found good: new ones in, known ones alive again, renamed ones ended. */
  async write(
    tx: Transaction,
    person: Somebody,
    identities: ReadIdentity[],
    isStopped: (platform: string, handle: string) => boolean,
  ): Promise<void> {
    const known = await tx.findAll(PersonIdentity, { where: { personId: person.id } });
    for (const { platform, handle, platformUid } of identities) {
      // The platform's own id is the key where it is known: the same account under another handle was renamed.
      for (const old of known)
        if (platformUid && old.platform === platform && old.platformUid === platformUid && old.handle !== handle)
          if (!old.toAt) await this.end(tx, old, 'renamed');
      await putPoint(tx, person.id, {
        kind: platform,
        value: handle,
        uid: platformUid,
        stopped: isStopped(platform, handle),
      });
    }
  }

  /** Ends a handle and frees it: it may be somebody else's tomorrow. */
  async end(tx: Transaction, { personId, id }: PersonIdentity, why: IdentityEnd): Promise<void> {
    await tx.query('SELECT gate.end_point($1, $2, $3)', [personId, id, why]);
  }

  /** What is wrong with the platform's own id that somebody found: it is the account of another person. */
  private async othersAccount(tx: Transaction, personId: string, identityId: string, uid: string) {
    // The bare name leads a member to their own people's.
    const identity = await tx.one<{ platform: string; handle: string }>(
      'SELECT platform, handle FROM person_identities WHERE person_id = $1 AND id = $2',
      [personId, identityId],
    );
    if (!identity) return null;
    const { platform, handle } = identity;
    const { here, elsewhere } = await sameAccount(tx, [{ platform, handle, platformUid: uid }], personId);
    tx.shown(
      'sympathiser.matched',
      here.map(({ id }) => id),
    );
    if (here[0]) return Invalid.field('uid', 'identities.problem.same_account_as', { handle, name: here[0].name });
    if (!elsewhere.length) return null;
    tx.audit('sympathiser.held_elsewhere', { facts: { handles: 1 } });
    return Invalid.field('uid', 'sympathisers.problem.held_elsewhere', { handle });
  }

  private async takeOver(tx: Transaction, person: Somebody, { platform, handle, platformUid }: ReadIdentity) {
    const identity = await tx.find(PersonIdentity, {
      platform,
      handle,
      toAt: IsNull(),
      personId: Not(person.id),
    });
    if (!isClaimed({ platform, handle })) return;
    if (!identity) {
      // A claim that whoever lost the handle left behind holds it for nobody.
      await tx.execute(
        `DELETE FROM identity_claims c WHERE c.platform = $1 AND c.handle = $2 AND c.person_id <> $3
            AND NOT EXISTS (SELECT FROM person_identities i WHERE i.person_id = c.person_id AND i.platform = c.platform
                               AND i.handle = c.handle AND i.to_at IS NULL)`,
        [platform, handle, person.id],
      );
      return;
    }
    if (platformUid && identity.platformUid === platformUid)
      throw Invalid.field('handle', 'identities.problem.same_account', { handle });
    await this.end(tx, identity, 'changed_hands');
    tx.audit('sympathiser.handle_changed_hands', {
      subject: 'person',
      subjectId: person.id,
      path: person.path,
      people: [person.id, identity.personId],
      before: { [platform]: handle },
      facts: { platform, from: identity.personId, to: person.id },
    });
  }
}

/** A phone, mail or handle comes to somebody, or comes back to life. The gate writes it, and what it means for reaching them. */
export const putPoint = (
  tx: Transaction,
  personId: string,
  { kind, value, uid, stopped }: { kind: string; value: string; uid?: string | null; stopped: boolean },
) => tx.query('SELECT gate.put_point($1, $2, $3, $4, $5, $6)', [personId, uuidv7(), kind, value, uid ?? null, stopped]);
