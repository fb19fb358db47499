import type { Config } from '../../platform/config/config.js';

/** A clock that runs by itself, set where its thing is: shown, and not changed here. Words: `retention.clock.<code>`. */
export interface Clock {
  code: string;
  n: number;
  unit: 'hours' | 'days' | 'months';
  /** Where it is set; null: it is fixed. */
  setting: string | null;
}

export const otherClocks = (config: Config): Clock[] => [
  { code: 'rejects', n: config.importFileDays, unit: 'days', setting: 'IMPORT_FILE_DAYS' },
  { code: 'uploads', n: config.importFileDays, unit: 'days', setting: 'IMPORT_FILE_DAYS' },
  { code: 'exports', n: config.exportHours, unit: 'hours', setting: 'EXPORT_HOURS' },
  { code: 'sign_ups', n: 30, unit: 'days', setting: null },
  { code: 'trail', n: config.auditMonths, unit: 'months', setting: 'AUDIT_MONTHS' },
];

/** The day on which whoever is noticed today is erased. */
export function eraseOn(now: Date, noticeDays: number): string {
  return new Date(now.getTime() + noticeDays * 86_400_000).toISOString().slice(0, 10);
}
