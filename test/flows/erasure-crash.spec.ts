import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { withPatience } from '../../src/platform/database/patience.js';
import { ErasureLog } from '../../src/platform/erasure-log/erasure-log.service.js';
import { ErasureService } from '../../src/privacy/erasure/erasure.service.js';
import { anEvent } from '../factories/events.js';
import { sheet } from '../fixtures/intake-sheet.js';
import { anImport } from '../factories/imports.js';
import { aUser, type AUser } from '../factories/users.js';
import { aKillableServer, type KillableServer } from '../support/killable-server.js';
import { whereItStands } from '../support/nothing-kept.js';
import { Program } from '../support/program.js';
import { aSampark, type Sampark } from '../support/sampark.js';

const KEYS = {
  SECRET_KEY: 'a secret key of the tests, long enough',
  SUPPRESSION_KEYS: 'tests:a-suppression-key-of-the-tests-long-enough',
};
/** In everything that anybody has: names, mails, handles, notes. */
const MARK = 'zwackelmann';
const PHONES = '98123076';
/** Of whoever is erased under one of the tests each, by which an export finds them alone. */
const LANGUAGES = ['ta', 'te', 'kn', 'ml', 'bn', 'gu'];

const FILES = ['import_chunks', 'export_chunks'];

let server: KillableServer;
let sampark: Sampark;
let admin: AUser;
let worker: Program;

const sql = <Row = Record<string, unknown>>(text: string, params: unknown[] = []) =>
  withPatience(() => sampark.sql<Row>(text, params), { everyMs: 50 });
const until = async (what: string, holds: () => Promise<boolean>) => {
  for (const end = Date.now() + 25_000; !(await holds()); await wait(25))
    if (Date.now() > end) throw new Error(`In vain for: ${what}. The worker said:\n${worker.output}`);
};
const startWorker = async () => {
  worker = Program.start('main', [], { ...KEYS, DATA_DIR: server.dataDir, PROCESS: 'worker', LOG_LEVEL: 'error' });
  await worker.says(/is working/);
};

beforeAll(async () => {
  server = await aKillableServer();
  // The worker alone writes to the log outside, and does the jobs.
  const env = { ...KEYS, PROCESS: 'web', ERASURE_LOG_FILE: `${server.dataDir}/erasures.log` };
  sampark = await aSampark({ on: server, env });
  admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
  await everybody();
  // What is looked for in the end is there in the beginning.
  const found = (await whereItStands(sampark, MARK)).map((table) => table.replace(/_\d{4}_\d\d$/, ''));
  expect(found).toEqual(
    expect.arrayContaining(['public.audit_values', 'public.contact_points', 'public.import_rejects', 'public.people', 'public.person_identities', 'public.person_notes', 'staging.import_rows']), // prettier-ignore
  );
  for (const table of FILES)
    expect((await sql(`SELECT FROM ${table}`)).length).toBeGreaterThanOrEqual(LANGUAGES.length);
  expect((await sampark.mails()).length).toBe(LANGUAGES.length);
  await startWorker();
}, 120_000);
afterAll(async () => {
  worker?.kill('SIGTERM');
  await worker?.ended();
  await sampark?.close();
  await server?.close();
});

const done = (answer: { status: number; text: string; body: unknown }) => {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body as { id: string };
};

const rowOf = (n: number) => ({ name: `Person${n} Zwackelmann`, phone: `${PHONES}1${n}`, email: `person${n}@${MARK}.example`, platform: 'X', handle: `${MARK}_${n}`, language: LANGUAGES[n]!, remarks: `met ${MARK}` }); // prettier-ignore

/**
 * All of them came by a list; each has notes, values in the trail, a letter that was sent and one to go, a file that was taken
 * out with them alone, and a list of their own that waits.
 */
async function everybody(): Promise<void> {
  const rows = [...LANGUAGES.keys()].map(rowOf);
  await anImport(sampark, admin, [...rows, ...rows.map((row) => ({ ...row, phone: '12', email: '', handle: '' }))]);
  const people = await Promise.all(rows.map((_, n) => idOf(n)));
  const consents = { purposes: ['register', 'contact', 'invitations'], state: 'given', how: 'spoken' };
  for (const id of people) {
    done(await sampark.as(admin).post(`/sympathisers/${id}/notes`, { text: `a note about ${MARK}` }));
    done(await sampark.as(admin).post(`/sympathisers/${id}/consents`, consents));
  }
  for (const [inHours, dueIn] of [[24, '0'], [72, '1 day']] as const) {
    const { id: event } = await anEvent(sampark, { in: 'up', inHours });
    done(await sampark.as(admin).post(`/events/${event}/invitations`, { personIds: people }));
    await sql('UPDATE mails SET due_at = now() + $2::interval WHERE event_id = $1', [event, dueIn]);
  } // prettier-ignore
  for (const [n, row] of rows.entries()) {
    const wanted = { languages: [LANGUAGES[n]!], format: 'csv', columns: ['name', 'phones', 'emails'], reason: 'Name cards', everyPoint: true }; // prettier-ignore
    done(await sampark.as(admin).post('/exports', { ...wanted, count: 1 }));
    done(await sampark.as(admin).upload('/imports', { name: `${n}.csv`, content: sheet([row]) }, { territory: 'up', source: 'a stall' })); // prettier-ignore
  }
  await sampark.drain();
}

