import { uuidv7 } from '../../src/platform/database/id.js';
import { BreachesService } from '../../src/privacy/breach/breaches.service.js';
import { FiguresService } from '../../src/privacy/desk/figures.service.js';
import { aUser } from '../factories/users.js';
import { asSuperuser } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { median, rowsAsked, seconds, type Bench, type Measured } from './bench.js';
import { aRegister } from './register.js';

const PEOPLE = 1_000_000;
const ENTRIES = 1_000_000;

/** The officer's questions over a register of a million and a month of a million entries. */
export const privacyBench: Bench = {
  name: 'privacy',
  about: 'who was affected by a breach, and the officer’s page (--rows N, a million unless told; as many entries)',
  async run(args) {
    const n = rowsAsked(args, PEOPLE, 1_000);
    const sampark = await aSampark();
    try {
      await asSuperuser(sampark.database, (client) => aRegister(client, n));
      return [...(await breaches(sampark, Math.min(n, ENTRIES))), ...(await desk(sampark, n))];
    } finally {
      await sampark.close();
    }
  },
};

/** A month of looks: twenty people each, one account in five hundred the one in question. */
async function breaches(sampark: Sampark, n: number): Promise<Measured[]> {
  const officer = await aUser(sampark, { role: 'data_protection_officer', in: 'up' });
  const thief = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  const [agra] = await sampark.sql<{ id: string; path: string }>(
    `SELECT id, path FROM territories WHERE code = 'agra'`,
  );
  await sampark.sql(`CREATE TABLE bench_ids AS SELECT row_number() OVER () AS n, id, path FROM people`);
  await sampark.sql('CREATE INDEX ON bench_ids (n)');
  const [{ people } = { people: 0 }] = await sampark.sql<{ people: number }>(
    'SELECT count(*)::int AS people FROM bench_ids',
  );
  await sampark.sql(
    `INSERT INTO audit_entries (at, id, actor_kind, user_id, role, scope, path, action, shown, people)
     SELECT date_trunc('month', now()) + s * ((now() - date_trunc('month', now())) / $1::int), gen_random_uuid(), 'user',
            CASE WHEN s % 500 = 0 THEN $2::uuid ELSE md5((s % 499)::text)::uuid END, 'district_convenor', b.path, b.path, 'sympathiser.list', true,
            ARRAY(SELECT id FROM bench_ids q WHERE q.n > s * 7919::bigint % $3 AND q.n <= s * 7919::bigint % $3 + 20)
       FROM generate_series(1, $1::int) s JOIN bench_ids b ON b.n = s * 7919::bigint % $3 + 1`,
    [n, thief.id, people - 20],
  );
  await sampark.sql('ANALYZE audit_entries');
  const counted = async (what: string, actors: string[], territories: string[]): Promise<Measured> => {
    const id = uuidv7();
    await sampark.sql(
      `INSERT INTO breaches (id, territory_id, path, title, aware_at, span_from, span_to, actors, territories, opened_by)
       SELECT $1, id, path, 'Bench', now(), date_trunc('month', now()), now(), $2, $3, $4 FROM territories WHERE code = 'up'`,
      [id, actors, territories, officer.id],
    );
    let found = 0;
    const took = await seconds(async () => {
      found = (await sampark.get(BreachesService).count(await sampark.system(), id))!.people;
    });
    const users = actors.length ? 'user_id = ANY ($1)' : `path >= $1 AND path < $1 || '~'`;
    const plain = await asSuperuser(sampark.database, (client) =>
      seconds(() =>
        client.query(`SELECT count(DISTINCT p) FROM audit_entries e, unnest(e.people) p WHERE ${users}`, [
          actors.length ? actors : agra!.path,
        ]),
      ),
    );
    console.log(`${what}: ${found} people in ${took.toFixed(2)} s`);
    return {
      what,
      unit: 'people/s',
      figure: found / took,
      reference: found / plain,
      against: 'counting them distinct, past every policy',
    };
  };
  return [
    await counted(`affected by one account, of ${n} entries`, [thief.id], []),
    await counted(`affected in one district, of ${n} entries`, [], [agra!.id]),
  ];
}

async function desk(sampark: Sampark, n: number): Promise<Measured[]> {
  const officer = await aUser(sampark, { role: 'state_admin', in: 'up' });
  const took = await seconds(async () => sampark.get(FiguresService).make(await sampark.system()));
  console.log(`the night's figures of ${n} people: ${took.toFixed(1)} s`);
  const plain = await asSuperuser(
    sampark.database,
    (client) =>
    seconds(() => client.query(`SELECT p.path, c.how, count(*) FROM people p LEFT JOIN consents c ON c.person_id = p.id AND c.purpose = 'register' GROUP BY 1, 2`)), // prettier-ignore
  );
  const page = async (path: string) => {
    const times: number[] = [];
    for (let i = 0; i < 15; i++) times.push(await seconds(() => sampark.as(officer).get(path)));
    console.log(
      `${path}: median ${(median(times) * 1000).toFixed(0)} ms, worst ${(Math.max(...times) * 1000).toFixed(0)} ms`,
    );
    return median(times);
  };
  const [home, own] = [await page('/breaches'), await page('/data-protection')];
  await page('/data-protection/without-basis');
  return [
    { what: `the night's figures of ${n} people`, unit: 'people/s', figure: n / took, reference: n / plain, against: 'joining and counting without the newest' }, // prettier-ignore
    { what: 'the officer’s page', unit: 'pages/s', figure: 1 / own, reference: 1 / home, against: 'the list of cases' },
  ];
}
