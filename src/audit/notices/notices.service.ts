import { Injectable } from '@nestjs/common';
import { userIdOf, type Actor } from '../../platform/database/actor.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, NotFound } from '../../platform/errors.js';

@Injectable()
export class NoticesService {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * Notes that somebody has looked into it, and what they found.
   * @throws NotFound outside the actor's territory, and for one about themselves
   * @throws Conflict where somebody else was faster
   */
  review(actor: Actor, id: string, note: string): Promise<void> {
    return this.work.run(actor, async (tx) => {
      const notice = await tx.one<{ path: string }>('SELECT path FROM notices WHERE id = $1', [id]);
      if (!notice) throw new NotFound();
      const done = await tx.execute(
        `UPDATE notices SET reviewed_at = now(), reviewed_by = $2, review_note = $3 WHERE id = $1 AND reviewed_at IS NULL`,
        [id, userIdOf(actor), note],
      );
      if (!done) throw new Conflict('audit.notice_reviewed_before');
      tx.audit('notice.reviewed', { subject: 'notice', subjectId: id, path: notice.path, after: { note } });
    });
  }
}
