/**
 * What an erasure does with every table and every column of every schema. A test holds this against the database: a table or
 * a column that isn't here fails it, and so does one that is no longer there. Whoever adds one says here what becomes of it.
 */

/** Tables below a person: their rows go. `by`: the columns that hold the record's id. */
interface Goes {
  goes: readonly string[];
  columns: string;
  /** Rows that count for something are given to nobody first, by gate.keep_figures, without what is listed. */
  figures?: string;
}
/** Tables that stay, and why nobody of the register is in them, or how they are taken out of it. */
interface Stays {
  stays: string;
  columns: string;
}
export type Treatment = Goes | Stays;

const goes = (columns: string, by: readonly string[] = ['person_id'], figures?: string): Goes => ({
  goes: by,
  columns,
  figures,
});
const stays = (why: string, columns: string): Stays => ({ stays: why, columns });

const USERS = 'about those who sign in; nobody of the register';
const PLACES = 'places and their names';
const WORK = 'about the work; free text in it is about the work and names nobody of the register by rule';
const FILE = 'the file’s own; nobody in it';
const SEALED = 'ids, times and hashes, which lead nowhere without the rows that are gone';
const QUEUE =
  'payloads carry ids alone, which lead nowhere; last_error is emptied where it quotes the person (queue.forget)';

