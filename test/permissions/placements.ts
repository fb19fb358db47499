import { PlacementService } from '../../src/sympathisers/placement/placement.service.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { leading, type Row, type Things } from './rows.js';
import { below } from './world.js';

const CONVENORS = leading('200');
let made = 0;

/** Who waits for a home, and giving them one. */
export const rows: Row[] = [
  { route: 'GET /placements', thing: 'territory', send: ({ params }) => ({ at: params!.id! }), allowed: CONVENORS },
  {
    route: 'POST /placements',
    thing: 'somebody who waits',
    send: ({ home, person }) => ({ territory: home, people: [person] }),
    allowed: CONVENORS,
  },
  { route: 'POST /placements/by-coverage', allowed: CONVENORS },
  { route: 'POST /placements/:id/undo', thing: 'placement', allowed: CONVENORS },
];

export const things: Things = {
  /** Waits at the place; `home` is a territory right below it. */
  'somebody who waits': async ({ sampark }, at) => {
    const { id } = await aSympathiser(sampark, { in: at.code, waiting: true });
    return { person: id, home: (await below(sampark, at, `walk-home-${(made += 1)}`, 'ward')).id };
  },
  /** Somebody was placed from the place to a territory right below it. */
  placement: async ({ sampark }, at) => {
    const { id } = await aSympathiser(sampark, { in: at.code, waiting: true });
    const home = await below(sampark, at, `walk-home-${(made += 1)}`, 'ward');
    const placed = await sampark.get(PlacementService).placeAt(await sampark.system(), home.id, { ids: [id] });
    return { params: { id: placed.move! } };
  },
};
