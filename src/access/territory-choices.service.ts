import { Injectable } from '@nestjs/common';
import { isGrantActor, scopeOfActor, type Actor } from '../platform/database/actor.js';
import { isUuid } from '../platform/database/id.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Invalid } from '../platform/errors.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import { LEVELS } from '../territories/levels.js';
import { fitsLevel, holdsAllOf } from './grant-rules.js';
import { RolesService } from './roles/roles.service.js';

interface Option {
  value: string;
  label: string;
}

/** More than a list to choose from holds; the code of any territory can come with the address instead. */
const MOST = 400;

/** What a form that gives a role offers: the roles and territories within the actor's reach. */
@Injectable()
export class TerritoryChoices {
  constructor(
    private readonly work: UnitOfWork,
    private readonly words: Words,
    private readonly roleBook: RolesService,
  ) {}

  /** The roles that the actor may give. Those for one meet-up are given there. */
  roles(actor: Actor, locale: Locale): Promise<Option[]> {
    return this.work.run(actor, async (tx) => {
      const held = (await this.roleBook.all(tx)).filter((role) => holdsAllOf(actor, role) && role.reach !== 'event');
      // A convenor of a district gives no role that only a state or a region has.
      const possible =
        isGrantActor(actor) && actor.scope.from.length > 8 ? held.filter((role) => fitsLevel(role, 'district')) : held;
      return possible.map((role) => ({ value: role.code, label: locale === 'hi' ? role.nameHi : role.nameEn }));
    });
  }

  /** The territories of the actor, grouped by level, the widest first; and the one asked for, whatever its level. */
  territories(actor: Actor, locale: Locale, asked?: string): Promise<{ label: string; options: Option[] }[]> {
    return this.work.run(actor, async (tx) => {
      const scope = scopeOfActor(actor)!;
      const rows = await tx.query<{ code: string; level: string; name: string; id: string }>(
        `SELECT id, code, level, CASE WHEN $3 = 'hi' THEN name_hi ELSE name_en END AS name
           FROM territories
          WHERE path >= $1 AND path < $2 AND to_on IS NULL
            AND (level IN ('state', 'region', 'district', 'mandal') OR path = $1 OR code = $4 OR id::text = $4)
          ORDER BY (code = $4 OR id::text = $4) DESC NULLS LAST, array_position($5::text[], level), name LIMIT $6`,
        [scope.from, scope.to, locale, asked ?? null, LEVELS.map((level) => level.code), MOST],
      );
      return LEVELS.map((level) => ({
        label: this.words.say(locale, level.nameKey),
        options: rows.filter((row) => row.level === level.code).map((row) => ({ value: row.code, label: row.name })),
      })).filter((group) => group.options.length);
    });
  }

  /**
   * The id of a territory that was named by id or code.
   * @throws Invalid `territory`
   */
  async idOf(tx: Transaction, named: string): Promise<string> {
    const column = isUuid(named) ? 'id' : 'code';
    const row = await tx.one<{ id: string }>(`SELECT id FROM territories WHERE ${column} = $1`, [named]);
    if (!row) throw Invalid.field('territory', 'access.no_such_territory');
    return row.id;
  }
}
