import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import type { SystemActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';

const DAY_MS = 86_400_000;
const WEEKS = 6;

interface AssignedPerson {
  id: string;
  path: string;
  assigned_to: string;
  territory_id: string;
  channel: string | null;
}

interface Try {
  person_id: string;
  id: string;
  path: string;
  user_id: string;
  channel: string;
  disposition: string;
  at: string;
  territory_id: string;
}

/** How often a call ends so, in a hundred. */
const DISPOSITIONS: [string, number][] = [
  ['reached', 46],
  ['no_answer', 24],
  ['busy', 9],
  ['call_back', 8],
  ['left_message', 6],
  ['not_available', 5],
  ['declined', 2],
];

/** Weeks of work that never happened, for the demo alone: written with past times, which no service would take. */
@Injectable()
export class DemoHistory {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Attempts over the last six weeks, more of them lately, and what they leave on the people.
   * @returns how many
   */
  attempts(actor: SystemActor, random: () => number, now: Date): Promise<number> {
    return this.work.run(actor, async (tx) => {
      const people = await tx.query<AssignedPerson>(
        `SELECT p.id, p.path, p.assigned_to, p.territory_id,
                CASE WHEN call.person_id IS NOT NULL THEN 'phone' WHEN chat.person_id IS NOT NULL THEN 'whatsapp'
                     WHEN mail.person_id IS NOT NULL THEN 'email' END AS channel
           FROM people p
           LEFT JOIN contact_barriers('contact', 'phone') call ON call.person_id = p.id AND call.barrier IS NULL
           LEFT JOIN contact_barriers('contact', 'whatsapp') chat ON chat.person_id = p.id AND chat.barrier IS NULL
           LEFT JOIN contact_barriers('contact', 'email') mail ON mail.person_id = p.id AND mail.barrier IS NULL
          WHERE p.assigned_to IS NOT NULL ORDER BY p.id`,
      );
      const tries = people.flatMap((person) => (person.channel ? this.triesFor(person, random, now) : []));
      for (let from = 0; from < tries.length; from += 2000)
        await tx.query(
          `INSERT INTO public.attempts
             (person_id, id, path, user_id, channel, disposition, device_at, server_at, territory_id, at_path)
           SELECT t.person_id, t.id, t.path, t.user_id, t.channel, t.disposition, t.at, t.at, t.territory_id, t.path
             FROM jsonb_to_recordset($1::jsonb) AS t(person_id uuid, id uuid, path text, user_id uuid, channel text,
                  disposition text, at timestamptz, territory_id uuid)`,
          [JSON.stringify(tries.slice(from, from + 2000))],
        );
      await tx.query(
        `UPDATE people p
            SET last_attempt_at = l.server_at, last_disposition = l.disposition, last_reached_at = l.reached,
                follow_up_on = CASE WHEN l.disposition IN ('no_answer', 'busy', 'call_back', 'not_available')
                                    THEN (l.server_at + interval '8 days')::date END,
                follow_up_why = CASE WHEN l.disposition IN ('no_answer', 'busy', 'call_back', 'not_available')
                                     THEN CASE l.disposition WHEN 'call_back' THEN 'call_back' ELSE 'retry' END END,
                closed_at = CASE WHEN l.disposition = 'declined' THEN l.server_at END
           FROM (SELECT DISTINCT ON (a.person_id) a.person_id, a.server_at, a.disposition,
                        max(a.server_at) FILTER (WHERE a.disposition = 'reached') OVER (PARTITION BY a.person_id) AS reached
                   FROM attempts a ORDER BY a.person_id, a.server_at DESC) l
          WHERE l.person_id = p.id`,
      );
      tx.audit('demo.history', { facts: { attempts: tries.length } });
      return tries.length;
    });
  }

  private triesFor(person: AssignedPerson, random: () => number, now: Date): Try[] {
    if (random() > 0.45) return [];
    return Array.from({ length: 1 + Math.floor(random() * 2.2) }, () => {
      // Square: a team that has just begun to use this does more each week.
      const daysAgo = WEEKS * 7 * random() ** 1.6;
      const at = new Date(now.getTime() - daysAgo * DAY_MS - random() * 6 * 3_600_000);
      return {
        person_id: person.id,
        id: v7({ msecs: at.getTime() }),
        path: person.path,
        user_id: person.assigned_to,
        channel: person.channel!,
        disposition: weighted(DISPOSITIONS, random),
        at: at.toISOString(),
        territory_id: person.territory_id,
      };
    });
  }
}

function weighted(list: [string, number][], random: () => number): string {
  let left = random() * list.reduce((sum, [, weight]) => sum + weight, 0);
  return list.find(([, weight]) => (left -= weight) < 0)?.[0] ?? list[0]![0];
}
