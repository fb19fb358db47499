import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { HomeFinder, type Homes } from '../../territories/home-finder.js';
import type { Place } from '../../territories/home-of.js';
import { DistrictNames, type DistrictTarget } from '../district-name.js';
import type { Mapping } from './columns.js';
import { FinerPlaces, type NamedTerritory } from './finer-places.js';
import type { RowContext } from './intake-row.js';

/** Everything that rows are read against, in memory: a million of them cost no query. */
export interface Reading {
  homes: Homes;
  row: RowContext;
}

@Injectable()
export class ReadingContext {
  constructor(private readonly homes: HomeFinder) {}

  /**
   * @param today the day on which ages are taken as told
   * @param sheet what the columns are and where it is imported; left out where no rows are read
   */
  async load(tx: Transaction, today: Date, sheet?: { fields: Mapping; territory: Place }): Promise<Reading> {
    const homes = await this.homes.snapshot(tx);
    const districts = await this.districts(tx);
    return {
      homes,
      row: {
        today,
        districts,
        pinDistrict: (pin) => homes.primaryDistrictOf(pin),
        pinReaches: (pin, district) => homes.districtsOfPin(pin).includes(district),
        tehsils: tehsilNames(await tx.query(`SELECT lgd_code, district_lgd, name_en, name_hi FROM tehsils`)),
        ...(sheet?.fields.some((field) => field === 'mandal' || field === 'ward') && {
          finer: new FinerPlaces(await finer(tx), homes, sheet.territory),
        }),
      },
    };
  }

  async districts(tx: Transaction): Promise<DistrictNames> {
    return new DistrictNames(await this.names(tx));
  }

  /** Revenue districts by their names and former ones first: a name that both have means the revenue district. */
  private async names(tx: Transaction): Promise<{ name: string; target: DistrictTarget }[]> {
    const revenue = await tx.query<{ name: string; lgd: number }>(
      `SELECT name_en AS name, lgd_code AS lgd FROM revenue_districts
       UNION ALL SELECT name_hi, lgd_code FROM revenue_districts
       UNION ALL SELECT alias, lgd_code FROM district_aliases`,
    );
    const own = await tx.query<{ id: string; names: string[]; lgd: number | null }>(
      `SELECT t.id, ARRAY[t.name_en, t.name_hi] AS names, CASE WHEN count(c.value) = 1 THEN min(c.value)::int END AS lgd
         FROM territories t LEFT JOIN coverage c ON c.territory_id = t.id AND c.kind = 'revenue_district'
        WHERE t.level = 'district' AND (t.to_on IS NULL OR t.to_on > current_date)
        GROUP BY t.id`,
    );
    return [
      ...revenue.map(({ name, lgd }) => ({ name, target: { district: lgd } })),
      ...own.flatMap(({ id, names, lgd }) =>
        names.map((name) => ({ name, target: { territory: id, ...(lgd === null ? {} : { district: lgd }) } })),
      ),
    ];
  }
}

const finer = (tx: Transaction) =>
  tx.query<NamedTerritory>(
    `SELECT id, path, level, ARRAY[name_en, name_hi] AS names FROM territories
      WHERE level IN ('district', 'mandal', 'ward') AND (to_on IS NULL OR to_on > current_date)`,
  );

function tehsilNames(rows: { lgd_code: number; district_lgd: number; name_en: string; name_hi: string }[]) {
  const known = new Map<string, number>();
  for (const row of rows)
    for (const name of [row.name_en, row.name_hi]) known.set(`${row.district_lgd} ${plain(name)}`, row.lgd_code);
  return (name: string, districtLgd: number) => known.get(`${districtLgd} ${plain(name)}`) ?? null;
}

const plain = (name: string) =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u093c\u200b-\u200f\ufeff]|[^\p{L}\p{M}\p{N}]/gu, '');
