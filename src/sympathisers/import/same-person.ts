import { type ReadRow } from './intake-row.js';
import { problem, type Problem } from './problem.js';

/** What comes of a row, by the rules alone and in a register that is empty: the measure for the set-based merge. */
export interface RowOutcome {
  outcome: 'created' | 'changed' | 'same' | 'rejected';
  /** The index of the row that created this person; null for a rejected row. */
  person: number | null;
  reason: Problem | null;
  /** Blank fields that this row filled, and `point` or `identity` where it added one. */
  filled: string[];
  /** Fields in which it differs from what stands; kept beside the person, never put in place. */
  suggestions: string[];
}

/**
 * Which rows are surely the same person: for each row the index of the first row of its person.
 *
 * Sure is the same identity on a platform, or the same phone, WhatsApp number or mail together with the same name. A
 * WhatsApp number is a phone, and families share phones, so it proves nothing alone (T23). Being the same carries over:
 * a row that is sure with two others makes those one person, in whatever order they stand. And a person goes by the name
 * of their first row with every phone and mail of all their rows, just as the register will hold them: else the same file
 * would find more the second time.
 */
export function groupRows(rows: readonly ReadRow[]): number[] {
  const parent = rows.map((_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  };
  for (let joined = true; joined;) {
    joined = false;
    const seen = new Map<string, number>();
    rows.forEach((row, i) => {
      for (const key of [...proofs(row), ...proofs({ ...row, identities: [], nameKey: rows[root(i)]!.nameKey })]) {
        const other = seen.get(key);
        if (other === undefined) seen.set(key, i);
        else if (root(i) !== root(other)) {
          // The lower index stays the root, so that a person is named by their first row.
          parent[Math.max(root(i), root(other))] = Math.min(root(i), root(other));
          joined = true;
        }
      }
    });
  }
  return rows.map((_, i) => root(i));
}

/** The keys of which one in common proves the same person. */
export function proofs(row: ReadRow): string[] {
  const keys = row.identities.filter((identity) => !isNumber(identity)).map(identityKey);
  if (!row.nameKey) return keys;
  for (const phone of row.phones) keys.push(`phone ${phone} ${row.nameKey}`);
  for (const email of row.emails) keys.push(`email ${email} ${row.nameKey}`);
  return keys;
}

/** The points and identities of a row as a refusal stops them. */
export function stopKeys(row: ReadRow): string[] {
  return [
    ...row.phones.map((phone) => `phone ${phone}`),
    ...row.emails.map((email) => `email ${email}`),
    ...row.identities.filter((identity) => !isNumber(identity)).map(identityKey),
  ];
}

/**
 * The outcome of each row of a file, in file order.
 *
 * First every row by itself (see readRow). Then stops: what a refused row holds, or what was stopped before, rejects
 * any other row that holds it too, before or after, whoever's it is. Then persons, out of the rows left and of every
 * row that names a minor: one minor row and none of that person's go in. A minor's refusal stops nothing, as a minor
 * leaves nothing.
 */
export function outcomes(rows: readonly ReadRow[], stoppedBefore: ReadonlySet<string> = new Set()): RowOutcome[] {
  const stopped = new Set(stoppedBefore);
  for (const row of rows) {
    if (row.rejected?.code === 'import.problem.refused') stopKeys(row).forEach((key) => stopped.add(key));
  }
  const reasons = rows.map((row) => {
    if (row.rejected) return row.rejected;
    return stopKeys(row).some((key) => stopped.has(key)) ? problem('stopped', stoppedField(row, stopped)) : null;
  });
  const matched = rows.flatMap((row, i) => (row.minor || !reasons[i] ? [i] : []));
  const groups = groupRows(matched.map((i) => rows[i]!));
  const minors = new Set(groups.filter((_, n) => rows[matched[n]!]!.minor));
  const found: RowOutcome[] = reasons.map((reason) => rejectedFor(reason));
  const persons = new Map<number, Person>();
  matched.forEach((i, n) => {
    const group = groups[n]!;
    if (reasons[i]) return;
    if (minors.has(group)) found[i] = rejectedFor(problem('person_minor', 'age'));
    else found[i] = met(persons, group, rows[i]!, i);
  });
  return found;
}

const FIELDS = ['pin', 'districtLgd', 'territoryHint', 'language', 'birthYear'] as const;

interface Person {
  index: number;
  name: string;
  fields: Pick<ReadRow, (typeof FIELDS)[number]>;
  consent: ReadRow['consent'];
  keys: Set<string>;
}

function met(persons: Map<number, Person>, group: number, row: ReadRow, i: number): RowOutcome {
  const person = persons.get(group);
  if (!person) {
    const { pin, districtLgd, territoryHint, language, birthYear, consent, name } = row;
    const fields = { pin, districtLgd, territoryHint, language, birthYear };
    persons.set(group, { index: i, name, fields, consent, keys: new Set(held(row)) });
    return { outcome: 'created', person: i, reason: null, filled: [], suggestions: [] };
  }
  const filled: string[] = [];
  const suggestions = row.name === person.name ? [] : ['name'];
  for (const field of FIELDS) {
    if (row[field] === null || row[field] === person.fields[field]) continue;
    if (person.fields[field] !== null) suggestions.push(field);
    else {
      Object.assign(person.fields, { [field]: row[field] });
      filled.push(field);
    }
  }
  // No entry yet in the ledger: a yes is the first one, not a higher one (T24).
  if (person.consent === 'unknown' && row.consent === 'given') {
    person.consent = 'given';
    filled.push('consent');
  }
  for (const key of held(row)) {
    if (person.keys.has(key)) continue;
    person.keys.add(key);
    filled.push(/^(?:phone|email) /.test(key) ? 'point' : 'identity');
  }
  return { outcome: filled.length ? 'changed' : 'same', person: person.index, reason: null, filled, suggestions };
}

/** Here a WhatsApp number counts twice, as a phone and as an identity: knowing that it is on WhatsApp is news. */
function held(row: ReadRow): string[] {
  return [
    ...row.phones.map((phone) => `phone ${phone}`),
    ...row.emails.map((email) => `email ${email}`),
    ...row.identities.map(identityKey),
  ];
}

function stoppedField(row: ReadRow, stopped: ReadonlySet<string>): 'phone' | 'email' | 'handle' {
  if (row.phones.some((phone) => stopped.has(`phone ${phone}`))) return 'phone';
  return row.emails.some((email) => stopped.has(`email ${email}`)) ? 'email' : 'handle';
}

function rejectedFor(reason: Problem | null): RowOutcome {
  return { outcome: 'rejected', person: null, reason, filled: [], suggestions: [] };
}

function isNumber({ platform, handle }: { platform: string; handle: string }): boolean {
  return platform === 'whatsapp' && handle.startsWith('+');
}

function identityKey({ platform, handle }: { platform: string; handle: string }): string {
  return `identity ${platform} ${handle}`;
}
