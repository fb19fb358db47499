import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';

/** The upload as it lies in the database, in pieces of at most one MiB. */
@Injectable()
export class StoredFile {
  constructor(private readonly work: UnitOfWork) {}

  /** Piece by piece, each in a unit of work of its own; the next is fetched while one is read. */
  async *pieces(actor: Actor, id: string, bytes = { seen: 0 }): AsyncGenerator<Buffer> {
    bytes.seen = 0;
    let next = this.piece(actor, id, 0);
    for (let n = 1; ; n += 1) {
      const piece = await next;
      if (!piece) return;
      next = this.piece(actor, id, n);
      // Told where it is awaited; whoever leaves in the middle doesn't.
      next.catch(() => undefined);
      bytes.seen += piece.length;
      yield piece;
    }
  }

  /** The same inside the unit of work that is storing it. */
  async *within(tx: Transaction, id: string): AsyncGenerator<Buffer> {
    for (let n = 0; ; n += 1) {
      const piece = await pieceOf(tx, id, n);
      if (!piece) return;
      yield piece;
    }
  }

  private piece(actor: Actor, id: string, n: number): Promise<Buffer | null> {
    return this.work.run(actor, (tx) => pieceOf(tx, id, n));
  }
}

async function pieceOf(tx: Transaction, id: string, n: number): Promise<Buffer | null> {
  const found = await tx.one<{ bytes: Buffer }>('SELECT bytes FROM import_chunks WHERE batch_id = $1 AND n = $2', [
    id,
    n,
  ]);
  return found?.bytes ?? null;
}
