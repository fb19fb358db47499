import { Injectable } from '@nestjs/common';
import { isGrantActor, userIdOf, type Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, Invalid, NotFound } from '../../platform/errors.js';
import { ConsentService } from './consent.service.js';
import type { ConsentState } from './purposes.js';
import { StopSuppressions } from './stop-suppressions.service.js';
import { asListed, type Thing } from './suppression.service.js';

/** A stop that whoever looks may take back now. */
export interface UndoableStop {
  id: string;
  personId: string;
  name: string;
  how: string;
  at: Date;
  /** Until when one of us may; null: the person themselves, at any time. */
  until: Date | null;
}

interface Row {
  person_id: string;
  id: string;
  name: string;
  path: string;
  how: string;
  at: Date;
  by_user: string | null;
}

/** What an entry of the ledger rested on. */
interface Cited {
  purpose: string;
  channel: string;
  state: ConsentState;
  notice: string | null;
  language: string | null;
  scanId: string | null;
}

const DAY = 24 * 3_600_000;
/** Who leads a territory may take back what their people set by mistake. */
const LEADS = 'team.edit';

/**
 * Takes a stop back. The person may at any time, by the link to their own data. One of us may within a day of writing it down,
 * or whoever leads the territory, with a reason: a mistake. What the person said themselves is nobody else's to take back.
 */
@Injectable()
export class UndoStopService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly consents: ConsentService,
    private readonly suppressions: StopSuppressions,
    private readonly log: ErasureLog,
  ) {}

  /** Stops of one person that the actor may take back, newest first. */
  async undoable(tx: Transaction, personId: string): Promise<UndoableStop[]> {
    const rows = await tx.query<Row>('SELECT * FROM gate.stops_to_undo($1)', [personId]);
    return rows.filter((row) => mayUndo(tx.actor, row)).map((row) => stopOf(tx.actor, row));
  }

  /** What the actor wrote down within a day, of whomever: afterwards a member has the person no longer in sight. */
  mine(actor: Actor): Promise<UndoableStop[]> {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Row>('SELECT * FROM gate.stops_to_undo(NULL)');
      tx.shown('stop.list', [...new Set(rows.map((row) => row.person_id))]);
      return rows.map((row) => stopOf(actor, row));
    });
  }

  /**
   * One stop. Its entries on the suppression list go where nothing else stands behind them; where no other stop of theirs
   * stands, the ledger says again what it said before, and they are in the same hands again.
   * @param why the reason, of one of us; the person owes none
   * @throws NotFound where it is not the actor's to take back (any more); Invalid `why`; Conflict where the person has left
   *   the actor's hands meanwhile
   */
  undo(actor: Actor, personId: string, stopId: string, why: string | null): Promise<void> {
    if (isGrantActor(actor) && !why) throw Invalid.field('why', 'stops.problem.why');
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Row>('SELECT * FROM gate.stops_to_undo($1)', [personId]);
      const row = rows.find(({ id }) => id === stopId);
      if (!row || !mayUndo(actor, row)) throw new NotFound();
      const things = await tx.query<Thing>('SELECT kind, value FROM gate.points_of_stop($1, $2)', [personId, stopId]);
      let kept = 0;
      // A WhatsApp number and the phone of the same digits are one entry.
      const seen = new Set<string>();
      for (const { kind, value } of things) {
        const entry = `${asListed({ kind, value }).kind} ${value}`;
        if (seen.has(entry)) continue;
        seen.add(entry);
        if (!(await this.suppressions.takeOff(actor, { personId, stopId }, kind, value))) kept += 1;
      }
      const said = await tx.query<{ purpose: string; channel: string; state: ConsentState | null }>(
        'SELECT purpose, channel, state FROM gate.undo_stop($1, $2, $3)',
        [personId, stopId, why],
      );
      const cited = await tx.query<Cited>('SELECT * FROM gate.cited_before($1, $2)', [personId, stopId]);
      await this.sayAgain(actor, personId, said, cited);
      await tx.query('SELECT gate.keep_reach(ARRAY[$1::uuid])', [personId]);
      const other = await tx.one<{ stopped: boolean }>('SELECT gate.still_stopped($1) AS stopped', [personId]);
      if (!other!.stopped) await this.log.note(tx, [this.log.ofPerson('person.resumed', personId)]);
      tx.audit('sympathiser.stop_undone', {
        subject: 'person',
        subjectId: personId,
        path: row.path,
        people: [personId],
        facts: { stop: stopId, how: row.how, entries: said.length, still_suppressed: kept },
        after: why ? { why } : undefined,
      });
    });
  }

  /** Everything that the person ever stopped: by their own word alone. */
  undoAll(actor: Actor, personId: string): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const stops = await this.undoable(tx, personId);
      // The oldest last: what it found is what stood before all of them.
      for (const { id } of stops) await this.undo(actor, personId, id, null);
      return stops.length;
    });
  }

  /** A new entry for each that the stop had taken back; where nothing stood before, none stands now. */
  private async sayAgain(
    actor: Actor,
    personId: string,
    said: { purpose: string; channel: string; state: ConsentState | null }[],
    cited: Cited[],
  ): Promise<void> {
    if (!said.length) return;
    const entries = said.map(({ purpose, channel, state }) => {
      const before = cited.find((one) => one.purpose === purpose && one.channel === channel && one.state === state);
      return {
        purpose,
        channel,
        state: state ?? ('expired' as const),
        how: 'undo',
        notice: before?.notice ?? undefined,
        language: before?.language ?? undefined,
        scanId: before?.scanId ?? undefined,
      };
    });
    try {
      await this.consents.record(actor, personId, entries);
    } catch (error) {
      throw error instanceof NotFound ? new Conflict('stops.problem.gone') : error;
    }
  }
}

const mayUndo = (actor: Actor, row: Row): boolean =>
  actor.kind === 'link' || (isGrantActor(actor) && (row.by_user === userIdOf(actor) || actor.permissions.has(LEADS)));

const stopOf = (actor: Actor, { id, person_id, name, how, at }: Row): UndoableStop => ({
  id,
  personId: person_id,
  name,
  how,
  at,
  until: actor.kind === 'link' ? null : new Date(at.getTime() + DAY),
});
