import { isLongName, namesAlike, type NameClass } from './names-alike.js';

/** What two records have in common, and what speaks against their being one person. Facts, before any judgement. */
export interface Common {
  names: [string, string];
  birthYears: [number | null, number | null];
  /** Phones (WhatsApp numbers with them) and mails that both have. */
  phones: number;
  emails: number;
  /** Most people who have one of those: a family is a handful, an office is more. */
  sharedBy: number;
  /** Handles that stand, now or formerly, with both. */
  handles: number;
  /** Accounts by the platform's own stable id. */
  accounts: number;
  /** People of the whole register with this very name; null where the two aren't spelled by one key. */
  bearers: number | null;
  /** Both are at home in one ward or mandal, or have one PIN. */
  near: boolean;
}

/** Codes with words: `duplicates.reason.<code>`; `same_row`: one row of an import was surely both. */
export type Reason =
  | 'account'
  | 'same_row'
  | 'handle'
  | 'phone'
  | 'email'
  | 'name_same'
  | 'name_similar'
  | 'name_shorter'
  | 'rare_name'
  | 'near'
  | 'born'
  | 'born_differs';

export interface Evidence {
  /** 0 to 100: what to look at first, never a reason to merge by itself (T23). */
  strength: number;
  reasons: Reason[];
}

export const STRONG = 80;
/** More people than this at one number: an office, a shop, a helper who wrote lists with their own number. */
const FAMILY = 8;
/** A year of birth is often a guess from an age. */
const BORN_NEAR = 2;
/** So many of a name in the whole register, two of them in one ward: hardly by chance. */
const RARE = 2;

const NAME: Record<Exclude<NameClass, 'different'>, Reason> = { same: 'name_same', similar: 'name_similar', shorter: 'name_shorter' }; // prettier-ignore

/**
 * Whether two records may be one person, how strongly, and why; null where they are not suggested. A name alone never is: it
 * decides together with a point, an account's history or a small place (T22). A phone or mail alone never is, either: that is
 * a family (T23). A handle that stands with two people of different names has changed hands (T20).
 */
export function evidenceOf(common: Common): Evidence | null {
  const names = namesAlike(...common.names);
  const years = common.birthYears[0] !== null && common.birthYears[1] !== null ? Math.abs(common.birthYears[0] - common.birthYears[1]) : null; // prettier-ignore
  const apart = years !== null && years > BORN_NEAR;
  const reasons: Reason[] = [];
  let strength = 0;
  const speaks = (reason: Reason, atLeast: number, more = 5) => {
    reasons.push(reason);
    strength = strength ? Math.max(strength + more, atLeast) : atLeast;
  };
  if (names !== 'different') {
    const [sure, likely] = names === 'same' ? [85, 80] : names === 'similar' ? [75, 70] : [60, 55];
    const office = common.sharedBy > FAMILY;
    if (common.accounts) speaks('account', 95);
    // Half of a name may be anybody's, and a handle go to anybody: then the place has to agree.
    if (common.handles && (names !== 'shorter' || common.near || common.phones || common.emails))
      speaks('handle', sure);
    // Namesakes at an office's number are two people: there it takes the very name, and one year of birth or place.
    const counts = !office || (names === 'same' && (years === 0 || common.near));
    if (common.phones && counts) speaks('phone', likely, 10);
    if (common.emails && counts) speaks('email', likely, 10);
    // A shortened name with a year of birth that differs is a relative.
    if (apart && names !== 'same' && !common.accounts) return null;
    if (!strength && names === 'same' && common.near && common.bearers !== null && common.bearers <= RARE) {
      // Two of one name in one ward are often two people; with one year of birth, or three words of a name, hardly.
      if (years !== null ? years <= 1 : isLongName(common.names[0])) speaks('rare_name', years === null ? 45 : 55);
    }
    if (!strength) return null;
    reasons.push(NAME[names]);
  } else {
    // The platform says it is one account, whatever they call themselves now.
    if (!common.accounts || apart) return null;
    speaks('account', 60);
  }
  if (common.near) speaks('near', strength, 3);
  if (years !== null && !apart) speaks('born', strength, 3);
  if (apart) {
    reasons.push('born_differs');
    strength -= 30;
  }
  return { strength: Math.max(1, Math.min(99, strength)), reasons };
}
