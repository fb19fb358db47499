import { Injectable } from '@nestjs/common';
import type { GrantActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Refused } from '../platform/web/request.js';
import type { Locale } from '../platform/i18n/locale.js';
import { FormChoices } from './form-choices.js';
import { languageOptions } from './language-names.js';
import { holders, lookAlikes, type Match } from './matches.js';
import { nameKey } from './name-key.js';
import { PrivacyNotices } from './privacy-notices/privacy-notices.js';
import { readPoints } from './read-points.js';
import { typedPoints } from './typed-points.js';

type Typed = Record<string, unknown>;

/** The form to add somebody by hand; come back refused, with the people it may be about. */
@Injectable()
export class NewPage {
  constructor(
    private readonly work: UnitOfWork,
    private readonly choices: FormChoices,
    private readonly notices: PrivacyNotices,
  ) {}

  show(actor: GrantActor, locale: Locale, refused: Refused | null) {
    const typed = refused?.values ?? null;
    return this.work.run(actor, async (tx) => {
      const matches = typed ? await this.matches(tx, typed) : [];
      tx.shown(
        'sympathiser.matched',
        matches.map((match) => match.id),
      );
      return {
        territoryId: actor.territoryId,
        matches,
        alike: matches.some((match) => match.field !== 'handle'),
        ticked: { purposes: textsOf(typed?.purposes), onWhatsapp: Boolean(typed?.onWhatsapp) },
        // Offered only once something is stopped: nobody should tick it beforehand.
        stopped: Boolean(typed?.agreedAnew ?? refused?.errors.agreedAnew),
        told: await this.notices.told(tx, locale),
        choices: {
          homes: await this.choices.homes(tx, locale),
          districts: await this.choices.districts(tx, locale),
          languages: languageOptions(locale),
          platforms: this.choices.platforms(locale),
          purposes: this.choices.purposes(locale),
          hows: this.choices.hows(locale),
        },
      };
    });
  }

  private async matches(tx: Parameters<typeof lookAlikes>[0], typed: Typed): Promise<Match[]> {
    const name = textsOf(typed.name)[0] ?? '';
    const points = readPoints(
      typedPoints({
        phones: split(typed.phones),
        emails: split(typed.emails),
        platform: textsOf(typed.platform)[0],
        handle: textsOf(typed.handle)[0],
        onWhatsapp: Boolean(typed.onWhatsapp),
      }),
    );
    const { here } = await holders(tx, points.identities, '00000000-0000-0000-0000-000000000000');
    const alike = await lookAlikes(tx, { nameKey: nameKey(name), ...points });
    return [...new Map([...here, ...alike].map((match) => [match.id, match])).values()];
  }
}

const textsOf = (value: unknown): string[] =>
  [value].flat().filter((one): one is string => typeof one === 'string' && one !== '');
const split = (value: unknown): string[] =>
  textsOf(value).flatMap((one) =>
    one
      .split(/[,;\n]+/)
      .map((part) => part.trim())
      .filter(Boolean),
  );
