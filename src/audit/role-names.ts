import { Injectable } from '@nestjs/common';
import { ROLES } from '../access/roles.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';

/** All that the trail needs to know about roles. */
@Injectable()
export class RoleNames {
  constructor(private readonly words: Words) {}

  /** What each role is called, by its code; in the order to choose from. */
  async inWords(locale: Locale): Promise<Map<string, string>> {
    return new Map(ROLES.map(({ code, nameKey }) => [code, this.words.say(locale, nameKey)]));
  }

  /** The codes of the roles that allow something. */
  async thatMay(permission: string): Promise<string[]> {
    return ROLES.filter(({ permissions }) => (permissions as readonly string[]).includes(permission)).map(
      ({ code }) => code,
    );
  }
}
