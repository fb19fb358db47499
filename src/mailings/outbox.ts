import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Event } from '../events/event.entity.js';
import { SuppressionService } from '../sympathisers/consent/suppression.service.js';

/** Somebody a mail is for. */
export interface Recipient {
  personId: string;
  mailId: string;
  invitationId: string | null;
  linkVersion: number;
  name: string;
  language: string | null;
  cameBy: string;
  source: string | null;
  since: Date;
}

/** One mail, claimed: to one address, for everybody behind it. The first leads: its id makes the Message-ID. */
export interface ClaimedMail {
  kind: string;
  address: string;
  tries: number;
  recipients: [Recipient, ...Recipient[]];
}

interface DueRow {
  person_id: string;
  id: string;
  kind: string;
  tries: number;
  invitation_id: string | null;
  link_version: number | null;
  full_name: string;
  language: string | null;
  came_by: string;
  source: string | null;
  created_at: Date;
  not_me: boolean;
  barrier: string | null;
  addresses: string[];
}

/** More names than this in one mail are no family. */
const MOST_AT_ONE_ADDRESS = 8;

const IS_DUE = `event_id = $1 AND state = 'pending' AND due_at <= now()`;

/** A few mails with all that decides about them; `few` is narrow by itself, whatever the planner thinks of the rest. */
const withTheirPeople = (few: string) => `
  WITH few AS MATERIALIZED (${few})
  SELECT m.person_id, m.id, m.kind, m.tries, m.invitation_id, i.link_version, i.not_me_at IS NOT NULL AS not_me,
         p.full_name, p.language, p.came_by, p.source, p.created_at,
         CASE m.kind WHEN 'invitation' THEN contact_barrier(p.id, 'invitations', 'email') ELSE ledger_barrier(p.id, 'invitations', 'email') END AS barrier,
         ARRAY(SELECT c.value FROM contact_points c
                WHERE c.person_id = p.id AND c.kind = 'email' AND c.suppressed_at IS NULL AND c.dead_at IS NULL
                ORDER BY c.preferred DESC, c.created_at, c.id) AS addresses
    FROM few m
    JOIN people p ON p.id = m.person_id
    LEFT JOIN invitations i ON i.person_id = m.person_id AND i.id = m.invitation_id
   ORDER BY m.due_at, m.id`;

/**
 * The mails table as a queue. A row is claimed (pending > sending), and that is committed, before the server hears of it:
 * after a crash a row in `sending` may have gone out, so nobody gets a second copy without a human's word (T15).
 */
@Injectable()
export class Outbox {
  constructor(
    private readonly work: UnitOfWork,
    private readonly suppressions: SuppressionService,
  ) {}

  /**
   * Takes the next few that are due. Who gets one is decided here, moments before it goes out: the ledger is asked again,
   * and the suppression list by hash. Who may not is refused with the reason. Those who share an address share a mail (T18).
   * @returns the event with the mails to send; null when nothing is due
   */
  claim(
    actor: Actor,
    eventId: string,
    worker: string,
    limit: number,
  ): Promise<{ event: Event; mails: ClaimedMail[] } | null> {
    return this.work.run(actor, async (tx) => {
      const event = await tx.find(Event, { id: eventId });
      const due = event
        ? await tx.query<DueRow>(withTheirPeople(`SELECT * FROM mails WHERE ${IS_DUE} ORDER BY due_at, id LIMIT $2`), [
            eventId,
            limit,
          ])
        : [];
      if (!event || !due.length) return null;
      const chosen = await this.choose(tx, event, due);
      const addresses = [...new Set(chosen.filter((row) => row.address).map((row) => row.address!))];
      const others = await this.othersAt(tx, eventId, addresses, due);
      const family = (await this.choose(tx, event, others)).filter(
        (row) => row.address && addresses.includes(row.address),
      );
      const refused = chosen.filter((row) => row.why !== null);
      await this.refuse(tx, event, refused);
      const groups = groupByAddress([...chosen.filter((row) => row.address), ...family]);
      const won = await this.take(tx, worker, groups);
      return { event, mails: groups.flatMap((group) => mailOf(group.filter((row) => won.has(row.row.id)))) };
    });
  }

  /** Those who have one of these addresses, too, and wait for a mail about the same. */
  private async othersAt(tx: Transaction, eventId: string, addresses: string[], but: DueRow[]): Promise<DueRow[]> {
    const holders = await tx.query<{ id: string }>(
      `SELECT DISTINCT person_id AS id FROM contact_points WHERE value = ANY ($1) AND kind = 'email' AND person_id <> ALL ($2)`,
      [addresses, but.map((row) => row.person_id)],
    );
    if (!holders.length) return [];
    return tx.query<DueRow>(withTheirPeople(`SELECT * FROM mails WHERE person_id = ANY ($2) AND ${IS_DUE}`), [
      eventId,
      holders.map((row) => row.id),
    ]);
  }

