import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import { Remembered } from '../platform/remembered.js';
import { homeOf, type Address, type CoverageLookup, type Home, type Place } from './home-of.js';

type CoveredKind = 'revenue_district' | 'tehsil' | 'pin';

export interface SnapshotData {
  /** Territories in force. */
  territories: { id: string; path: string; code: string }[];
  coverage: { territoryId: string; kind: string; value: string }[];
  pins: { pin: string; districtLgd: number; tehsilLgd: number | null; isPrimary: boolean }[];
  tehsils: { lgdCode: number; districtLgd: number }[];
}

/** The tree, what it covers and the state's divisions, in memory: a million addresses cost no query. */
export class Homes implements CoverageLookup {
  private readonly ids = new Map<string, Place & { code: string }>();
  private readonly paths = new Map<string, Place & { code: string }>();
  private readonly codes = new Map<string, Place & { code: string }>();
  private readonly covers = new Map<string, Place[]>();
  private readonly withDistrict = new Set<string>();
  private readonly pins = new Map<string, SnapshotData['pins']>();
  private readonly tehsils = new Map<number, number>();
  // A list has few addresses of which we know more than the PIN.
  private readonly found = new Remembered<Home>(10_000);

  constructor(data: SnapshotData) {
    for (const territory of data.territories) {
      this.ids.set(territory.id, territory);
      this.paths.set(territory.path, territory);
      this.codes.set(territory.code, territory);
    }
    this.cover(data.coverage);
    for (const pin of data.pins) {
      const known = this.pins.get(pin.pin) ?? [];
      if (pin.isPrimary) known.unshift(pin);
      else known.push(pin);
      this.pins.set(pin.pin, known);
    }
    for (const { lgdCode, districtLgd } of data.tehsils) this.tehsils.set(lgdCode, districtLgd);
  }

  /** Adds coverage that isn't stored yet, to see what it would do. */
  cover(rows: SnapshotData['coverage']): void {
    this.found.forget();
    for (const { territoryId, kind, value } of rows) {
      const place = this.ids.get(territoryId);
      if (!place) continue;
      const key = `${kind} ${value}`;
      this.covers.set(key, [...(this.covers.get(key) ?? []), place]);
      if (kind === 'revenue_district') this.withDistrict.add(place.path);
    }
  }

  /**
   * @param importTerritory where the person comes to us: an import's `--territory`, or the territory chosen by hand
   * @returns the home by the rules of `homeOf`
   */
  find(address: Address, importTerritory: Place): Home {
    const { pin, districtLgd, tehsilLgd, territoryId } = address;
    const key = `${importTerritory.path} ${pin} ${districtLgd} ${tehsilLgd ?? null} ${territoryId ?? null}`;
    return this.found.of(key, () => homeOf(address, importTerritory, this));
  }

  covering(kind: CoveredKind, value: string): readonly Place[] {
    return this.covers.get(`${kind} ${value}`) ?? [];
  }

  coversDistrict(path: string): boolean {
    return this.withDistrict.has(path);
  }

  districtsOfPin(pin: string): readonly number[] {
    return (this.pins.get(pin) ?? []).map((row) => row.districtLgd);
  }

  /** The revenue district a PIN alone stands for; null for a PIN that isn't on the list. */
  primaryDistrictOf(pin: string): number | null {
    return this.pins.get(pin)?.[0]?.districtLgd ?? null;
  }

  tehsilOfPin(pin: string, districtLgd: number): number | null {
    return this.pins.get(pin)?.find((row) => row.districtLgd === districtLgd)?.tehsilLgd ?? null;
  }

  districtOfTehsil(tehsilLgd: number): number | null {
    return this.tehsils.get(tehsilLgd) ?? null;
  }

  byId(id: string) {
    return this.ids.get(id);
  }

  byPath(path: string) {
    return this.paths.get(path);
  }

  byCode(code: string) {
    return this.codes.get(code);
  }
}

/** Finds the home territory of addresses; one snapshot serves a whole batch. */
@Injectable()
export class HomeFinder {
  /** Four queries, some thousand rows. */
  async snapshot(tx: Transaction): Promise<Homes> {
    return new Homes({
      territories: await tx.query(`SELECT id, path, code FROM territories WHERE to_on IS NULL OR to_on > current_date`),
      coverage: await tx.query(
        `SELECT territory_id AS "territoryId", kind, value FROM coverage
          WHERE kind IN ('revenue_district', 'tehsil', 'pin')`,
      ),
      pins: await tx.query(
        `SELECT pin, district_lgd AS "districtLgd", tehsil_lgd AS "tehsilLgd", is_primary AS "isPrimary" FROM pins`,
      ),
      tehsils: await tx.query(`SELECT lgd_code AS "lgdCode", district_lgd AS "districtLgd" FROM tehsils`),
    });
  }
}
