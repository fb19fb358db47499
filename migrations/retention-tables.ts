import { belowPerson, guarded, IN_SCOPE, policy, scoped, setting, STAFF, SYSTEM } from './policies.js';

/** Only somebody whose territory is the whole organisation: the root's path is one key long. */
const WHOLE_ORGANISATION = `length(${setting('scope_from')}) <= 4`;

/** The clocks of retention: rules, who has been told, and what goes when. Part of migration 25. */
export const retention = [
  `
  -- The newest sign of life that was found when somebody looked last; null: nobody looked, and created_at counts. Not kept by
  -- whatever happens, but looked up when a clock would run out: so nothing else has to think of it.
  ALTER TABLE people ADD last_activity_at timestamptz, ADD activity_seen_on date;
  -- CASE, and not coalesce: the planner takes that for leaky, and wouldn't use the index under a row policy.
  CREATE INDEX people_by_activity ON people ((CASE WHEN last_activity_at IS NULL THEN created_at ELSE last_activity_at END), id) INCLUDE (path, activity_seen_on) WHERE path <> '';
  CREATE INDEX consents_given_by_age ON consents (purpose, at, person_id, id) WHERE state = 'given';

  -- register: nothing heard for so many months, then a last notice, and the end so many days later. consent.<purpose>: a yes
  -- so old is none any more. months null: off. The floors are the program's, too; nobody gets below them.
  CREATE TABLE retention_rules (
    code text PRIMARY KEY,
    months smallint,
    floor_months smallint NOT NULL,
    notice_days smallint,
    floor_notice_days smallint,
    -- Up to which day of saying yes the ledger has been gone through.
    done_to timestamptz NOT NULL DEFAULT '-infinity',
    changed_at timestamptz,
    changed_by uuid,
    CHECK (months IS NULL OR months BETWEEN floor_months AND 600),
    CHECK (notice_days IS NULL OR notice_days BETWEEN floor_notice_days AND 365)
  );
  ${guarded('retention_rules')}
  GRANT SELECT ON retention_rules TO ${STAFF}, ${SYSTEM};
  GRANT UPDATE (months, notice_days, done_to, changed_at, changed_by) ON retention_rules TO ${STAFF}, ${SYSTEM};
  ${policy('retention_rules', 'read_by_staff', 'SELECT', `${STAFF}, ${SYSTEM}`, `${setting('scope_from')} IS NOT NULL`)}
  ${policy('retention_rules', 'whole_organisation_changes', 'UPDATE', `${STAFF}, ${SYSTEM}`, WHOLE_ORGANISATION)}
  ${policy('retention_rules', 'shipped', 'INSERT', 'sampark_owner', 'true')}
  INSERT INTO retention_rules (code, months, floor_months, notice_days, floor_notice_days)
  VALUES ('register', 36, 6, 30, 14), ('consent.contact', NULL, 6, NULL, NULL), ('consent.invitations', NULL, 6, NULL, NULL),
         ('consent.photos', 36, 6, NULL, NULL);

  -- Who was told, or whose team was, that they will be erased, and when. told: mail or team.
  CREATE TABLE retention_notices (
    person_id uuid NOT NULL REFERENCES people (id),
    id uuid NOT NULL,
    path text COLLATE "C" NOT NULL,
    rule text NOT NULL REFERENCES retention_rules (code),
    noticed_at timestamptz NOT NULL DEFAULT now(),
    erase_on date NOT NULL,
    told text NOT NULL CHECK (told IN ('mail', 'team')),
    -- Claimed before the letter goes out: after a crash nobody gets a second one.
    sending_at timestamptz,
    told_at timestamptz,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, rule)
  );
  CREATE INDEX retention_notices_by_path ON retention_notices (path);
  CREATE INDEX retention_notices_due ON retention_notices (erase_on, person_id);
  CREATE INDEX retention_notices_untold ON retention_notices (told, person_id) WHERE told_at IS NULL;
  ${belowPerson('retention_notices', `${STAFF}, ${SYSTEM}`)}

  -- How many will be due by rule, month and territory; counted each night.
  CREATE TABLE retention_forecast (
    path text COLLATE "C" NOT NULL,
    rule text NOT NULL REFERENCES retention_rules (code),
    month date NOT NULL,
    n integer NOT NULL,
    PRIMARY KEY (path, rule, month)
  );
  ${scoped('retention_forecast', SYSTEM)}

  -- Whom a team's part of the news goes to: of those who see everybody and may edit, the nearest at or above a territory.
  CREATE FUNCTION gate.retention_readers(of_path text) RETURNS TABLE (user_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH near AS (
      SELECT u.id, length(t.path) AS depth FROM territories t JOIN grants g ON g.territory_id = t.id AND gate.grant_holds(g)
        JOIN roles r ON r.code = g.role AND r.reach = 'territory' AND 'sympathiser.edit' = ANY (r.permissions)
        JOIN users u ON u.id = g.user_id AND u.disabled_at IS NULL AND u.email IS NOT NULL
       WHERE current_setting('role') = '${SYSTEM}' AND of_path >= t.path AND of_path < t.path || '~' AND ${IN_SCOPE.replaceAll('path', 't.path')})
    SELECT DISTINCT id FROM near WHERE depth = (SELECT max(depth) FROM near) LIMIT 10;
  $$;
  REVOKE ALL ON FUNCTION gate.retention_readers(text) FROM PUBLIC;
  ALTER FUNCTION gate.retention_readers(text) OWNER TO sampark_gate;
  GRANT EXECUTE ON FUNCTION gate.retention_readers(text) TO ${SYSTEM};
  `,
];
