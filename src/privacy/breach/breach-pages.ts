import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { formatDateTime } from '../../platform/i18n/format.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { wallTimeOf } from '../../events/wall-time.js';
import { BreachQueries } from './breach.queries.js';
import { BreachScope } from './breach-scope.service.js';
import type { DraftName } from './breach.dto.js';
import { asText, draftOf } from './draft.js';

/** What the pages of a case are made of. */
@Injectable()
export class BreachPages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly queries: BreachQueries,
    private readonly scope: BreachScope,
    private readonly words: Words,
    private readonly config: Config,
  ) {}

  /** The form of a new case: empty, of a notice about bulk reading, or of a file that was taken out. */
  form(actor: GrantActor, { notice, export: file }: { notice?: string; export?: string }) {
    return this.work.run(actor, async (tx) => {
      const now = wallTimeOf(new Date(), this.config.timeZone);
      const found = notice ? await this.scope.fromNotice(tx, notice) : null;
      return { begin: found ?? { aware: now, to: now, exports: file }, zone: this.config.timeZone };
    });
  }

  /** @throws NotFound */
  async show(actor: GrantActor, id: string) {
    const breach = await this.queries.show(actor, id, new Date());
    const open = !breach.closedAt;
    return {
      ...breach,
      can: {
        board_told: open && !breach.boardToldAt,
        detailed: open && !!breach.boardToldAt && !breach.detailedAt,
        people_told: open && !breach.peopleToldAt,
        closed: open,
      },
    };
  }

  /** @throws NotFound */
  async draft(actor: GrantActor, id: string, draft: DraftName, locale: Locale) {
    const breach = await this.queries.show(actor, id, new Date());
    const say = (key: string, params?: Record<string, string | number>) => this.words.say(locale, key, params);
    const organisation = locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn;
    const sections = draftOf(draft, breach, say, {
      organisation,
      contact: say('breach.draft.contact_line', { organisation, address: this.config.mailFrom }),
      moment: (at) => formatDateTime(locale, at, this.config.timeZone),
      place: (place) => (locale === 'hi' ? place.name_hi : place.name_en),
    });
    const title = say(`breach.draft.title.${draft}`, { organisation });
    return {
      id,
      draft,
      title,
      case: breach.title,
      sections,
      clock: breach.clock,
      text: asText(title, sections, say('breach.draft.unsaid')),
    };
  }
}
