import { Injectable } from '@nestjs/common';
import { isGrantActor, scopeOfActor, seesEverybody, type Actor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';
import { Invalid, NotFound } from '../../platform/errors.js';
import type { Barrier } from './contact-barrier.js';
import type { NoticeIds } from '../privacy-notices/privacy-notices.js';
import { CONSENT_HOWS_BY_HAND, NEWEST_FIRST, PURPOSES, type ConsentState, type Purpose } from './purposes.js';

/** One entry to be written. `at`: when it was said, if that was before now. */
export interface ConsentEntry {
  purpose: string;
  channel: string;
  state: ConsentState;
  how: string;
  notice?: string;
  language?: string;
  at?: Date;
  /** The paper it stands on, kept before (`PapersService`). */
  scanId?: string;
}

/** The ledger of what people were told and agreed to. Entries are added, never changed; what was said last counts. */
@Injectable()
export class ConsentService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly log: ErasureLog,
  ) {}

  /**
   * Adds entries for one person. Staff, members (for their own people), jobs, and the holder of the person's link may.
   * @param logged a no is written to the erasure log by itself, so that it survives the restoring of a backup
   * @throws NotFound when the person is out of the actor's sight; Invalid `how` for a yes that one of us heard from somebody who
   *   asked us to stop (`ComeBackService`)
   */
  record(actor: Actor, personId: string, entries: ConsentEntry[], logged = true): Promise<void> {
    return this.work.run(actor, async (tx) => {
      if (logged) await this.logNo(tx, personId, entries);
      const path = await pathOf(tx, personId);
      // A member has nobody in hand whose stop stands.
      if (entries.some(isHearsay) && isGrantActor(actor) && seesEverybody(actor) && (await standsStopped(tx, personId)))
        throw Invalid.field('how', 'consent.problem.stopped');
      const rows = entries.map(({ scanId, ...entry }) => ({
        ...entry,
        person_id: personId,
        id: uuidv7(),
        scan_id: scanId,
      }));
      if (!rows.length) return;
      await tx.query('SELECT gate.record_consents($1)', [JSON.stringify(rows)]);
      // Who had said no and now says yes may be looked after again; an old yes, typed in behind a newer no, changes nothing.
      const opens = rows.flatMap(({ id, purpose, state }) => (purpose === 'contact' && state === 'given' ? [id] : []));
      if (opens.length && scopeOfActor(actor)) await openAgain(tx, personId, opens);
      tx.audit('consent.recorded', {
        subject: 'person',
        subjectId: personId,
        path,
        people: [personId],
        facts: {
          entries: entries.map(({ purpose, channel, state, how }) => `${purpose}/${channel} ${state} (${how})`),
        },
      });
    });
  }

  /**
   * The same answer for these purposes on every channel the person has a point for.
   * @param said `notice`: the version they were told, one for all purposes or each its own
   * @returns the channels it was written for
   */
  recordEverywhere(
    actor: Actor,
    personId: string,
    said: {
      purposes: readonly string[];
      state: ConsentState;
      how: string;
      notice?: string | NoticeIds;
      language?: string;
      at?: Date;
      scanId?: string;
    },
  ): Promise<string[]> {
    return this.work.run(actor, async (tx) => {
      const channels = await channelsOf(tx, personId);
      await this.record(actor, personId, entriesFor(said, channels));
      return channels;
    });
  }

  /**
   * Takes back every purpose on every channel: those the person has a point for, those the ledger knows, and phone and
   * mail in any case, so that no later file can take a missing entry for a blank. What is withdrawn already stays as it is, unless
   * that was said for another record of theirs, or by a merge: it goes with that record if the two are taken apart.
   */
  withdrawEverything(actor: Actor, personId: string, how: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const channels = new Set(['phone', 'email', ...(await channelsOf(tx, personId))]);
      const newest = await tx.query<{ purpose: string; channel: string; gone: boolean }>(
        `SELECT DISTINCT ON (purpose, channel) purpose, channel,
                state = 'withdrawn' AND how <> 'merge' AND at > coalesce(m.since, '-infinity') AS gone
           FROM consents, gate.merged_since($1) AS m (since)
          WHERE person_id = $1 ORDER BY purpose, channel, ${NEWEST_FIRST}`,
        [personId],
      );
      for (const { channel } of newest) channels.add(channel);
      const gone = new Set(newest.filter((row) => row.gone).map((row) => `${row.purpose} ${row.channel}`));
      const entries = [...channels].flatMap((channel) =>
        PURPOSES.filter((purpose) => !gone.has(`${purpose} ${channel}`)).map((purpose) => ({
          purpose,
          channel,
          state: 'withdrawn' as const,
          how,
        })),
      );
      // Whoever stops altogether is in the log as such.
      await this.record(actor, personId, entries, false);
    });
  }

  private logNo(tx: Transaction, personId: string, entries: ConsentEntry[]): Promise<void> {
    const said = entries.filter(({ state }) => state === 'withdrawn' || state === 'refused');
    return this.log.note(
      tx,
      said.map(({ purpose, channel }) => this.log.ofPerson(`person.withdrew:${purpose}:${channel}`, personId)),
    );
  }

  /**
   * May we contact this person, for this purpose, by this channel? Asked before every call button, invitation and mail.
   *
   * The one rule: there is a point of that channel; it is not stopped; it is not dead; no stop of the person stands; what was
   * said last for that purpose and channel is `given`; and now is not against what they asked for (by one channel alone, not before a day). It stands
   * in SQL as contact_barrier(person, purpose, channel), worked out anew, for one who is about to be contacted; and as
   * contact_barriers(purpose, channel), a set with one row per person in sight, out of bits that gate.keep_reach() keeps on
   * people, for lists (`JOIN contact_barriers('invitations', 'email') b ON b.person_id = p.id WHERE b.barrier IS NULL`; or
   * `mayWe()` for the yes alone). contactBarrier() is the same over what a page has at hand. A test holds all of them
   * together, over whatever acts.
   *
   * @param channel phone, email or a platform's code
   * @returns null where we may, else the reason; its words are `consent.barrier.<reason>`
   */
  barrier(actor: Actor, personId: string, purpose: string, channel: string): Promise<Barrier | null> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ barrier: Barrier | null }>('SELECT contact_barrier($1, $2, $3) AS barrier', [
        personId,
        purpose,
        channel,
      ]);
      return row!.barrier;
    });
  }
}

