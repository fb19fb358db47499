import type { PERSON_TABLES } from '../../territories/path-tables.js';

/** Handles are claimed by themselves, not row by row; `people` is what is merged. */
export type CarriedTable = Exclude<(typeof PERSON_TABLES)[number]['table'], 'people' | 'identity_claims'>;

const theSame = (table: string, ...columns: string[]) =>
  `EXISTS (SELECT FROM ${table} w WHERE w.person_id = $1 AND ${columns.map((column) => `w.${column} = t.${column}`).join(' AND ')})`;

/**
 * Which rows of `t` stay with the record that is set aside ($2), because who remains ($1) has such a row already: whatever a
 * unique key of the table asks for. Null: none. A new table below a person has to be entered here, or nothing compiles; that
 * its keys are covered is tested.
 */
export const STAYS: Record<CarriedTable, string | null> = {
  person_identities: theSame('person_identities', 'platform', 'handle'),
  contact_points: theSame('contact_points', 'kind', 'value'),
  consents: null,
  consent_scans: null,
  person_notes: null,
  // A pair names two records, and is looked for anew; "not the same" is carried on by itself.
  person_suggestions: `t.field = 'person' OR EXISTS (SELECT FROM person_suggestions w
     WHERE w.person_id = $1 AND w.field = t.field AND coalesce(w.value, '') = coalesce(t.value, ''))`,
  assignments: null,
  attempts: null,
  invitations: theSame('invitations', 'event_id'),
  // Answers stay with the invitation they were given to.
  rsvps: `EXISTS (SELECT FROM invitations i JOIN invitations w ON w.event_id = i.event_id AND w.person_id = $1
                   WHERE i.person_id = $2 AND i.id = t.invitation_id)`,
  attendances: theSame('attendances', 'event_id'),
  mails: theSame('mails', 'event_id', 'kind'),
  person_skills: theSame('person_skills', 'code'),
  import_changes: theSame('import_changes', 'batch_id'),
  import_kept: theSame('import_kept', 'batch_id'),
  retention_notices: theSame('retention_notices', 'rule'),
  // Who was merged into the one set aside comes back after it, not before.
  person_merges: 'true',
  stops: theSame('stops', 'id'),
  // Of one letter to both, each has a link of that id; a merge retires them in any case.
  own_data_links: theSame('own_data_links', 'id'),
  // Of two the newest counts, whichever record it was said for.
  nominations: null,
};

export const CARRIED = Object.keys(STAYS) as CarriedTable[];

/** What can be taken over from the record set aside: the two exchange these columns, so that each value stands somewhere. */
export const FIELDS = {
  name: ['full_name', 'name_key'],
  language: ['language'],
  birth_year: ['birth_year', 'birth_year_noted_on'],
  pin: ['pin'],
  district: ['district_lgd', 'tehsil_lgd'],
} as const;
export type Field = keyof typeof FIELDS;
export const FIELD_CODES = Object.keys(FIELDS) as Field[];

/** What can be chosen of the other record: those, and of two ways that are each the only one wished for, its own. */
export const CHOICES = [...FIELD_CODES, 'only'] as const;
export type Choice = Field | 'only';
