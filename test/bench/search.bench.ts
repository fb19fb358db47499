import pg from 'pg';
import { seeded } from '../../src/demo/invented-people.js';
import type { UserActor } from '../../src/platform/database/actor.js';
import { beginSql } from '../../src/platform/database/unit-of-work.js';
import { aUser } from '../factories/users.js';
import { adminUrlOf, urlsFor } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { rowsAsked, type Bench, type Measured } from './bench.js';
import { namesOfPeople } from './names-of-people.js';
import { aRegister } from './register.js';
import { convenorOf, planOf, statementsOf, within, type Statement } from './scope.bench.js';

const PEOPLE = 1_000_000;
const SEARCHES = 240;

/** The search box over HTTP, in the largest district and in the whole state, and what row policies add to it. */
export const searchBench: Bench = {
  name: 'search',
  about: 'searches in a register of --rows N people (a million unless told): time over HTTP, and against the same SQL without policies', // prettier-ignore
  async run(args) {
    const people = rowsAsked(args, PEOPLE, 1_000);
    const sampark = await aSampark();
    const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    const app = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await Promise.all([admin.connect(), app.connect()]);
    try {
      const names = namesOfPeople(Math.min(people, 200_000), 3);
      const district = await aRegister(admin, people, names);
      await admin.query('VACUUM ANALYZE people');
      console.log(`${people} people, ${district.people} of them in the district`);
      const { rows } = await admin.query<{ code: string }>('SELECT code FROM territories WHERE path = $1', [
        district.path,
      ]);
      const texts = whatPeopleType(names, SEARCHES);
      await sampark.app.listen(0, '127.0.0.1');
      const url = await sampark.app.getUrl();
      const measured: Measured[] = [];
      for (const [where, code, path, limit] of [
        ['a district', rows[0]!.code, district.path, 50],
        ['the state', 'up', '0001', 150],
      ] as const) {
        const user = await aUser(sampark, { role: path === '0001' ? 'state_admin' : 'district_convenor', in: code });
        const times = await overHttp(url, user.token, texts);
        measured.push({
          what: `search in ${where}, p50 over HTTP`,
          unit: 'ms',
          figure: part(times, 0.5),
          reference: limit,
          against: 'p95 at most',
        });
        measured.push({
          what: `search in ${where}, p95 over HTTP`,
          unit: 'ms',
          figure: part(times, 0.95),
          reference: limit,
          against: 'p95 at most',
        });
        const { held, free } = await policies(sampark, { admin, app }, convenorOf(path), texts.slice(0, 60));
        measured.push({ what: `  its SQL, median`, unit: 'µs', figure: held, reference: free, against: 'the same SQL without policies' }); // prettier-ignore
      }
      return measured;
    } finally {
      await Promise.all([admin.end(), app.end()]);
      await sampark.close();
    }
  },
};

/** Names of the register as people type them: whole, begun, turned round, one word of them, with a slip; a phone, a PIN. */
function whatPeopleType(names: string[], count: number): string[] {
  const random = seeded(5);
  return Array.from({ length: count }, (_, n) => {
    const name = names[Math.floor(random() * names.length)]!;
    const words = name.split(' ');
    const at = 1 + Math.floor(random() * (name.length - 2));
    return [
      () => name,
      () => name,
      () => name.slice(0, Math.max(3, at)),
      () => words.toReversed().join(' '),
      () => words[Math.floor(random() * words.length)]!,
      () => `${words[0]} ${words.at(-1)}`,
      () => name.slice(0, at) + name.slice(at + 1),
      () => (n % 16 === 7 ? `0${6_000_000_000 + n}` : `${words[0]![0]}. ${words.at(-1)}`),
    ][n % 8]!();
  });
}

/** One after the other, as somebody types. @returns milliseconds, sorted */
async function overHttp(url: string, token: string, texts: string[]): Promise<number[]> {
  const times: number[] = [];
  const slow: [number, string][] = [];
  for (const [n, text] of [...texts.slice(0, 30), ...texts].entries()) {
    const startedAt = performance.now();
    const answer = await fetch(`${url}/sympathisers?limit=10&q=${encodeURIComponent(text)}`, {
      headers: { accept: 'application/json', authorization: `Bearer ${token}` },
    });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${text}: ${answer.status}`);
    if (n < 30) continue;
    times.push(performance.now() - startedAt);
    slow.push([times.at(-1)!, text]);
  }
  slow.sort(([a], [b]) => b - a);
  console.log(`  slowest: ${slow.slice(0, 8).map(([ms, text]) => `${text} ${ms.toFixed(0)} ms`).join(', ')}`); // prettier-ignore
  return times.sort((a, b) => a - b);
}

const part = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)]!;

/** Every statement of these searches, with policies and without, in turn; and how they are answered. @returns medians in microseconds */
async function policies(
  sampark: Sampark,
  { admin, app }: { admin: pg.Client; app: pg.Client },
  actor: UserActor,
  texts: string[],
) {
  const times: { held: number[]; free: number[] } = { held: [], free: [] };
  const scans = new Set<string>();
  for (const q of texts) {
    const statements = await statementsOf(sampark, actor, { q, limit: 10 }, false);
    for (const statement of statements) {
      const plan = `${await planOf(app, actor, statement)}\n${await planInside(admin, actor, statement)}`;
      if (/Seq Scan on (people|contact_points|person_identities|consents)/.test(plan)) scans.add(plan);
    }
    const free = statements.map((statement) => within(statement, actor));
    const settings = beginSql(actor).replace(/SET LOCAL ROLE \w+; /, '');
    for (let round = 0; round < 3; round++) {
      times.held.push(await taken(app, beginSql(actor), statements));
      times.free.push(await taken(admin, settings, free));
    }
  }
  console.log(scans.size ? [...scans].slice(0, 3).join('\n---\n') : '  no sequential scan of a table of people');
  const median = (list: number[]) => part(list.sort((a, b) => a - b), 0.5); // prettier-ignore
  return { held: median(times.held), free: median(times.free) };
}

async function taken(client: pg.Client, begin: string, statements: Statement[]): Promise<number> {
  const startedAt = performance.now();
  await client.query(begin);
  for (const { sql, params } of statements) await client.query(sql, params);
  await client.query('COMMIT');
  return (performance.now() - startedAt) * 1000;
}

/** The plan of what a gate function runs: its own text under its own settings. */
async function planInside(admin: pg.Client, actor: UserActor, { sql, params }: Statement): Promise<string> {
  if (!sql.includes('gate.people_by_words')) return '';
  const { rows: [found] } = await admin.query<{ text: string; settings: string[] }>(
    `SELECT prosrc AS text, proconfig AS settings FROM pg_proc WHERE oid = 'gate.people_by_words'::regproc`,
  ); // prettier-ignore
  const [from, to, most, words, beginnings] = params;
  const types = { words: 'tsquery', beginnings: 'text[]', from_path: 'text', to_path: 'text', at_most: 'integer' };
  const text = Object.entries(types).reduce((text, [name, type], n) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `$${n + 1}::${type}`), found!.text); // prettier-ignore
  await admin.query(beginSql(actor).replace(/SET LOCAL ROLE \w+; /, ''));
  for (const setting of found!.settings) await admin.query(`SET LOCAL ${setting.replace('=', ' TO ').replace(/(?<= TO )(\d+\w+)$/, "'$1'")}`); // prettier-ignore
  const { rows } = await admin.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS OFF) ${text.replace(/;\s*$/, '')}`, [words, beginnings, from, to, most]); // prettier-ignore
  await admin.query('COMMIT');
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
