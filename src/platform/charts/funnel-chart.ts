import { at, ChartContext, escape, figure, figureText } from './markup.js';

export interface FunnelSteps {
  title: string;
  /** Heads of the table's columns: step, number, share of the first. */
  head: [string, string, string];
  /** From the widest on, e.g. asked, answered, yes, came. A later one may be larger (walk-ins). */
  steps: { label: string; value: number }[];
}

const WIDTH = 360;
const MIDDLE = 92;
const TALLEST = 68;

/** A line that narrows from step to step, each with its number above and its word below. */
export function funnelChart(data: FunnelSteps, context: ChartContext): string {
  const { steps } = data;
  const most = Math.max(1, ...steps.map(({ value }) => value));
  const slot = WIDTH / Math.max(1, steps.length);
  const half = (value: number) => (value > 0 ? Math.max(1.5, (TALLEST * value) / most / 2) : 0.75);

  // Each step is a level stretch; the neck between two of them is a soft curve.
  const edge = (sign: 1 | -1) => {
    const parts: string[] = [];
    const order = sign === -1 ? steps.map((_, i) => i) : steps.map((_, i) => steps.length - 1 - i);
    order.forEach((i, n) => {
      const y = MIDDLE + sign * half(steps[i]!.value);
      const [near, far] = sign === -1 ? [slot * i, slot * i + slot * 0.62] : [slot * i + slot * 0.62, slot * i];
      const from = i === steps.length - 1 && sign === -1 ? WIDTH : far;
      const to = i === steps.length - 1 && sign === 1 ? WIDTH : near;
      if (n === 0) parts.push(`${sign === -1 ? 'M' : 'L'}${at(to)} ${at(y)}`);
      else {
        const before = order[n - 1]!;
        const previous = MIDDLE + sign * half(steps[before]!.value);
        const start = sign === -1 ? slot * before + slot * 0.62 : slot * before;
        const bend = (start + to) / 2;
        parts.push(`C${at(bend)} ${at(previous)} ${at(bend)} ${at(y)} ${at(to)} ${at(y)}`);
      }
      parts.push(`H${at(from)}`);
    });
    return parts.join('');
  };

  const words = steps.map(
    ({ label, value }, i) =>
      `<text x="${at(slot * i + 2)}" y="30" font-weight="700" font-size="22" class="c-figure">${escape(figureText(value, context))}</text>` +
      `<text x="${at(slot * i + 2)}" y="48" class="c-soft">${escape(label)}</text>`,
  );
  const picture =
    `<svg viewBox="0 0 ${WIDTH} 132" aria-hidden="true" focusable="false">` +
    (steps.length ? `<path d="${edge(-1)}${edge(1)}Z" class="c-solid"/>` : '') +
    `${words.join('')}</svg>`;
  const first = steps[0]?.value ?? 0;
  const table = {
    head: data.head,
    rows: steps.map(({ label, value }) => ({
      cells: [label, value, first > 0 ? `${figureText((100 * value) / first, context)} %` : null],
    })),
  };
  return figure('funnel', data.title, picture, '', table, context);
}