/** In the order in which rows go; `people` last, as the others refer to it. */
export const CATALOGUE: Record<string, Treatment> = {
  'public.identity_claims': goes('platform handle person_id path'),
  'public.person_identities': goes(
    'person_id id path platform handle platform_uid from_at to_at verified_at verified_by suppressed_at batch_id batch_row seen ended_why preferred',
  ),
  'public.contact_points': goes(
    'person_id id path kind value preferred dead_at dead_why suppressed_at batch_id batch_row created_at',
  ),
  'public.consents': goes(
    'person_id id path purpose channel state how notice language by_user batch_id batch_row at scan_id',
  ),
  'public.consent_scans': goes('person_id id path media_type bytes sha256 by_user at'),
  'public.privacy_requests': goes(
    'id territory_id path person_id kind came_how state language name mail details received_on due_on extended_at checked_how checked_at checked_by opened_at opened_by closed_at on_behalf phone',
  ),
  'public.person_notes': goes('person_id id path text by_user batch_id batch_row at'),
  'public.person_skills': goes('person_id code path source noted_at noted_by id'),
  'public.person_suggestions': goes(
    'person_id id path field value other_id why batch_id batch_row at settled_at settled_by settled_how strength reasons',
    ['person_id', 'other_id'],
  ),
  'public.person_merges': goes(
    'person_id id path loser_id at by_user moved kept changed taken undone_at undone_by left_as_is',
    ['person_id', 'loser_id'],
  ),
  'public.assignments': goes('person_id id path team_id user_id state why at by_user closed_at closed_by closed_why'),
  'public.attempts': goes(
    'person_id id path user_id channel disposition note follow_up_on event_id device_at server_at territory_id at_path against note_withheld',
    ['person_id'],
    'note follow_up_on device_at',
  ),
  'public.rsvps': goes('person_id id invitation_id event_id path answer guests standing how by_user at'),
  'public.invitations': goes(
    'person_id id event_id path state skipped_why language link_version asked_by asked_at sent_at answer guests standing answered_at answered_how not_me_at call_me_at',
    ['person_id'],
    'call_me_at',
  ),
  'public.attendances': goes(
    'person_id event_id id path how guests device_at server_at by_user undone_at undone_by territory_id at_path',
    ['person_id'],
    'device_at',
  ),
  'public.mails': goes(
    'person_id id path kind event_id invitation_id state why joined_to tries worker queued_at due_at sending_at sent_at message_id',
    ['person_id'],
    'message_id worker',
  ),
  'public.stops': goes(
    'person_id id path how by_user at said_at since consents points hands undone_at undone_by undone_how undone_why',
  ),
  'public.own_data_links': goes(
    'person_id id path kind value replaces language at expires_at sent_at used_at point_id',
  ),
  // Where others named whoever is erased, the row stays and is emptied (gate.empty_nomination).
  'public.nominations': goes('person_id id path name phone mail named_at'),
  'public.import_changes': goes('person_id batch_id path id'),
  'public.import_kept': goes('batch_id person_id path why id'),
  'public.retention_notices': goes('person_id id path rule noticed_at erase_on told sending_at told_at'),
  'public.people': goes(
    'id territory_id path waiting full_name name_key language birth_year birth_year_noted_on pin district_lgd tehsil_lgd team_id assigned_to assigned_at follow_up_on follow_up_why last_attempt_at last_disposition last_reached_at closed_at came_by source batch_id batch_row filled_by created_at created_by erased_at also_speaks contact_times contact_order contact_only contact_not_before merged_into link_version last_activity_at activity_seen_on contact_a contact_b contact_c invite_a invite_b invite_c may_contact may_invite on_platforms',
    ['id'],
  ),

  'public.suppressions': stays(
    'keyed hashes of phones, mails and handles are left on purpose (T25)',
    'kind hash key_name why at only_named lasting logged_at',
  ),
  'public.suppression_keys': stays(
    'names of keys, and what proves that one is still the same',
    'name check_value first_used_at',
  ),
  'public.erasure_log_pending': stays('keyed hashes on their way to the log outside', 'id kind hash key_name at'),
  'public.erasure_log_head': stays(SEALED, 'one seq mac at'),
  'public.privacy_request_entries': stays(
    'gone with the request, which goes with the person',
    'id request_id path what text sent_how sent_at at by_user',
  ),
  'public.join_requests': stays(
    'sign-ups under a phone or mail of theirs are deleted (JoinRequests.forget); the others are sealed',
    'id state sealed mail_hash phone_hash form_hash territory_id poster_code asked_at mailed_at taken_by taken_at confirmed_at',
  ),
  'public.posters': stays(
    WORK,
    'code territory_id path event_id label made_at made_by ended_at ended_by signed_up joined',
  ),
  'public.privacy_notices': stays('what everybody is told', 'id purpose n texts made_at published_at'),
  'public.privacy_languages': stays('what everybody is told', 'code added_at ended_at'),
  'public.privacy_figures': stays('figures; counted anew each night', 'figure key path n at'),
  'public.breaches': stays(
    WORK,
    'id territory_id path title nature consequences measures prevention aware_at span_from span_to actors tokens territories exports notice_id opened_at opened_by counted_at people erased detailed_at detailed_by board_told_at board_told_by people_told_at people_told_by closed_at closed_by reminded',
  ),
  'public.breach_steps': stays(WORK, 'breach_id id path at user_id step note'),
  'public.breach_people': stays(
    'whom is an id that leads nowhere; what they were affected by is counted without them',
    'breach_id whom path actions changed times first_at last_at',
  ),
  'public.replies': stays(
    'words, sender and who it was about are emptied (gate.forget_replies)',
    'id path digest people why sender subject words received_at settled_at settled_by settled_how',
  ),
  'public.erasures': stays(
    'the id leads nowhere; traces are sealed, and gone once their work is done; refused_why is emptied',
    'id path state why asked_at asked_by refused_why erased_at looked_at traces watched done_at',
  ),
  'public.audit_entries': stays(
    'the entry stays and can be proved, without the person: ids, codes and facts that are nobody’s',
    'at id actor_kind actor_name user_id grant_id role reach scope session_id token_id address path action shown subject subject_id people facts request_id values_digest',
  ),
  'public.audit_values': stays(
    'rows of entries about the person are deleted, and of looks for a handle of theirs (gate.audit_forget, gate.audit_forget_texts)',
    'at entry_id path salt before after',
  ),
  'public.audit_chain': stays(SEALED, 'month seq entry_at entry_id digest hash'),
  'public.audit_head': stays(SEALED, 'one seq hash month signature sealed_to mark_at mark_xmax'),
  'public.audit_heads': stays(SEALED, 'day seq hash at mailed_at'),
  'public.audit_months': stays(SEALED, 'month entries first_seq last_seq last_hash signature dropped_at'),
  'public.notices': stays(USERS, 'id path kind at day user_id facts reviewed_at reviewed_by review_note breach_id'),

  'public.import_batches': stays(
    'an open import that holds the person ends, and its samples (in mapping) with it; else figures and names of columns',
    'id territory_id path scope state file_name sha256 bytes source mapping rows created changed same rejected warnings counts problem read_on phase phase_at done total touched_at merged_to created_at created_by confirmed_at confirmed_by finished_at compared_at problem_row stop_at stopped_by expected mapping_name undone_at undone_by declared_notices declared_on declared_where declared_by declared_at hashed_by',
  ),
  'public.import_chunks': stays('the file of an import that holds the person is deleted', 'batch_id n path bytes'),
  'public.import_rejects': stays(
    'refused rows that hold the person lose their cells (gate.forget_rejects)',
    'batch_id row_no path code field line',
  ),
  'public.import_mappings': stays(FILE, 'id territory_id path name headers fields used_at created_by'),
  'staging.import_rows': stays(
    'deleted with the import that holds the person',
    'batch_id row_no path line name name_key language pin district_lgd tehsil_lgd hint_id birth_year noted_on source remarks consent minor warnings own_code own_field kinds home_id home_path home_waiting',
  ),
  'staging.import_keys': stays(
    'deleted with the import that holds the person',
    'batch_id row_no kind value path proof platform_uid hash older',
  ),
  'staging.import_outcomes': stays(
    'deleted with the import that holds the person',
    'batch_id row_no path minor group_no code field stopped secret person_id known met others outcome filled differs more places home_id home_path home_waiting',
  ),
  'staging.import_meetings': stays(
    'deleted with the import that holds the person',
    'batch_id row_no path kind value proof',
  ),
  'public.exports': stays(
    FILE,
    'id territory_id path owner_id segment_id conditions reason format columns language every_point closed state people written bytes progress created_at started_at finished_at expires_at downloads',
  ),
  'public.export_chunks': stays(
    'a file that holds the person ends, and its pieces are deleted',
    'export_id n path people bytes',
  ),
  'public.segments': stays(
    'conditions, and never people',
    'id territory_id path name conditions owner_id shared created_at changed_at ended_at',
  ),

  'vault.entries': stays(
    'sealed by a key outside the database, and only where a jurisdiction is set; purged by date',
    'id person territory_id jurisdiction rule key_name sealed sealed_at purge_on',
  ),
  'vault.openings': stays(USERS, 'id entry_id asked_at opened_at opened_by'),
  'vault.approvals': stays(USERS, 'opening_id user_id why at'),

  'graphile_worker._private_jobs': stays(
    QUEUE,
    'id job_queue_id task_id payload priority run_at attempts max_attempts last_error created_at updated_at key locked_at locked_by revision flags is_available',
  ),
  'graphile_worker._private_job_queues': stays(QUEUE, 'id queue_name locked_at locked_by is_available'),
  'graphile_worker._private_known_crontabs': stays(QUEUE, 'identifier known_since last_execution'),
  'graphile_worker._private_tasks': stays(QUEUE, 'id identifier'),
  'graphile_worker.migrations': stays(QUEUE, 'id ts breaking'),
  'queue.workers': stays(QUEUE, 'id process seen_at'),

  'public.events': stays(
    WORK,
    'id territory_id path kind state title_en title_hi words_en words_hi place starts_at ends_at zone capacity heads sequence created_at created_by cancelled_at cancelled_by closed_at',
  ),
  'public.retention_rules': stays(
    WORK,
    'code months floor_months notice_days floor_notice_days done_to changed_at changed_by',
  ),
  'public.retention_forecast': stays('figures; counted anew each night', 'path rule month n'),
  'public.duplicate_rounds': stays('after_id is an id that leads nowhere', 'within after_id started_at finished_at'),
  'public.teams': stays(WORK, 'id territory_id path sanctioned_strength opened_at opened_by closed_at'),
  'public.posts': stays(WORK, 'id team_id path kind seat'),
  'public.memberships': stays(
    USERS,
    'id post_id team_id user_id path from_at to_at filled_by grant_id ended_by end_reason',
  ),

  'public.users': stays(
    USERS,
    'id full_name email phone language path password_hash password_set_at link_version disabled_at disabled_by created_at created_by link_made_at',
  ),
  'public.roles': stays(
    USERS,
    'code name_en name_hi reach permissions levels second_factor built_in created_at created_by ended_at ended_by',
  ),
  'public.grants': stays(
    USERS,
    'id user_id role territory_id path from_at to_at given_by reason ended_by end_reason delegated_from event_id',
  ),
  'public.sessions': stays(
    USERS,
    'id token_hash user_id grant_id created_at seen_at expires_at ended_at by_code method proved_at address agent',
  ),
  'public.api_tokens': stays(
    USERS,
    'id token_hash user_id grant_id name created_at expires_at last_used_at ended_at permissions last_used_from ended_by',
  ),
  'public.authenticator_apps': stays(USERS, 'id user_id secret made_at made_in confirmed_at last_step'),
  'public.oidc_identities': stays(USERS, 'issuer subject user_id linked_at'),
  'public.one_use_codes': stays(USERS, 'user_id code_hash expires_at given_by used_at'),
  'public.passkey_challenges': stays(USERS, 'challenge purpose bound_to address made_at'),
  'public.passkeys': stays(
    USERS,
    'id user_id credential_id public_key counter transports backed_up name made_at used_at',
  ),
  'public.recovery_codes': stays(USERS, 'user_id code_hash made_at used_at'),
  'public.reset_links': stays(USERS, 'user_id request_id expires_at'),
  'public.reset_requests': stays(USERS, 'id login asked_at'),
  'public.sign_in_failures': stays(USERS, 'id key at'),

  'public.coverage': stays(PLACES, 'id territory_id path kind value'),
  'public.district_aliases': stays(PLACES, 'alias lgd_code'),
  'public.pins': stays(PLACES, 'pin district_lgd tehsil_lgd is_primary'),
  'public.revenue_districts': stays(PLACES, 'lgd_code name_en name_hi population'),
  'public.tehsils': stays(PLACES, 'lgd_code name_en name_hi district_lgd'),
  'public.territories': stays(
    PLACES,
    'id parent_id path code level kind name_en name_hi lgd_code children_made from_on to_on',
  ),
  'public.territory_spans': stays(PLACES, 'territory_id from_at to_at parent_id path name_en name_hi'),
  'public.platforms': stays(
    WORK,
    'code position name_en name_hi aliases hosts paths reserved handle_signs handle_min handle_max handle_any_script profile_link id_link chat_link bit',
  ),
  'public.skills': stays(WORK, 'code name_en name_hi ended_at'),
  'public.installation': stays(WORK, 'key value'),
  'public.migrations': stays(WORK, 'id timestamp name'),
};

export const isGoing = (treatment: Treatment): treatment is Goes => 'goes' in treatment;

/** Tables of `public` whose rows go, and the columns that say whose they are, in the order in which they go. */
export const GOING: readonly { table: string; by: readonly string[] }[] = Object.entries(CATALOGUE).flatMap(
  ([name, treatment]) => (isGoing(treatment) ? [{ table: name.replace('public.', ''), by: treatment.goes }] : []),
);

/** Looks that note down values of somebody whom they don't name: emptied where they hold a handle of the person. */
export const NAMELESS_VALUES = ['sympathiser.held_elsewhere', 'import.uploaded'] as const;
