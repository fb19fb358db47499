import { uuidv7 } from '../../src/platform/database/id.js';
import type { Sampark } from '../support/sampark.js';
import { aUser, territoryByCode, type AUser } from './users.js';

export interface ATeam {
  id: string;
  members: AUser[];
}

/** A team of a territory with so many members in its posts, straight in the tables. */
export async function aTeamAt(sampark: Sampark, code: string, size: number): Promise<ATeam> {
  const territory = await territoryByCode(sampark, code);
  const id = uuidv7();
  await sampark.sql('INSERT INTO teams (id, territory_id, path, sanctioned_strength) VALUES ($1, $2, $3, 15)', [
    id,
    territory.id,
    territory.path,
  ]);
  const members: AUser[] = [];
  for (let seat = 1; seat <= size; seat++) {
    const user = await aUser(sampark, { role: 'team_member', in: code });
    await joinsTeam(sampark, id, user, seat);
    members.push(user);
  }
  return { id, members };
}

/** Puts a user into a post of a team. */
export async function joinsTeam(
  sampark: Sampark,
  teamId: string,
  user: { id: string },
  seat: number,
  kind = 'member',
): Promise<void> {
  const post = uuidv7();
  await sampark.sql(
    'INSERT INTO posts (id, team_id, path, kind, seat) SELECT $1, id, path, $3, $4 FROM teams WHERE id = $2',
    [post, teamId, kind, seat],
  );
  await sampark.sql(
    'INSERT INTO memberships (id, post_id, team_id, user_id, path) SELECT $1, $2, id, $4, path FROM teams WHERE id = $3',
    [uuidv7(), post, teamId, user.id],
  );
}

/** So many people of a territory who agreed to be in the register, each with a phone; much faster than one by one. */
export async function manyPeople(
  sampark: Sampark,
  code: string,
  size: number,
  assignedTo?: { id: string; teamId: string },
): Promise<string[]> {
  const { id: territoryId, path } = await territoryByCode(sampark, code);
  const ids = Array.from({ length: size }, () => uuidv7());
  await sampark.sql(
    `INSERT INTO people (id, territory_id, path, full_name, name_key, came_by, assigned_to, team_id)
     SELECT i, $2, $3, 'सुनीता ' || n, 'sunita ' || n, 'user', $4, $5 FROM unnest($1::uuid[]) WITH ORDINALITY AS u(i, n)`,
    [ids, territoryId, path, assignedTo?.id ?? null, assignedTo?.teamId ?? null],
  );
  await sampark.sql(
    `INSERT INTO contact_points (person_id, id, path, kind, value)
     SELECT i, gen_random_uuid(), $2, 'phone', '+9197' || lpad((abs(hashtext(i::text)) % 100000000)::text, 8, '0') FROM unnest($1::uuid[]) i`,
    [ids, path],
  );
  await sampark.sql(
    `INSERT INTO consents (person_id, id, path, purpose, channel, state, how)
     SELECT i, gen_random_uuid(), $2, purpose, 'phone', 'given', 'paper'
       FROM unnest($1::uuid[]) i, unnest(ARRAY['register', 'contact']) purpose`,
    [ids, path],
  );
  if (assignedTo)
    await sampark.sql(
      `INSERT INTO assignments (person_id, id, path, team_id, user_id, state)
       SELECT i, gen_random_uuid(), $2, $3, $4, 'given' FROM unnest($1::uuid[]) i`,
      [ids, path, assignedTo.teamId, assignedTo.id],
    );
  return ids;
}
