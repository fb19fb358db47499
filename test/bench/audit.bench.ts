import { SealingService } from '../../src/audit/sealing.service.js';
import { VerifyingService } from '../../src/audit/verifying.service.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { asSuperuser } from '../support/database.js';
import { aSampark, type Sampark } from '../support/sampark.js';
import { seconds, type Bench, type Measured } from './bench.js';

const ENTRIES = 50_000;
const WRITES = 2_000;

/** The trail's costs: to write an entry, to seal many, and to verify them. */
export const auditBench: Bench = {
  name: 'audit',
  about:
    'entries (--entries N, 50,000 unless told) written, sealed, verified, against sha256 in SQL over the same rows',
  async run(args) {
    const at = args.indexOf('--entries');
    const n = at < 0 ? ENTRIES : Number(args[at + 1]);
    if (!Number.isInteger(n) || n < 1) throw new Error('--entries: must be a whole number');
    const sampark = await aSampark();
    try {
      return [...(await writing(sampark)), ...(await sealing(sampark, n))];
    } finally {
      await sampark.close();
    }
  },
};

/** A unit of work that reads one row, with the entry and without. */
async function writing(sampark: Sampark): Promise<Measured[]> {
  const actor = await sampark.system('system:bench');
  const work = sampark.get(UnitOfWork);
  const people = Array.from({ length: 50 }, () => uuidv7());
  const run = (shown: boolean) =>
    seconds(async () => {
      for (let i = 0; i < WRITES; i++)
        await work.run(actor, async (tx) => {
          await tx.query('SELECT 1');
          if (shown) tx.shown('sympathiser.list', people);
        });
    });
  await run(true);
  const [without, withEntry] = [await run(false), await run(true)];
  return [
    {
      what: 'page of 50 people with its entry',
      unit: 'units of work/s',
      figure: WRITES / withEntry,
      reference: WRITES / without,
      against: 'the same without an entry',
    },
  ];
}

async function sealing(sampark: Sampark, n: number): Promise<Measured[]> {
  const actor = await sampark.system('system:bench');
  const seal = sampark.get(SealingService);
  await seal.seal(actor);
  await sampark.sql(
    `INSERT INTO audit_entries (at, id, actor_kind, user_id, grant_id, role, scope, address, path, action, shown, people, facts, request_id)
     SELECT clock_timestamp(), gen_random_uuid(), 'user', gen_random_uuid(), gen_random_uuid(), 'team_member', '0001', '192.0.2.1', '0001',
            'queue.shown', true, ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 20)), '{"n": 20}', gen_random_uuid()::text
       FROM generate_series(1, $1::int)`,
    [n],
  );
  await sampark.sql('ANALYZE audit_entries');
  const digests = `SELECT e.at, e.id, sha256(convert_to(gate.audit_form(e)::text, 'UTF8')) AS digest FROM audit_entries e`;
  const reference = await asSuperuser(sampark.database, async (client) => ({
    kept: await seconds(() => client.query(`CREATE TABLE bench_digests AS ${digests}`)),
    read: await seconds(() => client.query(`SELECT count(*) FILTER (WHERE digest IS NULL) FROM (${digests}) d`)),
  }));
  const sealed = await seconds(() => seal.seal(actor));
  await sampark.sql('ANALYZE audit_chain');

  const verified = await seconds(async () => {
    const found = await sampark.get(VerifyingService).verify(actor);
    if (found.broken || found.entries < n) throw new Error(`Not verified: ${JSON.stringify(found)}`);
  });
  console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  const unit = 'entries/s';
  return [
    {
      what: `sealing ${n} entries`,
      unit,
      figure: n / sealed,
      reference: n / reference.kept,
      against: 'sha256 in SQL into a table',
    },
    {
      what: `verifying ${n} entries`,
      unit,
      figure: n / verified,
      reference: n / reference.read,
      against: 'sha256 in SQL, counted',
    },
  ];
}
