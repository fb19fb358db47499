import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../platform/config/config.js';
import type { LinkActor } from '../platform/database/actor.js';
import { SignedLinks } from '../platform/security/signed-links.js';
import { scopeOf } from '../territories/path.js';

const PURPOSE = 'u';

/**
 * Unsubscribe links have no version to raise: one must work for as long as its mail lies in somebody's mailbox (RFC 8058
 * sets no end), and all it can do is stop mail. Erasing the person retires it.
 */
const VERSION = 1;

/** Makes the unsubscribe links of mails and answer pages, and knows them again; the form itself is the mailings'. */
@Injectable()
export class StopLinks {
  constructor(
    private readonly links: SignedLinks,
    private readonly config: Config,
    private readonly dataSource: DataSource,
  ) {}

  /** @param mailId of the mail it stands in, which may have been for several people at one address (T18) */
  addressOf(personId: string, mailId?: string): string {
    return `${this.config.baseUrl}/unsubscribe/${this.tokenOf(personId, mailId)}`;
  }

  tokenOf(personId: string, mailId?: string): string {
    return this.links.make(PURPOSE, mailId ? [personId, mailId] : [personId], VERSION);
  }

  /** Everybody the link is for, each as the holder of a link of their own; none for a token that is not ours. */
  async holdersOf(token: string): Promise<LinkActor[]> {
    const claim = this.links.read(PURPOSE, token);
    if (!claim || claim.ids.length > 2 || !this.links.holds(claim, VERSION)) return [];
    const rows = await this.dataSource.query<{ person_id: string; path: string }[]>(
      'SELECT * FROM gate.people_of_mail($1, $2)',
      [claim.ids[0], claim.ids[1] ?? null],
    );
    return rows.map((row) => ({
      kind: 'link',
      purpose: 'unsubscribe',
      personId: row.person_id,
      scope: scopeOf(row.path),
    }));
  }
}
