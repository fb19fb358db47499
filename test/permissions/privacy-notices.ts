import type { Row, Things } from './rows.js';

const OFFICERS = { state_admin: '200', data_protection_officer: '200' };
/** What people are told holds for the whole organisation: an officer of a district reads it, and changes nothing. */
const WHOLE = { state_admin: '200' };

/** What people are told: written by the officer, read by everybody. */
export const rows: Row[] = [
  { route: 'GET /privacy', allowed: 'anyone' },
  { route: 'GET /privacy/:id', thing: 'published notice', allowed: 'anyone' },
  { route: 'GET /privacy-notices', allowed: OFFICERS },
  {
    route: 'POST /privacy-notices',
    thing: 'purpose without a draft',
    everywhere: true,
    send: ({ purpose }) => ({ purpose }),
    allowed: { state_admin: '201' },
  },
  { route: 'GET /privacy-notices/:id', thing: 'published notice', everywhere: true, allowed: OFFICERS },
  { route: 'GET /privacy-notices/:id/text', thing: 'published notice', everywhere: true, allowed: OFFICERS },
  {
    route: 'POST /privacy-notices/:id/text',
    thing: 'draft of a notice',
    everywhere: true,
    send: () => ({ language: 'en', title: 'Photos' }),
    allowed: WHOLE,
  },
  { route: 'GET /privacy-notices/:id/preview', thing: 'published notice', everywhere: true, allowed: OFFICERS },
  {
    route: 'POST /privacy-notices/:id/publication',
    thing: 'notice to publish',
    everywhere: true,
    send: () => ({ count: 0 }),
    allowed: WHOLE,
  },
  { route: 'POST /privacy-notices/:id/end', thing: 'draft of a notice', everywhere: true, allowed: WHOLE },
  {
    route: 'POST /privacy-languages',
    thing: 'language unused',
    everywhere: true,
    send: () => ({ language: 'ur' }),
    allowed: { state_admin: '201' },
  },
  { route: 'POST /privacy-languages/:code/end', thing: 'language in use', everywhere: true, allowed: WHOLE },
];

const TEXT = JSON.stringify({
  title: 'Photos',
  say: 'You may be seen.',
  items: [{ data: 'Pictures', why: 'To show', keep: 'A year', seen: 'Everybody' }],
  responsible: 'The office',
  rights: 'Ask',
  complaint: 'The board',
});

export const things: Things = {
  'published notice': async () => ({ params: { id: 'register-1' } }),
  'purpose without a draft': async ({ sampark }) => {
    await sampark.sql(`DELETE FROM privacy_notices WHERE purpose = 'photos' AND published_at IS NULL`);
    return { purpose: 'photos' };
  },
  'draft of a notice': async ({ sampark }) => {
    const [next] = await sampark.sql<{ n: number }>(
      `SELECT coalesce(max(n) FILTER (WHERE published_at IS NOT NULL), 0)::int + 1 AS n FROM privacy_notices WHERE purpose = 'photos'`,
    );
    await sampark.sql(
      `INSERT INTO privacy_notices (id, purpose, n) VALUES ('photos-' || $1::int, 'photos', $1) ON CONFLICT DO NOTHING`,
      [next!.n],
    );
    return { params: { id: `photos-${next!.n}` } };
  },
  'notice to publish': async (world, at, as) => {
    const made = await things['draft of a notice']!(world, at, as);
    await world.sampark.sql(`UPDATE privacy_notices SET texts = jsonb_build_object('hi', $2::jsonb, 'en', $2::jsonb) WHERE id = $1`, [made.params!.id, TEXT]); // prettier-ignore
    await world.sampark.sql(`UPDATE privacy_languages SET ended_at = now() WHERE code = 'ur'`);
    return made;
  },
  'language unused': async ({ sampark }) => {
    await sampark.sql(`DELETE FROM privacy_languages WHERE code = 'ur'`);
    return {};
  },
  'language in use': async ({ sampark }) => {
    await sampark.sql(
      `INSERT INTO privacy_languages (code) VALUES ('ur') ON CONFLICT (code) DO UPDATE SET ended_at = NULL`,
    );
    return { params: { code: 'ur' } };
  },
};
