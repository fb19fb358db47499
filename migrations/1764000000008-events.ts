import { ForwardOnly } from './forward-only.js';
import { belowPerson, GATE, gateFunction, IN_SCOPE, isLinked, LENS, LINK, MEMBER, policy, scoped } from './policies.js';

/** Meet-ups: invitations, answers, attendance, and the mails about them. */
export class Events1764000000008 extends ForwardOnly {
  name = 'Events1764000000008';
  protected readonly statements = [
    `
    -- kind: meet_up, contact_drive, review. state: planned, cancelled.
    CREATE TABLE events (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      state text NOT NULL DEFAULT 'planned',
      title_en text,
      title_hi text,
      words_en text,
      words_hi text,
      place text NOT NULL,
      starts_at timestamptz NOT NULL,
      ends_at timestamptz NOT NULL,
      zone text NOT NULL,
      capacity integer CHECK (capacity > 0),
      -- Heads that said yes, guests included. Raised only by an UPDATE whose condition is the capacity.
      heads integer NOT NULL DEFAULT 0 CHECK (heads >= 0),
      -- SEQUENCE of the calendar entry (RFC 5546): rises with every change that matters to a guest.
      sequence integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by uuid,
      cancelled_at timestamptz,
      cancelled_by uuid,
      -- When those who said yes and did not come were handed to the queue.
      closed_at timestamptz,
      CHECK (ends_at > starts_at),
      CHECK (capacity IS NULL OR heads <= capacity),
      CHECK (title_en IS NOT NULL OR title_hi IS NOT NULL)
    );
    CREATE INDEX events_by_path ON events (path, starts_at, id);
    ${scoped('events')}
    GRANT SELECT ON events TO ${MEMBER}, ${LINK}, ${LENS};
    GRANT UPDATE (heads) ON events TO ${LINK};
    ${policy('events', 'own_territory', 'SELECT', `${MEMBER}, ${LENS}`, IN_SCOPE)}
    ${policy('events', 'of_the_link', 'SELECT', LINK, isLinked('id', 'event_id'))}
    ${policy('events', 'seats_by_link', 'UPDATE', LINK, isLinked('id', 'event_id'))}

    -- state: pending, sent, answered, bounced, withdrawn, skipped.
    CREATE TABLE invitations (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      event_id uuid NOT NULL REFERENCES events (id),
      path text COLLATE "C" NOT NULL,
      state text NOT NULL DEFAULT 'pending',
      skipped_why text,
      language text NOT NULL,
      -- Raised to retire the links mailed for it.
      link_version integer NOT NULL DEFAULT 1,
      asked_by uuid,
      asked_at timestamptz NOT NULL DEFAULT now(),
      sent_at timestamptz,
      -- yes, no or maybe; standing: in, or waiting where the party did not fit.
      answer text,
      guests integer NOT NULL DEFAULT 0 CHECK (guests BETWEEN 0 AND 20),
      standing text,
      answered_at timestamptz,
      answered_how text,
      not_me_at timestamptz,
      call_me_at timestamptz,
      PRIMARY KEY (person_id, id),
      UNIQUE (person_id, event_id)
    );
    CREATE INDEX invitations_by_event ON invitations (event_id, state);
    CREATE INDEX invitations_by_path ON invitations (path);

    -- Every answer ever given; the newest counts and stands on the invitation.
    CREATE TABLE rsvps (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      invitation_id uuid NOT NULL,
      event_id uuid NOT NULL REFERENCES events (id),
      path text COLLATE "C" NOT NULL,
      answer text NOT NULL,
      guests integer NOT NULL,
      standing text,
      how text NOT NULL,
      by_user uuid,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (person_id, id)
    );
    CREATE INDEX rsvps_by_path ON rsvps (path);

    -- id and device_at come from the device of whoever stands at the door. Presence is set, never toggled.
    CREATE TABLE attendances (
      person_id uuid NOT NULL REFERENCES people (id),
      event_id uuid NOT NULL REFERENCES events (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      -- list, scan, walk_in, offline, self
      how text NOT NULL,
      guests integer NOT NULL DEFAULT 0,
      device_at timestamptz,
      server_at timestamptz NOT NULL DEFAULT now(),
      by_user uuid,
      undone_at timestamptz,
      undone_by uuid,
      territory_id uuid NOT NULL,
      at_path text COLLATE "C" NOT NULL,
      PRIMARY KEY (person_id, event_id)
    );
    CREATE INDEX attendances_by_event ON attendances (event_id);
    CREATE INDEX attendances_by_path ON attendances (path);

    -- A row per mail to a person; one that invites has its invitation's id. kind: invitation, cancellation, or change.<sequence>. state: pending, sending, sent,
    -- joined (another person's mail carried it), failed, refused (the barrier is in why), unsure (the program died between
    -- SMTP's answer and ours).
    CREATE TABLE mails (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      event_id uuid REFERENCES events (id),
      invitation_id uuid,
      state text NOT NULL DEFAULT 'pending',
      why text,
      joined_to uuid,
      tries integer NOT NULL DEFAULT 0,
      worker text,
      queued_at timestamptz NOT NULL DEFAULT now(),
      -- Not before this time: moved on when the receiving server asked us to wait.
      due_at timestamptz NOT NULL DEFAULT now(),
      sending_at timestamptz,
      sent_at timestamptz,
      message_id text,
      PRIMARY KEY (person_id, id),
      UNIQUE (person_id, event_id, kind)
    );
    -- In the order of sending, too, so that a claim reads what it takes, whatever the statistics say.
    CREATE INDEX mails_by_event ON mails (event_id, state, due_at, id);
    CREATE INDEX mails_pending ON mails (due_at) WHERE state = 'pending';
    CREATE INDEX mails_sending ON mails (sending_at) WHERE state = 'sending';
    CREATE INDEX mails_joined ON mails (joined_to) WHERE joined_to IS NOT NULL;
    CREATE INDEX mails_by_path ON mails (path);
    `,
    ...['invitations', 'rsvps', 'attendances', 'mails'].map((table) => belowPerson(table)),
    `
    GRANT SELECT ON invitations, rsvps, attendances TO ${LINK};
    GRANT UPDATE (state, answer, guests, standing, answered_at, answered_how, not_me_at, call_me_at) ON invitations TO ${LINK};
    GRANT INSERT ON rsvps TO ${LINK};
    ${policy('invitations', 'of_the_link', 'SELECT', LINK, isLinked('id', 'invitation_id'))}
    ${policy('invitations', 'answer_by_link', 'UPDATE', LINK, isLinked('id', 'invitation_id'))}
    ${policy('rsvps', 'of_the_link', 'SELECT', LINK, `${isLinked('invitation_id', 'invitation_id')} AND ${isLinked('person_id', 'person_id')}`)}
    ${policy('rsvps', 'answer_by_link', 'INSERT', LINK, `${isLinked('invitation_id', 'invitation_id')} AND ${isLinked('person_id', 'person_id')}`)}
    ${policy('attendances', 'of_the_link', 'SELECT', LINK, `${isLinked('event_id', 'event_id')} AND ${isLinked('person_id', 'person_id')}`)}

    GRANT SELECT ON events, invitations, mails TO ${GATE};
    ${['events', 'invitations', 'mails'].map((table) => policy(table, 'through_the_gate', 'SELECT', GATE, 'true')).join('\n')}

    -- What a mailed answer link is about, before its signature has been checked: ids, version and place, nobody's data.
    CREATE FUNCTION gate.invitation_of_link(of_person uuid, of_invitation uuid)
    RETURNS TABLE (event_id uuid, path text, link_version integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT i.event_id, e.path, i.link_version
        FROM invitations i JOIN events e ON e.id = i.event_id JOIN people p ON p.id = i.person_id
       WHERE i.person_id = of_person AND i.id = of_invitation AND p.erased_at IS NULL;
    $$;

    -- Whom a mail's unsubscribe link is for: the person it went to, and those whose mail it carried as well.
    CREATE FUNCTION gate.people_of_mail(of_person uuid, of_mail uuid) RETURNS TABLE (person_id uuid, path text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT p.id, p.path FROM people p
       WHERE p.erased_at IS NULL
         AND (p.id = of_person OR p.id IN (SELECT m.person_id FROM mails m WHERE m.joined_to = of_mail))
       ORDER BY p.id <> of_person, p.id;
    $$;
    `,
    gateFunction('gate.invitation_of_link(uuid, uuid)', 'sampark_app'),
    gateFunction('gate.people_of_mail(uuid, uuid)', 'sampark_app'),
  ];
}
