import pg from 'pg';
import { InactivityService } from '../../src/privacy/retention/inactivity.service.js';
import { RetentionQueries } from '../../src/privacy/retention/retention.queries.js';
import { ErasureService } from '../../src/privacy/erasure/erasure.service.js';
import { adminUrlOf } from '../support/database.js';
import { aSampark } from '../support/sampark.js';
import { median, rowsAsked, seconds, type Bench } from './bench.js';
import { aRegister } from './register.js';

const PEOPLE = 200_000;
const ERASURES = 20;

/** What a night's look at every clock costs, and one erasure. */
export const retentionBench: Bench = {
  name: 'retention',
  about: 'a night of the clocks of retention in a register of --rows N people (200,000 unless told), and erasures',
  async run(args) {
    const people = rowsAsked(args, PEOPLE, 1_000);
    const sampark = await aSampark();
    const admin = new pg.Client({ connectionString: adminUrlOf(sampark.database) });
    await admin.connect();
    try {
      await aRegister(admin, people);
      // They came over three years; of half of them something was heard since. A month's worth is beyond its clock.
      await admin.query(`
        UPDATE people SET created_at = now() - make_interval(days => (get_byte(uuid_send(id), 15) * 256 + get_byte(uuid_send(id), 14)) * 1100 / 65536);
        UPDATE people SET last_reached_at = created_at + (now() - created_at) * get_byte(uuid_send(id), 13) / 256 WHERE get_byte(uuid_send(id), 12) < 128;
        UPDATE consents c SET at = p.created_at FROM people p WHERE p.id = c.person_id;`);
      await admin.query('VACUUM ANALYZE people, consents');
      const system = await sampark.system();
      const inactivity = sampark.get(InactivityService);
      const queries = sampark.get(RetentionQueries);
      const scan = await seconds(() => admin.query('SELECT count(*) FROM people WHERE last_reached_at IS NULL'));
      const night = async (label: string) => {
        let looked = 0;
        let told = 0;
        const look = await seconds(async () => (looked = await inactivity.look(system)));
        const notice = await seconds(async () => (told = await inactivity.giveNotice(system, new Date())));
        const act = await seconds(() => inactivity.act(system));
        const count = await seconds(() => queries.count(system));
        console.log(
          `${label}: ${looked} looked at in ${look.toFixed(1)} s, ${told} noticed in ${notice.toFixed(1)} s, ends in ${act.toFixed(2)} s, forecast in ${count.toFixed(2)} s`,
        );
        return look + notice + act + count;
      };
      const first = await night('the first night');
      await night('the second night (what was left to look at)');
      for (let n = 0; (await inactivity.look(system)) > 0 && n < 40; n++);
      const usual = await night('a usual night');
      const { rows } = await admin.query<{ id: string }>('SELECT id FROM people ORDER BY md5(id::text) LIMIT $1', [
        ERASURES,
      ]);
      const times: number[] = [];
      for (const { id } of rows) {
        await sampark.get(ErasureService).ask(system, id, 'asked');
        times.push(await seconds(() => sampark.get(ErasureService).erase(system, id)));
      }
      return [
        { what: `first night over ${people} people`, unit: 'ms', figure: first * 1000, reference: scan * 1000, against: 'one plain scan of people' },
        { what: 'a usual night', unit: 'ms', figure: usual * 1000, reference: scan * 1000, against: 'one plain scan of people' },
        { what: 'one erasure (median)', unit: 'ms', figure: median(times) * 1000, reference: scan * 1000, against: 'one plain scan of people' },
      ]; // prettier-ignore
    } finally {
      await admin.end();
      await sampark.close();
    }
  },
};
