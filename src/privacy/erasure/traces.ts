import type { Thing } from '../../sympathisers/consent/suppression.service.js';

/** Rows of one record as they stood, by table. */
export type Copied = Record<string, Record<string, unknown>[]>;

/** By what somebody is looked for outside the register's own tables. */
export interface Traces {
  records: string[];
  nameKeys: string[];
  things: Thing[];
  /** Phones in the forms they are written in, and mails: too long to be part of anything else. */
  points: string[];
  /** All of it, names and handles as well, in lower case: where losing a little too much does no harm. */
  needles: string[];
  /** The last ten digits of phones. */
  digits: string[];
}

/** Shorter ones stand in too many other words. */
const SHORTEST = 4;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const unique = (values: string[]): string[] => [...new Set(values.filter(Boolean))];

/** @param copies rows of each record: people, contact_points, person_identities, person_suggestions */
export function tracesOf(records: string[], copies: readonly Copied[]): Traces {
  const rows = (table: string) => copies.flatMap((copy) => copy[table] ?? []);
  const things: Thing[] = [
    ...rows('contact_points').map((row) => ({ kind: text(row.kind), value: text(row.value) })),
    ...rows('person_identities').map((row) => ({ kind: text(row.platform), value: text(row.handle) })),
  ];
  const phones = unique(things.map(({ value }) => value).filter((value) => value.startsWith('+')));
  const mails = unique(things.filter(({ kind }) => kind === 'email').map(({ value }) => value));
  const handles = things
    .filter(({ kind, value }) => kind !== 'email' && !value.startsWith('+'))
    .map(({ value }) => value);
  const suggested = rows('person_suggestions').map((row) => text(row.value));
  const names = [...rows('people').map((row) => text(row.full_name)), ...suggested];
  const written = phones.flatMap((phone) => [phone, phone.slice(1), phone.slice(-10)]);
  return {
    records,
    nameKeys: unique(rows('people').map((row) => text(row.name_key))),
    things: [...new Map(things.map((thing) => [`${thing.kind} ${thing.value}`, thing])).values()],
    points: unique([...written, ...mails]),
    needles: unique([...written, ...mails, ...handles, ...names].map((one) => one.toLowerCase())).filter(
      (one) => [...one].length >= SHORTEST,
    ),
    digits: unique(phones.map((phone) => phone.replace(/\D/g, '').slice(-10))).filter((one) => one.length >= 8),
  };
}

/** Of several people, to be looked for in one go. */
export const together = (all: readonly Traces[]): Traces => ({
  records: all.flatMap(({ records }) => records),
  nameKeys: unique(all.flatMap(({ nameKeys }) => nameKeys)),
  things: all.flatMap(({ things }) => things),
  points: unique(all.flatMap(({ points }) => points)),
  needles: unique(all.flatMap(({ needles }) => needles)),
  digits: unique(all.flatMap(({ digits }) => digits)),
});
