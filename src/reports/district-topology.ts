import { existsSync, readFileSync } from 'node:fs';
import { fromRoot } from '../platform/config/paths.js';
import type { Topology } from '../platform/charts/topology.js';

let known: Topology | null | undefined;

/** The state's revenue districts as shapes, joined by LGD code; null where an installation brings no such file. */
export function districtTopology(): Topology | null {
  if (known === undefined) {
    const file = fromRoot('reference', 'districts.topo.json');
    known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Topology) : null;
  }
  return known;
}
