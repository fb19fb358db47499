import { ForwardOnly } from './forward-only.js';
import { GATE, gateFunction, IN_SCOPE, policy, scoped, setting, STAFF, SYSTEM } from './policies.js';

/**
 * The scope, looked up once a statement and not once a row: a batch has a million of them. In a CASE, because the planner
 * takes a range between two values it doesn't know yet for one row in two hundred, and then goes about in nested loops.
 */
export const IN_SCOPE_ONCE = `CASE WHEN path >= (SELECT ${setting('scope_from')}) AND path < (SELECT ${setting('scope_to')}) THEN true ELSE false END`;

/**
 * COPY writes into no table with row policies, so the staging has none. Instead: whoever acts may only add to it, under a
 * check that holds each row to their scope, and nobody of the program may read, change or delete. For that there is a view
 * of the same name in `public`, owned by the gate, that shows and takes rows of the scope alone. It is no security barrier:
 * the planner looks up no row by key behind one. What a barrier adds, nobody here could use: no role of the program may make
 * a function, and no statement takes one from outside. The check is NOT VALID,
 * which binds every new row, and lets a dump be restored by somebody without a scope.
 */
const staged = (table: string) => `
  GRANT INSERT ON staging.${table} TO ${STAFF}, ${SYSTEM};
  GRANT SELECT, INSERT, UPDATE, DELETE ON staging.${table} TO ${GATE};
  ALTER TABLE staging.${table} ADD CONSTRAINT ${table}_in_scope CHECK (coalesce(${IN_SCOPE}, false)) NOT VALID;
  CREATE VIEW public.${table} AS
    SELECT * FROM staging.${table} WHERE ${IN_SCOPE_ONCE} WITH LOCAL CHECK OPTION;
  ALTER VIEW public.${table} OWNER TO ${GATE};
  GRANT SELECT, INSERT, UPDATE, DELETE ON public.${table} TO ${STAFF}, ${SYSTEM};`;

