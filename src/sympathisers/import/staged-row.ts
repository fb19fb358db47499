import type { KeyedHashes } from '../../platform/security/keyed-hashes.js';
import type { Homes } from '../../territories/home-finder.js';
import { toCells, type Mapping } from './columns.js';
import { readRow, type ReadRow } from './intake-row.js';
import { nameOf } from './problem.js';
import type { Reading } from './reading-context.js';

/** A line of import_keys; columns by their names, for json_to_recordset. */
export interface StagedKey {
  row_no: number;
  kind: string;
  value: string;
  proof: string | null;
  platform_uid: string | null;
  hashes: string[];
}

/** A line of import_rows, as read; see the migration. */
export interface StagedRow {
  row_no: number;
  line: string[] | null;
  [column: string]: unknown;
}

interface Importing {
  mapping: Mapping;
  territory: { id: string; path: string };
  reading: Reading;
  hashes: KeyedHashes;
}

/** Reads one row of the sheet for the staging: what it says, where its address would be at home, and its keys. */
export function stage(line: string[], rowNo: number, importing: Importing): { row: StagedRow; keys: StagedKey[] } {
  const { mapping, reading, territory } = importing;
  const read = readRow(toCells(mapping, line), reading.row);
  const home = read.rejected ? null : reading.homes.find(addressOf(read), territory);
  const outside = home !== null && 'rejected' in home;
  const code = read.rejected ? nameOf(read.rejected) : outside ? 'outside' : null;
  // Of who refused or is under age only the keys are needed: to stop them, and to find their other rows.
  const secret = read.minor || read.consent === 'refused';
  const row: StagedRow = {
    row_no: rowNo,
    line: secret ? null : line,
    name: secret ? '' : read.name,
    name_key: secret && !read.minor ? '' : read.nameKey,
    language: secret ? null : read.language,
    pin: secret ? null : read.pin,
    district_lgd: secret ? null : read.districtLgd,
    tehsil_lgd: secret ? null : (read.tehsilLgd ?? null),
    hint_id: secret ? null : read.territoryHint,
    birth_year: secret ? null : read.birthYear,
    noted_on: secret ? null : read.ageNotedOn,
    source: secret ? null : read.source,
    remarks: secret ? null : read.remarks,
    consent: read.consent,
    minor: read.minor,
    warnings: read.warnings.map((one) => ({ code: nameOf(one), field: one.field })),
    own_code: code,
    own_field: read.rejected ? read.rejected.field : outside ? 'district' : null,
    home_id: home && !('rejected' in home) ? home.territoryId : null,
    home_path: home && !('rejected' in home) ? home.path : null,
    home_waiting: home && !('rejected' in home) ? home.waiting : null,
  };
  // Other rejected rows join nobody and stop nobody.
  return { row, keys: code && !secret ? [] : keysOf(read, rowNo, importing.hashes) };
}

export function addressOf(
  row: Pick<ReadRow, 'pin' | 'districtLgd' | 'territoryHint' | 'tehsilLgd'>,
): Parameters<Homes['find']>[0] {
  return {
    pin: row.pin,
    districtLgd: row.districtLgd,
    tehsilLgd: row.tehsilLgd ?? null,
    territoryId: row.territoryHint,
  };
}

function keysOf(read: ReadRow, rowNo: number, hashes: KeyedHashes): StagedKey[] {
  // A minor leaves nothing, so nothing of theirs is looked up either.
  const hashed = (kind: string, value: string) =>
    read.minor ? [] : hashes.all(kind, value).map((hash) => `\\x${hash.toString('hex')}`);
  const key = (kind: string, value: string, proof: string | null, uid: string | null = null): StagedKey => ({
    row_no: rowNo,
    kind,
    value,
    proof,
    platform_uid: uid,
    hashes: hashed(kind, value),
  });
  const beside = read.nameKey || null;
  return [
    ...read.phones.map((phone) => key('phone', phone, beside)),
    ...read.emails.map((email) => key('email', email, beside)),
    ...read.identities.map(({ platform, handle, platformId }) => {
      const isNumber = platform === 'whatsapp' && handle.startsWith('+');
      return key(platform, handle, isNumber ? null : '', platformId);
    }),
  ];
}
