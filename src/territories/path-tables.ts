/**
 * Every table with a column `path`, in one place: a move touches all of those that follow their territory. A test
 * compares this with the database, so that a new table can't be forgotten.
 */

/** Tables below a person, with the column that holds the person; their rows follow the person wherever they live. */
export const PERSON_TABLES = [
  { table: 'people', key: 'id' },
  { table: 'person_identities', key: 'person_id' },
  { table: 'identity_claims', key: 'person_id' },
  { table: 'contact_points', key: 'person_id' },
  { table: 'consents', key: 'person_id' },
  { table: 'person_notes', key: 'person_id' },
  { table: 'person_suggestions', key: 'person_id' },
  { table: 'assignments', key: 'person_id' },
  { table: 'attempts', key: 'person_id' },
  { table: 'invitations', key: 'person_id' },
  { table: 'rsvps', key: 'person_id' },
  { table: 'attendances', key: 'person_id' },
  { table: 'mails', key: 'person_id' },
  { table: 'person_skills', key: 'person_id' },
  { table: 'import_changes', key: 'person_id' },
  { table: 'import_kept', key: 'person_id' },
  { table: 'person_merges', key: 'person_id' },
  { table: 'consent_scans', key: 'person_id' },
  { table: 'stops', key: 'person_id' },
  { table: 'own_data_links', key: 'person_id' },
  { table: 'retention_notices', key: 'person_id' },
  { table: 'nominations', key: 'person_id' },
] as const;

/** What else lies in a territory and moves with it. `territories` itself goes first: that locks out new rows. */
export const PLACE_TABLES = [
  'territories',
  'coverage',
  'users',
  'grants',
  'teams',
  'posts',
  'memberships',
  'events',
  'import_batches',
  'import_chunks',
  'import_rejects',
  'import_territories',
  'import_seen',
  'notices',
  'segments',
  'exports',
  'export_chunks',
  'import_mappings',
  'replies',
  'posters',
  'erasures',
  'retention_forecast',
  'privacy_requests',
  'privacy_request_entries',
  'breaches',
  'breach_steps',
  'breach_people',
  'privacy_figures',
] as const;

/** The views through which the staging of imports is changed; see the migration. */
export const STAGING_VIEWS = ['import_rows', 'import_keys', 'import_outcomes', 'import_meetings'] as const;

export const MOVING_TABLES: readonly string[] = [...PLACE_TABLES, ...PERSON_TABLES.map(({ table }) => table)];

/** Where something was at its time: the past keeps its place (and the audit trail is append-only). */
export const STAYING_TABLES = ['audit_entries', 'audit_values', 'territory_spans'] as const;
