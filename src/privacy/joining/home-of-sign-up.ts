import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { HomeFinder } from '../../territories/home-finder.js';

export interface SignUpHome {
  /** Where they come to us: by the PIN the finest that is certain, else the poster's, else the root. */
  id: string;
  /** Nothing is known but the organisation: they wait there to be placed. */
  unknown: boolean;
}

/** Where a sign-up lands. */
@Injectable()
export class HomeOfSignUp {
  constructor(private readonly homes: HomeFinder) {}

  async of(tx: Transaction, { pin }: { pin: string | null }, posterCode: string | null): Promise<SignUpHome> {
    const root = (await tx.one<{ id: string; path: string }>(
      'SELECT id, path FROM territories WHERE parent_id IS NULL',
    ))!;
    if (pin) {
      const homes = await this.homes.snapshot(tx);
      const found = homes.find({ pin, districtLgd: homes.primaryDistrictOf(pin) }, root);
      if (!('rejected' in found) && found.candidates.length) return { id: found.territoryId, unknown: false };
    }
    const poster = await tx.one<{ id: string }>(
      `SELECT t.id FROM posters p JOIN territories t ON t.id = p.territory_id WHERE p.code = $1 AND t.to_on IS NULL`,
      [posterCode],
    );
    return poster ? { id: poster.id, unknown: false } : { id: root.id, unknown: true };
  }
}
