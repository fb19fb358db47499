import pg from 'pg';
import type { SystemActor } from '../../src/platform/database/actor.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { nameKey } from '../../src/sympathisers/name-key.js';
import { DuplicateFinder } from '../../src/sympathisers/duplicates/duplicate-finder.service.js';
import { adminUrlOf } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { type Bench, type Measured, rowsAsked, seconds } from './bench.js';
import { pairOf, plantedRegister, type PlantedRegister } from './planted-register.js';

const PEOPLE = 100_000;
const CHUNK = 20_000;
/** So many people of a register live in one ward. */
const IN_A_WARD = 200;
const ROUND: SystemActor = { kind: 'system', name: 'system:bench', scope: { from: '0001', to: '0001~' } };
const FIVE_MINUTES = 300;

/** Who may be the same person, in a register of which it is known who is. */
export const duplicatesBench: Bench = {
  name: 'duplicates',
  about: 'suggested duplicates in a register of --rows N people (100,000 unless told) with known ones: precision, recall, time', // prettier-ignore
  async run(args) {
    const count = rowsAsked(args, PEOPLE, 1_000);
    const seed = args.includes('--seed') ? Number(args[args.indexOf('--seed') + 1]) : 11;
    const sampark = await aSampark();
    const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    await admin.connect();
    try {
      const homes = await wards(admin, Math.max(10, Math.round(count / IN_A_WARD)));
      const register = plantedRegister(count, homes, seed);
      await put(admin, register);
      const time = await seconds(() => sampark.app.get(DuplicateFinder).round(ROUND));
      const selfJoin = await seconds(() => admin.query(SELF_JOIN));
      const quality = await measured(sampark, register);
      return [
        ...quality,
        { what: `a round over ${register.people.length} people`, unit: 's', figure: time, reference: FIVE_MINUTES, against: 'at most, for a million' }, // prettier-ignore
        { what: '  the same', unit: 'ms', figure: time * 1000, reference: selfJoin * 1000, against: 'plain SQL self-join on equal phones, count alone' }, // prettier-ignore
      ];
    } finally {
      await admin.end();
      await sampark.close();
    }
  },
};

const SELF_JOIN = `SELECT count(*) FROM contact_points a JOIN contact_points b ON a.kind = b.kind AND a.value = b.value AND a.person_id < b.person_id`;

/** Wards below the districts of the real tree. */
async function wards(admin: pg.Client, count: number): Promise<number> {
  await admin.query(
    `INSERT INTO territories (id, parent_id, path, level, code, name_en, name_hi)
     SELECT gen_random_uuid(), d.id, d.path || lpad(to_hex(3000 + n / 75), 4, '0'), 'ward', 'bench-ward-' || n, 'Ward ' || n, 'वार्ड ' || n
       FROM generate_series(0, $1::int - 1) n
       JOIN (SELECT id, path, row_number() OVER (ORDER BY path) - 1 AS i FROM territories WHERE level = 'district') d ON d.i = n % 75`,
    [count],
  );
  return count;
}

