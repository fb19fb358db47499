import { Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import { Config } from '../platform/config/config.js';
import { userIdOf, type GrantActor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Conflict, Invalid, NotFound } from '../platform/errors.js';
import { StopService } from '../sympathisers/consent/stop.service.js';
import { addDays, aftermathOf, wasReached, type Disposition } from './dispositions.js';

export interface NewAttempt {
  /** Made by the device; blank: made here. */
  id?: string;
  personId: string;
  channel: string;
  /** The phone (E.164), mail or handle used; needed for a wrong number where there are several. */
  point?: string;
  disposition: Disposition;
  note?: string;
  /** A note was sent, and left out: it said what must not be kept, of these kinds. */
  withheld?: string[];
  /** A day, `2026-11-24`. */
  followUpOn?: string;
  deviceAt?: Date;
}

export interface AttemptRecord {
  id: string;
  personId: string;
  channel: string;
  disposition: Disposition;
  note: string | null;
  /** Of what kinds a note was that was left out; null: none was. */
  noteWithheld: string[] | null;
  followUpOn: string | null;
  deviceAt: Date | null;
  at: Date;
  /** The reason why the ledger said no; null where it said yes. */
  against: string | null;
}

interface Person {
  path: string;
  territory_id: string;
}

/** Clocks of phones go wrong: what is later than this is not taken for the time it happened. */
const CLOCK_SLACK_MS = 10 * 60_000;
const FARTHEST_DAYS = 366;

/** The log of tries to reach people. What happened is never changed. */
@Injectable()
export class AttemptsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly stopping: StopService,
    private readonly config: Config,
  ) {}

  /**
   * Logs one try, with what follows from it: the person's next day, a dead number, the end of contact. The same id sent
   * again is the same attempt and changes nothing. One logged although the ledger says no is accepted, and marked.
   * @returns the attempt as it stands, and whether it is new
   * @throws NotFound out of sight, Invalid `follow_up_on`, `point`, Conflict for an id that somebody else has used
   */
  record(actor: GrantActor, attempt: NewAttempt): Promise<{ attempt: AttemptRecord; isNew: boolean }> {
    return this.work.run(actor, async (tx) => {
      const id = attempt.id ?? uuidv7();
      const before = attempt.id ? await this.sentBefore(tx, attempt.personId, id) : null;
      if (before) return { attempt: before, isNew: false };
      // Two devices about one person wait for each other here.
      const person = await tx.one<Person>(
        'SELECT path, territory_id FROM people WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE',
        [attempt.personId],
      );
      // The wait may have been for the same attempt, sent a moment earlier; a stop takes the person out of sight.
      const meanwhile = attempt.id ? await this.sentBefore(tx, attempt.personId, id) : null;
      if (meanwhile) return { attempt: meanwhile, isNew: false };
      if (!person) throw new NotFound();
      const record = await this.write(tx, actor, person, { ...attempt, id });
      return { attempt: record, isNew: true };
    });
  }

  private async write(tx: Transaction, actor: GrantActor, person: Person, attempt: NewAttempt & { id: string }) {
    const { id, personId, channel, disposition } = attempt;
    const today = DateTime.now().setZone(this.config.timeZone).toISODate()!;
    if (attempt.followUpOn && (attempt.followUpOn < today || attempt.followUpOn > addDays(today, FARTHEST_DAYS)))
      throw Invalid.field('follow_up_on', 'outreach.follow_up_range');
    const point = disposition === 'wrong_number' ? await this.deadPoint(tx, personId, channel, attempt.point) : null;
    const after = aftermathOf(disposition, attempt.followUpOn ?? null, today);
    const deviceAt =
      attempt.deviceAt && attempt.deviceAt.getTime() < Date.now() + CLOCK_SLACK_MS ? attempt.deviceAt : null;
    const { against } = (await tx.one<{ against: string | null }>('SELECT contact_barrier($1, $2, $3) AS against', [
      personId,
      'contact',
      channel,
    ]))!;
    const { at } = (await tx.one<{ at: Date }>('SELECT now() AS at'))!;
    // A member cannot read the table: no RETURNING, and its own name instead of the view's.
    const written = await tx.execute(
      `INSERT INTO public.attempts (person_id, id, path, user_id, channel, disposition, note, follow_up_on, device_at, server_at,
                                    territory_id, at_path, against, note_withheld)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $3, $12, $13) ON CONFLICT DO NOTHING`,
      [personId, id, person.path, userIdOf(actor), channel, disposition, attempt.note ?? null, after.followUpOn, deviceAt, at,
        person.territory_id, against, attempt.withheld ?? null], // prettier-ignore
    );
    // One's own was found before: this id is somebody else's, from a device that two of them share.
    if (!written) throw new Conflict('outreach.id_taken');
    await tx.execute(
      `UPDATE people SET last_attempt_at = $2, last_disposition = $3, follow_up_on = $4, follow_up_why = $5,
              last_reached_at = CASE WHEN $6 THEN $2 ELSE last_reached_at END,
              closed_at = CASE WHEN $7 THEN coalesce(closed_at, $2) ELSE closed_at END
        WHERE id = $1`,
      [personId, at, disposition, after.followUpOn, after.followUpWhy, wasReached(disposition), after.closes],
    );
    // Who contacts somebody has taken them on.
    if (actor.permissions.has('assignment.answer')) await tx.query('SELECT gate.accept_assignment($1)', [personId]);
    if (point) await tx.query('SELECT gate.mark_dead($1, $2, $3, $4)', [personId, channel, point, 'wrong_number']);
    tx.audit('attempt.logged', {
      subject: 'attempt',
      subjectId: id,
      path: person.path,
      people: [personId],
      facts: { channel, disposition, against },
    });
    if (attempt.withheld)
      tx.audit('attempt.note_withheld', {
        subject: 'attempt',
        subjectId: id,
        path: person.path,
        people: [personId],
        facts: { kinds: attempt.withheld },
      });
    if (disposition === 'asked_to_stop') await this.stopping.stop(actor, personId, 'spoken');
    return {
      id,
      personId,
      channel,
      disposition,
      note: attempt.note ?? null,
      noteWithheld: attempt.withheld ?? null,
      followUpOn: after.followUpOn,
      deviceAt,
      at,
      against,
    };
  }

  /**
   * Which phone, mail or handle is wrong: the one named, or the only one there is.
   * @throws Invalid `point`
   */
  private async deadPoint(tx: Transaction, personId: string, channel: string, named?: string): Promise<string> {
    const points = await tx.query<{ value: string }>(
      `SELECT value FROM contact_points WHERE person_id = $1 AND kind = $2 AND dead_at IS NULL
       UNION SELECT handle FROM person_identities WHERE person_id = $1 AND platform = $2 AND to_at IS NULL`,
      [personId, channel],
    );
    const wanted = named ?? (points.length === 1 ? points[0]!.value : null);
    if (!wanted || !points.some(({ value }) => value === wanted)) throw Invalid.field('point', 'outreach.which_point');
    return wanted;
  }

  /** The actor's own attempt of that id, also where the person is out of their sight by now. */
  private sentBefore(tx: Transaction, personId: string, id: string): Promise<AttemptRecord | null> {
    return tx.one<AttemptRecord>(
      `SELECT id, person_id AS "personId", channel, disposition, note, note_withheld AS "noteWithheld", follow_up_on::text AS "followUpOn",
              device_at AS "deviceAt", server_at AS at, against
         FROM gate.my_attempt($1, $2)`,
      [personId, id],
    );
  }
}
