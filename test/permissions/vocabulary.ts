import type { Row, Things, World } from './rows.js';

let made = 0;
const newCode = () => `walked_${(made += 1)}`;
const ADMIN = { state_admin: '200' };
const platform = () => ({
  nameEn: 'Elsewhere',
  nameHi: 'कहीं',
  // Of nobody else.
  hosts: [`walked-${(made += 1)}.example`],
  paths: ['/{handle}'],
  profileLink: 'https://elsewhere.example/{handle}',
});

/** Platforms and skills are the whole organisation's. */
export const rows: Row[] = [
  { route: 'GET /platforms', allowed: ADMIN },
  { route: 'GET /platforms/new', allowed: ADMIN },
  { route: 'POST /platforms', send: () => ({ code: newCode(), ...platform() }), allowed: { state_admin: '201' } },
  { route: 'GET /platforms/:code', thing: 'platform', everywhere: true, allowed: ADMIN },
  { route: 'POST /platforms/:code', thing: 'platform', everywhere: true, send: platform, allowed: ADMIN },
  { route: 'GET /skills', allowed: ADMIN },
  {
    route: 'POST /skills',
    send: () => ({ code: newCode(), nameEn: 'Walks far', nameHi: 'दूर चलते हैं' }),
    allowed: { state_admin: '201' },
  },
  { route: 'POST /skills/:code/turn', thing: 'skill', everywhere: true, allowed: ADMIN },
];

async function aPlatform({ sampark }: World) {
  const code = newCode();
  await sampark.sql(
    `INSERT INTO platforms (code, position, name_en, name_hi, profile_link) VALUES ($1, 99, 'Elsewhere', 'कहीं', 'https://elsewhere.example/{handle}')`,
    [code],
  );
  return { params: { code } };
}

async function aSkill({ sampark }: World) {
  const code = newCode();
  await sampark.sql(`INSERT INTO skills (code, name_en, name_hi) VALUES ($1, 'Walks far', 'दूर चलते हैं')`, [code]);
  return { params: { code } };
}

export const things: Things = { platform: aPlatform, skill: aSkill };
