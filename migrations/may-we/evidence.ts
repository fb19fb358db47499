import { belowPerson, GATE, policy, STAFF, SYSTEM } from '../policies.js';
import { carriedAlong } from '../1764000000020-duplicates.js';

/** What an entry of the ledger rests on: a scan of the paper form, or what an office declared about its file. */
export const EVIDENCE: string[] = [
  `
    CREATE TABLE consent_scans (
      person_id uuid NOT NULL REFERENCES people (id),
      id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf')),
      bytes bytea NOT NULL CHECK (octet_length(bytes) <= 6291456),
      sha256 bytea NOT NULL,
      by_user uuid,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (person_id, id)
    );
    -- Pictures and PDFs are compressed already.
    ALTER TABLE consent_scans ALTER COLUMN bytes SET STORAGE EXTERNAL;
    CREATE INDEX consent_scans_by_path ON consent_scans (path);
    ALTER TABLE consents ADD scan_id uuid;
  `,
  belowPerson('consent_scans'),
  carriedAlong('consent_scans'),
  `
    -- A paper doesn't change; only a move of the person touches its path.
    REVOKE INSERT, UPDATE ON consent_scans FROM ${STAFF}, ${SYSTEM};
    GRANT UPDATE (path) ON consent_scans TO ${STAFF}, ${SYSTEM};
    GRANT INSERT ON consent_scans TO ${GATE};
    ${policy('consent_scans', 'kept_through_the_gate', 'INSERT', GATE, 'true')}

    -- Of a file: which words people agreed to (by purpose), when, and where the papers are; by whom and when that was declared.
    ALTER TABLE import_batches ADD declared_notices jsonb, ADD declared_on date, ADD declared_where text, ADD declared_by uuid, ADD declared_at timestamptz;
  `,
];
