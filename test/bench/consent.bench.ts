import pg from 'pg';
import { beginSql } from '../../src/platform/database/unit-of-work.js';
import { mayWe } from '../../src/sympathisers/consent/may-we.js';
import { ReachMending } from '../../src/sympathisers/consent/reach-mending.service.js';
import { adminUrlOf, urlsFor } from '../support/database.js';
import { aSampark } from '../support/sampark.js';
import { type Bench, type Measured, median, rowsAsked, seconds } from './bench.js';
import { keepEverybody } from './keep-everybody.js';
import { aRegister } from './register.js';
import { convenorOf } from './scope.bench.js';

const PEOPLE = 1_000_000;
const ROUNDS = 5;

/** What "may we?" costs for a whole register, beside the same query without it. */
export const consentBench: Bench = {
  name: 'consent',
  about: '"may we?" for --rows N people (a million unless told), against the same query without it',
  async run(args) {
    const people = rowsAsked(args, PEOPLE, 1_000);
    const sampark = await aSampark();
    const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    const app = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await Promise.all([admin.connect(), app.connect()]);
    try {
      const district = await aRegister(admin, people);
      await everyReason(admin);
      const kept = await seconds(() => keepEverybody(admin));
      console.log(`${people} people; what is kept of them was worked out in ${kept.toFixed(1)} s`);
      await admin.query('VACUUM ANALYZE people, consents, contact_points, person_identities');
      const measured = await measure(app, district.path);
      const system = await sampark.system();
      const looked = await seconds(() => sampark.get(ReachMending).mend(system));
      console.log(`the nightly look at everybody: ${looked.toFixed(1)} s`);
      return measured;
    } finally {
      await Promise.all([admin.end(), app.end()]);
      await sampark.close();
    }
  },
};

/** Mails for half of them, and whatever can speak against it for a share each. */
async function everyReason(admin: pg.Client): Promise<void> {
  const share = (of: string, from: number, to: number) => `get_byte(uuid_send(${of}), 14) BETWEEN ${from} AND ${to}`;
  await admin.query(`
    INSERT INTO contact_points (person_id, id, path, kind, value, suppressed_at, dead_at)
    SELECT p.id, gen_random_uuid(), p.path, 'email', p.id || '@example.org',
           CASE WHEN ${share('p.id', 0, 5)} THEN now() END, CASE WHEN ${share('p.id', 6, 11)} THEN now() END
      FROM people p WHERE ${share('p.id', 0, 127)};
    INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
    SELECT p.id, gen_random_uuid(), p.path, 'invitations', 'email',
           CASE WHEN ${share('p.id', 20, 25)} THEN 'refused' WHEN ${share('p.id', 26, 31)} THEN 'withdrawn' WHEN ${share('p.id', 32, 35)} THEN 'expired' ELSE 'given' END, 'paper'
      FROM people p WHERE ${share('p.id', 0, 110)};
    UPDATE people p SET contact_not_before = current_date + 30 WHERE ${share('p.id', 40, 41)};`);
}

/** The same query, with the question and without it. */
const PAIRS: [what: string, asks: string, without: string, against: string][] = [
  [
    'the reason for everybody, counted by reason',
    `SELECT b.barrier AS x, count(*)::int AS n FROM people p JOIN contact_barriers('invitations', 'email') b ON b.person_id = p.id WHERE SCOPE GROUP BY 1`,
    'SELECT p.language AS x, count(*)::int AS n FROM people p WHERE SCOPE GROUP BY 1',
    'counted by language',
  ],
  [
    'each person with the reason, read',
    `SELECT p.id, p.full_name, b.barrier FROM people p JOIN contact_barriers('invitations', 'email') b ON b.person_id = p.id WHERE SCOPE`,
    'SELECT p.id, p.full_name, p.language FROM people p WHERE SCOPE',
    'each person, read',
  ],
  [
    'how many we may invite',
    `SELECT count(*)::int AS n FROM people p WHERE SCOPE AND ${mayWe('p', 'invitations', `'email'::text`)}`,
    'SELECT count(*)::int AS n FROM people p WHERE SCOPE AND p.erased_at IS NULL',
    'how many there are',
  ],
  [
    'those we may invite, read',
    `SELECT p.id, p.full_name FROM people p WHERE SCOPE AND ${mayWe('p', 'invitations', `'email'::text`)}`,
    'SELECT p.id, p.full_name FROM people p WHERE SCOPE',
    'everybody, read',
  ],
  [
    'a page of fifty, with the reason',
    `SELECT p.id, p.full_name, b.barrier FROM people p JOIN contact_barriers('invitations', 'email') b ON b.person_id = p.id WHERE SCOPE ORDER BY p.path, p.id LIMIT 50`,
    'SELECT p.id, p.full_name FROM people p WHERE SCOPE ORDER BY p.path, p.id LIMIT 50',
    'a page of fifty',
  ],
];

async function measure(app: pg.Client, district: string): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const [where, path] of [
    ['the state', district.slice(0, 4)],
    ['a district', district],
  ] as const)
    for (const [what, asks, without, against] of PAIRS) {
      const sql = (text: string) => text.replace('SCOPE', `p.path >= '${path}' AND p.path < '${path}~'`);
      const times: { asks: number[]; without: number[] } = { asks: [], without: [] };
      for (let round = -1; round < ROUNDS; round += 1) {
        const [a, b] = [await timed(app, path, sql(asks)), await timed(app, path, sql(without))];
        if (round < 0) continue;
        times.asks.push(a);
        times.without.push(b);
      }
      if (process.env.BENCH_PLANS) console.log(await planOf(app, path, sql(asks)));
      measured.push({ what: `${where}: ${what}`, unit: 'µs', figure: median(times.asks), reference: median(times.without), against }); // prettier-ignore
    }
  return measured;
}

async function timed(app: pg.Client, path: string, sql: string): Promise<number> {
  await app.query(beginSql(convenorOf(path)));
  const startedAt = performance.now();
  await app.query(sql);
  const us = (performance.now() - startedAt) * 1000;
  await app.query('COMMIT');
  return us;
}

async function planOf(app: pg.Client, path: string, sql: string): Promise<string> {
  await app.query(beginSql(convenorOf(path)));
  const { rows } = await app.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS OFF) ${sql}`);
  await app.query('COMMIT');
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
