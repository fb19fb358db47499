import { Conflict } from '../../platform/errors.js';

/** What people may ask: DPDP Act 2023, sections 11 to 13; GDPR, articles 15 to 17, 21 and 77. */
export const REQUEST_KINDS = ['access', 'correction', 'erasure', 'objection', 'grievance'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

export const CAME_HOWS = ['mail', 'phone', 'letter', 'own_data', 'member'] as const;
export type CameHow = (typeof CAME_HOWS)[number];

export const REQUEST_STATES = ['received', 'acknowledged', 'answered', 'refused', 'withdrawn'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** The letters there is a text for. */
export const LETTERS = ['acknowledgement', 'answer', 'extension', 'refusal'] as const;
export type LetterKind = (typeof LETTERS)[number];

/** How a letter reaches them. */
export const SENT_HOWS = ['mail', 'print', 'spoken'] as const;
export type SentHow = (typeof SENT_HOWS)[number];

const MAY_FOLLOW: Record<RequestState, readonly RequestState[]> = {
  received: ['acknowledged', 'answered', 'refused', 'withdrawn'],
  acknowledged: ['answered', 'refused', 'withdrawn'],
  answered: [],
  refused: [],
  withdrawn: [],
};

/** What a letter makes of a request; an extension leaves it as it is. */
const MAKES: Record<LetterKind, RequestState | null> = {
  acknowledgement: 'acknowledged',
  answer: 'answered',
  extension: null,
  refusal: 'refused',
};

export interface Standing {
  kind: RequestKind;
  /** Asked by somebody else, for a person who has died or can't act. */
  onBehalf: boolean;
  state: RequestState;
  extended: boolean;
  checked: boolean;
  /** Calendar days. */
  dueOn: string;
}

export const isOpen = (state: RequestState): boolean => MAY_FOLLOW[state].length > 0;

/** What is left in a text for whoever writes to fill in. */
export const BLANK = '[…]';

/** So much longer it may take, once, if they are told why in time: two further months (GDPR, article 12(3)), never more than these days. */
export const EXTENSION_DAYS = 59;

/**
 * Whose answer gives data out, changes or erases it: only to whom we know to be the person (GDPR, article 12(6)). On somebody's
 * behalf a human looks each time, whatever is asked.
 */
const NEEDS_CHECK: readonly RequestKind[] = ['access', 'correction', 'erasure'];
export const needsCheck = ({ kind, onBehalf }: Pick<Standing, 'kind' | 'onBehalf'>): boolean =>
  onBehalf || NEEDS_CHECK.includes(kind);

/** The letters that may be written now. */
export function lettersFor(request: Standing, today: string): LetterKind[] {
  return LETTERS.filter((letter) => !refusalOf(request, letter, today));
}

/**
 * The state after a letter.
 * @throws Conflict where it may not be written now
 */
export function after(request: Standing, letter: LetterKind, today: string): RequestState {
  const refused = refusalOf(request, letter, today);
  if (refused) throw new Conflict(refused);
  return MAKES[letter] ?? request.state;
}

/** @throws Conflict where it is closed already */
export function withdrawn(state: RequestState): RequestState {
  if (!MAY_FOLLOW[state].includes('withdrawn')) throw new Conflict('requests.error.closed');
  return 'withdrawn';
}

function refusalOf(request: Standing, letter: LetterKind, today: string) {
  const { kind, state, extended, checked, dueOn } = request;
  const next = MAKES[letter];
  if (!isOpen(state)) return 'requests.error.closed';
  if (next && !MAY_FOLLOW[state].includes(next)) return 'requests.error.acknowledged';
  if (letter === 'answer' && needsCheck(request) && !checked) return 'requests.error.check_first';
  if (letter !== 'extension') return null;
  if (extended) return 'requests.error.extended';
  // What the Rules give for grievances is the longest there is (DPDP Rules 2025, rule 14).
  if (kind === 'grievance') return 'requests.error.no_extension';
  return today > dueOn ? 'requests.error.too_late' : null;
}

/** `access:28,grievance:90` as days by kind. */
export function daysOf(setting: string): Record<RequestKind, number> {
  const said = new Map(setting.split(',').map((pair) => pair.trim().split(':') as [string, string]));
  return Object.fromEntries(REQUEST_KINDS.map((kind) => [kind, Number(said.get(kind) ?? 28)])) as Record<RequestKind, number>; // prettier-ignore
}
