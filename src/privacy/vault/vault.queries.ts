import { Injectable } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import { DEFAULT_LIMIT, pageOf, readCursor } from '../../platform/web/keyset.js';
import type { ListQuery } from '../../platform/web/fields.js';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

interface Row {
  id: string;
  person: string;
  name_en: string;
  name_hi: string;
  jurisdiction: string;
  rule: string;
  sealed_at: Date;
  purge_on: string;
}

interface Opening {
  id: string;
  askedAt: string;
  openedAt: string | null;
  openedBy: string | null;
  approvals: { userId: string; name: string; why: string; at: string }[];
}

/** What lies in the vault, without what is in it. */
@Injectable()
export class VaultQueries {
  constructor(private readonly work: UnitOfWork) {}

  list(actor: GrantActor, query: ListQuery) {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const after = readCursor(query.cursor, 1);
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<Row>('SELECT *, purge_on::text AS purge_on FROM vault.list($1, $2)', [
        after?.[0] ?? null,
        limit + 1,
      ]);
      const page = pageOf(rows.map(entryOf), limit, (row) => [row.id]);
      tx.shown(
        'vault.list',
        page.items.map(({ person }) => person),
      );
      return page;
    });
  }

  /** One entry with who asked to open it, and what the reader may do. @throws NotFound */
  one(actor: GrantActor, id: string, now: Date) {
    return this.work.run(actor, async (tx) => {
      const row = await tx.one<Row & { openings: Opening[] }>(
        'SELECT *, purge_on::text AS purge_on FROM vault.entry($1)',
        [id],
      );
      if (!row) throw new NotFound();
      tx.shown('vault.entry', [row.person]);
      const openings = row.openings.map((opening) => stateOf(opening, actor.userId, now));
      return {
        ...entryOf(row),
        openings,
        mayAsk: !openings.some(({ state }) => state === 'waiting' || state === 'ready'),
      };
    });
  }
}

const entryOf = ({ id, person, name_en, name_hi, jurisdiction, rule, sealed_at, purge_on }: Row) => ({
  id,
  person,
  territory: { name_en, name_hi },
  jurisdiction,
  rule,
  sealedAt: sealed_at,
  purgeOn: purge_on,
});

/** waiting for a second person; ready; open for its hour; over. */
function stateOf(opening: Opening, reader: string, now: Date) {
  const age = (since: string) => now.getTime() - new Date(since).getTime();
  const mine = opening.approvals.some(({ userId }) => userId === reader);
  const { openedAt, openedBy } = opening;
  let state: 'waiting' | 'ready' | 'open' | 'over';
  if (openedAt) state = age(openedAt) < HOUR_MS ? 'open' : 'over';
  else if (age(opening.askedAt) > WEEK_MS) state = 'over';
  else state = opening.approvals.length >= 2 ? 'ready' : 'waiting';
  return {
    id: opening.id,
    askedAt: new Date(opening.askedAt),
    approvals: opening.approvals.map(({ name, why, at }) => ({ name, why, at: new Date(at) })),
    state,
    closesAt: openedAt && new Date(new Date(openedAt).getTime() + HOUR_MS),
    mayApprove: state === 'waiting' && !mine,
    mayOpen: state === 'ready' && mine,
    mayRead: state === 'open' && openedBy === reader,
  };
}
