/**
 * The row policies that recur. Settings that were never set, or that an earlier transaction left as '', give null and so
 * no rows. Policies use columns and current_setting() alone, so that they shard.
 */
export const setting = (name: string) => `nullif(current_setting('app.${name}', true), '')`;

/** The row lies in the actor's territory. */
export const IN_SCOPE = `path >= ${setting('scope_from')} AND path < ${setting('scope_to')}`;
/** The row's user is the actor. */
export const isActor = (column: string) => `${column} = ${setting('user_id')}::uuid`;
/** Only somebody whose territory is the whole organisation: the root's path is one key long. */
export const WHOLE_ORGANISATION = `length(${setting('scope_from')}) <= 4`;
/** The row belongs to the person that the link is for. */
export const isLinked = (column: string, what: 'person_id' | 'invitation_id' | 'event_id') =>
  `${column} = ${setting(what)}::uuid`;

export const STAFF = 'sampark_staff';
export const SYSTEM = 'sampark_system';
export const MEMBER = 'sampark_member';
export const LINK = 'sampark_link';
export const LENS = 'sampark_lens';
export const GATE = 'sampark_gate';
/** Organisers and helpers at the door: meet-ups, and of the people asked to them names and answers. */
export const HOST = 'sampark_host';
/** Reads the trail and who holds what; no people. */
export const AUDITOR = 'sampark_auditor';
export const EVERY_ACTOR =
  'sampark_staff, sampark_member, sampark_link, sampark_system, sampark_anonymous, sampark_host, sampark_auditor';

/**
 * The person is in the hands of the actor: given to them, or, where their role sees the whole team's people, to a team of
 * theirs. `alias` is that of `people`, with its dot.
 */
export const isMine = (alias = '') =>
  `(${isActor(`${alias}assigned_to`)} OR ${alias}team_id = ANY (${setting('team_ids')}::uuid[]))`;

/** Inside a gate function: the user `u` is the actor, or lies in the scope of staff or of a job. */
export const OWN_OR_IN_SCOPE = `(${isActor('u.id')} OR (current_setting('role') IN ('${STAFF}', '${SYSTEM}')
           AND u.path >= ${setting('scope_from')} AND u.path < ${setting('scope_to')}))`;

/** Inside a gate function: the program looks before anybody acts, as it must to know who does. */
const BEFORE_ANYBODY_ACTS = `current_setting('role') = 'none'`;

/** Inside a gate function about `of_user`: the account is the actor's own or in sight, or nobody acts yet. */
export const ACCOUNT_IN_SIGHT = `(${BEFORE_ANYBODY_ACTS} OR EXISTS (SELECT FROM users u WHERE u.id = of_user AND ${OWN_OR_IN_SCOPE}))`;

/** The same for what they hold, which whoever sees any role of theirs must weigh as a whole, an organiser a helper's too. */
export const ROLES_IN_SIGHT = `(${ACCOUNT_IN_SIGHT}
           OR (current_setting('role') IN ('${STAFF}', '${SYSTEM}', '${HOST}')
               AND EXISTS (SELECT FROM grants s WHERE s.user_id = of_user AND s.path >= ${setting('scope_from')} AND s.path < ${setting('scope_to')})))`;

/** Turns row security on, for the owner as well. */
export const guarded = (table: string) =>
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;`;

export const policy = (
  table: string,
  name: string,
  command: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'ALL',
  to: string,
  rule: string,
) => {
  const using = command === 'INSERT' ? '' : `USING (${rule})`;
  const check = command === 'SELECT' || command === 'DELETE' ? '' : `WITH CHECK (${rule})`;
  return `CREATE POLICY ${name} ON ${table} FOR ${command} TO ${to} ${using} ${check};`;
};

/**
 * A table whose rows carry their territory path: staff and jobs read and write inside their scope. Nobody deletes,
 * unless `deletes` says who.
 */
export const scoped = (table: string, deletes?: string) =>
  [
    guarded(table),
    `GRANT SELECT, INSERT, UPDATE ON ${table} TO ${STAFF}, ${SYSTEM};`,
    policy(table, 'within_territory', 'ALL', `${STAFF}, ${SYSTEM}`, IN_SCOPE),
    deletes ? `GRANT DELETE ON ${table} TO ${deletes};` : '',
  ].join('\n');

/**
 * A table below a person (person_id first in its key). A member has no SELECT on it: a policy by path alone would show
 * other people's rows. The view of the same name in schema `own` joins `people` on the key instead.
 */
export const belowPerson = (table: string, deletes?: string) =>
  [
    scoped(table, deletes),
    `GRANT SELECT ON ${table} TO ${LENS};`,
    policy(table, 'for_the_views', 'SELECT', LENS, IN_SCOPE),
    `CREATE VIEW own.${table} WITH (security_barrier) AS
       SELECT t.* FROM public.${table} t JOIN public.people p ON p.id = t.person_id
        WHERE ${isMine('p.')};`,
    `ALTER VIEW own.${table} OWNER TO ${LENS};`,
    `GRANT SELECT ON own.${table} TO ${MEMBER};`,
  ].join('\n');

/** Reference data without anybody's personal data: every actor may read it. */
export const readable = (table: string) => `GRANT SELECT ON ${table} TO ${EVERY_ACTOR}, sampark_app, ${LENS}, ${GATE};`;

/** Inside a gate function: the person `p` lies in the actor's scope; a member's is also in their hands, a link's is its own. */
export const IN_THEIR_HANDS = `CASE current_setting('role')
             WHEN '${LINK}' THEN ${isLinked('p.id', 'person_id')}
             ELSE p.path >= ${setting('scope_from')} AND p.path < ${setting('scope_to')}
              AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}')
                   OR (current_setting('role') = '${MEMBER}' AND ${isMine('p.')})) END`;

/** A narrow function that sees more than its caller, owned by the gate role. */
export const gateFunction = (signature: string, callers: string) =>
  [
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC;`,
    `ALTER FUNCTION ${signature} OWNER TO ${GATE};`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${callers};`,
  ].join('\n');
