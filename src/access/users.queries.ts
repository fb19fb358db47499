import { escapeLike } from '../platform/database/like.js';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/database/actor.js';
import { isGrantActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Locale } from '../platform/i18n/locale.js';
import { NotFound } from '../platform/errors.js';
import { DEFAULT_LIMIT, pageOf, readCursor, type Page } from '../platform/web/keyset.js';
import { mayGive, mayManage, type RoleAt } from './grant-rules.js';
import { initialsOf } from './initials.js';
import { RolesService } from './roles/roles.service.js';
import { USER_STATES, type UsersQuery } from './users.dto.js';

export interface TerritoryName {
  id: string;
  code: string;
  name_en: string;
  name_hi: string;
}

export interface RoleName {
  code: string;
  name_en: string;
  name_hi: string;
}

export interface UserRow {
  id: string;
  name: string;
  initials: string;
  email: string | null;
  phone: string | null;
  language: string;
  state: (typeof USER_STATES)[number];
  territory: TerritoryName;
  grants: { id: string; role: RoleName; territory: TerritoryName }[];
}

export interface GrantRow {
  id: string;
  role: RoleName;
  territory: TerritoryName;
  from: Date;
  to: Date | null;
  inForce: boolean;
  givenBy: string | null;
  why: string | null;
  endedBy: string | null;
  endedWhy: string | null;
  /** Whether the reader may end it. */
  mayEnd: boolean;
}

export interface PostHeld {
  teamId: string;
  kind: string;
  territory: TerritoryName;
  from: Date;
  to: Date | null;
  endedWhy: string | null;
}

export interface UserDetail extends UserRow {
  createdAt: Date;
  passwordSetAt: Date | null;
  disabledAt: Date | null;
  disabledBy: string | null;
  history: GrantRow[];
  posts: PostHeld[];
  /** Whether the reader may disable them and give them a code; if not, because it is oneself or they are more elsewhere. */
  manageable: boolean;
  oneself: boolean;
}

const TERRITORY = (alias: string) =>
  `jsonb_build_object('id', ${alias}.id, 'code', ${alias}.code, 'name_en', ${alias}.name_en, 'name_hi', ${alias}.name_hi)`;

const ROLE = `jsonb_build_object('code', r.code, 'name_en', r.name_en, 'name_hi', r.name_hi)`;

const STATE = `CASE WHEN u.disabled_at IS NOT NULL THEN 'disabled' WHEN u.password_set_at IS NULL THEN 'invited' ELSE 'active' END`;

/** Grants that hold now, as far as the reader sees them. */
const GRANTS = `
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'role', ${ROLE}, 'territory', ${TERRITORY('gt')}) ORDER BY g.path, g.id), '[]')
     FROM grants g JOIN territories gt ON gt.id = g.territory_id JOIN roles r ON r.code = g.role
    WHERE g.user_id = u.id AND gate.grant_holds(g))`;

const USER = `u.id, u.full_name AS name, u.email, u.phone, u.language, ${STATE} AS state, ${TERRITORY('t')} AS territory, ${GRANTS} AS grants`;

/** Reads of users. They are the organisation's own people, not the register's: who looked is not written down. */
@Injectable()
export class UsersQueries {
  constructor(
    private readonly work: UnitOfWork,
    private readonly roleBook: RolesService,
  ) {}

