import { ForwardOnly } from './forward-only.js';
import {
  EVERY_ACTOR,
  GATE,
  gateFunction,
  guarded,
  HOST,
  IN_SCOPE,
  isActor,
  MEMBER,
  policy,
  readable,
  scoped,
  setting,
  STAFF,
  SYSTEM,
  WHOLE_ORGANISATION,
} from './policies.js';
import { DRAFT_NOTICES, FIRST_NOTICE } from './shipped-notices.js';

const EVERYBODY = `${EVERY_ACTOR}, sampark_app, sampark_lens, ${GATE}`;
const CALLERS = `${STAFF}, ${MEMBER}`;

/** Inside a gate function: the sign-up `r` waits in a territory `t` of the caller, who calls people. */
const IN_THEIR_TERRITORY = `current_setting('role') IN ('${STAFF}', '${MEMBER}')
           AND t.path >= ${setting('scope_from')} AND t.path < ${setting('scope_to')}`;

const seeded = (id: string, texts: object, published: boolean) => {
  const [purpose, n] = id.split('-');
  return `INSERT INTO privacy_notices (id, purpose, n, texts, published_at)
          VALUES ('${id}', '${purpose}', ${n}, '${JSON.stringify(texts).replaceAll("'", "''")}', ${published ? 'now()' : 'NULL'});`;
};