async function put(admin: pg.Client, { people }: PlantedRegister): Promise<void> {
  await admin.query('SET synchronous_commit = off; SET session_replication_role = replica');
  for (let at = 0; at < people.length; at += CHUNK) {
    const chunk = people.slice(at, at + CHUNK);
    const rows = chunk.map((one) => ({ ...one, key: nameKey(one.name), ward: `bench-ward-${one.home}` }));
    await admin.query(
      `INSERT INTO people (id, territory_id, path, full_name, name_key, pin, birth_year, came_by)
       SELECT r.id, t.id, t.path, r.name, r.key, r.pin, r.born, 'import'
         FROM json_to_recordset($1::json) AS r (id uuid, name text, key text, ward text, pin text, born smallint)
         JOIN territories t ON t.code = r.ward`,
      [JSON.stringify(rows)],
    );
    const points = chunk.flatMap(({ id, phones, emails }) => [
      ...phones.map((value) => ({ person: id, id: uuidv7(), kind: 'phone', value })),
      ...emails.map((value) => ({ person: id, id: uuidv7(), kind: 'email', value })),
    ]);
    await admin.query(
      `INSERT INTO contact_points (person_id, id, path, kind, value)
       SELECT p.id, r.id, p.path, r.kind, r.value FROM json_to_recordset($1::json) AS r (person uuid, id uuid, kind text, value text)
         JOIN people p ON p.id = r.person`,
      [JSON.stringify(points)],
    );
    const handles = chunk.flatMap(({ id, handles }) => handles.map((one) => ({ ...one, person: id, id: uuidv7() })));
    await admin.query(
      `INSERT INTO person_identities (person_id, id, path, platform, handle, platform_uid, to_at)
       SELECT p.id, r.id, p.path, r.platform, r.handle, r.uid, CASE WHEN r.ended THEN now() END
         FROM json_to_recordset($1::json) AS r (person uuid, id uuid, platform text, handle text, uid text, ended boolean)
         JOIN people p ON p.id = r.person`,
      [JSON.stringify(handles)],
    );
  }
  console.log(`${people.length} people are in the register`);
  await admin.query('VACUUM ANALYZE people, contact_points, person_identities, territories');
}

/** Precision and recall, and by how they came about: what was found, what was missed, what was taken for one and is two. */
async function measured(sampark: Sampark, { people, truth, traps }: PlantedRegister): Promise<Measured[]> {
  const rows = await sampark.sql<{ a: string; b: string; reasons: string[] }>(
    `SELECT person_id AS a, other_id AS b, reasons FROM person_suggestions WHERE field = 'person' AND settled_at IS NULL`,
  );
  const found = new Set(rows.map(({ a, b }) => pairOf(a, b)));
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const say = (pair: string) => pair.split(' ').map((id) => names.get(id)).join(' | '); // prettier-ignore
  const wrong = [...found].filter((pair) => !truth.has(pair));
  const missed = [...truth.keys()].filter((pair) => !found.has(pair));
  console.log(`${people.length} people, ${truth.size} pairs planted, ${traps.size} pairs that only look alike, ${found.size} suggested`); // prettier-ignore
  console.log('  found, by what they have kept:');
  for (const [kind, pairs] of Map.groupBy(truth.keys(), (pair) => truth.get(pair)!)) {
    const hits = pairs.filter((pair) => found.has(pair)).length;
    console.log(`    ${kind}: ${hits} of ${pairs.length} (${((100 * hits) / pairs.length).toFixed(1)} %)`);
  }
  console.log('  taken for one, and two:');
  for (const [trap, pairs] of Map.groupBy(traps.keys(), (pair) => traps.get(pair)!))
    console.log(`    ${trap}: ${pairs.filter((pair) => found.has(pair)).length} of ${pairs.length}`);
  console.log(`    others: ${wrong.filter((pair) => !traps.has(pair)).length}`);
  const reasonsOf = new Map(rows.map(({ a, b, reasons }) => [pairOf(a, b), reasons.join(' ')]));
  for (const [reasons, pairs] of Map.groupBy(found, (pair) => reasonsOf.get(pair)!))
    console.log(`    by ${reasons}: ${pairs.length}, wrong ${pairs.filter((pair) => !truth.has(pair)).length}`);
  console.log(`  wrong: ${wrong.slice(0, 12).map(say).join('; ')}`);
  console.log(`  missed: ${missed.slice(0, 12).map(say).join('; ')}`);
  return [
    { what: 'precision of suggested duplicates', unit: '% x 100', figure: (10_000 * (found.size - wrong.length)) / found.size, reference: 9_900, against: 'at least' }, // prettier-ignore
    { what: 'recall of suggested duplicates', unit: '% x 100', figure: (10_000 * (truth.size - missed.length)) / truth.size, reference: 9_000, against: 'at least' }, // prettier-ignore
  ];
}
