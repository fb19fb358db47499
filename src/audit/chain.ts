import { createHash } from 'node:crypto';
import { canonicalJson } from '../platform/database/audit-digest.js';

/** The place where a chain begins, or goes on. */
export interface ChainPoint {
  /** Links before and including this one. */
  seq: number;
  /** SHA-256, hex. */
  hash: string;
}

export const GENESIS: ChainPoint = { seq: 0, hash: '00'.repeat(32) };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** @param form what the chain covers of an entry, as `gate.audit_form` gives it */
export const digestOfEntry = (form: unknown): string => sha256(canonicalJson(form));

/** Binds a digest to its number and to everything before it. */
export const linkHash = (before: ChainPoint, digest: string): string =>
  sha256(`${before.seq + 1} ${before.hash} ${digest}`);

/** What is signed of the end of the chain, so that a whole new chain can't be put in place of the old one. */
export const headText = ({ seq, hash }: ChainPoint): string => `${seq} ${hash}`;

/** What is left of a month that was dropped. */
export interface DroppedMonth extends ChainPoint {
  /** Its first day. */
  month: string;
  entries: number;
  firstSeq: number | null;
}

export const monthText = ({ month, entries, firstSeq, seq, hash }: DroppedMonth): string =>
  [month, entries, firstSeq ?? '-', seq, hash].join(' ');
