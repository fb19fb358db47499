import { Injectable } from '@nestjs/common';
import { scopeOfActor, userIdOf, type GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid } from '../../platform/errors.js';
import { pageOf, readCursor } from '../../platform/web/keyset.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Event } from '../../events/event.entity.js';
import { isWithin } from '../../territories/path.js';
import { Territory } from '../../territories/territory.entity.js';
import { posterCode } from './poster-code.js';
import { Poster } from './poster.entity.js';

const PAGE = 50;
/** Six random letters meet another poster's once in many millions. */
const TRIES = 5;

interface Row {
  code: string;
  label: string;
  territory: string;
  event: string | null;
  made_at: Date;
  made_text: string;
  ended_at: Date | null;
  signed_up: number;
  joined: number;
}

const COLUMNS = `p.code, p.label, CASE $1 WHEN 'hi' THEN t.name_hi ELSE t.name_en END AS territory,
  (SELECT CASE $1 WHEN 'hi' THEN coalesce(e.title_hi, e.title_en) ELSE coalesce(e.title_en, e.title_hi) END
     FROM events e WHERE e.id = p.event_id) AS event, p.event_id,
  p.made_at, p.made_at::text AS made_text, p.ended_at, p.signed_up, p.joined`;

/** Posters with a code of their own: made, counted, ended. */
@Injectable()
export class PostersService {
  constructor(private readonly work: UnitOfWork) {}

  /** Newest first, each with how many signed up by it and how many of them joined. */
  list(actor: GrantActor, locale: Locale, query: { event?: string; limit?: number; cursor?: string }) {
    return this.work.run(actor, async (tx) => {
      const limit = query.limit ?? PAGE;
      const [madeAt, code] = readCursor(query.cursor, 2) ?? [null, null];
      const rows = await tx.query<Row>(
        `SELECT ${COLUMNS} FROM posters p JOIN territories t ON t.id = p.territory_id
          WHERE ($2::uuid IS NULL OR p.event_id = $2) AND ($3::timestamptz IS NULL OR (p.made_at, p.code) < ($3::timestamptz, $4))
          ORDER BY p.made_at DESC, p.code DESC LIMIT $5`,
        [locale, query.event ?? null, madeAt, code, limit + 1],
      );
      const page = pageOf(rows, limit, (row) => [row.made_text, row.code]);
      return { items: page.items.map(({ made_text: _, ...row }) => row), next: page.next };
    });
  }

  /** @throws NotFound out of sight */
  one(actor: GrantActor, locale: Locale, code: string) {
    return this.work.run(actor, async (tx) => {
      await tx.findOrFail(Poster, { code });
      const row = await tx.one<Row & { event_id: string | null; name_en: string; name_hi: string }>(
        `SELECT ${COLUMNS}, t.name_en, t.name_hi FROM posters p JOIN territories t ON t.id = p.territory_id WHERE p.code = $2`,
        [locale, code],
      );
      return row!;
    });
  }

  /**
   * Makes one for a territory of the actor's, or for a meet-up in sight.
   * @throws NotFound for the meet-up; Invalid `territoryId`
   */
  make(actor: GrantActor, wanted: { label: string; territoryId?: string; event?: string }): Promise<{ code: string }> {
    return this.work.run(actor, async (tx) => {
      const event = wanted.event ? await tx.findOrFail(Event, { id: wanted.event }) : null;
      const territory = await tx.find(Territory, { id: event?.territoryId ?? wanted.territoryId ?? actor.territoryId });
      const scope = scopeOfActor(actor);
      if (!territory || territory.toOn || !scope || !isWithin(territory.path, scope))
        throw Invalid.field('territoryId', 'sympathisers.problem.territory');
      for (let tries = 0; tries < TRIES; tries++) {
        const code = posterCode();
        const made = await tx.execute(
          `INSERT INTO posters (code, territory_id, path, event_id, label, made_by) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT DO NOTHING`,
          [code, territory.id, territory.path, event?.id ?? null, wanted.label, userIdOf(actor)],
        );
        if (!made) continue;
        tx.audit('poster.made', { subject: 'poster', path: territory.path, facts: { code, event: event?.id } });
        return { code };
      }
      throw new Error('No code for a poster was free.');
    });
  }

  /** @throws NotFound out of sight */
  end(actor: GrantActor, code: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const poster = await tx.findOrFail(Poster, { code });
      if (poster.endedAt) return;
      await tx.execute('UPDATE posters SET ended_at = now(), ended_by = $2 WHERE code = $1', [code, userIdOf(actor)]);
      tx.audit('poster.ended', { subject: 'poster', path: poster.path, facts: { code } });
    });
  }
}
