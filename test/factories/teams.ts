import { uuidv7 } from '../../src/platform/database/id.js';
import { postsOf, strengthOf } from '../../src/teams/posts.js';
import type { Sampark } from '../support/sampark.js';
import { territoryByCode } from './users.js';

export interface ATeam {
  id: string;
  territoryId: string;
  path: string;
  /** In the order of their seats. */
  posts: { id: string; kind: string; seat: number }[];
}

/** The open team of a territory, straight in the tables; `members` hold its member posts (they need a grant of their own). */
export async function aTeam(sampark: Sampark, options: { in: string; members?: { id: string }[] }): Promise<ATeam> {
  const territory = await territoryByCode(sampark, options.in);
  const [{ level }] = (await sampark.sql<{ level: string }>('SELECT level FROM territories WHERE id = $1', [
    territory.id,
  ])) as [{ level: string }];
  const strength = strengthOf(level, sampark.config);
  if (strength === null) throw new Error(`A ${level} has no team.`);
  const team: ATeam = { id: uuidv7(), territoryId: territory.id, path: territory.path, posts: [] };
  await sampark.sql('INSERT INTO teams (id, territory_id, path, sanctioned_strength) VALUES ($1, $2, $3, $4)', [
    team.id,
    team.territoryId,
    team.path,
    strength,
  ]);
  team.posts = postsOf(level, strength).map((kind, index) => ({ id: uuidv7(), kind, seat: index + 1 }));
  await sampark.sql(
    `INSERT INTO posts (id, team_id, path, kind, seat)
     SELECT p.id, $1, $2, p.kind, p.seat FROM jsonb_to_recordset($3) AS p (id uuid, kind text, seat int)`,
    [team.id, team.path, JSON.stringify(team.posts)],
  );
  const seats = team.posts.filter((post) => post.kind === 'member');
  for (const [index, member] of (options.members ?? []).entries())
    await aMembership(sampark, team, member, seats[index]!.id);
  return team;
}

/** Puts a user on a post, from now on. */
export async function aMembership(
  sampark: Sampark,
  team: ATeam,
  user: { id: string },
  postId: string,
): Promise<{ id: string }> {
  const id = uuidv7();
  await sampark.sql('INSERT INTO memberships (id, post_id, team_id, user_id, path) VALUES ($1, $2, $3, $4, $5)', [
    id,
    postId,
    team.id,
    user.id,
    team.path,
  ]);
  return { id };
}
