import type { KeyedHashes } from '../../platform/security/keyed-hashes.js';
import type { Homes } from '../../territories/home-finder.js';
import { toCells, type Mapping } from './columns.js';
import { copyBytes, copyLine } from './copy-text.js';
import { readRow, type ReadRow } from './intake-row.js';
import { nameOf, problem } from './problem.js';
import type { Reading } from './reading-context.js';

/** A row of the sheet as it is staged: lines of COPY, in the order of ROW_COLUMNS and KEY_COLUMNS. */
export interface Staged {
  row: string;
  keys: string;
}

/** The keys of a row, as lines of COPY, and the kind of each. */
interface Keys {
  lines: string;
  kinds: string[];
}

export const ROW_COLUMNS =
  'batch_id, row_no, path, line, name, name_key, language, pin, district_lgd, tehsil_lgd, hint_id, birth_year, noted_on, ' +
  'source, remarks, consent, minor, warnings, own_code, own_field, kinds, home_id, home_path, home_waiting';
export const KEY_COLUMNS = 'batch_id, row_no, path, kind, value, proof, platform_uid, hash, older';

export interface Importing {
  batchId: string;
  mapping: Mapping;
  /** Of which platform a column of handles is, where its header says so. */
  platforms: readonly (string | null)[];
  territory: { id: string; path: string };
  reading: Reading;
  hashes: KeyedHashes;
}

/** Between the cells of a line, as it is staged. */
const UNIT = '\u001f';

/**
 * Reads one row of the sheet for the staging: what it says, where its address would be at home, and its keys.
 * @param doubtful columns whose cell may have been typed for another font than it was read as
 */
export function stage(
  line: readonly string[],
  rowNo: number,
  importing: Importing,
  doubtful: readonly number[] = [],
): Staged {
  const { mapping, platforms, reading, territory, batchId } = importing;
  const read = readRow(toCells(mapping, line, platforms), reading.row);
  for (const at of doubtful) if (mapping[at]) read.warnings.push(problem('mixed_font', mapping[at]));
  // Of who refused or is under age only the keys are needed: to stop them, and to find their other rows.
  const secret = read.minor || read.consent === 'refused';
  // Other rows that can't be used are counted where they would belong.
  const found = secret ? null : reading.homes.find(addressOf(read), territory);
  const outside = !read.rejected && found !== null && 'rejected' in found;
  const home = found && !('rejected' in found) ? found : null;
  const code = read.rejected ? nameOf(read.rejected) : outside ? 'outside' : null;
  const open = <T>(value: T): T | null => (secret ? null : value);
  // Other rejected rows join nobody and stop nobody.
  const keys = code && !secret ? { lines: '', kinds: [] } : keysOf(read, rowNo, importing);
  const warnings = read.warnings.map((one) => ({ code: nameOf(one), field: one.field }));
  const row = copyLine([
    batchId,
    rowNo,
    territory.path,
    secret ? null : cellsOf(line),
    secret ? '' : read.name,
    secret && !read.minor ? '' : read.nameKey,
    open(read.language),
    open(read.pin),
    open(read.districtLgd),
    open(read.tehsilLgd),
    open(read.territoryHint),
    open(read.birthYear),
    open(read.ageNotedOn),
    open(read.source),
    open(read.remarks),
    read.consent,
    read.minor,
    warnings.length ? JSON.stringify(warnings) : null,
    code,
    read.rejected ? read.rejected.field : outside ? (read.finer ?? 'district') : null,
    keys.kinds.length ? `{"${keys.kinds.join('","')}"}` : null,
    home?.territoryId,
    home?.path,
    home?.waiting,
  ]);
  return { row, keys: keys.lines };
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

const cellsOf = (line: readonly string[]): string => {
  // Nobody types this character; where it stands all the same it must not part a cell in two.
  const cells = line.some((cell) => cell.includes(UNIT)) ? line.map((cell) => cell.replaceAll(UNIT, ' ')) : line;
  return cells.join(UNIT);
};

function keysOf(read: ReadRow, rowNo: number, { batchId, hashes, territory }: Importing): Keys {
  const kinds: string[] = [];
  let lines = '';
  const add = (kind: string, value: string, proof: string | null, uid?: string): void => {
    kinds.push(kind);
    // A minor leaves nothing, so nothing of theirs is looked up either.
    const [hash, ...older] = read.minor ? [] : hashes.allHex(kind, value);
    lines += copyLine([
      ...[batchId, rowNo, territory.path, kind, value, proof, uid ?? null],
      hash ? `\\x${hash}` : null,
      older.length ? copyBytes(older) : null,
    ]);
  };
  const beside = read.nameKey || null;
  for (const phone of read.phones) add('phone', phone, beside);
  for (const email of read.emails) add('email', email, beside);
  for (const { platform, handle, platformId } of read.identities) {
    const isNumber = platform === 'whatsapp' && handle.startsWith('+');
    add(platform, handle, isNumber ? null : '', platformId);
  }
  return { lines, kinds };
}
