import { codeFor } from './code-for.js';
import { levelOf, mayBeUnder, ROOT_LEVEL } from './levels.js';
import { asciiDigits, type FileProblem, plainKey, problemsOf, readSheet, type Sayer, wordsFor } from './sheet.js';

export interface TerritoryRow {
  row: number;
  code: string;
  /** The code was made from the parent's and the name, as the file has none. */
  codeMade: boolean;
  /** The root's code where the file leaves it blank. */
  parentCode: string;
  level: string;
  nameEn: string;
  nameHi: string;
  lgdCode: string | null;
  /** One of LOCAL_BODY_KINDS; null on other levels, or where the file doesn't say. */
  kind: string | null;
}

/** A territory that exists already. Without its parent, cycles and double levels through it aren't seen. */
export interface KnownTerritory {
  code: string;
  level: string;
  parentCode?: string | null;
}

export interface TerritoryFileOptions {
  /** Territories that rows may lie below, or that the file changes. */
  known?: Iterable<KnownTerritory>;
  /** Code of the root, the parent of rows without one. Default `up`. */
  rootCode?: string;
}

export const TERRITORY_CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const MAX_CODE_LENGTH = 100;
export const MAX_NAME_LENGTH = 200;

/** Every message key a territory file's problems can have. */
export const TERRITORY_PROBLEMS = [
  'territories.problem.not_utf8',
  'territories.problem.malformed_csv',
  'territories.problem.empty_file',
  'territories.problem.column_missing',
  'territories.problem.column_twice',
  'territories.problem.too_many_cells',
  'territories.problem.no_name',
  'territories.problem.name_copied',
  'territories.problem.too_long',
  'territories.problem.malformed_code',
  'territories.problem.no_code',
  'territories.problem.code_twice',
  'territories.problem.root_in_file',
  'territories.problem.no_level',
  'territories.problem.unknown_level',
  'territories.problem.level_differs',
  'territories.problem.unknown_kind',
  'territories.problem.kind_not_here',
  'territories.problem.malformed_lgd_code',
  'territories.problem.unknown_parent',
  'territories.problem.under_root',
  'territories.problem.parent_refused',
  'territories.problem.cycle',
  'territories.problem.level_not_under_parent',
  'territories.problem.level_twice',
] as const;

const COLUMNS = {
  code: ['code', 'territory_code', 'कोड', 'क्षेत्र कोड'],
  parent_code: ['parent_code', 'parent', 'under', 'मूल कोड', 'ऊपर का कोड', 'किसके अंतर्गत', 'ऊपर का क्षेत्र'],
  level: ['level', 'स्तर'],
  name_en: ['name_en', 'name', 'english name', 'name in english', 'अंग्रेज़ी नाम', 'नाम (अंग्रेज़ी)', 'नाम अंग्रेज़ी में'],
  name_hi: ['name_hi', 'hindi name', 'name in hindi', 'name (hindi)', 'हिंदी नाम', 'नाम (हिंदी)', 'नाम हिंदी में', 'नाम'],
  lgd_code: ['lgd_code', 'lgd', 'एलजीडी कोड', 'एलजीडी'],
  kind: ['kind', 'type', 'प्रकार'],
};

const LEVEL_WORDS = wordsFor({
  state: ['state', 'राज्य', 'प्रदेश'],
  region: ['region', 'kshetra', 'क्षेत्र'],
  district: ['district', 'zila', 'jila', 'ज़िला'],
  mandal: ['mandal', 'मंडल'],
  local_body: ['local_body', 'स्थानीय निकाय', 'निकाय'],
  ward: ['ward', 'वार्ड'],
});

const KIND_WORDS = wordsFor({
  nagar_nigam: ['nagar_nigam', 'municipal corporation', 'नगर निगम'],
  nagar_palika_parishad: [
    'nagar_palika_parishad',
    'nagar palika',
    'municipal council',
    'नगर पालिका परिषद',
    'नगर पालिका',
  ],
  nagar_panchayat: ['nagar_panchayat', 'town panchayat', 'नगर पंचायत'],
  block: ['block', 'rural block', 'development block', 'ब्लॉक', 'विकास खंड', 'खंड'],
  cantonment_board: ['cantonment_board', 'cantonment', 'छावनी परिषद', 'छावनी'],
  industrial_area: ['industrial_area', 'औद्योगिक क्षेत्र', 'औद्योगिक विकास क्षेत्र'],
});

