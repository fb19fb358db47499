export interface Level {
  /** Stable code, stored on a territory and written in files, e.g. `local_body`. */
  code: string;
  /** Message key of the level's name. */
  nameKey: string;
  /** Codes of all levels it may lie directly below, the usual one first. */
  parents: readonly string[];
}

/**
 * The levels of the organisation's tree, from the top. Skipping a level is spelt out as a parent rather than derived
 * from an order, because mandal and local body have none between them: either lies inside the other, or they lie side
 * by side.
 */
export const LEVELS: readonly Level[] = [
  { code: 'state', nameKey: 'territories.level.state', parents: [] },
  { code: 'region', nameKey: 'territories.level.region', parents: ['state'] },
  { code: 'district', nameKey: 'territories.level.district', parents: ['region', 'state'] },
  { code: 'mandal', nameKey: 'territories.level.mandal', parents: ['district', 'local_body', 'region', 'state'] },
  { code: 'local_body', nameKey: 'territories.level.local_body', parents: ['district', 'mandal', 'region', 'state'] },
  {
    code: 'ward',
    nameKey: 'territories.level.ward',
    parents: ['local_body', 'mandal', 'district', 'region', 'state'],
  },
];

/** The level of the root; no other territory has it. */
export const ROOT_LEVEL = 'state';

export interface LocalBodyKind {
  code: string;
  /** Message key of the kind's name. */
  nameKey: string;
  /** Ends the codes made for such a body: a town and the rural block around it usually share their name. */
  codeSuffix: string;
}

/**
 * What a local body can be. Cantonment boards and industrial areas stand in the Local Government Directory's list of
 * urban bodies beside the three municipal kinds, and people live there.
 */
export const LOCAL_BODY_KINDS: readonly LocalBodyKind[] = [
  { code: 'nagar_nigam', nameKey: 'territories.kind.nagar_nigam', codeSuffix: 'nn' },
  { code: 'nagar_palika_parishad', nameKey: 'territories.kind.nagar_palika_parishad', codeSuffix: 'npp' },
  { code: 'nagar_panchayat', nameKey: 'territories.kind.nagar_panchayat', codeSuffix: 'np' },
  { code: 'block', nameKey: 'territories.kind.block', codeSuffix: 'block' },
  { code: 'cantonment_board', nameKey: 'territories.kind.cantonment_board', codeSuffix: 'cantonment' },
  { code: 'industrial_area', nameKey: 'territories.kind.industrial_area', codeSuffix: 'ida' },
];

/** @returns the level of that code, or undefined */
export function levelOf(code: string): Level | undefined {
  return LEVELS.find((level) => level.code === code);
}

/**
 * Whether a territory of one level may lie directly below one of another. It says nothing of the line above the parent:
 * that no level comes twice on a line (a mandal in a local body in a mandal) is for whoever sees the whole line.
 *
 * @returns false for a level it doesn't know
 */
export function mayBeUnder(level: string, parentLevel: string): boolean {
  return levelOf(level)?.parents.includes(parentLevel) ?? false;
}
