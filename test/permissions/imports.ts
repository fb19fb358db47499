import { uuidv7 } from '../../src/platform/database/id.js';
import { sheet } from '../fixtures/intake-sheet.js';
import { leading, type Row, type Things } from './rows.js';

const CONVENORS = leading('200');
const RUNNING = { ...CONVENORS, it_centre_operator: '200' };
const SEEING = { ...RUNNING, data_protection_officer: '200' };
const ACCEPTED = leading('202');
// The form names the territory: where it isn't theirs it is told at that field, as if there were no such one.
const UPLOADED = { own: '201', below: '201', neighbour: '422', above: '422' };

const NO_PIECE = { own: '422', below: '422', neighbour: '422', above: '422' };

export const rows: Row[] = [
  { route: 'GET /imports', allowed: { ...CONVENORS, it_centre_operator: '200', data_protection_officer: '200' } },
  { route: 'GET /imports/new', allowed: { ...CONVENORS, it_centre_operator: '200' } },
  {
    route: 'POST /imports',
    thing: 'territory',
    file: () => sheet([{ name: 'Ram Kumar', phone: '9876543210' }]),
    send: (_made, { at }) => ({ territory: at.code, source: 'a stall at the fair' }),
    allowed: {
      state_admin: UPLOADED,
      region_coordinator: UPLOADED,
      district_convenor: UPLOADED,
      it_centre_operator: UPLOADED,
    },
  },
  {
    route: 'GET /imports/:id',
    thing: 'import',
    allowed: { ...CONVENORS, it_centre_operator: '200', data_protection_officer: '200' },
  },
  {
    route: 'GET /imports/:id/rejects',
    thing: 'import',
    allowed: { ...CONVENORS, it_centre_operator: '200', data_protection_officer: '200' },
  },
  { route: 'GET /imports/:id/warned.csv', thing: 'import', allowed: SEEING },
  { route: 'GET /imports/:id/territories', thing: 'import', allowed: SEEING },
  {
    route: 'POST /imports/uploads',
    thing: 'territory',
    send: (_made, { at }) => ({ id: uuidv7(), territory: at.code, source: 'a stall', name: 'x.csv', size: 10 }),
    allowed: {
      state_admin: { ...UPLOADED, own: '200', below: '200' },
      region_coordinator: { ...UPLOADED, own: '200', below: '200' },
      district_convenor: { ...UPLOADED, own: '200', below: '200' },
      it_centre_operator: { ...UPLOADED, own: '200', below: '200' },
    },
  },
  { route: 'GET /imports/:id/upload', thing: 'import', allowed: RUNNING },
  // A piece is bytes, which no row can send: what is missing is told before the file is looked for.
  {
    route: 'POST /imports/:id/upload',
    thing: 'import',
    send: () => ({}),
    allowed: {
      state_admin: NO_PIECE,
      region_coordinator: NO_PIECE,
      district_convenor: NO_PIECE,
      it_centre_operator: NO_PIECE,
    },
  },
  {
    route: 'POST /imports/:id/mapping',
    thing: 'import',
    send: () => ({ fields: ['name', 'phone'] }),
    allowed: { ...ACCEPTED, it_centre_operator: '202' },
  },
  {
    route: 'POST /imports/:id/confirmation',
    thing: 'import',
    allowed: { ...ACCEPTED, it_centre_operator: '202' },
  },
  {
    route: 'POST /imports/:id/cancellation',
    thing: 'import',
    allowed: { ...CONVENORS, it_centre_operator: '200' },
  },
  {
    route: 'POST /imports/:id/kept-mapping',
    thing: 'keptMapping',
    send: ({ mapping }) => ({ mapping }),
    allowed: { ...ACCEPTED, it_centre_operator: '202' },
  },
  { route: 'POST /imports/:id/stop', thing: 'runningImport', allowed: { ...ACCEPTED, it_centre_operator: '202' } },
  { route: 'GET /imports/:id/undo', thing: 'finishedImport', allowed: RUNNING },
  { route: 'POST /imports/:id/undo', thing: 'finishedImport', allowed: { ...ACCEPTED, it_centre_operator: '202' } },
  { route: 'GET /imports/:id/kept.csv', thing: 'finishedImport', allowed: SEEING },
  { route: 'GET /imports/:id/kept', thing: 'finishedImport', allowed: SEEING },
];

/** The same import in another state. */
const inState =
  (state: string): Things[string] =>
  async (world, at, as) => {
    const made = await things.import!(world, at, as);
    await world.sampark.sql('UPDATE import_batches SET state = $2, confirmed_at = now() WHERE id = $1', [
      made.params!.id,
      state,
    ]);
    return made;
  };

export const things: Things = {
  runningImport: inState('merging'),
  finishedImport: inState('done'),
  keptMapping: async (world, at, as) => {
    const made = await things.import!(world, at, as);
    const mapping = uuidv7();
    await world.sampark.sql(
      `INSERT INTO import_mappings (id, territory_id, path, name, headers, fields)
       VALUES ($1, $2, $3, 'ours', '{full name,mobile}', '{name,phone}')`,
      [mapping, at.id, at.path],
    );
    return { ...made, mapping };
  },
  /** A file that was read and waits for somebody's word, with a row that can't be used. */
  import: async ({ sampark }, at, as) => {
    const id = uuidv7();
    await sampark.sql(
      `INSERT INTO import_batches (id, territory_id, path, scope, state, file_name, sha256, source, mapping, rows, rejected, created_by)
       VALUES ($1, $2, $3, $3, 'previewed', 'list.csv', 'none', 'a stall at the fair', $4, 1, 1, $5)`,
      [
        id,
        at.id,
        at.path,
        { encoding: 'utf-8', delimiter: ',', columns: ['Full name', 'Mobile'], fields: ['name', 'phone'] },
        as.id,
      ],
    );
    await sampark.sql(
      `INSERT INTO import_rejects (batch_id, row_no, path, code, field, line) VALUES ($1, 2, $2, 'no_name', 'name', ARRAY['', '9876543210'])`,
      [id, at.path],
    );
    await sampark.sql(
      `INSERT INTO import_territories (batch_id, n, path, territory_id, people, changed, same, suggested, suppressed, rejected)
       VALUES ($1, 1, $2, $3, 0, 0, 0, 0, 0, 1)`,
      [id, at.path, at.id],
    );
    return { params: { id } };
  },
};