  /** In the order of the tree, so that the index on path serves it, and a district stands together. */
  list(actor: Actor, query: UsersQuery): Promise<Page<UserRow>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 2);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<UserRow & { path: string }>(
        `SELECT ${USER}, u.path
           FROM users u JOIN territories t ON t.path = u.path
          WHERE ($1::text IS NULL OR u.full_name ILIKE $1 OR u.email ILIKE $1 OR u.phone LIKE $1)
            AND ($2::text IS NULL OR ${STATE} = $2)
            AND ($3::text IS NULL OR EXISTS (
                  SELECT FROM grants g WHERE g.user_id = u.id AND g.role = $3 AND gate.grant_holds(g)))
            AND ($4::text IS NULL OR (u.path, u.id) > ($4, $5::uuid))
          ORDER BY u.path, u.id LIMIT $6`,
        [
          query.q ? containing(query.q) : null,
          query.state ?? null,
          query.role ?? null,
          after?.[0] ?? null,
          after?.[1] ?? null,
          limit + 1,
        ],
      );
      const page = pageOf(rows, limit, (row) => [row.path, row.id]);
      return {
        items: page.items.map(({ path: _path, ...row }) => ({ ...row, initials: initialsOf(row.name) })),
        next: page.next,
      };
    });
  }

  /** What the filter by role offers. */
  roles(actor: Actor, locale: Locale): Promise<{ value: string; label: string }[]> {
    return this.work.run(actor, async (tx) =>
      (await this.roleBook.all(tx)).map((role) => ({
        value: role.code,
        label: locale === 'hi' ? role.nameHi : role.nameEn,
      })),
    );
  }

  /** @throws NotFound outside the reader's territory */
  show(actor: Actor, id: string): Promise<UserDetail> {
    return this.work.run(actor, async (tx) => {
      const user = await tx.one<
        UserRow & Pick<UserDetail, 'createdAt' | 'passwordSetAt' | 'disabledAt' | 'disabledBy'>
      >(
        `SELECT ${USER}, u.created_at AS "createdAt", u.password_set_at AS "passwordSetAt", u.disabled_at AS "disabledAt",
                (SELECT n.full_name FROM user_names n WHERE n.id = u.disabled_by) AS "disabledBy"
           FROM users u JOIN territories t ON t.path = u.path WHERE u.id = $1`,
        [id],
      );
      if (!user) throw new NotFound();
      const history = await tx.query<GrantRow & RoleAt>(
        `SELECT g.id, ${ROLE} AS role, r.reach, r.permissions, ${TERRITORY('t')} AS territory, g.from_at AS "from", g.to_at AS "to", g.path,
                gate.grant_holds(g) AS "inForce",
                given.full_name AS "givenBy", g.reason AS why, ended.full_name AS "endedBy", g.end_reason AS "endedWhy"
           FROM grants g JOIN territories t ON t.id = g.territory_id JOIN roles r ON r.code = g.role
           LEFT JOIN user_names given ON given.id = g.given_by
           LEFT JOIN user_names ended ON ended.id = g.ended_by
          WHERE g.user_id = $1 ORDER BY g.from_at DESC, g.id DESC`,
        [id],
      );
      // Posts are the teams' to write; a profile only reads them.
      const posts = await tx.query<PostHeld>(
        `SELECT m.team_id AS "teamId", p.kind, ${TERRITORY('t')} AS territory, m.from_at AS "from", m.to_at AS "to", m.end_reason AS "endedWhy"
           FROM memberships m JOIN posts p ON p.id = m.post_id JOIN teams d ON d.id = m.team_id JOIN territories t ON t.id = d.territory_id
          WHERE m.user_id = $1 ORDER BY m.to_at DESC NULLS FIRST, m.from_at DESC`,
        [id],
      );
      const holds = await tx.query<RoleAt>('SELECT path, reach, permissions FROM gate.grants_ahead($1)', [id]);
      const oneself = isGrantActor(actor) && actor.userId === id;
      return {
        ...user,
        initials: initialsOf(user.name),
        history: history.map(({ path, reach, permissions, ...grant }) => ({
          ...grant,
          mayEnd:
            (grant.to === null || grant.to > new Date()) && !oneself && mayGive(actor, { reach, permissions, path }),
        })),
        posts,
        oneself,
        manageable: !oneself && mayManage(actor, holds),
      };
    });
  }
}

/** A LIKE pattern for words somebody typed; a phone is found however it is grouped. */
function containing(text: string): string {
  const digits = /^[+\d][\d\s-]{4,}$/.test(text) ? text.replace(/[\s-]/g, '').replace(/^0+/, '') : text;
  return `%${escapeLike(digits)}%`;
}
