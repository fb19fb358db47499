import { randomBytes } from 'node:crypto';
import { hashPassword } from '../../src/access/passwords.js';
import { uuidv7 } from '../../src/platform/database/id.js';
import { hashToken, randomToken } from '../../src/platform/security/tokens.js';
import type { Sampark } from '../support/sampark.js';

export interface AUserOptions {
  /** Code of a role, built in or made by the test. */
  role: string;
  /** Code of the territory of the grant, e.g. `agra`. */
  in: string;
  name?: string;
  email?: string;
  /** E.164. */
  phone?: string;
  language?: 'hi' | 'en';
  /** Only where the test signs in by password: hashing takes its time. */
  password?: string;
}

export interface AUser {
  id: string;
  email: string;
  name: string;
  role: string;
  grantId: string;
  territoryId: string;
  path: string;
  /** A bearer token that acts within the grant. */
  token: string;
  /** `name=value` of a session's cookie. */
  cookie: string;
}

const NAMES = [
  'Asha Verma',
  'Ravi Shankar Mishra',
  'सुनीता वर्मा',
  'Imran Khan',
  'Kavita',
  'राजेश कुमार यादव',
  'Meena Devi',
  'Arvind Pal',
];
let made = 0;

/** A user with one grant in force, a token and a session, straight in the tables. */
export async function aUser(sampark: Sampark, options: AUserOptions): Promise<AUser> {
  const territory = await territoryByCode(sampark, options.in);
  made += 1;
  const id = uuidv7();
  const name = options.name ?? NAMES[made % NAMES.length]!;
  const email = options.email ?? `user-${made}-${randomBytes(3).toString('hex')}@example.org`;
  const hash = options.password ? await hashPassword(options.password) : null;
  await sampark.sql(
    `INSERT INTO users (id, full_name, email, phone, language, path, password_hash, password_set_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $7::text IS NULL THEN NULL ELSE now() END)`,
    [id, name, email, options.phone ?? null, options.language ?? 'en', territory.path, hash],
  );
  const grantId = await aGrant(sampark, { id }, options);
  const [token, session] = [randomToken(), randomToken()];
  await sampark.sql('INSERT INTO api_tokens (id, token_hash, user_id, grant_id, name) VALUES ($1, $2, $3, $4, $5)', [
    uuidv7(),
    hashToken(token),
    id,
    grantId,
    'test',
  ]);
  await sampark.sql(
    `INSERT INTO sessions (id, token_hash, user_id, expires_at) VALUES ($1, $2, $3, now() + interval '1 day')`,
    [uuidv7(), hashToken(session), id],
  );
  const cookieName = sampark.config.baseUrl.startsWith('https:') ? '__Host-sampark' : 'sampark';
  return {
    id,
    email,
    name,
    role: options.role,
    grantId,
    territoryId: territory.id,
    path: territory.path,
    token,
    cookie: `${cookieName}=${session}`,
  };
}

/** One more grant of a user, in force from now on. */
export async function aGrant(
  sampark: Sampark,
  user: { id: string },
  options: Pick<AUserOptions, 'role' | 'in'> & { until?: string; delegatedFrom?: string; eventId?: string },
): Promise<string> {
  const territory = await territoryByCode(sampark, options.in);
  const id = uuidv7();
  await sampark.sql(
    `INSERT INTO grants (id, user_id, role, territory_id, path, to_at, delegated_from, event_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      id,
      user.id,
      options.role,
      territory.id,
      territory.path,
      options.until ?? null,
      options.delegatedFrom ?? null,
      options.eventId ?? null,
    ],
  );
  return id;
}

/** A user who helps at the door of one meet-up, and nothing else; ends with the meet-up. */
export async function aHelper(
  sampark: Sampark,
  eventId: string,
  options: Omit<AUserOptions, 'role' | 'in'> = {},
): Promise<AUser> {
  const [place] = await sampark.sql<{ code: string }>(
    'SELECT t.code FROM events e JOIN territories t ON t.id = e.territory_id WHERE e.id = $1',
    [eventId],
  );
  const user = await aUser(sampark, { ...options, role: 'check_in_helper', in: place!.code });
  await sampark.sql(
    `UPDATE grants SET event_id = $2, to_at = (SELECT ends_at + interval '12 hours' FROM events WHERE id = $2) WHERE id = $1`,
    [user.grantId, eventId],
  );
  return user;
}

/** @throws Error where the tree has no such code */
export async function territoryByCode(sampark: Sampark, code: string): Promise<{ id: string; path: string }> {
  const find = () =>
    sampark.sql<{ id: string; path: string }>('SELECT id, path FROM territories WHERE code = $1', [code]);
  const [found] = await find();
  if (found) return found;
  const [size] = await sampark.sql<{ n: number }>('SELECT count(*)::int AS n FROM territories');
  if (size!.n > 50) throw new Error(`There is no territory "${code}".`);
  // A run without the real tree: the root, and a district of that name straight below it.
  await sampark.sql(
    `INSERT INTO territories (id, path, code, level, name_en, name_hi)
     SELECT $1, '0001', 'up', 'state', 'Uttar Pradesh', 'उत्तर प्रदेश' WHERE NOT EXISTS (SELECT FROM territories)`,
    [uuidv7()],
  );
  if (code !== 'up')
    await sampark.sql(
      `WITH root AS (UPDATE territories SET children_made = children_made + 1 WHERE parent_id IS NULL RETURNING id, path, children_made)
       INSERT INTO territories (id, parent_id, path, code, level, name_en, name_hi)
       SELECT $1, id, path || lpad(to_hex(children_made), 4, '0'), $2, 'district', initcap($2), initcap($2) FROM root`,
      [uuidv7(), code],
    );
  return (await find())[0]!;
}
