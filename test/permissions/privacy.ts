import { uuidv7 } from '../../src/platform/database/id.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser, type AUser } from '../factories/users.js';
import { leading, members, type Row, type Territory, type Things, type World } from './rows.js';

/** The data protection officer, and the state admin. */
const OFFICERS = (expected: string) => ({ state_admin: expected, data_protection_officer: expected });
const NOW = () => new Date(Date.now() + 5.5 * 3_600_000).toISOString().slice(0, 16);

/** What the erasing of a minor is answered with: 202 once a part of the program erases. */
const FOUND = '202';

export const rows: Row[] = [
  { route: 'GET /data-protection', allowed: OFFICERS('200') },
  { route: 'POST /data-protection/figures', allowed: OFFICERS('202') },
  { route: 'GET /data-protection/exports', allowed: OFFICERS('200') },
  { route: 'GET /data-protection/without-basis', allowed: OFFICERS('200') },
  { route: 'GET /breaches', allowed: OFFICERS('200') },
  { route: 'GET /breaches/new', allowed: OFFICERS('200') },
  {
    route: 'POST /breaches',
    thing: 'somebody to look into',
    send: ({ params }) => ({
      title: 'Lost phone',
      aware: NOW(),
      from: '2026-01-01T00:00',
      to: NOW(),
      users: [params!.user],
    }),
    everywhere: true,
    allowed: OFFICERS('201'),
  },
  { route: 'GET /breaches/:id', thing: 'breach', allowed: OFFICERS('200') },
  { route: 'POST /breaches/:id/count', thing: 'breach', allowed: OFFICERS('200') },
  {
    route: 'POST /breaches/:id/words',
    thing: 'breach',
    send: () => ({ nature: 'A lost phone.' }),
    allowed: OFFICERS('200'),
  },
  {
    route: 'POST /breaches/:id/steps',
    thing: 'breach',
    send: () => ({ step: 'decision', note: 'The session was ended.' }),
    allowed: OFFICERS('200'),
  },
  {
    route: 'POST /breaches/:id/list',
    thing: 'breach',
    send: () => ({ reason: 'To tell them of it' }),
    allowed: OFFICERS('200'),
  },
  {
    route: 'POST /attempts/:personId/:id/note',
    thing: 'note left out',
    send: () => ({ note: 'Prefers evenings' }),
    allowed: { ...leading('200'), ...members('200') },
  },
  {
    route: 'POST /sympathisers/:id/minor',
    thing: 'sympathiser',
    send: () => ({ sure: true }),
    allowed: { ...leading(FOUND), it_centre_operator: FOUND, ...members({ own: FOUND, below: '404' }) },
  },
  { route: 'GET /breaches/:id/drafts/:draft', thing: 'breach', allowed: OFFICERS('200') },
  { route: 'GET /breaches/:id/drafts/:draft/text', thing: 'breach', allowed: OFFICERS('200') },
];

async function aBreach({ sampark }: World, at: Territory) {
  const id = uuidv7();
  const opener = await aUser(sampark, { role: 'state_admin', in: sampark.config.rootCode });
  await sampark.sql(
    `INSERT INTO breaches (id, territory_id, path, title, aware_at, span_from, span_to, opened_by, counted_at)
     VALUES ($1, $2, $3, 'Lost phone', now(), now() - interval '1 day', now(), $4, now())`,
    [id, at.id, at.path, opener.id],
  );
  return { params: { id, draft: 'board' } };
}

/** A contact of whoever asks, whose note was left out. */
async function noteLeftOut({ sampark }: World, at: Territory, as: AUser) {
  const { id: personId } = await aSympathiser(sampark, { in: at.code, assignedTo: as.id });
  const id = uuidv7();
  await sampark.sql(
    `INSERT INTO attempts (person_id, id, path, user_id, channel, disposition, territory_id, at_path, note_withheld)
     VALUES ($1, $2, $3, $4, 'phone', 'reached', $5, $3, '{health}')`,
    [personId, id, at.path, as.id, at.id],
  );
  return { params: { personId, id } };
}

export const things: Things = {
  'note left out': noteLeftOut,
  breach: aBreach,
  'somebody to look into': async ({ sampark }, at) => ({
    params: { user: (await aUser(sampark, { role: 'team_member', in: at.code })).id },
  }),
};
