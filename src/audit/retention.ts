/**
 * The months (`2023-01-01`) of which every day lies more than `keep` whole months back.
 * @param keep at least 12: logs are kept for a year (DPDP Rules 2025, rule 6(1)(e))
 */
export function monthsToDrop(months: string[], now: Date, keep: number): string[] {
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - Math.max(keep, 12), 1));
  const limit = first.toISOString().slice(0, 10);
  return months.filter((month) => month < limit).sort();
}
