import { controlling, leading, members, type Row, type Things } from './rows.js';
import { below } from './world.js';

const CONVENORS = leading('200');
const CREATED = leading('201');
/** All but a helper at one door. */
const EVERYBODY = {
  ...CONVENORS,
  it_centre_operator: '200',
  ...controlling('200'),
  organiser: '200',
  ...members('200'),
};
let made = 0;

export const rows: Row[] = [
  { route: 'GET /territories', allowed: EVERYBODY },
  {
    route: 'GET /territories/new',
    thing: 'territory',
    send: ({ params }) => ({ parent: params!.id }),
    allowed: CONVENORS,
  },
  {
    route: 'POST /territories',
    thing: 'territory',
    send: ({ params }) => ({
      parent: params!.id,
      level: 'ward',
      name_en: `Ward ${(made += 1)}`,
      name_hi: `वार्ड ${made}`,
      code: `walk-ward-${made}`,
    }),
    allowed: CREATED,
  },
  { route: 'GET /territories/:id', thing: 'territory', allowed: EVERYBODY },
  { route: 'GET /territories/:id/edit', thing: 'ward', allowed: CONVENORS },
  {
    route: 'POST /territories/:id/name',
    thing: 'ward',
    send: () => ({ name_en: 'New Name', name_hi: 'नया नाम' }),
    allowed: CONVENORS,
  },
  { route: 'POST /territories/:id/parent', thing: 'ward', send: ({ parent }) => ({ parent }), allowed: CONVENORS },
  { route: 'POST /territories/:id/end', thing: 'ward', allowed: CONVENORS },
];

export const things: Things = {
  territory: async (_world, at) => ({ params: { id: at.id } }),
  /** A territory right below the place, so that it may be ended and moved; `parent` is where it lies already. */
  ward: async ({ sampark }, at) => ({
    params: { id: (await below(sampark, at, `walk-made-${(made += 1)}`, 'ward')).id },
    parent: at.id,
  }),
};
