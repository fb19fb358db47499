/** As much of TopoJSON as a map of districts needs (https://github.com/topojson/topojson-specification). */
export interface Topology {
  type: 'Topology';
  transform?: { scale: [number, number]; translate: [number, number] };
  arcs: number[][][];
  objects: Record<string, { type: string; geometries: TopoGeometry[] }>;
}

export interface TopoGeometry {
  type: string;
  /** Rings of arc numbers (Polygon) or lists of such rings (MultiPolygon); ~n is arc n backwards. */
  arcs?: unknown;
  properties?: Record<string, unknown>;
}

type Point = [number, number];

/**
 * Turns each geometry of one object into an SVG path, `width` units wide, north up, at the middle latitude's true shape.
 * Every shared border is thinned once (points nearer than `detail` units go), so neighbours stay without gaps.
 * @returns the paths in the object's order, and the height.
 */
export function topologyPaths(topology: Topology, object: string, width: number, detail: number) {
  const { scale: [kx, ky], translate: [tx, ty] } = topology.transform ?? { scale: [1, 1], translate: [0, 0] }; // prettier-ignore
  const degrees = topology.arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx = 0, dy = 0]): Point => {
      [x, y] = topology.transform ? [x + dx, y + dy] : [dx, dy];
      return [x * kx + tx, y * ky + ty];
    });
  });
  const all = degrees.flat();
  const [west, east] = extent(all.map(([x]) => x));
  const [south, north] = extent(all.map(([, y]) => y));
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const unit = width / ((east - west) * narrow || 1);
  const place = ([x, y]: Point): Point => [Math.round((x - west) * narrow * unit), Math.round((north - y) * unit)];
  const arcs = degrees.map((arc) => thin(arc.map(place), detail));

  const ring = (numbers: number[]) => {
    const points: Point[] = [];
    for (const number of numbers) {
      const arc = number < 0 ? [...arcs[~number]!].reverse() : arcs[number]!;
      points.push(...(points.length ? arc.slice(1) : arc));
    }
    return path(points);
  };
  const geometries = topology.objects[object]?.geometries ?? [];
  const paths = geometries.map(({ type, arcs: rings }) =>
    (type === 'MultiPolygon' ? (rings as number[][][]).flat() : ((rings ?? []) as number[][])).map(ring).join(''),
  );
  return { geometries, paths, height: Math.round((north - south) * unit) };
}

/** Smallest and largest, without spreading a long list over arguments. */
function extent(values: number[]): [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

/** Drops points nearer than `detail` to the last one kept; the two ends always stay. */
function thin(points: Point[], detail: number): Point[] {
  const kept: Point[] = [];
  points.forEach((point, i) => {
    const last = kept.at(-1);
    if (!last || i === points.length - 1 || Math.hypot(point[0] - last[0], point[1] - last[1]) >= detail)
      kept.push(point);
  });
  return kept;
}

function path(points: Point[]): string {
  let [x, y] = points[0] ?? [0, 0];
  const steps = points.slice(1).map(([px, py]) => {
    const step = `${px - x}${py - y < 0 ? '' : ' '}${py - y}`;
    [x, y] = [px, py];
    return step;
  });
  const [first = [0, 0]] = points;
  return `M${first[0]} ${first[1]}l${steps.join(' ')}z`;
}
