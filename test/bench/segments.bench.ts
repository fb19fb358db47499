import pg from 'pg';
import { beginSql } from '../../src/platform/database/unit-of-work.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import type { Conditions } from '../../src/sympathisers/segments/conditions.js';
import { COUNTING } from '../../src/sympathisers/segments/segments.queries.js';
import { adminUrlOf, urlsFor } from '../support/database.js';
import { aSampark } from '../support/sampark.js';
import { type Bench, type Measured, median, rowsAsked } from './bench.js';
import { keepEverybody } from './keep-everybody.js';
import { aRegister } from './register.js';
import { convenorOf } from './scope.bench.js';

const PEOPLE = 1_000_000;
const ROUNDS = 5;

/** How long saved lists take to be counted, over the whole state and within a district. */
export const segmentsBench: Bench = {
  name: 'segments',
  about:
    'counts of saved lists in a register of --rows N people (a million unless told), against the same SQL without policies',
  async run(args) {
    const people = rowsAsked(args, PEOPLE, 1_000);
    const sampark = await aSampark();
    const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    const app = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await Promise.all([admin.connect(), app.connect()]);
    try {
      const district = await aRegister(admin, people);
      await whatHappened(admin);
      console.log(`${people} people, ${district.people} of them in the district that is counted`);
      return await measure({ admin, app }, district.path);
    } finally {
      await Promise.all([admin.end(), app.end()]);
      await sampark.close();
    }
  },
};

/** Some were tried, asked, came, offer something or took their word back; a share of them is stopped. */
async function whatHappened(admin: pg.Client): Promise<void> {
  const share = (percent: number, byte = 15) => `get_byte(uuid_send(p.id), ${byte}) < ${Math.round(percent * 2.56)}`;
  const event = uuidv7();
  await admin.query(`
    UPDATE people p SET last_attempt_at = now() - get_byte(uuid_send(p.id), 14) * interval '1 day' WHERE ${share(40, 13)};
    INSERT INTO person_skills (person_id, code, path)
    SELECT p.id, s.code, p.path FROM people p JOIN LATERAL (
      SELECT code FROM skills ORDER BY md5(code || get_byte(uuid_send(p.id), 12)::text) LIMIT 1) s ON true WHERE ${share(15, 12)};
    INSERT INTO events (id, territory_id, path, kind, title_en, title_hi, place, starts_at, ends_at, zone, created_by)
    SELECT '${event}', id, path, 'meet_up', 'Meet-up', 'मिलन', 'Hall', now(), now() + interval '2 hours', 'Asia/Kolkata', gen_random_uuid()
      FROM territories WHERE parent_id IS NULL;
    INSERT INTO invitations (person_id, id, event_id, path, state, language, answer, sent_at)
    SELECT p.id, gen_random_uuid(), '${event}', p.path, 'sent', 'hi', (ARRAY['yes', 'no', 'maybe', NULL])[1 + get_byte(uuid_send(p.id), 11) % 4], now()
      FROM people p WHERE ${share(20, 10)};
    INSERT INTO attendances (person_id, event_id, id, path, how, territory_id, at_path)
    SELECT i.person_id, i.event_id, gen_random_uuid(), i.path, 'list', p.territory_id, i.path
      FROM invitations i JOIN people p ON p.id = i.person_id WHERE i.answer = 'yes';
    INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
    SELECT p.id, new_id(), p.path, 'contact', 'phone', 'withdrawn', 'spoken' FROM people p WHERE ${share(3, 9)};
    UPDATE contact_points c SET suppressed_at = now() FROM people p WHERE p.id = c.person_id AND ${share(1, 9)};`);
  await keepEverybody(admin);
  for (const table of [
    'people',
    'consents',
    'contact_points',
    'person_identities',
    'person_skills',
    'invitations',
    'attendances',
  ])
    await admin.query(`VACUUM ANALYZE ${table}`);
}

const LISTS: [string, Conditions][] = [
  ['everybody', {}],
  ['a language', { languages: ['en'] }],
  ['a platform', { platform: 'x' }],
  ['a skill', { skills: ['video', 'driving'] }],
  ['never contacted', { contacted: 'never' }],
  ['not for a month', { contacted: 'over_month' }],
  ['said yes', { answered: 'yes' }],
  ['asked, no answer', { answered: 'never' }],
  ['never attended', { attended: 'never' }],
  ['may be called', { purpose: 'contact', channel: 'phone' }],
  ['four at once', { languages: ['hi'], skills: ['video'], purpose: 'contact', channel: 'phone', attended: 'never' }],
];

async function measure({ admin, app }: { admin: pg.Client; app: pg.Client }, district: string): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const [where, path] of [
    ['the state', district.slice(0, 4)],
    ['a district', district],
  ] as const)
    for (const [what, conditions] of LISTS) {
      const actor = convenorOf(path);
      const json = JSON.stringify(conditions);
      const { rows } = await admin.query<{ rule: string }>(`SELECT segment_rule($1::jsonb, '$1::jsonb') AS rule`, [
        json,
      ]);
      const sql = `SELECT count(*)::int AS n FROM people p WHERE ${rows[0]!.rule}`;
      const free = sql.replace('people p', `(SELECT * FROM people WHERE path >= '${path}' AND path < '${path}~') p`);
      const times: { held: number[]; free: number[] } = { held: [], free: [] };
      let [a, b] = [0, 0];
      for (let round = -1; round < ROUNDS; round += 1) {
        const [held, plain] = [
          await counted(app, beginSql(actor), sql, json),
          await counted(admin, 'BEGIN', free, json),
        ];
        [a, b] = [held.n, plain.n];
        if (round < 0) continue;
        times.held.push(held.ms);
        times.free.push(plain.ms);
      }
      if (a !== b) throw new Error(`${what}: ${a} with policies, ${b} without`);
      if (process.env.BENCH_PLANS) console.log(await planOf(app, beginSql(actor), sql, json));
      measured.push({
        what: `${where}: ${what} (${a})`,
        unit: 'ms',
        figure: median(times.held),
        reference: median(times.free),
        against: 'the same SQL without policies',
      });
    }
  return measured;
}

async function counted(
  client: pg.Client,
  begin: string,
  sql: string,
  json: string,
): Promise<{ n: number; ms: number }> {
  await client.query(begin);
  await client.query(COUNTING);
  const startedAt = performance.now();
  const { rows } = await client.query<{ n: number }>(sql, [json]);
  const ms = performance.now() - startedAt;
  await client.query('COMMIT');
  return { n: rows[0]!.n, ms };
}

async function planOf(client: pg.Client, begin: string, sql: string, json: string): Promise<string> {
  await client.query(begin);
  await client.query(COUNTING);
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS OFF) ${sql}`, [json]);
  await client.query('COMMIT');
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
