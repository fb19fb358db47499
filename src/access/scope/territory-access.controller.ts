import { Controller, Get, Param } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { IdParam } from '../../platform/web/fields.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { Territory } from '../../territories/territory.entity.js';
import { reaches } from '../grant-rules.js';

interface Seer {
  grant_id: string;
  user_id: string;
  full_name: string;
  role_en: string;
  role_hi: string;
  reach: string;
  name_en: string;
  name_hi: string;
  path: string;
  since: Date;
  until: Date | null;
  delegated_by: string | null;
  tokens: number;
}

/** Who can see a territory, and through what: each grant on it or above it. */
@Controller('territories/:id/access')
export class TerritoryAccessController {
  constructor(
    private readonly work: UnitOfWork,
    private readonly words: Words,
  ) {}

  @Get()
  @Allow('grant.read')
  @View('scope/territory')
  list(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Param() { id }: IdParam) {
    return this.work.run(actor, async (tx) => {
      const territory = await tx.findOrFail(Territory, { id });
      if (!reaches(actor, territory.path)) throw new NotFound();
      const seers = await tx.query<Seer>('SELECT * FROM gate.who_sees($1)', [territory.path]);
      // Below it each sees a part of it: how many, by role; their names stand at their own territories.
      const below = await tx.query<{ name_en: string; name_hi: string; n: number }>(
        `SELECT r.name_en, r.name_hi, count(DISTINCT g.user_id)::int AS n
           FROM grants g JOIN roles r ON r.code = g.role
          WHERE g.path > $1 AND g.path < $1 || '~' AND gate.grant_holds(g) GROUP BY r.code ORDER BY n DESC, r.code`,
        [territory.path],
      );
      return {
        territory: { id, name_en: territory.nameEn, name_hi: territory.nameHi },
        items: seers.map((one) => ({
          grantId: one.grant_id,
          user: { id: one.user_id, name: one.full_name, inSight: reaches(actor, one.path) },
          role: { name_en: one.role_en, name_hi: one.role_hi },
          sees: this.words.say(locale, `roles.reach.${one.reach}`),
          territory: { name_en: one.name_en, name_hi: one.name_hi },
          since: one.since,
          until: one.until,
          delegatedBy: one.delegated_by,
          tokens: one.tokens,
        })),
        below,
      };
    });
  }
}
