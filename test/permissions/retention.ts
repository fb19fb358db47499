import { uuidv7 } from '../../src/platform/database/id.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { leading, members, type Row, type Things } from './rows.js';

const ANSWERING = { state_admin: '200', data_protection_officer: '200' };

export const rows: Row[] = [
  { route: 'GET /retention', allowed: ANSWERING },
  {
    route: 'GET /retention/due',
    allowed: { ...leading('200'), it_centre_operator: '200', data_protection_officer: '200', ...members('200') },
  },
  {
    route: 'POST /retention/:code',
    thing: 'clock',
    everywhere: true,
    send: () => ({ months: 36, noticeDays: 30 }),
    // An officer of a district sees the clocks; they are the whole organisation's to set.
    allowed: { state_admin: '200', data_protection_officer: '403' },
  },
  {
    route: 'POST /sympathisers/:id/retention',
    thing: 'noticed, and agreed anew',
    send: () => ({ reason: 'Met them at the fair' }),
    allowed: ANSWERING,
  },
];

export const things: Things = {
  clock: () => Promise.resolve({ params: { code: 'register' } }),
  'noticed, and agreed anew': async ({ sampark }, at, as) => {
    const { id } = await aSympathiser(sampark, { in: at.code, ...(at.level !== 'mandal' && { assignedTo: as.id }) });
    await sampark.sql(
      `INSERT INTO retention_notices (person_id, id, path, rule, noticed_at, erase_on, told)
       SELECT id, $2, path, 'register', now() - interval '1 day', current_date + 29, 'team' FROM people WHERE id = $1`,
      [id, uuidv7()],
    );
    return { params: { id } };
  },
};