/** What people are told, in versions that never change once published; joining by oneself; posters that lead there. */
export class NoticesAndJoining1764000000023 extends ForwardOnly {
  name = 'NoticesAndJoining1764000000023';
  protected readonly statements = [
    `
    -- The languages in which people are told: a notice without one of them isn't published. The pages themselves are in the
    -- first two.
    CREATE TABLE privacy_languages (
      code text PRIMARY KEY,
      added_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      CHECK (ended_at IS NULL OR code NOT IN ('hi', 'en'))
    );
    INSERT INTO privacy_languages (code) VALUES ('hi'), ('en');

    -- Versions of what people are told, a row each. texts: by language {title, say, items: [{data, why, keep, seen}],
    -- responsible, rights, complaint}, in one value, so that one policy holds the whole of it fast.
    CREATE TABLE privacy_notices (
      id text PRIMARY KEY,
      purpose text NOT NULL CHECK (purpose IN ('register', 'contact', 'invitations', 'photos')),
      n smallint NOT NULL CHECK (n > 0),
      texts jsonb NOT NULL DEFAULT '{}',
      made_at timestamptz NOT NULL DEFAULT now(),
      published_at timestamptz,
      UNIQUE (purpose, n),
      CHECK (id = purpose || '-' || n),
      CHECK (published_at IS NULL OR texts ?& ARRAY['hi', 'en'])
    );
    -- How many were told which version: what came by lists cites none, and costs nothing here.
    CREATE INDEX consents_by_notice ON consents (purpose, notice) WHERE notice IS NOT NULL;
    -- One draft of a purpose at a time, which is the next version.
    CREATE UNIQUE INDEX privacy_notices_one_draft ON privacy_notices (purpose) WHERE published_at IS NULL;
    `,
    seeded(FIRST_NOTICE.id, FIRST_NOTICE.texts, true),
    ...DRAFT_NOTICES.map(({ id, texts }) => seeded(id, texts, false)),
    `
    ${['privacy_languages', 'privacy_notices'].map(guarded).join('\n')}
    ${['privacy_languages', 'privacy_notices'].map(readable).join('\n')}
    ${policy('privacy_languages', 'everybody_reads', 'SELECT', EVERYBODY, 'true')}
    ${policy('privacy_languages', 'whole_organisation_adds', 'INSERT', `${STAFF}, ${SYSTEM}`, WHOLE_ORGANISATION)}
    ${policy('privacy_languages', 'whole_organisation_ends', 'UPDATE', `${STAFF}, ${SYSTEM}`, WHOLE_ORGANISATION)}
    GRANT INSERT, UPDATE (ended_at) ON privacy_languages TO ${STAFF}, ${SYSTEM};

    -- What was published is everybody's to read and nobody's to change or delete: no policy lets an UPDATE or a DELETE see it,
    -- the owner's neither (FORCE). A version is published once, now, and begins as a draft.
    ${policy('privacy_notices', 'everybody_reads_what_is_published', 'SELECT', EVERYBODY, 'published_at IS NOT NULL')}
    ${policy('privacy_notices', 'drafts_are_read', 'SELECT', `${STAFF}, ${SYSTEM}`, WHOLE_ORGANISATION)}
    ${policy('privacy_notices', 'drafts_are_begun', 'INSERT', `${STAFF}, ${SYSTEM}`, `published_at IS NULL AND ${WHOLE_ORGANISATION}`)}
    CREATE POLICY drafts_change ON privacy_notices FOR UPDATE TO ${STAFF}, ${SYSTEM}
      USING (published_at IS NULL AND ${WHOLE_ORGANISATION})
      WITH CHECK ((published_at IS NULL OR published_at = now()) AND ${WHOLE_ORGANISATION});
    ${policy('privacy_notices', 'drafts_are_dropped', 'DELETE', `${STAFF}, ${SYSTEM}`, `published_at IS NULL AND ${WHOLE_ORGANISATION}`)}
    GRANT INSERT, DELETE, UPDATE (texts, published_at) ON privacy_notices TO ${STAFF}, ${SYSTEM};
    `,
    `
    -- A printed sheet with a code that leads to the join form, so that it is known where somebody comes from. It holds nobody's
    -- data; how many came by it is counted here, because sign-ups that nobody confirms are erased.
    CREATE TABLE posters (
      code text PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      event_id uuid REFERENCES events (id),
      -- Where it hangs, in the words of whoever made it.
      label text NOT NULL,
      made_at timestamptz NOT NULL DEFAULT now(),
      made_by uuid,
      ended_at timestamptz,
      ended_by uuid,
      signed_up integer NOT NULL DEFAULT 0,
      joined integer NOT NULL DEFAULT 0
    );
    CREATE INDEX posters_by_path ON posters (path, made_at DESC, code);
    CREATE INDEX posters_by_event ON posters (event_id) WHERE event_id IS NOT NULL;
    ${scoped('posters')}
    GRANT SELECT, INSERT ON posters TO ${HOST};
    GRANT UPDATE (ended_at, ended_by) ON posters TO ${HOST};
    ${policy('posters', 'of_an_organiser', 'ALL', HOST, `${IN_SCOPE} AND ${setting('event_id')} IS NULL`)}

    -- Sign-ups by the public form, until they are confirmed or erased; nobody's consent yet, and in no list of people. Who it
    -- is lies sealed (the key is outside the database); hashes, keyed as well, find the rows of one mail or phone.
    CREATE TABLE join_requests (
      id uuid PRIMARY KEY,
      -- new > mailed > confirmed; a phone alone: new > to_call > taken > tried, confirmed; held: nothing may be sent or said.
      state text NOT NULL DEFAULT 'new',
      sealed bytea,
      mail_hash bytea,
      phone_hash bytea,
      -- Of what one form was sent with: sent twice, it is one sign-up.
      form_hash bytea NOT NULL UNIQUE,
      territory_id uuid REFERENCES territories (id),
      poster_code text,
      asked_at timestamptz NOT NULL DEFAULT now(),
      mailed_at timestamptz,
      taken_by uuid,
      taken_at timestamptz,
      confirmed_at timestamptz
    );
    CREATE INDEX join_requests_by_mail ON join_requests (mail_hash, id) WHERE mail_hash IS NOT NULL;
    CREATE INDEX join_requests_by_phone ON join_requests (phone_hash, id) WHERE phone_hash IS NOT NULL;
    CREATE INDEX join_requests_to_call ON join_requests (territory_id, asked_at) WHERE state IN ('to_call', 'taken', 'tried');
    CREATE INDEX join_requests_by_age ON join_requests (asked_at);
    ${guarded('join_requests')}
    GRANT SELECT, INSERT, UPDATE, DELETE ON join_requests TO ${SYSTEM}, ${GATE};
    -- The form knows no territory: it is the whole organisation's, and so are its jobs.
    ${policy('join_requests', 'of_the_form', 'ALL', SYSTEM, WHOLE_ORGANISATION)}
    ${policy('join_requests', 'through_the_gate', 'ALL', GATE, 'true')}
    `,
    `
    -- Whom to ask once whether it was they who signed up: those who wait in the caller's territory, and those the caller took;
    -- what was typed only of the latter.
    CREATE FUNCTION gate.join_tasks(most integer)
    RETURNS TABLE (id uuid, territory_id uuid, state text, asked_at timestamptz, sealed bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT r.id, r.territory_id, r.state, r.asked_at, CASE WHEN r.state <> 'to_call' THEN r.sealed END
        FROM join_requests r JOIN territories t ON t.id = r.territory_id
       WHERE ${IN_THEIR_TERRITORY}
         AND (r.state = 'to_call' OR (r.state IN ('taken', 'tried') AND ${isActor('r.taken_by')}))
       ORDER BY r.state = 'to_call', r.asked_at, r.id LIMIT most;
    $$;
    -- Who takes one sees what was typed, and nobody else takes it: of two at once, one gets it.
    CREATE FUNCTION gate.take_join_task(of_request uuid) RETURNS bytea
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE join_requests r SET state = 'taken', taken_by = ${setting('user_id')}::uuid, taken_at = now()
        FROM territories t
       WHERE r.id = of_request AND t.id = r.territory_id AND ${IN_THEIR_TERRITORY} AND r.state = 'to_call'
      RETURNING r.sealed;
    $$;
    -- What came of the one call, by whoever took it: tried (they may call back), back (nobody called), or gone. True where done.
    CREATE FUNCTION gate.end_join_task(of_request uuid, outcome text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE mine boolean := EXISTS (
      SELECT FROM join_requests r JOIN territories t ON t.id = r.territory_id
       WHERE r.id = of_request AND ${isActor('r.taken_by')} AND ${IN_THEIR_TERRITORY}
         AND (r.state = 'taken' OR (r.state = 'tried' AND outcome = 'gone')));
    BEGIN
      IF NOT mine THEN RETURN false; END IF;
      IF outcome = 'gone' THEN DELETE FROM join_requests WHERE id = of_request;
      ELSE
        UPDATE join_requests
           SET state = CASE outcome WHEN 'tried' THEN 'tried' ELSE 'to_call' END,
               taken_by = CASE outcome WHEN 'tried' THEN taken_by END
         WHERE id = of_request;
      END IF;
      RETURN true;
    END $$;

    -- Whatever waits under these keyed hashes of somebody who is erased, wherever it lies.
    CREATE FUNCTION gate.forget_join_requests(mails bytea[], phones bytea[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE gone integer;
    BEGIN
      DELETE FROM join_requests WHERE mail_hash = ANY (mails) OR phone_hash = ANY (phones);
      GET DIAGNOSTICS gone = ROW_COUNT;
      RETURN gone;
    END $$;

    -- The person themself, by a link sent to this very address, takes the stop of it back: for everybody who has it, as the stop
    -- was. What somebody else behind it withdrew stays withdrawn.
    CREATE FUNCTION gate.lift_suppression(of_kind text, plain text, hashes bytea[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE lifted integer; ids uuid[];
    BEGIN
      DELETE FROM suppressions WHERE kind = of_kind AND hash = ANY (hashes);
      GET DIAGNOSTICS lifted = ROW_COUNT;
      WITH opened AS (
        UPDATE contact_points SET suppressed_at = NULL WHERE kind = of_kind AND value = plain AND suppressed_at IS NOT NULL
        RETURNING person_id)
      SELECT array_agg(DISTINCT person_id) INTO ids FROM opened;
      IF ids IS NOT NULL THEN PERFORM gate.keep_reach(ids); END IF;
      RETURN lifted;
    END $$;
    GRANT DELETE ON suppressions TO ${GATE};

    UPDATE roles SET permissions = permissions || ARRAY['privacy.notices']
     WHERE code IN ('state_admin', 'data_protection_officer') AND NOT 'privacy.notices' = ANY (permissions);
    UPDATE roles SET permissions = permissions || ARRAY['poster.make']
     WHERE code IN ('state_admin', 'region_coordinator', 'district_convenor', 'it_centre_operator', 'organiser')
       AND NOT 'poster.make' = ANY (permissions);
    `,
    gateFunction('gate.join_tasks(integer)', CALLERS),
    gateFunction('gate.take_join_task(uuid)', CALLERS),
    gateFunction('gate.end_join_task(uuid, text)', CALLERS),
    gateFunction('gate.forget_join_requests(bytea[], bytea[])', SYSTEM),
    gateFunction('gate.lift_suppression(text, text, bytea[])', SYSTEM),
  ];
}
