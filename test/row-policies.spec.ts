import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ACTOR_ROLES } from '../src/platform/database/roles.js';
import { aSympathiser } from './factories/sympathisers.js';
import { aUser } from './factories/users.js';
import { fillEveryTable } from './support/a-row-in-every-table.js';
import { urlsFor } from './support/database.js';
import { aSampark, type Sampark } from './support/sampark.js';

/** Reference data: no person of the register, no user, no secret. Everybody may read it. */
const REFERENCE = [
  'coverage',
  'district_aliases',
  'installation',
  'migrations',
  'pins',
  'platforms',
  // What people are told is for everybody; drafts are not, see privacy-notices.spec.
  'privacy_languages',
  'privacy_notices',
  'retention_rules',
  'revenue_districts',
  'roles',
  'skills',
  'tehsils',
  'territories',
  'territory_spans',
];

/** A path where none of the rows is. */
const NEIGHBOUR = '0001ffff';

describe('the row policies', () => {
  let sampark: Sampark;
  let client: pg.Client;
  let tables: string[];
  beforeAll(async () => {
    sampark = await aSampark();
    await aSympathiser(sampark, {
      in: 'agra',
      assignedTo: (await aUser(sampark, { role: 'team_member', in: 'agra' })).id,
    });
    tables = await fillEveryTable(sampark.database, '00010001', REFERENCE);
    client = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await sampark?.close();
  });

  /** As a role with settings, in a transaction that is undone. @returns rows touched, or the SQLSTATE of the refusal */
  async function tried(role: string | null, settings: Record<string, string>, sql: string): Promise<number | string> {
    await client.query('BEGIN');
    try {
      if (role) await client.query(`SET LOCAL ROLE ${role}`);
      for (const [name, value] of Object.entries(settings)) await client.query(`SET LOCAL ${name} = '${value}'`);
      return (await client.query(sql)).rowCount ?? 0;
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await client.query('ROLLBACK');
    }
  }

  const REFUSED = '42501';
  const nothing = (result: number | string) => result === 0 || result === REFUSED;

  /** Every way to touch a table. Updates and deletes touch what they find; an insert brings its own row. */
  const STATEMENTS = {
    read: (table: string) => `SELECT 1 FROM public.${table}`,
    change: (table: string, column: string) => `UPDATE public.${table} SET ${column} = ${column}`,
    remove: (table: string) => `DELETE FROM public.${table}`,
    add: (table: string, _: string, all: string) => `INSERT INTO public.${table} (${all}) SELECT ${all} FROM jsonb_populate_record(NULL::public.${table}, $row$ROW$row$::jsonb)`, // prettier-ignore
  };

  async function breaches(role: string | null, settings: Record<string, string>): Promise<string[]> {
    const found: string[] = [];
    for (const table of tables) {
      const columns = await sampark.sql<{ name: string }>(
        `SELECT quote_ident(attname) AS name FROM pg_attribute
          WHERE attrelid = ('public.' || $1)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
        [table],
      );
      const [column] = columns;
      const all = columns.map(({ name }) => name).join(', ');
      const [{ row }] = (await sampark.sql<{ row: object }>(`SELECT to_jsonb(t) AS row FROM public.${table} t LIMIT 1`)) as [{ row: object }]; // prettier-ignore
      for (const [what, statement] of Object.entries(STATEMENTS)) {
        const sql = statement(table, column!.name, all).replace('ROW', () => JSON.stringify(row));
        const result = await tried(role, settings, sql);
        // A row that is there already proves that it would have been let in.
        if (!nothing(result)) found.push(`${role ?? 'sampark_app'}: ${what} ${table}: ${result}`);
      }
    }
    return found;
  }

  it('hold every table with anybody’s data: there are some, and none is missing here', () => {
    expect(tables).toEqual(
      expect.arrayContaining(['people', 'contact_points', 'consents', 'attempts', 'users', 'grants', 'sessions', 'audit_entries', 'mails', 'suppressions']), // prettier-ignore
    );
  });

  it('show and take nothing while nobody acts, as the role that the program signs in with', async () => {
    expect(await breaches(null, {})).toEqual([]);
  });

  it.each([...ACTOR_ROLES])('show and take nothing as %s, while it is not said for whom', async (role) => {
    expect(await breaches(role, {})).toEqual([]);
  });

  it.each([...ACTOR_ROLES])('show and take nothing of a neighbour as %s', async (role) => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    const found = await breaches(role, {
      'app.actor': 'user',
      'app.scope_from': NEIGHBOUR,
      'app.scope_to': `${NEIGHBOUR}~`,
      'app.user_id': nobody,
      'app.person_id': nobody,
      'app.link_purpose': 'own-data',
      'app.invitation_id': nobody,
      'app.event_id': nobody,
    });
    // The trail takes what anybody did, wherever it was.
    expect(found.filter((line) => !/: add audit_(entries|values): /.test(line))).toEqual([]);
  });

  it('are what the views onto the staging of imports do: of a neighbour nothing is seen, and nothing can be added', async () => {
    const path = '00010001';
    await sampark.sql('SET session_replication_role = replica');
    const views = ['import_rows', 'import_keys', 'import_outcomes', 'import_meetings'];
    const batch = 'gen_random_uuid(), 1';
    await sampark.sql(`SET app.scope_from = '${path}'; SET app.scope_to = '${path}~'`);
    await sampark.sql(`INSERT INTO staging.import_rows (batch_id, row_no, path, name, name_key, consent, minor) VALUES (${batch}, '${path}', 'x', 'x', 'given', false)`); // prettier-ignore
    await sampark.sql(
      `INSERT INTO staging.import_keys (batch_id, row_no, path, kind, value) VALUES (${batch}, '${path}', 'phone', 'x')`,
    );
    await sampark.sql(
      `INSERT INTO staging.import_outcomes (batch_id, row_no, path, group_no) VALUES (${batch}, '${path}', 1)`,
    );
    await sampark.sql(`INSERT INTO staging.import_meetings (batch_id, row_no, path, kind, value, proof) VALUES (${batch}, '${path}', 'phone', 'x', 'x')`); // prettier-ignore
    await sampark.sql(`RESET app.scope_from; RESET app.scope_to; RESET session_replication_role`);
    const within = (from: string) => ({ 'app.actor': 'user', 'app.scope_from': from, 'app.scope_to': `${from}~` });
    for (const role of ACTOR_ROLES) {
      for (const view of views) {
        const sees = role === 'sampark_staff' || role === 'sampark_system';
        expect([role, view, await tried(role, within(path), `SELECT 1 FROM ${view}`)]).toEqual([role, view, sees ? 1 : REFUSED]); // prettier-ignore
        for (const settings of [{}, within(NEIGHBOUR)] as Record<string, string>[]) {
          for (const sql of [`SELECT 1 FROM ${view}`, `UPDATE ${view} SET row_no = 2`, `DELETE FROM ${view}`])
            expect(nothing(await tried(role, settings, sql))).toBe(true);
          expect(await tried(role, settings, `SELECT 1 FROM staging.${view}`)).toBe(REFUSED);
        }
        const theirs = `INSERT INTO staging.import_meetings (batch_id, row_no, path, kind, value, proof) VALUES (${batch}, '${path}', 'phone', 'x', 'x')`;
        // 23514: the check of the scope.
        expect(await tried(role, within(NEIGHBOUR), theirs)).toBe(sees ? '23514' : REFUSED);
        expect(await tried(role, within(path), theirs)).toBe(sees ? 1 : REFUSED);
      }
    }
  });

  it('let a member read no table below a person bare, not even their own people’s', async () => {
    const [member] = await sampark.sql<{ id: string }>(
      'SELECT assigned_to AS id FROM people WHERE assigned_to IS NOT NULL',
    );
    const settings = {
      'app.actor': 'user',
      'app.scope_from': '0001',
      'app.scope_to': '0001~',
      'app.user_id': member!.id,
    };
    expect(await tried('sampark_member', settings, 'SELECT 1 FROM public.people')).toBe(1);
    const below = await sampark.sql<{ name: string }>(
      `SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'person_id'
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')`,
    );
    expect(below.length).toBeGreaterThan(8);
    for (const { name } of below)
      expect([name, await tried('sampark_member', settings, `SELECT 1 FROM public.${name}`)]).toEqual([name, REFUSED]);
    expect(await tried('sampark_member', settings, 'SELECT 1 FROM own.contact_points')).toBe(1);
  });

  it('belong to tables that the program’s roles don’t own, and bind the owner as well', async () => {
    const loose = await sampark.sql(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
          AND (r.rolname <> 'sampark_owner' OR r.rolsuper OR r.rolbypassrls
               OR NOT (c.relrowsecurity AND c.relforcerowsecurity)) AND c.relname <> ALL ($1)`,
      [REFERENCE],
    );
    expect(loose).toEqual([]);
  });
});
