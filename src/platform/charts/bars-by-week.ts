import { at, ChartContext, escape, figure, figureText, hatch, keyEntry } from './markup.js';

export interface WeekBars {
  title: string;
  /** Head of the table's first column, e.g. "Week". */
  weekLabel: string;
  /** One series, or two: the claimed whole (hatched) and the verified part of it (solid). */
  series: { label: string }[];
  /** In order of time; `short` is what stands under the bar, `values` go with `series`. */
  weeks: { label: string; short: string; values: number[] }[];
}

const WIDTH = 360;
const HEIGHT = 196;
const BASE = 164;
const TOP = 28;

/** Weeks as bars; the newest is strong. Of two series the second is drawn solid inside the hatched first. */
export function barsByWeek(data: WeekBars, context: ChartContext): string {
  const pair = data.series.length > 1;
  const most = Math.max(1, ...data.weeks.map((week) => week.values[0] ?? 0));
  const slot = WIDTH / Math.max(1, data.weeks.length);
  const width = Math.min(40, slot * 0.68);
  const pattern = `hatch-${context.id ?? 'weeks'}`;
  const every = Math.ceil(44 / slot);
  const last = data.weeks.length - 1;

  const bars = data.weeks.map((week, i) => {
    const x = slot * i + (slot - width) / 2;
    const [whole = 0, part = 0] = week.values;
    const bar = (value: number, fill: string) => {
      const height = value > 0 ? Math.max(2, ((BASE - TOP) * value) / most) : 0;
      return `<rect x="${at(x)}" y="${at(BASE - height)}" width="${at(width)}" height="${at(height)}" rx="3" ${fill}/>`;
    };
    const height = ((BASE - TOP) * whole) / most;
    const labelled = (last - i) % every === 0;
    const middle = at(x + width / 2);
    return (
      `<g>${bar(whole, pair ? `fill="url(#${escape(pattern)})"` : 'class="c-solid"')}${pair ? bar(part, 'class="c-solid"') : ''}` +
      (labelled
        ? `<text x="${middle}" y="${at(BASE - Math.max(2, height) - 6)}" text-anchor="middle">${escape(figureText(whole, context))}</text>` +
          `<text x="${middle}" y="${BASE + 20}" text-anchor="middle" class="c-soft">${escape(week.short)}</text>`
        : '') +
      '</g>'
    );
  });

  const picture =
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true" focusable="false">` +
    (pair ? `<defs>${hatch(pattern)}</defs>` : '') +
    `<path d="M0 ${BASE + 0.5}H${WIDTH}" class="c-line"/>${bars.join('')}</svg>`;
  const key = pair
    ? `<ul class="c-key">${keyEntry(`fill="url(#${escape(pattern)})"`, data.series[0]!.label)}${keyEntry('class="c-solid"', data.series[1]!.label)}</ul>`
    : '';
  const table = {
    head: [data.weekLabel, ...data.series.map(({ label }) => label)],
    rows: data.weeks.map((week) => ({ cells: [week.label, ...data.series.map((_, i) => week.values[i] ?? null)] })),
  };
  return figure('weeks', data.title, picture, key, table, context);
}
