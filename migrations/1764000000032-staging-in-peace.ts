import { IN_SCOPE_ONCE } from './1764000000017-imports-in-bulk.js';
import { ForwardOnly } from './forward-only.js';
import { setting } from './policies.js';

/** The same file again: what a row holds stands beside it, and what is read, emptied and read isn't vacuumed in between. */
export class StagingInPeace1764000000032 extends ForwardOnly {
  name = 'StagingInPeace1764000000032';
  protected readonly statements = [
    `
    -- Of which kind the keys of a row are, one for each of them; null: none, or staged before there was this column.
    ALTER TABLE staging.import_rows ADD kinds text[];
    CREATE OR REPLACE VIEW public.import_rows AS
      SELECT * FROM staging.import_rows WHERE ${IN_SCOPE_ONCE} WITH LOCAL CHECK OPTION;
    `,
    // The import gathers the statistics itself, once all is read. A vacuum of a batch on its way takes its time from it, and
    // holds a lock that keeps the staging from being emptied as a whole; what is deleted row by row beside another batch is
    // vacuumed as ever.
    ...['import_rows', 'import_keys', 'import_outcomes', 'import_meetings'].map(
      (table) => `
    ALTER TABLE staging.${table} SET (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 2000000000,
      autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_scale_factor = 0.5);`,
    ),
    `
    -- How much of it there is and how often a value comes again is all that the planner is told: a fifth of the usual sample.
    CREATE OR REPLACE FUNCTION analyze_staging() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET default_statistics_target = 20 AS $$
      BEGIN ANALYZE staging.import_rows, staging.import_keys, staging.import_outcomes, staging.import_meetings; END $$;

    -- Whoever says nothing new has been found by their handle in sight: nobody else holds it.
    CREATE OR REPLACE FUNCTION gate.staged_held_elsewhere(of_batch uuid, above integer, upto integer)
    RETURNS TABLE (row_no integer, kind text, value text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT k.row_no, k.kind, k.value
        FROM import_outcomes o JOIN import_keys k ON k.row_no = o.row_no
       CROSS JOIN LATERAL (SELECT c.path FROM identity_claims c WHERE c.platform = k.kind AND c.handle = k.value LIMIT 1) c
       WHERE o.batch_id = of_batch AND o.row_no > above AND o.row_no <= upto AND o.outcome IS DISTINCT FROM 'same'
         AND k.batch_id = of_batch AND k.row_no > above AND k.row_no <= upto AND k.proof = ''
         AND NOT coalesce(c.path >= (SELECT ${setting('scope_from')}) AND c.path < (SELECT ${setting('scope_to')}), false);
    $$;
    `,
  ];
}
