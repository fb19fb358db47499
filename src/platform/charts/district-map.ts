import { ChartContext, escape, figure, figureText, hatch, keyEntry } from './markup.js';
import { Topology, topologyPaths } from './topology.js';

export interface MapValues {
  title: string;
  /** Name of the topology's object; its only one if missing. */
  object?: string;
  /** The geometry's property that is `areas[].code`; `lgd_code` if missing. */
  property?: string;
  /** Heads of the list beside the map: area, claimed, verified. */
  head: [string, string, string];
  /** Words of the key. */
  words: { claimed: string; verified: string; none: string };
  /** In the order of the list. `verified` decides where it is known (solid), else `claimed` (hatched). */
  areas: { code: string; name: string; claimed: number | null; verified: number | null; href?: string }[];
}

const STEPS = 5;
const WIDTH = 640;

/**
 * A map of districts by one figure, and the list of it in the same order. Darker is more, in five equal steps of the
 * largest; claimed figures are hatched, verified ones solid. Links in the picture are for pointers, the list is for all.
 */
export function districtMap(topology: Topology, values: MapValues, context: ChartContext): string {
  const object = values.object ?? Object.keys(topology.objects)[0] ?? '';
  const property = values.property ?? 'lgd_code';
  const { geometries, paths, height } = topologyPaths(topology, object, WIDTH, 4);
  const areas = new Map(values.areas.map((area) => [area.code, area]));
  const figures = values.areas.flatMap(({ claimed, verified }) => verified ?? claimed ?? []);
  const most = Math.max(0, ...figures);
  const step = (value: number) => Math.min(STEPS, Math.max(1, Math.ceil((value / (most || 1)) * STEPS)));
  const id = escape(context.id ?? 'map');
  const solid = (n: number) => `class="c-area c-solid" fill-opacity="${(0.2 + (0.8 * n) / STEPS).toFixed(2)}"`;
  const hatched = (n: number) => `class="c-area" fill="url(#hatch-${id}-${n})"`;
  const used = new Set<number>();

  const shapes = geometries.map((geometry, i) => {
    const area = areas.get(String(geometry.properties?.[property] ?? ''));
    const value = area?.verified ?? area?.claimed ?? null;
    let fill = 'class="c-area c-none"';
    if (area && value !== null && value > 0) {
      const n = step(value);
      if (area.verified !== null) fill = solid(n);
      else {
        used.add(n);
        fill = hatched(n);
      }
    }
    const said = value === null ? values.words.none : figureText(value, context);
    const shape = `<path d="${paths[i]}" ${fill}>${area ? `<title>${escape(`${area.name}: ${said}`)}</title>` : ''}</path>`;
    return area?.href ? `<a href="${escape(area.href)}" tabindex="-1">${shape}</a>` : shape;
  });

  const patterns = [...new Set([...used, 3])].map((n) => hatch(`hatch-${id}-${n}`, n)).join('');
  const picture =
    `<svg viewBox="-2 -2 ${WIDTH + 4} ${height + 4}" aria-hidden="true" focusable="false"><defs>${patterns}</defs>` +
    `${shapes.join('')}</svg>`;
  const key =
    `<ul class="c-key">${keyEntry('class="c-solid"', values.words.verified)}` +
    keyEntry(`fill="url(#hatch-${id}-3)"`, values.words.claimed) +
    `${keyEntry('class="c-none"', values.words.none)}</ul>`;
  const table = {
    head: values.head,
    rows: values.areas.map(({ name, href, claimed, verified }) => ({ href, cells: [name, claimed, verified] })),
  };
  return figure('map', values.title, picture, key, table, context, true);
}