/** A territory as the checks see it, of the file or known before. */
interface Node {
  code: string;
  level: string | null;
  parentCode: string | null;
  entry?: TerritoryRow;
  refused: boolean;
  inCycle: boolean;
  state: 'new' | 'climbing' | 'settled';
  /** Levels on the line above. */
  above: ReadonlySet<string>;
}

/**
 * Reads a CSV of territories, the shipped one or a user's of mandals and wards: columns `code` (made where blank),
 * `parent_code` (blank: the root), `level`, `name_en`, `name_hi`, `lgd_code`, `kind`, in any order, headers and words
 * of level and kind in English or Hindi. A parent may stand anywhere in the file, or be known before. A name missing in
 * one language is taken from the other, with a warning.
 *
 * @returns the usable rows, every parent before its children and otherwise in file order; and the problems by row. A row
 *   whose parent is refused is refused, too. What a moved territory already has below itself isn't looked at.
 */
export function readTerritoryFile(
  csv: string | Buffer,
  options: TerritoryFileOptions = {},
): { rows: TerritoryRow[]; problems: FileProblem[] } {
  const rootCode = options.rootCode ?? 'up';
  const sheet = readSheet(csv, COLUMNS, ['parent_code', 'level', ['name_en', 'name_hi']]);
  const problems = sheet.problems;
  const say = problemsOf(problems);

  const nodes = new Map<string, Node>();
  for (const { code, level, parentCode } of options.known ?? [])
    nodes.set(code, aNode(code, level, parentCode ?? null));
  nodes.set(rootCode, aNode(rootCode, ROOT_LEVEL, null));

  const inFile = new Map<string, Node>();
  for (const { row, cells } of sheet.records) {
    const before = problems.length;
    const entry = readRow(row, cells, rootCode, say);
    if (!entry) continue;
    const first = inFile.get(entry.code);
    if (first) {
      say.error(row, 'code', 'code_twice', { code: entry.code, firstRow: first.entry!.row });
      continue;
    }
    if (entry.code === rootCode) {
      say.error(row, 'code', 'root_in_file', { code: entry.code });
      continue;
    }
    const was = nodes.get(entry.code)?.level;
    if (was && entry.level && was !== entry.level) {
      say.error(row, 'level', 'level_differs', { code: entry.code, level: entry.level, was });
    }
    const refused = problems.slice(before).some((problem) => problem.severity === 'error');
    const node = { ...aNode(entry.code, entry.level || (was ?? null), entry.parentCode), entry, refused };
    inFile.set(entry.code, node);
  }
  for (const [code, node] of inFile) nodes.set(code, node);

  const rows: TerritoryRow[] = [];
  for (const node of inFile.values()) {
    for (const settled of settle(node, nodes, say)) {
      if (settled.entry && !settled.refused) rows.push(settled.entry);
    }
  }
  problems.sort((a, b) => a.row - b.row);
  return { rows, problems };
}

