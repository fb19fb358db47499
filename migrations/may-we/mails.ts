import { GATE, gateFunction, IN_SCOPE, policy, setting, STAFF, SYSTEM } from '../policies.js';

const EVENT_HERE = `e.path >= ${setting('scope_from')} AND e.path < ${setting('scope_to')}`;
/** Nobody's who helps at one door. */
const ITS_ORGANISER = `${EVENT_HERE} AND ${setting('event_id')} IS NULL`;

/**
 * Invitations and mails come out of functions that ask "may we?", and a mail is leased to a worker by one that asks again.
 * A lease is the name of a worker on a mail that is being sent: nobody else may write that name.
 */
export const MAILS: string[] = [
  `
    UPDATE mails SET worker = NULL WHERE state = 'pending';
    ALTER TABLE mails ADD CONSTRAINT mails_pending_are_free CHECK (state <> 'pending' OR worker IS NULL),
                      ADD CONSTRAINT mails_sending_are_leased CHECK (state <> 'sending' OR worker IS NOT NULL);
    REVOKE INSERT ON invitations, mails FROM ${STAFF}, ${SYSTEM};
    REVOKE UPDATE ON mails FROM ${STAFF}, ${SYSTEM};
    GRANT UPDATE (path, state, why, joined_to, due_at, sent_at, message_id) ON mails TO ${STAFF}, ${SYSTEM};
    ${['invitations', 'mails']
      .map(
        (table) => `DROP POLICY within_territory ON ${table};
    ${policy(table, 'within_territory', 'SELECT', `${STAFF}, ${SYSTEM}`, IN_SCOPE)}
    ${policy(table, 'changed_within_territory', 'UPDATE', `${STAFF}, ${SYSTEM}`, IN_SCOPE)}`,
      )
      .join('\n')}
    GRANT UPDATE (worker, sending_at) ON mails TO ${GATE};
    GRANT EXECUTE ON FUNCTION new_id() TO ${GATE};

    -- Queues a mail of this kind for everybody who has had an invitation to the meet-up, except who said it isn't for them.
    -- Who may not be written to any more has theirs refused at once, with the reason. Run twice, it queues once. Gives whom.
    CREATE FUNCTION gate.tell_guests(of_event uuid, of_kind text) RETURNS SETOF uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      INSERT INTO mails (person_id, id, path, kind, event_id, invitation_id, state, why)
      SELECT i.person_id, new_id(), i.path, of_kind, e.id, i.id, CASE WHEN b.barrier IS NULL THEN 'pending' ELSE 'refused' END, b.barrier
        FROM events e JOIN invitations i ON i.event_id = e.id
       CROSS JOIN LATERAL (SELECT ledger_barrier(i.person_id, 'invitations', 'email') AS barrier) b
       WHERE e.id = of_event AND ${ITS_ORGANISER} AND of_kind <> 'invitation' AND i.not_me_at IS NULL
         AND i.path >= ${setting('scope_from')} AND i.path < ${setting('scope_to')}
         AND (i.sent_at IS NOT NULL OR EXISTS (SELECT FROM mails m WHERE m.person_id = i.person_id AND m.id = i.id AND m.state = 'unsure'))
      ON CONFLICT (person_id, event_id, kind) DO NOTHING RETURNING person_id;
    $$;

    -- Leases these mails to a worker: those that still wait, and whose people may still be written to. leaders: the mail that
    -- goes out for each. Gives which. Who only wants to be left in peace for a time still hears that a meet-up they are asked
    -- to has changed.
    CREATE FUNCTION gate.lease_mails(people uuid[], ids uuid[], leaders uuid[], to_worker text) RETURNS SETOF uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE mails m SET state = 'sending', worker = to_worker, sending_at = now(), tries = m.tries + 1, why = NULL, joined_to = nullif(q.leader, q.id)
        FROM unnest(people, ids, leaders) AS q (person_id, id, leader)
       WHERE m.person_id = q.person_id AND m.id = q.id AND m.state = 'pending' AND to_worker IS NOT NULL
         AND m.path >= ${setting('scope_from')} AND m.path < ${setting('scope_to')}
         AND CASE m.kind WHEN 'invitation' THEN contact_barrier(m.person_id, 'invitations', 'email')
                         ELSE ledger_barrier(m.person_id, 'invitations', 'email') END IS NULL
      RETURNING m.id;
    $$;
    -- Gives leases back: the receiving server asked to come again later.
    CREATE FUNCTION gate.put_off_mails(people uuid[], ids uuid[], reason text, until timestamptz) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE mails m SET state = 'pending', why = reason, due_at = until, joined_to = NULL, worker = NULL
        FROM unnest(people, ids) AS q (person_id, id)
       WHERE m.person_id = q.person_id AND m.id = q.id AND m.state = 'sending'
         AND m.path >= ${setting('scope_from')} AND m.path < ${setting('scope_to')};
    $$;
    -- As before: mails in doubt, or that failed, are due once more; they are nobody's until they are leased again.
    CREATE OR REPLACE FUNCTION gate.send_again(of_event uuid, in_state text, only_person uuid) RETURNS SETOF uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH again AS (
        UPDATE mails m SET state = 'pending', why = NULL, joined_to = NULL, due_at = now(), tries = 0, worker = NULL
          FROM events e
         WHERE e.id = of_event AND ${ITS_ORGANISER} AND m.event_id = e.id AND m.state = in_state
           AND in_state IN ('unsure', 'failed') AND (only_person IS NULL OR m.person_id = only_person)
        RETURNING m.person_id),
      asked AS (
        UPDATE invitations i SET state = 'pending', skipped_why = NULL
          FROM again a WHERE i.person_id = a.person_id AND i.event_id = of_event AND i.state = 'bounced')
      SELECT person_id FROM again;
    $$;
  `,
  gateFunction('gate.tell_guests(uuid, text)', `${STAFF}, ${SYSTEM}`),
  gateFunction('gate.lease_mails(uuid[], uuid[], uuid[], text)', SYSTEM),
  gateFunction('gate.put_off_mails(uuid[], uuid[], text, timestamptz)', SYSTEM),
];
