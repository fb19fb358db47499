import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent, anInvitation } from '../factories/events.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, territoryByCode, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let organiser: AUser;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const NOBODYS = '00000000-0000-0000-0000-000000000000';

describe('the role that hosts become in the database', () => {
  type Settings = Record<string, string>;
  /** Runs one statement as the bare role, with these settings; gives its rows or the SQLSTATE. */
  async function bare(settings: Settings, sql: string, params: unknown[] = []) {
    await sampark.sql('BEGIN');
    try {
      await sampark.sql('SET LOCAL ROLE sampark_host');
      for (const [name, value] of Object.entries(settings))
        await sampark.sql(`SELECT set_config($1, $2, true)`, [name, value]);
      return await sampark.sql(sql, params);
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await sampark.sql('ROLLBACK');
    }
  }
  const inAgra = async (more: Settings = {}): Promise<Settings> => {
    const { path } = await territoryByCode(sampark, 'agra');
    return {
      'app.actor': 'user',
      'app.user_id': organiser.id,
      'app.scope_from': path,
      'app.scope_to': `${path}~`,
      ...more,
    };
  };

  it('is refused every table of the register bare, reading and writing', async () => {
    const settings = await inAgra();
    const below = ['people', 'person_identities', 'contact_points', 'consents', 'person_notes', 'person_suggestions', 'assignments',
      'attempts', 'invitations', 'rsvps', 'mails', 'suppressions', 'identity_claims', 'import_rows', 'one_use_codes', 'sessions']; // prettier-ignore
    for (const table of below)
      for (const sql of [`SELECT 1 FROM public.${table}`, `INSERT INTO public.${table} DEFAULT VALUES`])
        expect([sql, await bare(settings, sql)]).toEqual([sql, '42501']);
    for (const sql of [
      'SELECT password_hash FROM users',
      'SELECT 1 FROM public.guests',
      'SELECT 1 FROM own.guests',
      'DELETE FROM attendances',
      'DELETE FROM events',
      'UPDATE users SET email = NULL',
    ])
      expect([sql, await bare(settings, sql)]).toEqual([sql, '42501']);
    // A table below a person that comes later is closed to it, too, unless somebody opens it.
    const open = await sampark.sql<{ relname: string }>(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'person_id'
        WHERE n.nspname = 'public' AND has_any_column_privilege('sampark_host', c.oid, 'SELECT, INSERT, UPDATE')`,
    );
    expect(open.map(({ relname }) => relname)).toEqual(['attendances']);
    const views = await sampark.sql<{ ok: boolean }>(
      `SELECT 'security_barrier=true' = ANY (c.reloptions) AND pg_get_userbyid(c.relowner) = 'sampark_lens' AS ok
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'asked'`,
    );
    expect(views.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
  });

  it('sees of people only those asked to its meet-ups or there, and without an actor nobody', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const [asked, there, neither] = [
      await aSympathiser(sampark, { in: 'agra', name: 'Asked' }),
      await aSympathiser(sampark, { in: 'agra', name: 'There' }),
      await aSympathiser(sampark, { in: 'agra', name: 'Neither' }),
    ];
    await anInvitation(sampark, id, asked.id);
    await sampark.sql(
      `INSERT INTO attendances (person_id, event_id, id, path, how, territory_id, at_path)
       SELECT $1, e.id, gen_random_uuid(), e.path, 'list', e.territory_id, e.path FROM events e WHERE e.id = $2`,
      [there.id, id],
    );
    const seen = async (settings: Settings) =>
      (await bare(settings, 'SELECT full_name AS name FROM asked.people WHERE id = ANY ($1) ORDER BY 1', [[asked.id, there.id, neither.id]])); // prettier-ignore
    expect(await seen(await inAgra())).toEqual([{ name: 'Asked' }, { name: 'There' }]);
    expect(await seen(await inAgra({ 'app.event_id': id }))).toEqual([{ name: 'Asked' }, { name: 'There' }]);
    expect(await seen(await inAgra({ 'app.event_id': NOBODYS }))).toEqual([]);
    const { path } = await territoryByCode(sampark, 'mathura');
    expect(await seen(await inAgra({ 'app.scope_from': path, 'app.scope_to': `${path}~` }))).toEqual([]);
    for (const view of ['people', 'guests', 'invitations', 'rsvps', 'mails'])
      expect(await bare({}, `SELECT 1 FROM asked.${view}`)).toEqual([]);
    for (const table of ['events', 'attendances']) expect(await bare({}, `SELECT 1 FROM ${table}`)).toEqual([]);
    const said = await bare(
      await inAgra({ 'app.event_id': id }),
      `SELECT 1 FROM asked.invitations WHERE answer IS NOT NULL`,
    );
    expect(said).toEqual([]);
  });

  it('writes meet-ups and attendance in its territory alone; a helper no meet-up, and attendance at the one', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const theirs = await anEvent(sampark, { in: 'mathura' });
    const guest = await aSympathiser(sampark, { in: 'agra' });
    const copy = `INSERT INTO events (id, territory_id, path, kind, title_en, place, starts_at, ends_at, zone)
      SELECT gen_random_uuid(), t.id, t.path, 'meet_up', 'x', 'x', now(), now() + interval '1 hour', 'UTC' FROM territories t WHERE t.code = $1 RETURNING 1`; // prettier-ignore
    const come = `INSERT INTO attendances (person_id, event_id, id, path, how, territory_id, at_path)
      SELECT $1, $2, gen_random_uuid(), t.path, 'list', t.id, t.path FROM territories t WHERE t.code = $3 RETURNING 1`;
    const [mine, door] = [await inAgra(), await inAgra({ 'app.event_id': id })];
    expect(await bare(mine, copy, ['agra'])).toHaveLength(1);
    expect(await bare(mine, copy, ['mathura'])).toBe('42501');
    expect(await bare(door, copy, ['agra'])).toBe('42501');
    expect(await bare(door, 'UPDATE events SET place = $1 RETURNING 1', ['x'])).toEqual([]);
    expect(await bare(mine, 'UPDATE events SET place = $1 WHERE id = $2 RETURNING 1', ['x', theirs.id])).toEqual([]);
    expect(await bare(door, come, [guest.id, id, 'agra'])).toHaveLength(1);
    expect(await bare(mine, come, [guest.id, theirs.id, 'mathura'])).toBe('42501');
    const other = await anEvent(sampark, { in: 'agra' });
    expect(await bare(door, come, [guest.id, other.id, 'agra'])).toBe('42501');
  });

  it('gets through the gate what is its meet-up’s, and is refused by it for anything else', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const theirs = await anEvent(sampark, { in: 'mathura' });
    const guest = await aSympathiser(sampark, { in: 'agra', emails: ['gate@people.example'] });
    const mathura = await territoryByCode(sampark, 'mathura');
    const [mine, door] = [await inAgra(), await inAgra({ 'app.event_id': id })];
    const audience = 'SELECT why, n FROM gate.audience($1, $2, NULL, NULL, NULL, NULL, $3, NULL)';
    const ask = `SELECT * FROM gate.ask($1, $2, NULL, NULL, NULL, NULL, $3, NULL, ARRAY[gen_random_uuid()], '{hi}', 'hi')`;
    for (const sql of [audience, ask]) {
      expect(await bare(mine, sql, [id, null, null])).not.toHaveLength(0);
      expect(await bare(mine, sql, [theirs.id, null, null])).toBe('42501');
      expect(await bare(mine, sql, [id, mathura.id, null])).toBe('42501');
      expect(await bare(mine, sql, [id, null, [guest.id]])).toBe('42501');
      expect(await bare(door, sql, [id, null, null])).toBe('42501');
      expect(await bare({}, sql, [id, null, null])).toBe('42501');
    }
    expect(await bare(mine, `SELECT * FROM gate.invitable($1, '', NULL, NULL, NULL, NULL, NULL)`, [id])).toBe('42501');
    for (const [event, settings] of [
      [theirs.id, mine],
      [id, door],
    ] as const) {
      // prettier-ignore
      expect(await bare(settings, `SELECT gate.follow_up_no_shows($1, current_date) AS n`, [event])).toEqual([]);
      expect(await bare(settings, `SELECT * FROM gate.send_again($1, 'unsure', NULL)`, [event])).toEqual([]);
      expect(await bare(settings, 'SELECT * FROM gate.helpers_at($1)', [event])).toEqual([]);
      expect(await bare(settings, 'SELECT * FROM gate.team_at($1)', [event])).toEqual([]);
    }
    const stranger = await aUser(sampark, { role: 'team_member', in: 'mathura' });
    expect(await bare(mine, 'SELECT * FROM gate.users_called($1)', [stranger.email])).toEqual([]);
  });

  it('gives no role but that of a helper at a meet-up, and only in its own name', async () => {
    const { id } = await anEvent(sampark, { in: 'agra' });
    const user = await aUser(sampark, { role: 'team_member', in: 'agra' });
    const give = (
      role: string,
      event: string | null,
      by = organiser.id,
      code = 'agra',
    ): [sql: string, params: unknown[]] => [
      `INSERT INTO grants (id, user_id, role, territory_id, path, given_by, event_id, to_at)
       SELECT gen_random_uuid(), $1, $2, t.id, t.path, $3, $4, now() + interval '1 day' FROM territories t WHERE t.code = $5 RETURNING 1`,
      [user.id, role, by, event, code],
    ];
    const mine = await inAgra();
    expect(await bare(mine, ...give('check_in_helper', id))).toHaveLength(1);
    expect(await bare(mine, ...give('organiser', id))).toBe('42501');
    expect(await bare(mine, ...give('check_in_helper', null))).toBe('42501');
    expect(await bare(mine, ...give('check_in_helper', id, convenor.id))).toBe('42501');
    expect(await bare(mine, ...give('check_in_helper', id, organiser.id, 'mathura'))).toBe('42501');
    expect(await bare(await inAgra({ 'app.event_id': id }), ...give('check_in_helper', id))).toBe('42501');
    expect(await bare(mine, `UPDATE grants SET to_at = now() WHERE id = $1 RETURNING 1`, [user.grantId])).toEqual([]);
    expect(await bare(mine, `UPDATE grants SET role = 'state_admin'`)).toBe('42501');
    expect(await bare(mine, 'SELECT 1 FROM users WHERE id <> $1', [organiser.id])).toEqual([]);
  });

  it('reads the lists of a large meet-up by index', async () => {
    const { id } = await anEvent(sampark, { in: 'etah', inHours: 1 });
    const { id: territory, path } = await territoryByCode(sampark, 'etah');
    await sampark.sql(
      `INSERT INTO people (id, territory_id, path, full_name, name_key, came_by)
       SELECT gen_random_uuid(), $1, $2, 'Guest ' || n, 'gst', 'user' FROM generate_series(1, 60000) n`,
      [territory, path],
    );
    for (const [event, part] of [
      [id, 2000],
      [(await anEvent(sampark, { in: 'etah' })).id, 15000],
    ] as const)
      // prettier-ignore
      await sampark.sql(
        `INSERT INTO invitations (person_id, id, event_id, path, language)
         SELECT id, gen_random_uuid(), $1, path, 'hi' FROM people WHERE path = $2 LIMIT $3`,
        [event, path, part],
      );
    await sampark.sql('ANALYZE people, invitations, attendances, mails, events');
    const settings = await inAgra({ 'app.scope_from': path, 'app.scope_to': `${path}~`, search_path: 'asked, public' });
    for (const list of ['invitation_id IS NOT NULL', 'erased_at IS NULL', 'attendance_id IS NOT NULL']) {
      const rows = (await bare(settings, `EXPLAIN SELECT * FROM guests WHERE event_id = '${id}' AND ${list} ORDER BY full_name LIMIT 50`)) as { 'QUERY PLAN': string }[]; // prettier-ignore
      const text = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).toContain('invitations');
      expect(text.match(/Seq Scan on (people|invitations)\b.*/g)).toBeNull();
    }
  });
});