/** @returns the row, with '' for a level that is missing or unknown; null where there is no code to know it by */
function readRow(
  row: number,
  cells: Record<keyof typeof COLUMNS, string>,
  rootCode: string,
  say: Sayer,
): TerritoryRow | null {
  const level = LEVEL_WORDS.get(plainKey(cells.level)) ?? '';
  if (!cells.level) say.error(row, 'level', 'no_level');
  else if (!level) say.error(row, 'level', 'unknown_level', { value: cells.level });

  const kind = KIND_WORDS.get(plainKey(cells.kind)) ?? null;
  if (cells.kind && !kind) say.error(row, 'kind', 'unknown_kind', { value: cells.kind });
  else if (kind && level && level !== 'local_body') say.error(row, 'kind', 'kind_not_here', { value: cells.kind });

  const nameEn = cells.name_en || cells.name_hi;
  const nameHi = cells.name_hi || cells.name_en;
  if (!nameEn) say.error(row, 'name_en', 'no_name');
  else if (!cells.name_en) say.warning(row, 'name_en', 'name_copied', { value: nameEn });
  else if (!cells.name_hi) say.warning(row, 'name_hi', 'name_copied', { value: nameHi });
  for (const field of ['name_en', 'name_hi'] as const) {
    if (cells[field].length > MAX_NAME_LENGTH) say.error(row, field, 'too_long', { max: MAX_NAME_LENGTH });
  }

  const lgdCode = asciiDigits(cells.lgd_code);
  if (lgdCode && !/^[1-9]\d{0,9}$/.test(lgdCode)) {
    say.error(row, 'lgd_code', 'malformed_lgd_code', { value: cells.lgd_code });
  }

  const parentCode = cells.parent_code.toLowerCase() || rootCode;
  if (!cells.parent_code && level && levelOf(level)?.parents[0] !== ROOT_LEVEL)
    say.warning(row, 'parent_code', 'under_root');

  const code = cells.code.toLowerCase() || codeFor(parentCode === rootCode ? '' : parentCode, nameEn, kind);
  if (!cells.code && !code) {
    if (nameEn) say.error(row, 'code', 'no_code', { value: nameEn });
    return null;
  }
  if (cells.code && !TERRITORY_CODE.test(code)) say.error(row, 'code', 'malformed_code', { value: cells.code });
  else if (code.length > MAX_CODE_LENGTH) say.error(row, 'code', 'too_long', { max: MAX_CODE_LENGTH });

  return { row, code, codeMade: !cells.code, parentCode, level, nameEn, nameHi, lgdCode: lgdCode || null, kind };
}

/**
 * Checks a node after everything above it, without recursion, as a bad file's line may be as long as the file.
 *
 * @returns the nodes that were settled for it, from the top
 */
function settle(node: Node, nodes: ReadonlyMap<string, Node>, say: Sayer): Node[] {
  const climbed: Node[] = [];
  let at: Node | undefined = node;
  while (at?.state === 'new') {
    at.state = 'climbing';
    climbed.push(at);
    at = at.parentCode === null ? undefined : nodes.get(at.parentCode);
  }
  if (at?.state === 'climbing') {
    for (const member of climbed.slice(climbed.indexOf(at))) {
      member.inCycle = true;
      if (!member.entry) continue;
      member.refused = true;
      say.error(member.entry.row, 'parent_code', 'cycle', { code: member.code });
    }
  }
  climbed.reverse();
  for (const below of climbed) {
    const parent = below.parentCode === null ? undefined : nodes.get(below.parentCode);
    if (below.entry && !below.inCycle) checkParent(below, below.entry, parent, say);
    if (parent && !below.refused) below.above = new Set(parent.level ? [...parent.above, parent.level] : parent.above);
    below.state = 'settled';
  }
  return climbed;
}

function checkParent(node: Node, { row, level, parentCode }: TerritoryRow, parent: Node | undefined, say: Sayer): void {
  const before = say.errors;
  if (!parent) {
    say.error(row, 'parent_code', 'unknown_parent', { value: parentCode });
  } else if (level && parent.level && !mayBeUnder(level, parent.level)) {
    say.error(row, 'level', 'level_not_under_parent', { level, parentLevel: parent.level, parent: parentCode });
  } else if (parent.refused && parent.entry) {
    if (!node.refused)
      say.error(row, 'parent_code', 'parent_refused', { parent: parentCode, parentRow: parent.entry.row });
  } else if (level && parent.above.has(level)) {
    say.error(row, 'level', 'level_twice', { level, parent: parentCode });
  }
  if (say.errors > before) node.refused = true;
}

function aNode(code: string, level: string | null, parentCode: string | null): Node {
  return { code, level, parentCode, refused: false, inCycle: false, state: 'new', above: new Set() };
}
