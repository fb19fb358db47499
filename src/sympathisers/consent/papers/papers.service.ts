import { Injectable } from '@nestjs/common';
import { seesEverybody, type Actor } from '../../../platform/database/actor.js';
import { uuidv7 } from '../../../platform/database/id.js';
import type { Transaction } from '../../../platform/database/transaction.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Invalid, NotFound } from '../../../platform/errors.js';
import { ComeBackService } from '../come-back.service.js';
import { entriesFor, ConsentService, type ConsentEntry } from '../consent.service.js';
import type { NoticeIds } from '../../privacy-notices/privacy-notices.js';
import { paperKind, type PaperKind } from './paper-kind.js';

/** A photo of a form taken by a phone is 2 to 5 MB. */
export const PAPER_LIMIT = 6 * 1024 * 1024;

export type Said = Omit<ConsentEntry, 'purpose' | 'channel' | 'how' | 'scanId' | 'notice'> & {
  notice?: string | NoticeIds;
  purposes: readonly string[];
  /** On all of theirs where none is told. */
  channel?: string;
};

const isComingBack = ({ state, purposes }: Said): boolean =>
  state === 'given' && purposes.some((purpose) => purpose === 'contact' || purpose === 'invitations');

/** A stop of theirs stands, and is older than the paper; `at`: the day on it, undefined for now. */
const hadStopped = async (tx: Transaction, personId: string, at?: Date): Promise<boolean> =>
  Boolean(
    await tx.one(
      'SELECT 1 FROM stops WHERE person_id = $1 AND undone_at IS NULL AND said_at < coalesce($2, now()) LIMIT 1',
      [personId, at ?? null],
    ),
  );

/** Photos and scans of paper forms: what an entry of the ledger rests on, kept in the database beside it. */
@Injectable()
export class PapersService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly consents: ConsentService,
    private readonly comingBack: ComeBackService,
  ) {}

  /**
   * Keeps the paper and writes down what it says. Whoever had asked us to stop, and signs later that we may contact or invite
   * them, is back.
   * @returns `opened`: how many of their phones, mails and handles were stopped, and are so no longer
   * @throws NotFound out of sight; Invalid `file` for anything but a JPEG, a PNG or a PDF of at most PAPER_LIMIT bytes, and
   *   `purposes` where they would be back without being in the register
   */
  keep(actor: Actor, personId: string, bytes: Buffer, said: Said): Promise<{ paper: string; opened: number }> {
    const kind = paperKind(bytes);
    if (!kind) throw Invalid.field('file', 'consent.paper.kind');
    if (bytes.length > PAPER_LIMIT) throw Invalid.field('file', 'consent.paper.size', { mb: 6 });
    return this.work.run(actor, async (tx) => {
      const person = await tx.one<{ path: string }>('SELECT path FROM people WHERE id = $1', [personId]);
      if (!person) throw new NotFound();
      const id = uuidv7();
      await tx.query('SELECT gate.keep_scan($1, $2, $3, $4)', [personId, id, kind, bytes]);
      const { purposes, channel, ...rest } = said;
      // A stop took everything back; nobody is called who isn't to be kept.
      const half = isComingBack(said) && !purposes.includes('register');
      // A member has nobody in hand whose stop stands.
      if (half && seesEverybody(actor) && (await hadStopped(tx, personId, said.at)))
        throw Invalid.field('purposes', 'consent.paper.register');
      const entry = { ...rest, how: 'paper', scanId: id };
      if (channel) await this.consents.record(actor, personId, entriesFor({ ...entry, purposes }, [channel]));
      else await this.consents.recordEverywhere(actor, personId, { ...entry, purposes });
      tx.audit('consent.paper_kept', {
        subject: 'person',
        subjectId: personId,
        path: person.path,
        people: [personId],
        facts: { paper: id, bytes: bytes.length, kind },
      });
      const signed = { scanId: id, at: said.at ?? null, channel: channel ?? null };
      const opened = isComingBack(said) ? await this.comingBack.byPaper(actor, personId, signed) : 0;
      return { paper: id, opened };
    });
  }

  /** The paper itself; that it was looked at is written down. @throws NotFound */
  read(actor: Actor, personId: string, id: string): Promise<{ kind: PaperKind; bytes: Buffer }> {
    return this.work.run(actor, async (tx) => {
      const paper = await tx.one<{ kind: PaperKind; bytes: Buffer }>(
        'SELECT media_type AS kind, bytes FROM consent_scans WHERE person_id = $1 AND id = $2',
        [personId, id],
      );
      if (!paper) throw new NotFound();
      tx.shown('consent.paper_shown', [personId]);
      return paper;
    });
  }
}
