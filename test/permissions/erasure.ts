import { leading, members, type Row, type Things } from './rows.js';

/** For those who answer for the data: the officer, and the state admin. */
const ANSWERING = { state_admin: '200', data_protection_officer: '200' };

export const rows: Row[] = [
  { route: 'GET /erasures', allowed: ANSWERING },
  {
    route: 'POST /erasures/:id/refusal',
    thing: 'wish to be erased',
    send: () => ({ reason: 'They meant no more calls' }),
    allowed: ANSWERING,
  },
  { route: 'GET /sympathisers/:id/erasure', thing: 'sympathiser', allowed: ANSWERING },
  {
    route: 'POST /sympathisers/:id/erasure',
    thing: 'sympathiser',
    send: () => ({ word: 'erase' }),
    allowed: { state_admin: '202', data_protection_officer: '202' },
  },
  {
    route: 'POST /sympathisers/:id/erasure-wish',
    thing: 'sympathiser',
    allowed: { ...leading('202'), it_centre_operator: '202', ...members({ own: '202', below: '404' }) },
  },
];

export const things: Things = {
  'wish to be erased': async (world, at, as) => {
    const { params } = await personOf(world, at, as);
    await world.sampark.sql(
      `INSERT INTO erasures (id, path, state, why) SELECT id, path, 'wished', 'asked' FROM people WHERE id = $1`,
      [params!.id],
    );
    return { params: { id: params!.id! } };
  },
};

async function personOf(...[world, at, as]: Parameters<Things[string]>) {
  const { things: known } = await import('./sympathisers.js');
  return known.sympathiser!(world, at, as);
}
