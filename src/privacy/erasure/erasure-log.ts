import { Injectable } from '@nestjs/common';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Config } from '../../platform/config/config.js';

/** What a restored backup must erase again: a keyed hash of the person's id (kind `person`), or of a phone, mail or handle. */
export interface ErasedHash {
  kind: string;
  /** base64 */
  hash: string;
  /** The key of SUPPRESSION_KEYS it was made with. */
  keyName: string;
  /** ISO 8601, UTC. */
  at: string;
}

/** Kept outside the database, so that it is still there when the database is put back to an earlier day. */
export abstract class ErasureLog {
  /** Adds entries and has them on the disk when it returns. The same ones twice do no harm. @throws Error of the file system */
  abstract append(entries: readonly ErasedHash[]): Promise<void>;
}

/** A line of JSON an entry, in DATA_DIR. */
@Injectable()
export class ErasureLogFile extends ErasureLog {
  constructor(private readonly config: Config) {
    super();
  }

  async append(entries: readonly ErasedHash[]): Promise<void> {
    if (!entries.length) return;
    const path = join(this.config.dataDir, 'erasures.log');
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a', 0o600);
    try {
      await file.write(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
