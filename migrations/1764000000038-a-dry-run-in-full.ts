import { IN_SCOPE_ONCE } from './1764000000017-imports-in-bulk.js';
import { ForwardOnly } from './forward-only.js';
import { scoped, STAFF, SYSTEM } from './policies.js';

/** What a dry run says: whose yes would be written down, all territories with all counts, and a rate that knows where it began. */
export class ADryRunInFull1764000000038 extends ForwardOnly {
  name = 'ADryRunInFull1764000000038';
  protected readonly statements = [
    `
    -- A yes of this row would go into the ledger, if somebody answers for it.
    ALTER TABLE staging.import_outcomes ADD says_yes boolean NOT NULL DEFAULT false;
    CREATE OR REPLACE VIEW public.import_outcomes AS
      SELECT * FROM staging.import_outcomes WHERE ${IN_SCOPE_ONCE} WITH LOCAL CHECK OPTION;

    -- What was done already when the phase began: after a crash most of it.
    ALTER TABLE import_batches ADD phase_from bigint NOT NULL DEFAULT 0;

    -- What a file comes to in each territory, most new people first.
    CREATE TABLE import_territories (
      batch_id uuid NOT NULL REFERENCES import_batches (id),
      n integer NOT NULL,
      path text COLLATE "C" NOT NULL,
      -- Null: rows that can't be used and tell no place within the import's.
      territory_id uuid REFERENCES territories (id),
      people integer NOT NULL,
      changed integer NOT NULL,
      same integer NOT NULL,
      -- Null: of an import from before these were counted.
      suggested integer,
      suppressed integer,
      rejected integer,
      PRIMARY KEY (batch_id, n)
    );
    CREATE INDEX import_territories_by_path ON import_territories (path);

    ALTER TABLE import_batches NO FORCE ROW LEVEL SECURITY;
    INSERT INTO import_territories (batch_id, n, path, territory_id, people, changed, same)
    SELECT b.id, t.n, b.path, (t.counted ->> 'id')::uuid, coalesce((t.counted ->> 'people')::integer, 0),
           coalesce((t.counted ->> 'changed')::integer, 0), coalesce((t.counted ->> 'same')::integer, 0)
      FROM import_batches b
     CROSS JOIN LATERAL jsonb_array_elements(b.counts -> 'territories') WITH ORDINALITY AS t(counted, n)
     WHERE jsonb_typeof(b.counts -> 'territories') = 'array'
       AND EXISTS (SELECT FROM territories q WHERE q.id = (t.counted ->> 'id')::uuid);
    UPDATE import_batches SET counts = counts - 'territories' WHERE counts ? 'territories';
    -- What waits for a yes is read anew, and shown again: whose yes would be written down wasn't noted.
    ${['import_meetings', 'import_outcomes', 'import_keys', 'import_rows']
      .map(
        (table) => `
    DELETE FROM staging.${table} s USING import_batches b WHERE b.id = s.batch_id AND b.state IN ('reading', 'previewed');`,
      )
      .join('')}
    UPDATE import_batches
       SET state = 'reading', phase = 'reading', phase_at = date_trunc('milliseconds', now()), done = 0, total = bytes, rows = 0,
           counts = '{}', touched_at = now() - interval '1 hour'
     WHERE state IN ('reading', 'previewed');
    ALTER TABLE import_batches FORCE ROW LEVEL SECURITY;
    `,
    scoped('import_territories', `${STAFF}, ${SYSTEM}`),
  ];
}
