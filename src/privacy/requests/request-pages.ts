import { Injectable } from '@nestjs/common';
import type { GrantActor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { NotFound } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Words } from '../../platform/i18n/words.js';
import { CAME_HOWS, REQUEST_KINDS, SENT_HOWS } from './request-rules.js';
import { RequestsQueries } from './requests.queries.js';

interface About {
  id: string;
  name: string;
  language: string | null;
  mail: string | null;
}

/** The forms about requests, with their choices in words. */
@Injectable()
export class RequestPages {
  constructor(
    private readonly work: UnitOfWork,
    private readonly words: Words,
    private readonly queries: RequestsQueries,
  ) {}

  /** @throws NotFound where the person is out of sight */
  form(actor: GrantActor, locale: Locale, personId?: string, onBehalf = false) {
    return this.work.run(actor, async (tx) => {
      const person = personId
        ? await tx.one<About>(
            `SELECT p.id, p.full_name AS name, p.language,
                    (SELECT value FROM contact_points c WHERE c.person_id = p.id AND c.kind = 'email' AND c.dead_at IS NULL
                      ORDER BY c.preferred DESC, c.id LIMIT 1) AS mail
               FROM people p WHERE p.id = $1`,
            [personId],
          )
        : null;
      if (personId && !person) throw new NotFound();
      if (person) tx.shown('request.shown', [person.id]);
      const options = (codes: readonly string[], words: string) =>
        codes.map((value) => ({ value, label: this.words.say(locale, `${words}.${value}`) }));
      return {
        person,
        onBehalf,
        today: this.queries.today,
        kinds: REQUEST_KINDS.map((value) => ({
          value,
          label: this.words.say(locale, `requests.kind.${value}`),
          hint: this.words.say(locale, `requests.kind.${value}.hint`),
        })),
        cameHows: options(CAME_HOWS, 'requests.came'),
        languages: options(['hi', 'en'], 'requests.language'),
        language: person?.language === 'en' ? 'en' : person ? 'hi' : null,
      };
    });
  }

  /** The ways to send a letter; by mail where there is an address. */
  hows(locale: Locale, mail: string | null) {
    return SENT_HOWS.filter((how) => how !== 'mail' || mail).map((value) => ({
      value,
      label: this.words.say(locale, `requests.how.${value}`, { mail }),
    }));
  }
}
