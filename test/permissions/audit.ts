import type { Row } from './rows.js';

export const rows: Row[] = [
  { route: 'GET /audit', allowed: { state_admin: '200', region_coordinator: '200', district_convenor: '200' } },
];
