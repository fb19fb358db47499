import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../platform/config/config.js';
import type { LinkActor } from '../platform/database/actor.js';
import { SignedLinks } from '../platform/security/signed-links.js';
import { scopeOf } from '../territories/path.js';

/** Opens what we hold about somebody, and their word on it: mailed to their own address alone, and for some days. */
const DATA = 'd';
/** Shows that a new mail is theirs. */
const NEW_MAIL = 'm';
/** Says in general why we have them, and offers to send the link above. Stands in every mail, which may be passed on (T3). */
const WHY = 'y';
/** Stops and withdraws, and shows nothing. May pass through a member's phone. */
const WAY_OUT = 'w';

/**
 * Like the unsubscribe links, those that only say why or lead out have no version to raise: they work from any letter, for
 * whoever the person is by now. Erasing the person retires them. Those that show something are retired by `people.link_version`.
 */
const FOR_GOOD = 1;

/** The holder of the link to somebody's own data, or of the one that confirms a new mail. */
export interface OwnLink extends LinkActor {
  purpose: 'own-data' | 'own-mail';
  linkId: string;
}

/** The links that answer "why do you have me?" and "stop" (T4: one token, one purpose). */
@Injectable()
export class OwnLinks {
  constructor(
    private readonly links: SignedLinks,
    private readonly config: Config,
    private readonly dataSource: DataSource,
  ) {}

  /** @param mailId of the mail it stands in, which may have been for several people at one address (T18) */
  why(personId: string, mailId?: string): string {
    return this.at('my-data/why', this.links.make(WHY, mailId ? [personId, mailId] : [personId], FOR_GOOD));
  }

  wayOut(personId: string): string {
    return this.at('stop', this.links.make(WAY_OUT, [personId], FOR_GOOD));
  }

  data(personId: string, linkId: string, version: number): string {
    return this.at('my-data', this.links.make(DATA, [personId, linkId], version));
  }

  newMail(personId: string, linkId: string, version: number): string {
    return this.at('my-data/mail', this.links.make(NEW_MAIL, [personId, linkId], version));
  }

  /** Where anybody may ask. */
  get ask(): string {
    return `${this.config.baseUrl}/my-data`;
  }

  /** Everybody a "why" is for; none for a token that is not ours. */
  holdersOfWhy(token: string): Promise<LinkActor[]> {
    return this.forGood(WHY, 'why', token);
  }

  async holderOfWayOut(token: string): Promise<LinkActor | null> {
    return (await this.forGood(WAY_OUT, 'way_out', token))[0] ?? null;
  }

  /** Null for a token that is not ours, is for another purpose, was retired or has run out. */
  holderOfData(token: string): Promise<OwnLink | null> {
    return this.own(DATA, 'own-data', 'data', token);
  }

  holderOfNewMail(token: string): Promise<OwnLink | null> {
    return this.own(NEW_MAIL, 'own-mail', 'mail', token);
  }

  private async forGood(purpose: string, name: string, token: string): Promise<LinkActor[]> {
    const claim = this.links.read(purpose, token);
    if (!claim || claim.ids.length > 2 || !this.links.holds(claim, FOR_GOOD)) return [];
    const rows = await this.dataSource.query<{ person_id: string; path: string }[]>(
      'SELECT * FROM gate.people_of_mail($1, $2)',
      [claim.ids[0], claim.ids[1] ?? null],
    );
    return rows.map((row) => ({
      kind: 'link',
      purpose: name,
      personId: row.person_id,
      scope: scopeOf(row.path),
    }));
  }

  private async own(purpose: string, name: OwnLink['purpose'], kind: string, token: string): Promise<OwnLink | null> {
    const claim = this.links.read(purpose, token);
    const [personId, linkId] = claim?.ids ?? [];
    if (!claim || !personId || !linkId || claim.ids.length !== 2) return null;
    const [row] = await this.dataSource.query<{ path: string; link_version: number }[]>(
      'SELECT * FROM gate.own_data_link($1, $2, $3)',
      [personId, linkId, kind],
    );
    if (!row || !this.links.holds(claim, row.link_version)) return null;
    return { kind: 'link', purpose: name, personId, linkId, scope: scopeOf(row.path) };
  }

  private at(place: string, token: string): string {
    return `${this.config.baseUrl}/${place}/${token}`;
  }
}