const idOf = async (n: number) =>
  (await sql<{ id: string }>('SELECT person_id AS id FROM contact_points WHERE value = $1', [`+91${PHONES}1${n}`]))[0]!.id; // prettier-ignore

/** Where the worker is held: right before it does that to that table. */
interface Moment {
  table: string;
  before: 'INSERT' | 'UPDATE' | 'DELETE';
}

/** Holds whoever comes to that point, until it is let go. */
async function hold({ table, before }: Moment) {
  const keeper = new pg.Client({ connectionString: server.adminUrl });
  keeper.on('error', () => undefined);
  await keeper.connect();
  await keeper.query(`SELECT pg_advisory_lock(4711)`);
  await keeper.query(
    `CREATE OR REPLACE FUNCTION public.held() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NULL; END'`,
  );
  await keeper.query(
    `CREATE TRIGGER held BEFORE ${before} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION public.held()`,
  );
  return {
    reached: () =>
      until(`${before} on ${table}`, async () => {
        const found = await sql(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted`);
        return found.length > 0;
      }),
    letGo: () => keeper.end().catch(() => undefined),
  };
}

const stands = (id: string) =>
  sql(
    `SELECT e.state, e.done_at IS NOT NULL AS done, (SELECT count(*)::int FROM people WHERE id = $1) AS people,
            (SELECT count(*)::int FROM contact_points WHERE person_id = $1) AS points,
            (SELECT count(*)::int FROM person_notes WHERE person_id = $1) AS notes
       FROM erasures e WHERE e.id = $1`,
    [id],
  ).then(([row]) => row);
const WHOLE = { state: 'asked', done: false, people: 1, points: 2, notes: 2 };
const REST_OPEN = { state: 'erased', done: false, people: 0, points: 0, notes: 0 };

describe('an erasure in the middle of which is killed', () => {
  it.each<[string, 'program' | 'postgres', Moment, object]>([
    ['the program, with half of the register gone', 'program', { table: 'person_notes', before: 'DELETE' }, WHOLE],
    ['the program, with all of it gone and nothing committed', 'program', { table: 'erasure_log_pending', before: 'INSERT' }, WHOLE],
    ['the program, outside the register', 'program', { table: 'public.import_rejects', before: 'UPDATE' }, REST_OPEN],
    ['the program, with the log written and the database not told', 'program', { table: 'erasure_log_head', before: 'UPDATE' }, {}],
    ['Postgres, with half of the register gone', 'postgres', { table: 'person_notes', before: 'DELETE' }, WHOLE],
    ['Postgres, outside the register', 'postgres', { table: 'public.import_rejects', before: 'UPDATE' }, REST_OPEN],
  ])('%s', async (name, what, moment, then) => {
    const id = await idOf(made++);
    const held = await hold(moment);
    await sampark.get(ErasureService).ask(await sampark.system(), id, 'asked');
    await held.reached();
    if (what === 'postgres') server.kill();
    else {
      worker.kill('SIGKILL');
      expect(await worker.ended()).toBe('SIGKILL');
    }
    await held.letGo();
    expect(await stands(id)).toMatchObject(then);
    await sql(`DROP TRIGGER held ON ${moment.table}`);
    if (what === 'program') await startWorker();
    await until(`the end of: ${name}`, async () => (await stands(id))?.done === true);
    // By the same process where the database alone was gone.
    expect(worker.child.exitCode).toBeNull();
  }, 40_000); // prettier-ignore
  let made = 0;

  it('is whole and once in the end: nothing of them is anywhere, and both logs know it once', async () => {
    await until('the log', async () => (await sql('SELECT 1 FROM erasure_log_pending')).length === 0);
    expect([await whereItStands(sampark, MARK), await whereItStands(sampark, PHONES)]).toEqual([[], []]);
    expect(await sql('SELECT 1 AS n FROM erasures WHERE traces IS NOT NULL OR done_at IS NULL')).toEqual([]);
    for (const table of FILES) expect([table, await sql(`SELECT 1 AS n FROM ${table}`)]).toEqual([table, []]);
    expect(await sampark.mails()).toEqual([]);
    const entries = await sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM audit_entries WHERE action = 'erasure.done' GROUP BY subject_id`,
    );
    expect(entries.map(({ n }) => n)).toEqual(LANGUAGES.map(() => 1));
    const log = new Map<string, number>();
    const file = await sampark.get(ErasureLog).file(await sampark.system());
    await file.read(({ kind, hash }) => {
      const key = `${kind} ${hash.toString('base64url')}`;
      log.set(key, (log.get(key) ?? 0) + 1);
    });
    const persons = [...log].filter(([key]) => key.startsWith('person.erased '));
    expect(persons).toHaveLength(LANGUAGES.length);
    expect([...log].filter(([, times]) => times > 1)).toEqual([]);
  });
});
