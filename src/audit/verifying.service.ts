import { Injectable } from '@nestjs/common';
import type { SystemActor } from '../platform/database/actor.js';
import { digestOfValues } from '../platform/database/audit-digest.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Signer } from '../platform/security/tokens.js';
import { digestOfEntry, GENESIS, headText, linkHash, monthText, type ChainPoint, type DroppedMonth } from './chain.js';
import { MONTH_PURPOSE } from './months.service.js';
import { HEAD_PURPOSE, SealingService } from './sealing.service.js';

const SLICE = 5_000;

/** The first thing that is not as it was sealed. */
export interface Broken {
  /** What is wrong: an entry changed or missing, its values, a link of the chain, a month's or the head's signature. */
  what:
    | 'entry_changed'
    | 'entry_missing'
    | 'values_changed'
    | 'link_missing'
    | 'link_changed'
    | 'month_unsigned'
    | 'head_unsigned'
    | 'end_missing'
    | 'head_unknown';
  seq: number;
  /** The entry and its time, where it is one. */
  id?: string;
  at?: string;
  month?: string;
}

export interface Verified {
  /** Entries looked at and found as they were sealed. */
  entries: number;
  /** Of those, how many lay in months that were dropped in due time: only their digests are left. */
  dropped: number;
  head: ChainPoint;
  unsealed: { n: number; since: Date | null };
  broken: Broken | null;
}

interface Link {
  month: string;
  seq: string;
  id: string;
  at: string;
  digest: string;
  hash: string;
  form: unknown[] | null;
  salt: string | null;
  before: unknown;
  after: unknown;
}

/** Computes the chain once more from what lies in the tables, in slices, beside the running program. */
@Injectable()
export class VerifyingService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sealing: SealingService,
    private readonly signer: Signer,
  ) {}

  /**
   * @param noted heads that were noted outside, to be found again in the chain
   * @returns what was found, up to the first thing that is broken
   */
  async verify(
    actor: SystemActor,
    options: { noted?: ChainPoint[]; progress?: (done: number, total: number) => void } = {},
  ): Promise<Verified> {
    const end = await this.sealing.head(actor);
    const months = await this.months(actor);
    const noted = new Notes(options.noted ?? []);
    const found: Verified = { entries: 0, dropped: 0, head: end, unsealed: { n: 0, since: null }, broken: null };
    const done = async (broken: Broken | null) => {
      found.head = { seq: end.seq, hash: end.hash };
      found.unsealed = await this.sealing.waiting(actor);
      return { ...found, broken };
    };

    let point: ChainPoint = GENESIS;
    for (const month of months) {
      const unsigned = this.signer.mac(MONTH_PURPOSE, monthText(month)) !== month.signature;
      if (unsigned || (month.firstSeq !== null && month.firstSeq !== point.seq + 1))
        return done({ what: 'month_unsigned', seq: month.seq, month: month.month });
      noted.passOver(point, month);
      point = { seq: month.seq, hash: month.hash };
    }
    const kept = months.at(-1)?.month ?? null;
    const keptFrom = kept ? startOfNext(kept) : '';
    const start = point.seq;
    // The next slice is fetched while this one is computed.
    let next: Promise<Link[]> | null = this.slice(actor, kept, start);
    while (next) {
      const slice: Link[] = await next;
      const last = Number(slice.at(-1)?.seq ?? end.seq);
      next = slice.length === SLICE && last < end.seq ? this.slice(actor, kept, last) : null;
      // Whoever finds something broken doesn't wait for it.
      next?.catch(() => undefined);
      for (const link of slice) {
        const seq = Number(link.seq);
        if (seq > end.seq) break;
        const about = { seq: point.seq + 1, id: link.id, at: link.at };
        if (seq !== point.seq + 1) return done({ what: 'link_missing', seq: point.seq + 1 });
        if (linkHash(point, link.digest) !== link.hash) return done({ what: 'link_changed', ...about });
        if (link.form) {
          const what = wrongIn(link);
          if (what) return done({ what, ...about });
          found.entries += 1;
        } else if (link.at < keptFrom) found.dropped += 1;
        else return done({ what: 'entry_missing', ...about });
        point = { seq, hash: link.hash };
        if (!noted.agrees(point)) return done({ what: 'head_unknown', ...about });
      }
      options.progress?.(point.seq - start, end.seq - start);
    }
    if (point.seq !== end.seq || point.hash !== end.hash) return done({ what: 'end_missing', seq: point.seq + 1 });
    if (end.seq && end.signature !== this.signer.mac(HEAD_PURPOSE, headText(end)))
      return done({ what: 'head_unsigned', seq: end.seq });
    const missing = noted.notFound();
    return done(missing && { what: 'head_unknown', seq: missing.seq });
  }

  private months(actor: SystemActor): Promise<(DroppedMonth & { signature: string })[]> {
    return this.work.run(actor, async (tx) => {
      const rows = await tx.query<{
        month: string;
        entries: string;
        first: string | null;
        last: string;
        hash: string;
        signature: string;
      }>(
        `SELECT to_char(month, 'YYYY-MM-DD') AS month, entries, first_seq AS first, last_seq AS last,
                encode(last_hash, 'hex') AS hash, signature FROM audit_months ORDER BY audit_months.month`,
      );
      return rows.map(({ month, entries, first, last, hash, signature }) => ({
        month,
        entries: Number(entries),
        firstSeq: first === null ? null : Number(first),
        seq: Number(last),
        hash,
        signature,
      }));
    });
  }

  private slice(actor: SystemActor, kept: string | null, after: number): Promise<Link[]> {
    return this.work.run(actor, (tx) =>
      tx.query<Link>('SELECT * FROM gate.audit_slice($1::date, $2, $3)', [kept ?? '-infinity', after, SLICE]),
    );
  }
}

/** What is wrong with an entry that is there, if anything. Values may be gone: erased is not changed. */
function wrongIn(link: Link): 'entry_changed' | 'values_changed' | null {
  if (digestOfEntry(link.form) !== link.digest) return 'entry_changed';
  if (link.salt === null) return null;
  const digest = digestOfValues(Buffer.from(link.salt, 'hex'), link).toString('hex');
  return digest === link.form!.at(-1) ? null : 'values_changed';
}

/** Heads noted outside, each to be met again; one without a number (0) anywhere. */
class Notes {
  private readonly byHash: Map<string, ChainPoint>;
  private readonly bySeq: Map<number, ChainPoint>;

  constructor(private readonly noted: ChainPoint[]) {
    this.byHash = new Map(noted.map((point) => [point.hash, point]));
    this.bySeq = new Map(noted.filter(({ seq }) => seq > 0).map((point) => [point.seq, point]));
    if (this.byHash.get(GENESIS.hash)?.seq === 0) this.byHash.delete(GENESIS.hash);
  }

  /** Whether a link is what was noted under its number. */
  agrees(point: ChainPoint): boolean {
    const noted = this.bySeq.get(point.seq);
    if (noted && noted.hash !== point.hash) return false;
    this.byHash.delete(point.hash);
    return true;
  }

  /** Links that were dropped with their month can't be met; its last can. */
  passOver(before: ChainPoint, month: ChainPoint): void {
    for (const point of this.noted) if (point.seq > before.seq && point.seq < month.seq) this.byHash.delete(point.hash);
    this.agrees(month);
  }

  notFound(): ChainPoint | null {
    return [...this.byHash.values()].sort((a, b) => a.seq - b.seq)[0] ?? null;
  }
}

function startOfNext(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 1)).toISOString();
}
