import { uuidv7 } from '../../src/platform/database/id.js';
import { leading, type Row, type Things } from './rows.js';

const CONVENORS = leading('200');
const CREATED = leading('201');
let pin = 400_000;

/** Which of the state's own divisions a territory covers. */
export const rows: Row[] = [
  {
    route: 'GET /coverage',
    thing: 'territory',
    send: ({ params }) => ({ territory: params!.id! }),
    allowed: CONVENORS,
  },
  {
    route: 'GET /coverage/preview',
    thing: 'territory',
    send: ({ params }) => ({ territory: params!.id!, kind: 'pin', value: String((pin += 1)) }),
    allowed: CONVENORS,
  },
  {
    route: 'POST /coverage',
    thing: 'territory',
    send: ({ params }) => ({ territory: params!.id, kind: 'pin', value: String((pin += 1)) }),
    allowed: CREATED,
  },
  { route: 'POST /coverage/:id/removal', thing: 'coverage', allowed: CONVENORS },
  // A row of a file for a territory elsewhere is a problem of that row, and left out.
  { route: 'POST /coverage/file', file: (_made, { at }) => csv(at.code), allowed: CONVENORS },
  { route: 'POST /coverage/rows', send: (_made, { at }) => ({ rows: csv(at.code) }), allowed: CREATED },
];

const csv = (code: string) => `territory_code,kind,value\n${code},pin,${(pin += 1)}\n`;

export const things: Things = {
  coverage: async ({ sampark }, at) => {
    const id = uuidv7();
    await sampark.sql(`INSERT INTO coverage (id, territory_id, path, kind, value) VALUES ($1, $2, $3, 'pin', $4)`, [
      id,
      at.id,
      at.path,
      String((pin += 1)),
    ]);
    return { params: { id } };
  },
};
