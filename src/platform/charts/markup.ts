/** What every chart needs besides its data: the reader's locale and the few words around it, already translated. */
export interface ChartContext {
  locale: string;
  /** Names the data table behind the picture, e.g. "Show the figures". */
  tableLabel: string;
  /** Makes ids unique where a page has two charts of a kind. */
  id?: string;
}

/** A column of the table behind a chart. */
export interface ChartTable {
  head: string[];
  rows: { href?: string; cells: (string | number | null)[] }[];
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text safe in markup and in quoted attributes. */
export function escape(text: unknown): string {
  return String(text ?? '').replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
}

/** A whole number in the reader's grouping (लाख / करोड़ in hi and en). */
export function figureText(value: number, context: ChartContext): string {
  const locale = context.locale.includes('-') ? context.locale : `${context.locale}-IN`;
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);
}

/** A coordinate with at most one decimal. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/**
 * The frame of a chart: title, picture, key, and the same figures as a table.
 * The picture is hidden from screen readers, who get the table; the rest is the caller's markup, already escaped.
 */
export function figure(
  kind: string,
  title: string,
  picture: string,
  key: string,
  table: ChartTable,
  context: ChartContext,
  open = false,
): string {
  return (
    `<figure class="chart chart-${kind}"><figcaption>${escape(title)}</figcaption>${picture}${key}` +
    `<details class="fold"${open ? ' open' : ''}><summary>${escape(context.tableLabel)}</summary>` +
    `${dataTable(title, table, context)}</details></figure>`
  );
}

function dataTable(title: string, table: ChartTable, context: ChartContext): string {
  const head = table.head
    .map((name, column) => `<th scope="col"${column ? ' class="num"' : ''}>${escape(name)}</th>`)
    .join('');
  const rows = table.rows.map(({ href, cells }) => {
    const [first, ...rest] = cells.map((cell) =>
      cell === null ? '–' : escape(typeof cell === 'number' ? figureText(cell, context) : cell),
    );
    const name = href ? `<a href="${escape(href)}">${first}</a>` : first;
    return `<tr><th scope="row">${name}</th>${rest.map((cell) => `<td class="num">${cell}</td>`).join('')}</tr>`;
  });
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escape(title)}"><table class="table">` +
    `<thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  );
}

/** The 45° hatching that means "claimed, not verified". Density grows with `weight` (1 to 5). */
export function hatch(id: string, weight = 3): string {
  return (
    `<pattern id="${escape(id)}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
    `<rect width="6" height="6" class="c-back"/>` +
    `<path d="M0 0V6" class="c-hatch" stroke-width="${at(0.8 + weight * 0.8)}"/></pattern>`
  );
}

/** One entry of a key: a swatch filled by `fill` (attributes, the caller's) and a word. */
export function keyEntry(fill: string, label: string): string {
  return `<li><svg viewBox="0 0 24 16" aria-hidden="true"><rect x="1" y="1" width="22" height="14" rx="2" ${fill}/></svg>${escape(label)}</li>`;
}
