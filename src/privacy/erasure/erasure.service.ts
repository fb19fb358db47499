import { Injectable } from '@nestjs/common';
import { isGrantActor, type Actor, type SystemActor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Forbidden, Gone, NotFound } from '../../platform/errors.js';
import { ConsentService } from '../../sympathisers/consent/consent.service.js';
import { ErasePerson } from './erasure-jobs.js';
import { RegisterErasure } from './register-erasure.service.js';
import { TraceErasure } from './trace-erasure.service.js';

/** Why somebody is erased: their wish; a sign-up that nobody confirmed; a clock of retention; under age. */
export type ErasureReason = 'asked' | 'unconfirmed' | 'retention' | 'minor';

/** Links by which somebody may ask for their own end: sent to their own mail for what we hold of them. */
const OWN_DATA_LINKS: readonly string[] = ['d', 'own-data'];

/**
 * Erases people: everything of theirs, everywhere, with what stays being nobody's any more (see CATALOGUE). Asked for in a
 * unit of work, done by a job.
 */
@Injectable()
export class ErasureService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly register: RegisterErasure,
    private readonly traces: TraceErasure,
    private readonly consents: ConsentService,
  ) {}

  /**
   * Checks, notes it down, and hands it to a job. Asked again it is one erasure. A record that was merged leads to the one
   * that remained.
   * @param actor staff with `privacy.erase`, the system, or the holder of an own-data link for themselves
   * @throws NotFound out of sight; Gone for somebody erased before; Forbidden
   */
  ask(actor: Actor, personId: string, why: ErasureReason): Promise<void> {
    mayAsk(actor, personId);
    return this.work.run(actor, async (tx) => {
      let id = await remaining(tx, personId);
      if (!(await note(tx, id, 'asked', why))) {
        // Asked for before; or merged at this very moment.
        const now = await remaining(tx, personId);
        if (now === id || !(await note(tx, now, 'asked', why))) return;
        id = now;
      }
      // Whoever wants to be erased agrees to nothing any more, from this moment on.
      if (why === 'asked') await this.consents.withdrawEverything(actor, id, actor.kind === 'link' ? 'link' : 'spoken');
      tx.audit('erasure.asked', { subject: 'person', subjectId: id, people: [id], facts: { why } });
      await tx.enqueue(ErasePerson, { personId: id }, { key: `privacy.erase:${id}` });
    });
  }

  /** Of somebody whom a restored backup brought back. Safe to run twice. */
  async eraseAgain(actor: SystemActor, personId: string): Promise<void> {
    try {
      await this.ask(actor, personId, 'asked');
    } catch (error) {
      // With another record of theirs, a moment ago.
      if (error instanceof NotFound || error instanceof Gone) return;
      throw error;
    }
    await this.erase(actor, personId);
  }

  /**
   * Somebody told a member of the team that they want to be erased. Until it is decided nobody contacts them.
   * @throws NotFound out of sight; Conflict where it is known
   */
  wish(actor: Actor, personId: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const id = await remaining(tx, personId);
      if (!(await note(tx, id, 'wished', 'asked'))) throw new Conflict('erasure.known');
      tx.audit('erasure.wished', { subject: 'person', subjectId: id, people: [id] });
      await this.consents.withdrawEverything(actor, id, 'spoken');
      // Last: from here on a member sees them no longer.
      await tx.query('SELECT gate.close_contact($1, $2)', [id, 'wants_erasure']);
    });
  }

  /** A wish that was none, with the reason. @throws NotFound; Conflict for anything else than an open wish */
  refuse(actor: Actor, personId: string, why: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const found = await tx.one<{ path: string; state: string }>('SELECT path, state FROM erasures WHERE id = $1', [
        personId,
      ]);
      if (!found) throw new NotFound();
      const done = await tx.execute(
        `UPDATE erasures SET state = 'refused', refused_why = $2 WHERE id = $1 AND state = 'wished'`,
        [personId, why],
      );
      if (!done) throw new Conflict('erasure.not_open');
      tx.audit('erasure.refused', { subject: 'person', subjectId: personId, path: found.path, people: [personId], after: { reason: why } }); // prettier-ignore
    });
  }

  /**
   * Does it: the register in one step, then what lies outside it, each part noted as done. Safe to run twice, and to go on
   * after a crash at any point.
   * @returns whether everything is done; false while an import or an export that may hold them is still in hand
   */
  async erase(actor: SystemActor, personId: string): Promise<boolean> {
    await this.register.erase(actor, personId);
    return this.traces.finish(actor, [personId]);
  }
}

/** @throws Forbidden */
function mayAsk(actor: Actor, personId: string): void {
  if (actor.kind === 'system') return;
  if (isGrantActor(actor) && actor.permissions.has('privacy.erase')) return;
  if (actor.kind === 'link' && actor.personId === personId && OWN_DATA_LINKS.includes(actor.purpose)) return;
  throw new Forbidden();
}

/** The record that stands for somebody now. @throws NotFound, Gone */
async function remaining(tx: Transaction, personId: string): Promise<string> {
  const seen = await tx.one<{ id: string }>('SELECT id FROM people WHERE id = $1 AND erased_at IS NULL', [personId]);
  if (seen) return seen.id;
  // Only who sees everybody of a territory is told of what was there.
  if (
    !['system', 'user', 'token'].includes(tx.actor.kind) ||
    (isGrantActor(tx.actor) && tx.actor.reach !== 'territory')
  )
    throw new NotFound();
  const next = await tx.one<{ id: string }>('SELECT p.id FROM people p WHERE p.id = (SELECT gate.successor($1))', [
    personId,
  ]);
  if (next) return next.id;
  const gone = await tx.one(`SELECT 1 FROM erasures WHERE id = $1 AND state = 'erased'`, [personId]);
  throw gone ? new Gone('erasure.gone') : new NotFound();
}

async function note(tx: Transaction, id: string, state: string, why: string): Promise<boolean> {
  const row = await tx.one<{ noted: boolean | null }>('SELECT gate.note_erasure($1, $2, $3) AS noted', [
    id,
    state,
    why,
  ]);
  return row?.noted === true;
}
