import { uuidv7 } from '../../src/platform/database/id.js';
import type { Row, Territory, Things, World } from './rows.js';

const OFFICER = { state_admin: '200', data_protection_officer: '200' };

/** What people ask about their data: the state admin and the data protection officer. */
export const rows: Row[] = [
  { route: 'GET /requests', allowed: OFFICER },
  { route: 'GET /requests/new', allowed: OFFICER },
  {
    route: 'POST /requests',
    send: () => ({ kind: 'grievance', cameHow: 'phone', details: 'Too many calls', name: 'Somebody' }),
    allowed: { state_admin: '201', data_protection_officer: '201' },
  },
  { route: 'GET /requests/:id', thing: 'request', allowed: OFFICER },
  { route: 'POST /requests/:id/check', thing: 'request', send: () => ({ how: 'Called back' }), allowed: OFFICER },
  { route: 'POST /requests/:id/notes', thing: 'request', send: () => ({ text: 'Asked the team' }), allowed: OFFICER },
  { route: 'POST /requests/:id/withdrawal', thing: 'request', send: () => ({ text: 'By phone' }), allowed: OFFICER },
  { route: 'GET /requests/:id/letters/new/:letter', thing: 'request', allowed: OFFICER },
  {
    route: 'POST /requests/:id/letters/new/:letter',
    thing: 'request',
    send: () => ({ text: 'Namaste', how: 'print' }),
    allowed: OFFICER,
  },
  { route: 'GET /requests/:id/letters/:entry', thing: 'request', allowed: OFFICER },
];

async function request({ sampark }: World, at: Territory) {
  const [id, entry] = [uuidv7(), uuidv7()];
  await sampark.sql(
    `INSERT INTO privacy_requests (id, territory_id, path, kind, came_how, language, name, details, received_on, due_on)
     VALUES ($1, $2, $3, 'grievance', 'phone', 'hi', 'Somebody', 'Too many calls', current_date, current_date + 90)`,
    [id, at.id, at.path],
  );
  await sampark.sql(
    `INSERT INTO privacy_request_entries (id, request_id, path, what, text, sent_how) VALUES ($1, $2, $3, 'answer', 'Namaste', 'print')`,
    [entry, id, at.path],
  );
  return { params: { id, entry, letter: 'acknowledgement' } };
}

export const things: Things = { request };