  /** When the next one that was put off is due, if any. */
  nextDue(actor: Actor, eventId: string): Promise<Date | null> {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<{ at: Date | null }>(
        `SELECT min(due_at) AS at FROM mails WHERE event_id = $1 AND state = 'pending'`,
        [eventId],
      );
      return row?.at ?? null;
    });
  }

  private async choose(tx: Transaction, event: Event, rows: DueRow[]) {
    const asked = rows.flatMap((row) => row.addresses.map((value) => ({ kind: 'email', value })));
    const stopped = await this.suppressions.stopped(tx.actor, asked);
    const isStopped = new Set(asked.filter((_, at) => stopped[at]).map(({ value }) => value));
    return rows.map((row) => {
      const address = row.addresses.find((value) => !isStopped.has(value)) ?? null;
      const why = obsolete(event, row) ?? row.barrier ?? (row.not_me ? 'not_me' : address ? null : 'suppressed');
      return { row, why, address: why === null ? address : null };
    });
  }

  private async refuse(tx: Transaction, event: Event, refused: { row: DueRow; why: string | null }[]) {
    if (!refused.length) return;
    const params = [
      refused.map(({ row }) => row.person_id),
      refused.map(({ row }) => row.id),
      refused.map(({ why }) => why),
    ];
    await tx.execute(
      `UPDATE mails m SET state = 'refused', why = q.why
         FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS q(person_id, id, why)
        WHERE m.person_id = q.person_id AND m.id = q.id AND m.state = 'pending'`,
      params,
    );
    await tx.execute(
      `UPDATE invitations i SET state = 'skipped', skipped_why = m.why
         FROM mails m
        WHERE m.person_id = ANY ($1) AND m.id = ANY ($2) AND m.kind = 'invitation' AND m.state = 'refused'
          AND i.person_id = m.person_id AND i.id = m.invitation_id AND i.state = 'pending'`,
      params.slice(0, 2),
    );
    tx.audit('mail.refused', {
      subject: 'event',
      subjectId: event.id,
      path: event.path,
      people: refused.map(({ row }) => row.person_id),
      facts: { why: [...new Set(refused.map(({ why }) => why))] },
    });
  }

  /** Of two workers with the same rows, one gets each; the lease asks the ledger itself, and gives none where it says no. */
  private async take(tx: Transaction, worker: string, groups: Chosen[][]): Promise<Set<string>> {
    const rows = groups.flatMap((group) => group.map(({ row }) => ({ row, leader: group[0]!.row.id })));
    const won = await tx.query<{ id: string }>('SELECT id FROM gate.lease_mails($1, $2, $3, $4) id', [
      rows.map(({ row }) => row.person_id),
      rows.map(({ row }) => row.id),
      rows.map(({ leader }) => leader),
      worker,
    ]);
    return new Set(won.map((row) => row.id));
  }
}

interface Chosen {
  row: DueRow;
  address: string | null;
}

/** A mail that the event has overtaken: cancelled or over, or changed once more since. */
function obsolete(event: Event, row: DueRow): string | null {
  if (row.kind === 'cancellation') return null;
  if (event.state === 'cancelled') return 'cancelled';
  if (event.endsAt <= new Date()) return 'over';
  return row.kind.startsWith('change.') && Number(row.kind.slice(7)) < event.sequence ? 'changed_again' : null;
}

function groupByAddress(rows: Chosen[]): Chosen[][] {
  const groups = new Map<string, Chosen[]>();
  for (const one of rows) {
    const base = `${one.row.kind} ${one.address}`;
    let key = base;
    for (let n = 1; (groups.get(key)?.length ?? 0) >= MOST_AT_ONE_ADDRESS; n++) key = `${base} ${n}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function mailOf(group: Chosen[]): ClaimedMail[] {
  const [first, ...rest] = group.map(({ row }) => recipientOf(row));
  if (!first) return [];
  const { row, address } = group[0]!;
  return [{ kind: row.kind, address: address!, tries: row.tries + 1, recipients: [first, ...rest] }];
}

const recipientOf = (row: DueRow): Recipient => ({
  personId: row.person_id,
  mailId: row.id,
  invitationId: row.invitation_id,
  linkVersion: row.link_version ?? 1,
  name: row.full_name,
  language: row.language,
  cameBy: row.came_by,
  source: row.source,
  since: row.created_at,
});
