import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { HomeFinder } from '../../territories/home-finder.js';
import type { Place } from '../../territories/home-of.js';

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

  /** The poster's place decides between several that a PIN may mean; a PIN of elsewhere is stronger than any poster. */
  async of(tx: Transaction, { pin }: { pin: string | null }, posterCode: string | null): Promise<SignUpHome> {
    const root = (await tx.one<Place>('SELECT id, path FROM territories WHERE parent_id IS NULL'))!;
    const poster = await tx.one<Place>(
      `SELECT t.id, t.path FROM posters p JOIN territories t ON t.id = p.territory_id WHERE p.code = $1 AND t.to_on IS NULL`,
      [posterCode],
    );
    if (pin) {
      const homes = await this.homes.snapshot(tx);
      const address = { pin, districtLgd: homes.primaryDistrictOf(pin) };
      for (const from of poster ? [poster, root] : [root]) {
        const found = homes.find(address, from);
        if (!('rejected' in found) && found.candidates.length) return { id: found.territoryId, unknown: false };
      }
    }
    return poster ? { id: poster.id, unknown: false } : { id: root.id, unknown: true };
  }
}
