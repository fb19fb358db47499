import { containing } from '../platform/database/like.js';
import { Injectable } from '@nestjs/common';
import { initialsOf } from '../access/initials.js';
import { scopeOfActor, seesEverybody, type Actor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { NotFound } from '../platform/errors.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import { ListQuery } from '../platform/web/fields.js';
import { TEAM_LEVELS } from './posts.js';
import type { TeamsQuery } from './teams.dto.js';

export interface TerritoryName {
  id: string;
  code: string;
  level: string;
  name_en: string;
  name_hi: string;
}

export interface TeamRow {
  id: string;
  territory: TerritoryName;
  sanctioned: number;
  filled: number;
  openedAt: Date;
}

export interface PostRow {
  id: string;
  kind: string;
  seat: number;
  holder: { userId: string; name: string; initials: string; since: string; disabled: boolean } | null;
  /** How many people its holder looks after, and when they last logged something; null for who can't see all of it. */
  load: number | null;
  activity: Date | null;
}

export interface PastHolder {
  kind: string;
  seat: number;
  userId: string;
  name: string;
  from: Date;
  to: Date;
  why: string | null;
  endedBy: string | null;
}

export interface PostDetail extends PostRow {
  team: { id: string; territory: TerritoryName };
  history: PastHolder[];
  /** Users who could take it, where it is vacant: in sight, enabled, without a post in this team. */
  candidates: { id: string; name: string; territory: TerritoryName }[];
}

const TERRITORY = `jsonb_build_object('id', t.id, 'code', t.code, 'level', t.level, 'name_en', t.name_en, 'name_hi', t.name_hi)`;

const TEAM = `d.id, ${TERRITORY} AS territory, d.sanctioned_strength AS sanctioned, d.opened_at AS "openedAt",
  (SELECT count(*)::int FROM memberships m WHERE m.team_id = d.id AND m.to_at IS NULL) AS filled`;

const MOST_CANDIDATES = 200;

@Injectable()
export class TeamsQueries {
  constructor(private readonly work: UnitOfWork) {}

  /** The posts that somebody still holds by a grant that is over: given with the post, or for the same territory. */
  postsOfGrant(actor: Actor, grantId: string): Promise<{ postId: string; why: string | null }[]> {
    return this.work.run(actor, (tx) =>
      tx.query(
        `SELECT m.post_id AS "postId", g.end_reason AS why
           FROM grants g JOIN memberships m ON m.user_id = g.user_id AND m.to_at IS NULL JOIN teams t ON t.id = m.team_id
          WHERE g.id = $1 AND NOT gate.grant_holds(g) AND (m.grant_id = g.id OR (m.grant_id IS NULL AND t.territory_id = g.territory_id))`,
        [grantId],
      ),
    );
  }

  /** In the order of the tree. A member sees the teams of their own territory. */
  list(actor: Actor, query: TeamsQuery): Promise<Page<TeamRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 2);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<TeamRow & { path: string }>(
        `SELECT ${TEAM}, d.path
           FROM teams d JOIN territories t ON t.id = d.territory_id
          WHERE d.closed_at IS NULL AND ($1::text IS NULL OR t.name_en ILIKE $1 OR t.name_hi LIKE $1 OR t.code LIKE lower($1))
            AND ($2::text IS NULL OR t.level = $2)
            AND ($3::text IS NULL OR (d.path, d.id) > ($3, $4::uuid))
          ORDER BY d.path, d.id LIMIT $5`,
        [containing(query.q), query.level ?? null, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.path, row.id]);
      return { items: page.items.map(({ path: _path, ...row }) => row), next: page.next };
    });
  }

  /** Territories of the actor that could have a team and have none yet. */
  openable(actor: Actor, query: ListQuery): Promise<Page<TerritoryName>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 1);
    return this.work.run(actor, async (tx) => {
      const scope = scopeOfActor(actor)!;
      const rows = await tx.query<TerritoryName & { path: string }>(
        `SELECT t.id, t.code, t.level, t.name_en, t.name_hi, t.path
           FROM territories t
          WHERE t.path >= $1 AND t.path < $2 AND t.to_on IS NULL AND t.level = ANY ($3)
            AND NOT EXISTS (SELECT FROM teams d WHERE d.territory_id = t.id)
            AND ($4::text IS NULL OR t.name_en ILIKE $4 OR t.name_hi LIKE $4 OR t.code LIKE lower($4))
            AND ($5::text IS NULL OR t.path > $5)
          ORDER BY t.path LIMIT $6`,
        [scope.from, scope.to, TEAM_LEVELS, containing(query.q), after?.[0] ?? null, limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.path]);
      return { items: page.items.map(({ path: _path, ...row }) => row), next: page.next };
    });
  }

  /** @throws NotFound outside the reader's territory */
  show(actor: Actor, id: string): Promise<TeamRow & { posts: PostRow[]; history: PastHolder[] }> {
    return this.work.run(actor, async (tx) => {
      const team = await tx.one<TeamRow>(
        `SELECT ${TEAM} FROM teams d JOIN territories t ON t.id = d.territory_id WHERE d.id = $1`,
        [id],
      );
      if (!team) throw new NotFound();
      const posts = await tx.query<PostRow>(POSTS, [id, null, seesEverybody(actor)]);
      return { ...team, posts: posts.map(withInitials), history: await tx.query<PastHolder>(HISTORY, [id, null]) };
    });
  }

  /** @throws NotFound outside the reader's territory */
  post(actor: Actor, id: string): Promise<PostDetail> {
    return this.work.run(actor, async (tx) => {
      const found = await tx.one<{ team_id: string; territory: TerritoryName }>(
        `SELECT p.team_id, ${TERRITORY} AS territory
           FROM posts p JOIN teams d ON d.id = p.team_id JOIN territories t ON t.id = d.territory_id WHERE p.id = $1`,
        [id],
      );
      if (!found) throw new NotFound();
      const [post] = await tx.query<PostRow>(POSTS, [found.team_id, id, seesEverybody(actor)]);
      const candidates = post!.holder
        ? []
        : await tx.query<PostDetail['candidates'][number]>(
            `SELECT u.id, u.full_name AS name, ${TERRITORY} AS territory
               FROM users u JOIN territories t ON t.path = u.path
              WHERE u.disabled_at IS NULL
                AND NOT EXISTS (SELECT FROM memberships m WHERE m.team_id = $1 AND m.user_id = u.id AND m.to_at IS NULL)
              ORDER BY u.full_name, u.id LIMIT $2`,
            [found.team_id, MOST_CANDIDATES],
          );
      return {
        ...withInitials(post!),
        team: { id: found.team_id, territory: found.territory },
        history: await tx.query<PastHolder>(HISTORY, [found.team_id, id]),
        candidates,
      };
    });
  }
}