/** Imports of millions of rows: a staging that takes COPY, what a batch did to whom, and the choices an office made. */
export class ImportsInBulk1764000000017 extends ForwardOnly {
  name = 'ImportsInBulk1764000000017';
  protected readonly statements = [
    `
    -- What is being read or merged while the program is brought up to date is read anew, and shown again before it goes on.
    ALTER TABLE import_batches NO FORCE ROW LEVEL SECURITY;
    UPDATE import_batches
       SET state = 'reading', phase = 'reading', phase_at = now(), done = 0, total = bytes, merged_to = 0, rows = 0,
           confirmed_at = NULL, confirmed_by = NULL, touched_at = now() - interval '1 hour'
     WHERE state IN ('reading', 'previewed', 'merging');
    ALTER TABLE import_batches FORCE ROW LEVEL SECURITY;
    DROP TABLE import_keys, import_rows;

    ALTER TABLE import_batches
      -- When the staged rows were last compared with the whole register, or a slice of them went in after that.
      ADD compared_at timestamptz,
      -- The row that a problem of the whole file stands in.
      ADD problem_row integer,
      -- Somebody stopped it on its way: it ends with the slice in hand.
      ADD stop_at timestamptz,
      ADD stopped_by uuid,
      -- How many bytes a large upload will have, as told when it began; null: it came in one piece.
      ADD expected bigint,
      ADD mapping_name text,
      ADD undone_at timestamptz,
      ADD undone_by uuid;

    CREATE SCHEMA staging;
    GRANT USAGE ON SCHEMA staging TO ${STAFF}, ${SYSTEM}, ${GATE};

    -- What a row was read as: written once, by COPY. Gone when the batch ends.
    CREATE TABLE staging.import_rows (
      batch_id uuid NOT NULL,
      row_no integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      -- The cells, with U+001F between them; null for refused and under-age rows, of which nothing but the keys is needed.
      line text,
      name text NOT NULL,
      name_key text COLLATE "C" NOT NULL,
      language text,
      pin text,
      district_lgd integer,
      tehsil_lgd integer,
      -- The organisation's own territory, where the row names one.
      hint_id uuid,
      birth_year smallint,
      noted_on date,
      source text,
      remarks text,
      consent text NOT NULL,
      minor boolean NOT NULL,
      -- [{"code": "bad_phone", "field": "phone"}, …]; null: none.
      warnings jsonb,
      -- Why the row by itself can't be used, and the cell that says so.
      own_code text,
      own_field text,
      -- The home its address alone would give.
      home_id uuid,
      home_path text COLLATE "C",
      home_waiting boolean,
      PRIMARY KEY (batch_id, row_no)
    );

    -- The phones, mails and identities of the rows, each once a row. kind: phone, email or a platform's code.
    CREATE TABLE staging.import_keys (
      batch_id uuid NOT NULL,
      row_no integer NOT NULL,
      kind text NOT NULL,
      value text NOT NULL,
      path text COLLATE "C" NOT NULL,
      -- What must agree beside it to prove the same person: '' nothing (a handle), the name's key (a phone, a mail);
      -- null: it proves nothing (a WhatsApp number, which is a phone besides; a point without a name).
      proof text COLLATE "C",
      platform_uid text,
      -- By the newest key of SUPPRESSION_KEYS, and by the older ones; null for the under-aged, who leave nothing.
      hash bytea,
      older bytea[]
    );
    CREATE INDEX import_keys_by_row ON staging.import_keys (batch_id, row_no);

    -- What comes of a row. Narrow, and apart from what was read: it is compared and decided more than once.
    CREATE TABLE staging.import_outcomes (
      batch_id uuid NOT NULL,
      row_no integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      minor boolean NOT NULL DEFAULT false,
      -- The first row of this row's person.
      group_no integer NOT NULL,
      -- Why it can't be used; null: it can.
      code text,
      field text,
      stopped text[] NOT NULL DEFAULT '{}',
      secret boolean NOT NULL DEFAULT false,
      person_id uuid,
      -- The person is in the register already.
      known boolean NOT NULL DEFAULT false,
      -- Somebody else has a phone or mail of this row, in the register or in the file.
      met boolean NOT NULL DEFAULT false,
      others uuid[] NOT NULL DEFAULT '{}',
      outcome text,
      filled text[] NOT NULL DEFAULT '{}',
      differs text[] NOT NULL DEFAULT '{}',
      -- Nothing new about the person, but something to write down all the same: a remark, a differing value, a yes.
      more boolean NOT NULL DEFAULT false,
      places boolean NOT NULL DEFAULT false,
      -- Where the person lives, or will: an address may come together from several rows.
      home_id uuid,
      home_path text COLLATE "C",
      home_waiting boolean,
      PRIMARY KEY (batch_id, row_no)
    ) WITH (fillfactor = 70);
    CREATE INDEX import_outcomes_by_group ON staging.import_outcomes (batch_id, group_no);

    -- Phones, mails and identities that more than one row of a batch has.
    CREATE TABLE staging.import_meetings (
      batch_id uuid NOT NULL,
      row_no integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      value text NOT NULL,
      proof text COLLATE "C" NOT NULL
    );
    CREATE INDEX import_meetings_by_batch ON staging.import_meetings (batch_id, row_no);
    `,
    // Only whoever may make things in a schema may be given some there.
    `GRANT CREATE ON SCHEMA public TO ${GATE};`,
    ...['import_rows', 'import_keys', 'import_outcomes', 'import_meetings'].map(staged),
    `REVOKE CREATE ON SCHEMA public FROM ${GATE};`,
    `
    -- People we had whom a batch changed, and what a file merged by it needs to be taken back.
    CREATE TABLE import_changes (
      person_id uuid NOT NULL REFERENCES people (id),
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      path text COLLATE "C" NOT NULL,
      PRIMARY KEY (person_id, batch_id)
    );
    CREATE INDEX import_changes_by_batch ON import_changes (batch_id, person_id);
    CREATE INDEX import_changes_by_path ON import_changes (path);
    ${scoped('import_changes')}

    -- Of an import that was taken back: who stays all the same, and why.
    CREATE TABLE import_kept (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      person_id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      -- attempts, assigned, consents, … : what happened since.
      why text[] NOT NULL,
      PRIMARY KEY (person_id, batch_id)
    );
    CREATE INDEX import_kept_by_batch ON import_kept (batch_id, person_id);
    CREATE INDEX import_kept_by_path ON import_kept (path);
    ${scoped('import_kept')}

    -- What an office said its columns are; by a name, or without one the last choice for these headers.
    CREATE TABLE import_mappings (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      name text,
      headers text[] NOT NULL,
      fields text[] NOT NULL,
      used_at timestamptz NOT NULL DEFAULT now(),
      created_by uuid
    );
    CREATE INDEX import_mappings_by_territory ON import_mappings (territory_id, used_at DESC);
    CREATE INDEX import_mappings_by_path ON import_mappings (path);
    ${scoped('import_mappings', `${STAFF}, ${SYSTEM}`)}

    CREATE OR REPLACE FUNCTION analyze_staging() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN ANALYZE staging.import_rows, staging.import_keys, staging.import_outcomes, staging.import_meetings; END $$;

    -- Which of the staged phones, mails and handles of these rows are stopped?
    CREATE FUNCTION gate.staged_suppressed(of_batch uuid, above integer, upto integer)
    RETURNS TABLE (row_no integer, kind text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT k.row_no, k.kind FROM import_keys k
       CROSS JOIN LATERAL (SELECT 1 FROM suppressions s WHERE s.kind = k.kind AND s.hash = k.hash LIMIT 1) s
       WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto
      UNION ALL
      SELECT k.row_no, k.kind FROM import_keys k CROSS JOIN LATERAL unnest(k.older) AS o(hash)
       CROSS JOIN LATERAL (SELECT 1 FROM suppressions s WHERE s.kind = k.kind AND s.hash = o.hash LIMIT 1) s
       WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto AND k.older IS NOT NULL;
    $$;

    -- Which of the staged handles of these rows does somebody outside the caller's scope hold?
    CREATE FUNCTION gate.staged_held_elsewhere(of_batch uuid, above integer, upto integer)
    RETURNS TABLE (row_no integer, kind text, value text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT k.row_no, k.kind, k.value
        FROM import_keys k
       CROSS JOIN LATERAL (SELECT c.path FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value LIMIT 1) c
       WHERE k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto AND k.proof = ''
         AND NOT coalesce(c.path >= (SELECT ${setting('scope_from')}) AND c.path < (SELECT ${setting('scope_to')}), false);
    $$;
    `,
    `
    -- Taking a batch back removes what it brought; nobody else deletes anything of the register. Both only in the caller's
    -- scope, for a batch that is being undone, and never whom import_kept names.
    GRANT DELETE ON people, person_identities, identity_claims, contact_points TO ${GATE};
    GRANT SELECT, DELETE ON consents, person_notes, person_suggestions, import_changes TO ${GATE};
    GRANT SELECT, INSERT, UPDATE ON import_kept TO ${GATE};
    GRANT SELECT ON import_batches TO ${GATE};
    ${['consents', 'person_notes', 'person_suggestions', 'import_changes', 'import_kept', 'import_batches'].map((table) => policy(table, 'undone_through_the_gate', 'ALL', GATE, IN_SCOPE)).join('\n')}

    CREATE FUNCTION gate.undo_person(of_batch uuid, ids uuid[]) RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp AS $$
      DELETE FROM person_suggestions WHERE person_id = ANY (ids);
      DELETE FROM person_notes WHERE person_id = ANY (ids);
      DELETE FROM consents WHERE person_id = ANY (ids);
      DELETE FROM contact_points WHERE person_id = ANY (ids);
      DELETE FROM person_identities WHERE person_id = ANY (ids);
      DELETE FROM identity_claims WHERE person_id = ANY (ids);
      DELETE FROM import_changes WHERE person_id = ANY (ids);
      DELETE FROM people WHERE id = ANY (ids) AND batch_id = of_batch;
    $$;

    -- Removes some of the people whom only this batch brought. Gives how many it dealt with; 0: all are.
    CREATE FUNCTION gate.undo_people(of_batch uuid, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        ids uuid[];
        one uuid;
      BEGIN
        SELECT array_agg(s.id) INTO ids FROM (
          SELECT p.id FROM people p
           WHERE p.batch_id = of_batch AND ${IN_SCOPE}
             AND EXISTS (SELECT FROM import_batches b WHERE b.id = of_batch AND b.state = 'undoing')
             AND NOT EXISTS (SELECT FROM import_kept k WHERE k.person_id = p.id AND k.batch_id = of_batch)
           ORDER BY p.id LIMIT most FOR UPDATE OF p) s;
        IF ids IS NULL THEN RETURN 0; END IF;
        BEGIN
          PERFORM gate.undo_person(of_batch, ids);
        EXCEPTION WHEN foreign_key_violation THEN
          -- Something was entered for one of them a moment ago: one by one, and who has something stays.
          FOREACH one IN ARRAY ids LOOP
            BEGIN
              PERFORM gate.undo_person(of_batch, ARRAY[one]);
            EXCEPTION WHEN foreign_key_violation THEN
              INSERT INTO import_kept (batch_id, person_id, path, why)
              SELECT of_batch, p.id, p.path, '{other}' FROM people p WHERE p.id = one ON CONFLICT DO NOTHING;
            END;
          END LOOP;
        END;
        RETURN cardinality(ids);
      END $$;

    -- Takes back what this batch added to people we had: rows of its own, and fields it filled that nobody touched since.
    CREATE FUNCTION gate.undo_changes(of_batch uuid, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        ids uuid[];
      BEGIN
        SELECT array_agg(s.person_id) INTO ids FROM (
          SELECT c.person_id FROM import_changes c
           WHERE c.batch_id = of_batch AND ${IN_SCOPE}
             AND EXISTS (SELECT FROM import_batches b WHERE b.id = of_batch AND b.state = 'undoing')
           ORDER BY c.person_id LIMIT most) s;
        IF ids IS NULL THEN RETURN 0; END IF;
        DELETE FROM person_suggestions s WHERE s.person_id = ANY (ids) AND s.batch_id = of_batch AND s.settled_at IS NULL;
        DELETE FROM person_notes n WHERE n.person_id = ANY (ids) AND n.batch_id = of_batch;
        DELETE FROM consents e WHERE e.person_id = ANY (ids) AND e.batch_id = of_batch;
        DELETE FROM contact_points c WHERE c.person_id = ANY (ids) AND c.batch_id = of_batch
           AND c.suppressed_at IS NULL AND c.dead_at IS NULL;
        WITH gone AS (
          DELETE FROM person_identities i WHERE i.person_id = ANY (ids) AND i.batch_id = of_batch
             AND i.suppressed_at IS NULL AND i.to_at IS NULL AND i.verified_at IS NULL
          RETURNING i.person_id, i.platform, i.handle)
        DELETE FROM identity_claims c USING gone g
         WHERE c.person_id = g.person_id AND c.platform = g.platform AND c.handle = g.handle;
        UPDATE people p
           SET language = CASE WHEN f.language THEN NULL ELSE p.language END,
               pin = CASE WHEN f.pin THEN NULL ELSE p.pin END,
               district_lgd = CASE WHEN f.district THEN NULL ELSE p.district_lgd END,
               tehsil_lgd = CASE WHEN f.district THEN NULL ELSE p.tehsil_lgd END,
               birth_year = CASE WHEN f.birth_year THEN NULL ELSE p.birth_year END,
               birth_year_noted_on = CASE WHEN f.birth_year THEN NULL ELSE p.birth_year_noted_on END,
               filled_by = p.filled_by - f.fields
          FROM (SELECT q.id, array_agg(b.key) AS fields, bool_or(b.key = 'language') AS language, bool_or(b.key = 'pin') AS pin,
                       bool_or(b.key = 'district') AS district, bool_or(b.key = 'birth_year') AS birth_year
                  FROM people q CROSS JOIN LATERAL jsonb_each(q.filled_by) b
                 WHERE q.id = ANY (ids) AND b.value ->> 'batch' = of_batch::text AND b.key <> 'territory'
                   AND NOT EXISTS (SELECT FROM import_kept k WHERE k.person_id = q.id AND k.batch_id = of_batch AND b.key = ANY (k.why))
                 GROUP BY q.id) f
         WHERE p.id = f.id;
        DELETE FROM import_changes c WHERE c.batch_id = of_batch AND c.person_id = ANY (ids);
        RETURN cardinality(ids);
      END $$;
    REVOKE ALL ON FUNCTION gate.undo_person(uuid, uuid[]) FROM PUBLIC;
    ALTER FUNCTION gate.undo_person(uuid, uuid[]) OWNER TO ${GATE};
    `,
    gateFunction('gate.undo_people(uuid, integer)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.undo_changes(uuid, integer)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.staged_suppressed(uuid, integer, integer)', `${STAFF}, ${SYSTEM}`),
    gateFunction('gate.staged_held_elsewhere(uuid, integer, integer)', `${STAFF}, ${SYSTEM}`),
    `
    -- From PostgreSQL 18 on it makes a UUIDv7 by itself, thirty times as fast.
    DO $$ BEGIN
      IF current_setting('server_version_num')::int >= 180000 THEN
        CREATE OR REPLACE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
      END IF;
    END $$;
    `,
  ];
}
