import { Injectable } from '@nestjs/common';
import { ErasureLog } from '../../platform/erasure-log/erasure-log.service.js';

/** What erasing somebody leaves: the keyed hash of their id (kind `person`), or of a phone, mail or handle. */
export interface ErasedHash {
  kind: string;
  /** base64 */
  hash: string;
  keyName: string;
  /** ISO 8601, UTC. */
  at: string;
}

/** Writes to the erasure log what an erasing left. */
@Injectable()
export class ErasedHashes {
  constructor(private readonly log: ErasureLog) {}

  /** The same ones twice do no harm. @throws where they can't be written now; they are noted all the same, and written later */
  append(entries: readonly ErasedHash[]): Promise<void> {
    return this.log.append(
      entries.map(({ kind, hash, keyName, at }) => ({
        kind: kind === 'person' ? 'person.erased' : `suppressed:${kind}:erased`,
        hash: Buffer.from(hash, 'base64'),
        keyName,
        at: new Date(at),
      })),
    );
  }
}
