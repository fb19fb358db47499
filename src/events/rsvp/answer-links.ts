import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../platform/config/config.js';
import type { LinkActor } from '../../platform/database/actor.js';
import { SignedLinks } from '../../platform/security/signed-links.js';
import { scopeOf } from '../../territories/path.js';

const PURPOSE = 'r';

/** The holder of an answer link: one person's invitation to one meet-up. */
export interface AnswerLink extends LinkActor {
  purpose: 'rsvp';
  invitationId: string;
  eventId: string;
}

/** Makes the answer links of mails, and knows them again. */
@Injectable()
export class AnswerLinks {
  constructor(
    private readonly links: SignedLinks,
    private readonly config: Config,
    private readonly dataSource: DataSource,
  ) {}

  addressOf(personId: string, invitationId: string, version: number): string {
    return `${this.config.baseUrl}/rsvp/${this.links.make(PURPOSE, [personId, invitationId], version)}`;
  }

  /** Who holds this token; null for one that is not ours, is for another purpose, or was retired. */
  async holderOf(token: string): Promise<AnswerLink | null> {
    const claim = this.links.read(PURPOSE, token);
    const [personId, invitationId] = claim?.ids ?? [];
    if (!claim || !personId || !invitationId || claim.ids.length !== 2) return null;
    const [row] = await this.dataSource.query<{ event_id: string; path: string; link_version: number }[]>(
      'SELECT * FROM gate.invitation_of_link($1, $2)',
      [personId, invitationId],
    );
    if (!row || !this.links.holds(claim, row.link_version)) return null;
    return { kind: 'link', purpose: 'rsvp', personId, invitationId, eventId: row.event_id, scope: scopeOf(row.path) };
  }
}