/** One answer as entries of the ledger, for each purpose by each channel, with the version that was told. */
export const entriesFor = (
  said: { purposes: readonly string[]; notice?: string | NoticeIds } & Omit<
    ConsentEntry,
    'purpose' | 'channel' | 'notice'
  >,
  channels: readonly string[],
): ConsentEntry[] => {
  const { purposes, notice, ...rest } = said;
  return channels.flatMap((channel) =>
    purposes.map((purpose) => ({
      ...rest,
      purpose,
      channel,
      notice: typeof notice === 'object' ? notice[purpose as Purpose] : notice,
    })),
  );
};

async function pathOf(tx: Transaction, personId: string): Promise<string> {
  const person = await tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1', [personId]);
  if (!person) throw new NotFound();
  return person.path;
}

/** A yes that one of us writes down, without the paper it stands on. */
const isHearsay = ({ state, how, scanId }: ConsentEntry): boolean =>
  state === 'given' && !scanId && (CONSENT_HOWS_BY_HAND as readonly string[]).includes(how);

/** A stop of theirs that nobody has taken back. */
export const standsStopped = async (tx: Transaction, personId: string): Promise<boolean> =>
  Boolean(await tx.one('SELECT 1 FROM stops WHERE person_id = $1 AND undone_at IS NULL LIMIT 1', [personId]));

/**
 * Whoever's newest word about being contacted is a yes may be looked after again, once no stop of theirs stands.
 * @param by one of these entries; whichever where none are told
 */
export const openAgain = (tx: Transaction, personId: string, by: string[] | null): Promise<number> =>
  tx.execute(
    `UPDATE people SET closed_at = NULL
      WHERE id = $1 AND closed_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM stops s WHERE s.person_id = $1 AND s.undone_at IS NULL)
        AND EXISTS (SELECT FROM (SELECT DISTINCT ON (channel) id, state FROM consents WHERE person_id = $1 AND purpose = 'contact'
                                  ORDER BY channel, ${NEWEST_FIRST}) newest
                     WHERE newest.state = 'given' AND ($2::uuid[] IS NULL OR newest.id = ANY ($2)))`,
    [personId, by],
  );

/** The channels by which the person can be reached at all. */
async function channelsOf(tx: Transaction, personId: string): Promise<string[]> {
  const rows = await tx.query<{ channel: string }>(
    `SELECT kind AS channel FROM contact_points WHERE person_id = $1
     UNION SELECT platform FROM person_identities WHERE person_id = $1 AND to_at IS NULL ORDER BY 1`,
    [personId],
  );
  return rows.map((row) => row.channel);
}
