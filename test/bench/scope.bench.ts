import pg from 'pg';
import { scopeFrom, type UserActor } from '../../src/platform/database/actor.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { beginSql, UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { SympathisersQueries } from '../../src/sympathisers/sympathisers.queries.js';
import type { SympathiserListQuery } from '../../src/sympathisers/sympathisers.dto.js';
import { adminUrlOf, urlsFor } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { type Bench, type Measured, median, rowsAsked } from './bench.js';
import { aRegister } from './register.js';

const PEOPLE = 1_000_000;
const ROUNDS = 300;

export interface Statement {
  sql: string;
  params: unknown[];
}

/** What row policies cost: the statements of a page, as the program's role, and without policies as the superuser. */
export const scopeBench: Bench = {
  name: 'scope',
  about:
    'pages of a district in a register of --rows N people (a million unless told), against the same SQL without policies; names have `search`',
  async run(args) {
    const people = rowsAsked(args, PEOPLE, 1_000);
    const sampark = await aSampark();
    const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    const app = new pg.Client({ connectionString: urlsFor(sampark.database).app });
    await Promise.all([admin.connect(), app.connect()]);
    try {
      const district = await aRegister(admin, people);
      console.log(`${people} people, ${district.people} of them in the district that is looked at`);
      return await measure(sampark, { admin, app }, convenorOf(district.path));
    } finally {
      await Promise.all([admin.end(), app.end()]);
      await sampark.close();
    }
  },
};

async function measure(
  sampark: Sampark,
  clients: { admin: pg.Client; app: pg.Client },
  actor: UserActor,
): Promise<Measured[]> {
  const first = await statementsOf(sampark, actor, { limit: 25 });
  const middle = await cursorInTheMiddle(clients.admin, actor);
  const pages: [string, Statement[]][] = [
    ['first page of the list', first],
    ['a page in its middle', await statementsOf(sampark, actor, { limit: 25, cursor: middle })],
    ['search for a phone', await statementsOf(sampark, actor, { limit: 25, q: '+916000000123' })],
  ];
  const measured: Measured[] = [];
  for (const [what, statements] of pages) {
    const plan = await planOf(clients.app, actor, statements[0]!);
    const used = [...new Set([...plan.matchAll(/using (\w+)/g)].map(([, name]) => name))].join(', ');
    console.log(`${what}: ${used}${/Seq Scan on people/.test(plan) ? ' AND A SCAN OF ALL PEOPLE' : ''}`);
    if (process.env.BENCH_PLANS) console.log(await timesOf(clients, actor, statements));
    const { held, free } = await inTurn(clients, actor, statements);
    measured.push({ what, unit: 'µs', figure: held, reference: free, against: 'the same SQL without policies' });
  }
  return measured;
}

/** Both ways in turn, so that a noisy moment hits both. @returns medians in microseconds */
export async function inTurn(
  { admin, app }: { admin: pg.Client; app: pg.Client },
  actor: UserActor,
  held: Statement[],
) {
  const free = held.map((statement) => within(statement, actor));
  const times: { held: number[]; free: number[] } = { held: [], free: [] };
  for (let round = -20; round < ROUNDS; round += 1) {
    const [a, b] = [await taken(app, beginSql(actor), held), await taken(admin, 'BEGIN', free)];
    if (round < 0) continue;
    times.held.push(a);
    times.free.push(b);
  }
  return { held: median(times.held), free: median(times.free) };
}

async function taken(client: pg.Client, begin: string, statements: Statement[]): Promise<number> {
  const startedAt = performance.now();
  await client.query(begin);
  for (const { sql, params } of statements) await client.query(sql, params);
  await client.query('COMMIT');
  return (performance.now() - startedAt) * 1000;
}

/** The same statement for somebody whom no policy binds: the scope stands in it. */
export function within({ sql, params }: Statement, { scope }: UserActor): Statement {
  const people = `(SELECT * FROM people WHERE path >= '${scope.from}' AND path < '${scope.to}')`;
  return { sql: sql.replace(/\bpeople p\b/, `${people} p`), params };
}

/** What a page asks the database, without the entry that it writes into the trail. */
export async function statementsOf(
  sampark: Sampark,
  actor: UserActor,
  query: SympathiserListQuery,
  findsSomebody = true,
): Promise<Statement[]> {
  const statements: Statement[] = [];
  await sampark.get(UnitOfWork).run(actor, async (tx) => {
    const recording = new Proxy(tx, {
      get(target, name) {
        if (name !== 'query') return Reflect.get(target, name) as unknown;
        return (sql: string, params: unknown[]) => {
          statements.push({ sql, params });
          return target.query(sql, params);
        };
      },
    }) as Transaction;
    const page = await sampark.get(SympathisersQueries).list(recording, query, 'en');
    if (findsSomebody && !page.items.length) throw new Error(`Nobody was found: ${JSON.stringify(query)}`);
  });
  return statements;
}

async function cursorInTheMiddle(admin: pg.Client, { scope }: UserActor): Promise<string> {
  const { rows } = await admin.query<{ path: string; id: string }>(
    `SELECT path, id FROM people WHERE path >= $1 AND path < $2 ORDER BY path, id
      OFFSET (SELECT count(*) / 2 FROM people WHERE path >= $1 AND path < $2) LIMIT 1`,
    [scope.from, scope.to],
  );
  return Buffer.from(JSON.stringify([rows[0]!.path, rows[0]!.id])).toString('base64url');
}

export async function planOf(app: pg.Client, actor: UserActor, { sql, params }: Statement): Promise<string> {
  await app.query(beginSql(actor));
  const { rows } = await app.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS OFF) ${sql}`, params);
  await app.query('COMMIT');
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** Planning and running of each statement, as the server tells it, in milliseconds: with policies / without. */
async function timesOf({ admin, app }: { admin: pg.Client; app: pg.Client }, actor: UserActor, held: Statement[]) {
  const lines: string[] = [];
  for (const statement of held) {
    const both: string[] = [];
    for (const [client, begin, { sql, params }] of [
      [app, beginSql(actor), statement],
      [admin, 'BEGIN', within(statement, actor)],
    ] as const) {
      await client.query(begin);
      let rows: { 'QUERY PLAN': string }[] = [];
      for (let n = 0; n < 5; n += 1) ({ rows } = await client.query(`EXPLAIN (ANALYZE, TIMING OFF) ${sql}`, params as unknown[])); // prettier-ignore
      await client.query('COMMIT');
      both.push(rows.map((row) => /^(?:Planning|Execution) Time: (\S+)/.exec(row['QUERY PLAN'])?.[1]).filter(Boolean).join(' + ')); // prettier-ignore
    }
    lines.push(`  ${both.join(' / ')}  ${statement.sql.trim().slice(0, 60).replace(/\s+/g, ' ')}`);
  }
  return lines.join('\n');
}

export const convenorOf = (path: string): UserActor => ({
  kind: 'user',
  userId: '00000000-0000-7000-8000-000000000001',
  sessionId: '00000000-0000-7000-8000-000000000002',
  grantId: '00000000-0000-7000-8000-000000000003',
  role: 'district_convenor',
  reach: 'territory',
  territoryId: '00000000-0000-7000-8000-000000000004',
  scope: scopeFrom(path),
  permissions: new Set(),
});
