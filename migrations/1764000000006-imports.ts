import { ForwardOnly } from './forward-only.js';
import { scoped, SYSTEM, STAFF } from './policies.js';

/** Import batches: the stored upload, the staging it is read into, and the rows that were refused. */
export class Imports1764000000006 extends ForwardOnly {
  name = 'Imports1764000000006';
  protected readonly statements = [
    `
    CREATE TABLE import_batches (
      id uuid PRIMARY KEY,
      territory_id uuid NOT NULL REFERENCES territories (id),
      path text COLLATE "C" NOT NULL,
      -- Root of the scope of whoever uploaded: a job that goes on after a crash sees what they could see, no more.
      scope text COLLATE "C" NOT NULL,
      -- uploaded > reading > previewed > merging > done; failed and cancelled from any before merging.
      state text NOT NULL,
      file_name text NOT NULL,
      sha256 text NOT NULL,
      bytes bigint NOT NULL DEFAULT 0,
      source text,
      -- {"encoding": "utf-8", "delimiter": ",", "columns": ["Full name", …], "fields": ["name", null, …]}
      mapping jsonb NOT NULL,
      rows integer NOT NULL DEFAULT 0,
      created integer NOT NULL DEFAULT 0,
      changed integer NOT NULL DEFAULT 0,
      same integer NOT NULL DEFAULT 0,
      rejected integer NOT NULL DEFAULT 0,
      warnings integer NOT NULL DEFAULT 0,
      -- Counts by reason and territory, for the preview and the result.
      counts jsonb NOT NULL DEFAULT '{}',
      problem text,
      -- The day on which ages are taken as told.
      read_on date,
      -- How far the phase in hand is, in bytes (reading) or rows (merging), and since when.
      phase text,
      phase_at timestamptz,
      done bigint NOT NULL DEFAULT 0,
      total bigint NOT NULL DEFAULT 0,
      touched_at timestamptz NOT NULL DEFAULT now(),
      -- Persons up to this one (see import_rows.group_no) are in the register.
      merged_to integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by uuid,
      confirmed_at timestamptz,
      confirmed_by uuid,
      finished_at timestamptz
    );
    CREATE INDEX import_batches_by_path ON import_batches (path, id);
    CREATE INDEX import_batches_open ON import_batches (touched_at) WHERE finished_at IS NULL;

    -- The file as it came, in pieces of at most 1 MiB; gone when the batch ends.
    CREATE TABLE import_chunks (
      batch_id uuid NOT NULL REFERENCES import_batches (id) DEFERRABLE INITIALLY DEFERRED,
      n integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (batch_id, n)
    );
    -- Files are read once and deleted; compressing them costs more than it saves.
    ALTER TABLE import_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

    -- What a row was read as, and then what comes of it. Gone when the batch ends.
    CREATE TABLE import_rows (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      row_no integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      -- The cells; null for refused and under-age rows, of which nothing but the keys is needed.
      line text[],
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
      warnings jsonb NOT NULL,
      -- Why the row by itself can't be used, and the cell that says so.
      own_code text,
      own_field text,
      -- The home its address alone would give.
      home_id uuid,
      home_path text COLLATE "C",
      home_waiting boolean,
      -- From here on: found by comparing with the register and the other rows; see RowMatcher.
      code text,
      field text,
      stopped text[] NOT NULL DEFAULT '{}',
      secret boolean NOT NULL DEFAULT false,
      -- The first row of this row's person.
      group_no integer NOT NULL,
      person_id uuid,
      others uuid[] NOT NULL DEFAULT '{}',
      outcome text,
      filled text[] NOT NULL DEFAULT '{}',
      differs text[] NOT NULL DEFAULT '{}',
      places boolean NOT NULL DEFAULT false,
      PRIMARY KEY (batch_id, row_no)
    );
    CREATE INDEX import_rows_by_group ON import_rows (batch_id, group_no);

    -- The phones, mails and identities of the rows. kind: phone, email or a platform's code.
    CREATE TABLE import_keys (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      row_no integer NOT NULL,
      kind text NOT NULL,
      value text NOT NULL,
      path text COLLATE "C" NOT NULL,
      -- What must agree beside it to prove the same person: '' nothing (a handle), the name's key (a phone, a mail);
      -- null: it proves nothing (a WhatsApp number, which is a phone besides; a point without a name).
      proof text COLLATE "C",
      platform_uid text,
      -- By every key of SUPPRESSION_KEYS, newest first.
      hashes bytea[] NOT NULL,
      PRIMARY KEY (batch_id, row_no, kind, value)
    );

    -- Kept for IMPORT_FILE_DAYS. line is null for refused and under-age rows: no personal data of theirs stays.
    CREATE TABLE import_rejects (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      row_no integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      code text NOT NULL,
      field text,
      line text[],
      PRIMARY KEY (batch_id, row_no)
    );

    -- A UUIDv7 (RFC 9562, 5.7) for rows that a set-based statement makes; PostgreSQL has its own from 18 on only.
    CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
      SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
               PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
               52, 1), 53, 1), 'hex')::uuid;
    $$;
    REVOKE EXECUTE ON FUNCTION new_id() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION new_id() TO ${STAFF}, ${SYSTEM};

    -- Fresh statistics: the staging is filled and read within seconds, and without them the planner takes a million rows
    -- for a handful. Only a table's owner may ask for them, so this runs as the owner, and does nothing else.
    CREATE FUNCTION analyze_staging() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN ANALYZE import_rows, import_keys; END $$;
    CREATE FUNCTION analyze_register() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      BEGIN ANALYZE people, person_identities, identity_claims, contact_points, consents, person_notes; END $$;
    REVOKE EXECUTE ON FUNCTION analyze_staging(), analyze_register() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION analyze_staging(), analyze_register() TO ${STAFF}, ${SYSTEM};
    `,
    scoped('import_batches'),
    ...['import_chunks', 'import_rows', 'import_keys', 'import_rejects'].map((table) =>
      scoped(table, `${STAFF}, ${SYSTEM}`),
    ),
  ];
}
