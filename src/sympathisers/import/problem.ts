import type { Field } from './columns.js';

/** Everything that can be wrong with a row; each is a message key `import.problem.<name>`. */
export const PROBLEMS = [
  // reject the row
  'minor',
  'person_minor',
  'refused',
  'stopped',
  'no_name',
  'no_contact',
  'outside',
  'held_elsewhere',
  // drop a cell with a warning; the first eight reject the row where nothing else tells how to reach them
  'bad_phone',
  'scientific_phone',
  'zero_phone',
  'bad_email',
  'bad_handle',
  'bad_whatsapp',
  'no_platform',
  'unknown_platform',
  'bad_pin',
  'unknown_district',
  'unknown_mandal',
  'unknown_ward',
  'unknown_language',
  'unknown_consent',
  'implausible_age',
  'implausible_birth_year',
  'withheld_remark',
  // keep it with a warning
  'long_name',
  'platform_mismatch',
  'odd_handle',
  'pin_district_mismatch',
  'mixed_font',
] as const;
export type ProblemName = (typeof PROBLEMS)[number];

export interface Problem {
  code: `import.problem.${ProblemName}`;
  field: Field;
  /** The cell as it came; for display to whoever uploaded it, never for logs. */
  value?: string;
}

export function problem(name: ProblemName, field: Field, value?: string): Problem {
  return { code: `import.problem.${name}`, field, ...(value === undefined ? {} : { value }) };
}

/** The name of a problem without the domain, as it is stored. */
export const nameOf = ({ code }: Problem): ProblemName => code.slice('import.problem.'.length) as ProblemName;

/** Ways to reach somebody that couldn't be used: they reject a row that tells no other. */
export const SPOILT: ReadonlySet<string> = new Set<ProblemName>([
  'bad_phone', 'scientific_phone', 'zero_phone', 'bad_email', 'bad_handle', 'bad_whatsapp', 'no_platform', 'unknown_platform',
]); // prettier-ignore

/** Words for why a row is rejected: "left out" would be too little where nothing else was there. */
export const rejectionKey = (code: string): string => `import.${SPOILT.has(code) ? 'rejection' : 'problem'}.${code}`;
