import { barsByWeek, WeekBars } from './bars-by-week.js';
import { districtMap, MapValues } from './district-map.js';
import { funnelChart, FunnelSteps } from './funnel-chart.js';
import { ChartContext } from './markup.js';
import { Topology } from './topology.js';

/** What `{{chart kind data}}` takes, by kind. */
export interface ChartData {
  weeks: WeekBars;
  funnel: FunnelSteps;
  map: { topology: Topology; values: MapValues };
}

/** The markup of a chart, safe to put into a page as it is. */
export function chart<Kind extends keyof ChartData>(kind: Kind, data: ChartData[Kind], context: ChartContext): string {
  switch (kind) {
    case 'weeks':
      return barsByWeek(data as WeekBars, context);
    case 'funnel':
      return funnelChart(data as FunnelSteps, context);
    case 'map': {
      const { topology, values } = data as ChartData['map'];
      return districtMap(topology, values, context);
    }
    default:
      throw new Error(`There is no chart "${String(kind)}"`);
  }
}
