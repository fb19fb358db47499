import type { Transaction } from '../platform/database/transaction.js';
import type { FieldProblem } from '../platform/errors.js';
import { parseAge } from './age.js';
import { parseLanguage } from './language.js';

const PIN = /^[1-9]\d{5}$/;

/** A year of birth out of a year or an age, as typed. A minor has none: nothing of theirs is kept (T29). */
export function readBirthYear(typed: number | string | null | undefined): { birthYear: number | null; key?: string } {
  if (typed === undefined || typed === null || typed === '') return { birthYear: null };
  const { birthYear, minor, problem } = parseAge(String(typed), new Date());
  if (minor) return { birthYear: null, key: 'minor' };
  return problem ? { birthYear: null, key: problem } : { birthYear };
}

/** What is wrong with a person's own fields, each by itself. */
export function problemsOfFields(typed: {
  name?: string;
  pin?: string | null;
  birthYear?: number | string | null;
  language?: string | null;
}): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const wrong = (field: string, key: string) => problems.push({ field, key: `sympathisers.problem.${key}` });
  if (typed.name !== undefined && !/\p{L}/u.test(typed.name)) wrong('name', 'no_name');
  if (typed.pin && !PIN.test(typed.pin)) wrong('pin', 'bad_pin');
  if (typed.language && parseLanguage(typed.language) !== typed.language) wrong('language', 'unknown_language');
  const { key } = readBirthYear(typed.birthYear);
  if (key) wrong('birthYear', key);
  return problems;
}

/** Whether the state has such a revenue district. */
export async function districtProblems(tx: Transaction, lgd: number | null | undefined): Promise<FieldProblem[]> {
  if (!lgd || (await tx.one('SELECT 1 FROM revenue_districts WHERE lgd_code = $1', [lgd]))) return [];
  return [{ field: 'districtLgd', key: 'sympathisers.problem.unknown_district' }];
}
