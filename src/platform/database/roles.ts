import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** Passwords of the three roles that sign in. */
export interface RolePasswords {
  owner: string;
  app: string;
  queue: string;
}

/** What an actor's transaction may become; see `databaseRoleOf`. */
export const ACTOR_ROLES = [
  'sampark_anonymous',
  'sampark_staff',
  'sampark_member',
  'sampark_link',
  'sampark_system',
  'sampark_host',
  'sampark_auditor',
] as const;

/** Own views and functions that see more than their caller, each for one narrow purpose. */
const HELPER_ROLES = ['sampark_lens', 'sampark_gate', 'sampark_vault'] as const;

/** Reads everything, for backups; see `letBackupRead`. */
const BACKUP_ROLE = 'sampark_backup';

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * Makes the roles of a cluster, or gives existing ones the passwords; safe to run again.
 * The program signs in as `sampark_app`, which owns nothing, inherits nothing and cannot bypass row policies.
 * @param admin connected as a role that may create roles
 */
export async function prepareRoles(admin: pg.Client, passwords: RolePasswords): Promise<void> {
  const { rows } = await admin.query<{ rolname: string }>(
    `SELECT rolname FROM pg_roles WHERE rolname LIKE 'sampark\\_%'`,
  );
  const known = new Set(rows.map((row) => row.rolname));
  const make = (role: string, options: string) =>
    admin.query(`${known.has(role) ? 'ALTER' : 'CREATE'} ROLE ${role} ${options} NOSUPERUSER NOCREATEDB NOCREATEROLE`);
  for (const role of [...ACTOR_ROLES, ...HELPER_ROLES, BACKUP_ROLE]) await make(role, 'NOLOGIN NOINHERIT');
  await make('sampark_owner', `LOGIN INHERIT PASSWORD ${literal(passwords.owner)}`);
  await make('sampark_app', `LOGIN NOINHERIT PASSWORD ${literal(passwords.app)}`);
  await make('sampark_queue', `LOGIN NOINHERIT PASSWORD ${literal(passwords.queue)}`);
  await admin.query(`GRANT ${ACTOR_ROLES.join(', ')} TO sampark_app`);
  await admin.query(`GRANT ${HELPER_ROLES.join(', ')} TO sampark_owner`);
  // The owner becomes it by asking for it, and sees no more than before as long as it doesn't ask.
  const { rows: server } = await admin.query<{ asks: boolean }>(
    `SELECT current_setting('server_version_num')::int >= 160000 AS asks`,
  );
  await admin.query(`GRANT ${BACKUP_ROLE} TO sampark_owner${server[0]!.asks ? ' WITH INHERIT FALSE, SET TRUE' : ''}`);
}

/** Which roles of a server this version needs: another text means that `prepareRoles` has to run again. */
export const ROLES_NEEDED = [...ACTOR_ROLES, ...HELPER_ROLES, BACKUP_ROLE].join(' ');

/** Makes the database, owned by `sampark_owner`, if it is not there. */
export async function prepareDatabase(admin: pg.Client, name: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  const quoted = `"${name.replaceAll('"', '""')}"`;
  if (!rowCount) {
    // Only a member of a role may give things to it, unless it is the superuser.
    await admin.query('GRANT sampark_owner TO CURRENT_USER');
    await admin.query(`CREATE DATABASE ${quoted} OWNER sampark_owner TEMPLATE template0 ENCODING 'UTF8'`);
  }
  await admin.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE ${quoted} TO sampark_app, sampark_queue`);
  // graphile-worker makes its own schema when it migrates.
  await admin.query(`GRANT CREATE ON DATABASE ${quoted} TO sampark_queue`);
}

/**
 * Refuses a connection that row policies would not hold: a superuser, a role with BYPASSRLS, or one that owns tables
 * (or may become one of those). Postgres lets all three past the policies without a word.
 * @throws Error that says what is wrong
 */
export async function refuseBypass(dataSource: DataSource): Promise<void> {
  const rows = await dataSource.query<{ problem: string }[]>(`
    SELECT r.rolname || CASE WHEN r.rolsuper THEN ' is a superuser' ELSE ' has BYPASSRLS' END AS problem
      FROM pg_roles r
     WHERE (r.rolsuper OR r.rolbypassrls) AND pg_has_role(current_user, r.oid, 'MEMBER')
    UNION ALL
    SELECT r.rolname || ' reads everything' FROM pg_roles r
     WHERE r.rolname = '${BACKUP_ROLE}' AND pg_has_role(current_user, r.oid, 'MEMBER')
    UNION ALL
    SELECT DISTINCT r.rolname || ' owns tables of the program'
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(current_user, r.oid, 'MEMBER')`);
  if (rows.length) {
    const reasons = rows.map((row) => row.problem).join('; ');
    throw new Error(
      `DATABASE_URL names a role that could bypass the row policies (${reasons}). ` +
        'Use the role sampark_app that `sampark database prepare` makes.',
    );
  }
}
