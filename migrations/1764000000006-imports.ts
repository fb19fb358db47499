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
      -- uploaded > reading > previewed > merging > done; failed and cancelled from any but done.
      state text NOT NULL,
      file_name text NOT NULL,
      sha256 text,
      bytes bigint NOT NULL DEFAULT 0,
      source text,
      -- {"columns": ["Full name", …], "fields": {"name": 0, …}, "samples": [[…]], "delimiter": ",", "encoding": "utf8"}
      mapping jsonb,
      rows integer NOT NULL DEFAULT 0,
      rows_done integer NOT NULL DEFAULT 0,
      created integer NOT NULL DEFAULT 0,
      changed integer NOT NULL DEFAULT 0,
      same integer NOT NULL DEFAULT 0,
      rejected integer NOT NULL DEFAULT 0,
      warnings integer NOT NULL DEFAULT 0,
      -- Counts by reason, for the preview and the result: {"rejected": {"no_name": 83}, "warnings": {…}, "waiting": 12}
      counts jsonb NOT NULL DEFAULT '{}',
      problem text,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by uuid,
      confirmed_at timestamptz,
      confirmed_by uuid,
      started_at timestamptz,
      finished_at timestamptz
    );
    CREATE INDEX import_batches_by_path ON import_batches (path, id);

    -- The file as it came, in pieces of at most 1 MiB; gone when the batch ends.
    CREATE TABLE import_chunks (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      n integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (batch_id, n)
    );

    -- What a row was read as. person: the row's person (new or known); outcome: created, changed, same or rejected.
    CREATE TABLE import_rows (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      row_no integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      line jsonb NOT NULL,
      read jsonb NOT NULL,
      person_id uuid,
      outcome text,
      reject_code text,
      warnings jsonb NOT NULL DEFAULT '[]',
      PRIMARY KEY (batch_id, row_no)
    );

    -- Kept for IMPORT_FILE_DAYS. line is null for refused and under-age rows: no personal data of theirs stays.
    CREATE TABLE import_rejects (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      row_no integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      code text NOT NULL,
      field text,
      line jsonb,
      PRIMARY KEY (batch_id, row_no)
    );
    `,
    scoped('import_batches'),
    ...['import_chunks', 'import_rows', 'import_rejects'].map((table) => scoped(table, `${STAFF}, ${SYSTEM}`)),
  ];
}
