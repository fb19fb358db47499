import pg from 'pg';

/** Sees every row of the program's tables, changes none, and nobody signs in as it: the owner becomes it to make a backup. */
export const BACKUP_ROLE = 'sampark_backup';

/**
 * Lets it read every table there is now; each new one needs it, and so this comes after every migration. Doing it again does
 * nothing, and locks nothing.
 */
const LET_IT_READ = `
DO $$
DECLARE t record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${BACKUP_ROLE}') THEN
    RAISE EXCEPTION 'The role ${BACKUP_ROLE} is missing: run "sampark database prepare" of this version once more (it gives the roles new passwords).';
  END IF;
  FOR t IN
    SELECT c.oid, n.nspname, c.relrowsecurity AS guarded,
           has_schema_privilege('${BACKUP_ROLE}', n.oid, 'USAGE') AS enters,
           has_table_privilege('${BACKUP_ROLE}', c.oid, 'SELECT') AS reads,
           EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'for_the_backup') AS allowed
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND pg_get_userbyid(c.relowner) = 'sampark_owner'
  LOOP
    IF NOT t.enters THEN EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${BACKUP_ROLE}', t.nspname); END IF;
    IF NOT t.reads THEN EXECUTE format('GRANT SELECT ON %s TO ${BACKUP_ROLE}', t.oid::regclass); END IF;
    IF t.guarded AND NOT t.allowed THEN
      EXECUTE format('CREATE POLICY for_the_backup ON %s FOR SELECT TO ${BACKUP_ROLE} USING (true)', t.oid::regclass);
    END IF;
  END LOOP;
END $$`;

/** @param ownerUrl the role that owns the tables */
export async function letBackupRead(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query(LET_IT_READ);
  } finally {
    await owner.end();
  }
}