/** Seats in their order, with who holds them now. Disabled is told to those who may see the user. */
const POSTS = `
  SELECT p.id, p.kind, p.seat,
         CASE WHEN $3 AND m.id IS NOT NULL THEN
           (SELECT count(*)::int FROM people x WHERE x.assigned_to = m.user_id AND x.closed_at IS NULL) END AS load,
         CASE WHEN $3 THEN (SELECT max(a.server_at) FROM attempts a WHERE a.user_id = m.user_id) END AS activity,
         CASE WHEN m.id IS NULL THEN NULL
              ELSE jsonb_build_object('userId', m.user_id, 'name', n.full_name, 'since', m.from_at,
                                      'disabled', coalesce(u.disabled_at IS NOT NULL, false)) END AS holder
    FROM posts p
    LEFT JOIN memberships m ON m.post_id = p.id AND m.to_at IS NULL
    LEFT JOIN user_names n ON n.id = m.user_id
    LEFT JOIN users u ON u.id = m.user_id
   WHERE p.team_id = $1 AND ($2::uuid IS NULL OR p.id = $2)
   ORDER BY p.seat`;

/** A member sees their own people alone: what others do would be counted wrong. */

const HISTORY = `
  SELECT p.kind, p.seat, m.user_id AS "userId", n.full_name AS name, m.from_at AS "from", m.to_at AS "to",
         m.end_reason AS why, e.full_name AS "endedBy"
    FROM memberships m JOIN posts p ON p.id = m.post_id
    LEFT JOIN user_names n ON n.id = m.user_id
    LEFT JOIN user_names e ON e.id = m.ended_by
   WHERE m.team_id = $1 AND m.to_at IS NOT NULL AND ($2::uuid IS NULL OR p.id = $2)
   ORDER BY m.to_at DESC LIMIT 50`;

const withInitials = (post: PostRow): PostRow => ({
  ...post,
  holder: post.holder && { ...post.holder, initials: initialsOf(post.holder.name) },
});
