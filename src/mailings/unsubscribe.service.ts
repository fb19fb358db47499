import { Injectable } from '@nestjs/common';
import type { LinkActor } from '../platform/database/actor.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { maskedName } from '../events/rsvp/masked-name.js';
import { ConsentService } from '../sympathisers/consent/consent.service.js';
import { NEWEST_FIRST } from '../sympathisers/consent/purposes.js';
import { StopService } from '../sympathisers/consent/stop.service.js';

/** Stops mail for those a link is for, at once: whatever is queued asks the ledger again before it goes out. */
@Injectable()
export class UnsubscribeService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly consents: ConsentService,
    private readonly stops: StopService,
  ) {}

  /** For whom, as only they recognise it, and whether invitations by mail are stopped already. */
  async look(holders: LinkActor[]): Promise<{ for: string[]; stopped: boolean }> {
    const rows: { name: string; state: string | null }[] = [];
    for (const holder of holders)
      rows.push(
        (await this.work.run(holder, (tx) =>
          tx.one<{ name: string; state: string | null }>(
            `SELECT p.full_name AS name,
                    (SELECT c.state FROM consents c WHERE c.person_id = p.id AND c.purpose = 'invitations' AND c.channel = 'email' ORDER BY c.at DESC, c.id DESC LIMIT 1) AS state
               FROM people p WHERE p.id = $1`,
            [holder.personId],
          ),
        ))!,
      );
    return { for: rows.map((row) => maskedName(row.name)), stopped: rows.every((row) => row.state === 'withdrawn') };
  }

  /** No more invitations by mail; answers already given stand. Said twice, it is written once. */
  async stopInvitations(holders: LinkActor[]): Promise<void> {
    for (const holder of holders)
      await this.work.run(holder, async (tx) => {
        const newest = await tx.one<{ state: string }>(
          `SELECT state FROM consents WHERE person_id = $1 AND purpose = 'invitations' AND channel = 'email' ORDER BY ${NEWEST_FIRST} LIMIT 1`,
          [holder.personId],
        );
        if (newest?.state === 'withdrawn') return;
        await this.consents.record(holder, holder.personId, [
          { purpose: 'invitations', channel: 'email', state: 'withdrawn', how: 'link' },
        ]);
      });
  }

  /** No more of anything, by any channel. */
  async stopEverything(holders: LinkActor[]): Promise<void> {
    for (const holder of holders) await this.stops.stop(holder, holder.personId, 'link');
  }
}
