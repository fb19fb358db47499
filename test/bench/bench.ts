/** What a benchmark measured, beside the same amount of the simplest thing that could do it, in the same run. */
export interface Measured {
  /** In words, e.g. `import of 20,000 rows`. */
  what: string;
  /** Of how many things (rows, requests) a second. */
  unit: string;
  figure: number;
  reference: number;
  /** What the reference is, in words. */
  against: string;
}

export interface Bench {
  name: string;
  about: string;
  /** @param args what stands behind its name on the command line */
  run(args: string[]): Promise<Measured[]>;
}

/** What `--rows N` says, or as many as normally. @throws Error for anything but a whole number that is large enough */
export function rowsAsked(args: string[], normally: number, atLeast = 1): number {
  const at = args.indexOf('--rows');
  const rows = at < 0 ? normally : Number(args[at + 1]);
  if (!Number.isInteger(rows) || rows < atLeast)
    throw new Error(`--rows: must be a whole number, ${atLeast.toLocaleString('en')} or more`);
  return rows;
}

/** Seconds that something takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** The one in the middle. */
export const median = (times: number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

/** The table that a run ends with. */
export function table(rows: Measured[]): string {
  const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });
  const cells = [
    ['what', 'unit', 'figure', 'reference', 'ratio', 'reference is'],
    ...rows.map((row) => [
      row.what,
      row.unit,
      number(row.figure),
      number(row.reference),
      (row.figure / row.reference).toFixed(3),
      row.against,
    ]),
  ];
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const line = (row: string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const [head, ...body] = cells;
  return [line(head!), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join('\n');
}
