import { Injectable } from '@nestjs/common';
import { maskedName } from '../../events/rsvp/masked-name.js';
import { Config } from '../../platform/config/config.js';
import type { LinkActor } from '../../platform/database/actor.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import type { OwnLink } from '../../sympathisers/own-links.js';

interface Row {
  name: string;
  came_by: string;
  created_at: Date;
  address: string | null;
}

/** What may be seen by whoever holds a mail that was passed on: a name and an address that only their bearer recognises. */
@Injectable()
export class WhyPage {
  constructor(
    private readonly work: UnitOfWork,
    private readonly words: Words,
    private readonly config: Config,
    private readonly root: RootScope,
  ) {}

  async show(holders: LinkActor[], locale: Locale) {
    const people = [];
    for (const holder of holders)
      people.push(
        await this.work.run(holder, async (tx) => {
          const row = (await tx.one<Row>(
            `SELECT p.full_name AS name, p.came_by, p.created_at,
                    (SELECT c.value FROM contact_points c WHERE c.person_id = p.id AND c.kind = 'email' AND c.dead_at IS NULL
                      ORDER BY c.preferred DESC, c.created_at, c.id LIMIT 1) AS address
               FROM people p WHERE p.id = $1`,
            [holder.personId],
          ))!;
          tx.shown('own_data.why', [holder.personId]);
          const how = ['import', 'join_form', 'walk_in', 'user'].includes(row.came_by) ? row.came_by : 'user';
          // The source in the office's own words may say more than a stranger should read.
          const why = this.words.say(locale, `mailings.source.${how}`, {
            since: row.created_at,
            source: '',
            known: 'no',
          });
          return { name: maskedName(row.name), why, address: row.address && maskedAddress(row.address) };
        }),
      );
    return { people, endsOn: await this.endOf(holders), ...this.responsible() };
  }

  /** The day on which they will be erased if nothing is heard of them: the letter that says so leads here. */
  private async endOf(holders: LinkActor[]): Promise<Date | null> {
    const actor = { kind: 'system' as const, name: 'system:own-data', scope: await this.root.scope() };
    const row = await this.work.run(actor, (tx) =>
      tx.one<{ on: string | null }>(
        'SELECT min(erase_on)::text AS on FROM retention_notices WHERE person_id = ANY ($1)',
        [holders.map(({ personId }) => personId)],
      ),
    );
    return row?.on ? new Date(`${row.on}T00:00:00Z`) : null;
  }

  newMail(link: OwnLink) {
    return this.work.run(link, async (tx) => {
      const row = (await tx.one<{ name: string; value: string | null }>(
        `SELECT p.full_name AS name, l.value FROM people p JOIN own_data_links l ON l.person_id = p.id AND l.id = $2 WHERE p.id = $1`,
        [link.personId, link.linkId],
      ))!;
      tx.shown('own_data.why', [link.personId]);
      return { name: maskedName(row.name), address: row.value };
    });
  }

  /** Who answers for what we hold. */
  responsible() {
    return { officer: this.config.officerMail, days: this.config.ownDataLinkDays };
  }
}

/** `sunita.verma@mail.example.org` gives `s…@m….org`. */
export function maskedAddress(address: string): string {
  const [local = '', domain = ''] = address.split('@');
  return `${[...local][0] ?? ''}…@${[...domain][0] ?? ''}….${domain.split('.').at(-1) ?? ''}`;
}
