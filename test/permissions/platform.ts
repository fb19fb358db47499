import type { Row, Things } from './rows.js';

export const rows: Row[] = [
  { route: 'GET /healthz', allowed: 'anyone', answers: '200' },
  { route: 'GET /readyz', allowed: 'anyone', answers: '200' },
  // For this machine alone, and only where no mail server is configured.
  { route: 'GET /dev/mailbox', allowed: 'anyone', answers: '200' },
  { route: 'GET /dev/mailbox/:name', thing: 'no mail', allowed: 'anyone', answers: '404' },
  { route: 'GET /dev/mailbox/:name/html', thing: 'no mail', allowed: 'anyone', answers: '404' },
  { route: 'GET /dev/mailbox/:name/raw', thing: 'no mail', allowed: 'anyone', answers: '404' },
];

export const things: Things = {
  'no mail': async () => ({ params: { name: 'none.eml' } }),
};
