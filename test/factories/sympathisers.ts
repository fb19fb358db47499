import { uuidv7 } from '../../src/platform/database/id.js';
import { nameKey } from '../../src/sympathisers/name-key.js';
import type { Sampark } from '../support/sampark.js';

interface Wanted {
  /** Code of the home territory. */
  in: string;
  name?: string;
  phones?: string[];
  emails?: string[];
  identities?: { platform: string; handle: string }[];
  language?: string;
  /** Agreed to the register, contact and invitations on every channel they have a point for; true unless told. */
  consent?: boolean;
  /** A user's id. */
  assignedTo?: string;
  pin?: string;
  district?: number;
  waiting?: boolean;
}

let made = 0;

/**
 * Somebody in the register, straight into the tables, as the superuser: the set-up of a test, not its subject. Without
 * phones, mails and identities they get a phone of their own.
 */
export async function aSympathiser(sampark: Sampark, wanted: Wanted): Promise<{ id: string; name: string }> {
  const id = uuidv7();
  const name = wanted.name ?? 'सुनीता वर्मा';
  const [territory] = await sampark.sql<{ id: string; path: string }>(
    'SELECT id, path FROM territories WHERE code = $1',
    [wanted.in],
  );
  if (!territory) throw new Error(`There is no territory "${wanted.in}".`);
  const { path } = territory;
  const bare = !wanted.phones && !wanted.emails && !wanted.identities;
  const phones = wanted.phones ?? (bare ? [`+9198${String(10_000_000 + ++made)}`] : []);
  const emails = wanted.emails ?? [];
  const identities = wanted.identities ?? [];
  const teamId = wanted.assignedTo ? await teamAt(sampark, territory.id, path) : null;

  await sampark.sql(
    `INSERT INTO people (id, territory_id, path, waiting, full_name, name_key, language, pin, district_lgd, came_by, team_id,
                         assigned_to, assigned_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'user', $10, $11::uuid, CASE WHEN $11::uuid IS NULL THEN NULL ELSE now() END)`,
    [id, territory.id, path, wanted.waiting ?? false, name, nameKey(name), wanted.language ?? null, wanted.pin ?? null,
      wanted.district ?? null, teamId, wanted.assignedTo ?? null], // prettier-ignore
  );
  const points = [...phones.map((value) => ['phone', value]), ...emails.map((value) => ['email', value])];
  for (const [kind, value] of points)
    await sampark.sql('INSERT INTO contact_points (person_id, id, path, kind, value) VALUES ($1, $2, $3, $4, $5)', [
      id,
      uuidv7(),
      path,
      kind,
      value,
    ]);
  for (const { platform, handle } of identities) {
    await sampark.sql(
      'INSERT INTO person_identities (person_id, id, path, platform, handle) VALUES ($1, $2, $3, $4, $5)',
      [id, uuidv7(), path, platform, handle],
    );
    // Families share a WhatsApp number as they share a phone: nobody claims it.
    if (platform === 'whatsapp' && handle.startsWith('+')) continue;
    await sampark.sql('INSERT INTO identity_claims (platform, handle, person_id, path) VALUES ($1, $2, $3, $4)', [
      platform,
      handle,
      id,
      path,
    ]);
  }
  if (wanted.consent ?? true) {
    const channels = new Set([...points.map(([kind]) => kind!), ...identities.map(({ platform }) => platform)]);
    for (const channel of channels)
      for (const purpose of ['register', 'contact', 'invitations'])
        await sampark.sql(
          `INSERT INTO consents (person_id, id, path, purpose, channel, state, how) VALUES ($1, $2, $3, $4, $5, 'given', 'paper')`,
          [id, uuidv7(), path, purpose, channel],
        );
  }
  if (wanted.assignedTo)
    await sampark.sql(
      `INSERT INTO assignments (person_id, id, path, team_id, user_id, state) VALUES ($1, $2, $3, $4, $5, 'given')`,
      [id, uuidv7(), path, teamId, wanted.assignedTo],
    );
  return { id, name };
}

/** The nearest team at or above a territory; a bare one of its own where there is none. */
async function teamAt(sampark: Sampark, territoryId: string, path: string): Promise<string> {
  const [known] = await sampark.sql<{ id: string }>(
    `SELECT id FROM teams WHERE starts_with($1, path) ORDER BY length(path) DESC LIMIT 1`,
    [path],
  );
  if (known) return known.id;
  const id = uuidv7();
  await sampark.sql('INSERT INTO teams (id, territory_id, path, sanctioned_strength) VALUES ($1, $2, $3, 15)', [
    id,
    territoryId,
    path,
  ]);
  return id;
}
