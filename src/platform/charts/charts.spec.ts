import { describe, expect, it } from '@jest/globals';
import { barsByWeek } from './bars-by-week.js';
import { chart } from './chart.js';
import { districtMap } from './district-map.js';
import { funnelChart } from './funnel-chart.js';
import { escape, figureText } from './markup.js';
import { Topology, topologyPaths } from './topology.js';

const context = { locale: 'hi', tableLabel: 'आँकड़े देखें' };
const nasty = `<img src=x onerror="a('b')">&`;

describe('every chart', () => {
  it('escapes text for markup and attributes', () => {
    expect(escape(nasty)).toBe('&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;');
    const weeks = barsByWeek(
      {
        title: nasty,
        weekLabel: nasty,
        series: [{ label: nasty }],
        weeks: [{ label: nasty, short: nasty, values: [1] }],
      },
      { ...context, tableLabel: nasty },
    );
    const funnel = funnelChart({ title: nasty, head: [nasty, '', ''], steps: [{ label: nasty, value: 1 }] }, context);
    const map = districtMap(
      square,
      { ...values, title: nasty, areas: [{ ...values.areas[0]!, name: nasty, href: `/"><b` }] },
      context,
    );
    for (const html of [weeks, funnel, map]) expect(html).not.toMatch(/<img|<b[ >]|"a\(/);
  });

  it('groups numbers in lakhs in both languages', () => {
    expect(figureText(1234567, context)).toBe('12,34,567');
    expect(figureText(1234567, { ...context, locale: 'en' })).toBe('12,34,567');
  });

  it('has no inline style and hides the picture from screen readers, who get the table', () => {
    const html = chart(
      'funnel',
      { title: 'मिलन', head: ['क़दम', 'संख्या', 'हिस्सा'], steps: [{ label: 'बुलाए', value: 4 }] },
      context,
    );
    expect(html).not.toContain('style=');
    expect(html).toMatch(/<svg [^>]*aria-hidden="true"/);
    expect(html).toContain('<th scope="row">बुलाए</th><td class="num">4</td><td class="num">100 %</td>');
  });

  it('refuses an unknown kind', () => {
    expect(() => chart('pie' as 'weeks', {} as never, context)).toThrow('pie');
  });
});

describe('weeks as bars', () => {
  const weeks = [
    { label: '2 to 8 November', short: '2 Nov', values: [40, 10] },
    { label: '9 to 15 November', short: '9 Nov', values: [80, 0] },
  ];

  it('draws the claimed whole hatched and the verified part solid', () => {
    const html = barsByWeek(
      { title: 'T', weekLabel: 'Week', series: [{ label: 'Claimed' }, { label: 'Verified' }], weeks },
      context,
    );
    expect(html.match(/<rect [^>]*fill="url\(#hatch-weeks\)"/g)).toHaveLength(3); // two bars, one in the key
    expect(html).toContain('<th scope="row">2 to 8 November</th><td class="num">40</td><td class="num">10</td>');
    const heights = [...html.matchAll(/height="([\d.]+)" rx="3" fill/g)].map(([, h]) => Number(h));
    expect(heights[1]).toBe(heights[0]! * 2);
  });

  it('stands with no weeks and with nothing but zeros', () => {
    expect(barsByWeek({ title: 'T', weekLabel: 'W', series: [{ label: 'n' }], weeks: [] }, context)).toContain('<svg');
    const html = barsByWeek(
      { title: 'T', weekLabel: 'W', series: [{ label: 'n' }], weeks: [{ label: 'a', short: 'a', values: [0] }] },
      context,
    );
    expect(html).not.toContain('NaN');
  });
});

describe('the funnel', () => {
  it('takes a later step larger than the first, and nobody asked', () => {
    const head: [string, string, string] = ['a', 'b', 'c'];
    const html = funnelChart({ title: 'T', head, steps: [{ label: 'asked', value: 10 }, { label: 'came', value: 25 }] }, context); // prettier-ignore
    expect(html).toContain('250 %');
    const none = funnelChart({ title: 'T', head, steps: [{ label: 'asked', value: 0 }] }, context);
    expect(none).toContain('<td class="num">–</td>');
    expect(none).not.toContain('NaN');
  });
});

/** Two unit squares side by side at the equator; the border between them is one shared arc. */
const square: Topology = {
  type: 'Topology',
  transform: { scale: [1, 1], translate: [0, 0] },
  arcs: [
    [[1, 0], [0, 1]],
    [[1, 1], [-1, 0], [0, -1], [1, 0]],
    [[1, 0], [1, 0], [0, 1], [-1, 0]],
  ],
  objects: {
    d: {
      type: 'GeometryCollection',
      geometries: [
        { type: 'Polygon', arcs: [[0, 1]], properties: { lgd_code: '1' } },
        { type: 'MultiPolygon', arcs: [[[2, -1]]], properties: { lgd_code: '2' } },
      ],
    },
  },
}; // prettier-ignore
const values = {
  title: 'T',
  head: ['District', 'Claimed', 'Verified'] as [string, string, string],
  words: { claimed: 'claimed', verified: 'verified', none: 'none' },
  areas: [
    { code: '1', name: 'Agra', claimed: 50, verified: 40, href: '/territories/agra' },
    { code: '2', name: 'Mathura', claimed: 20, verified: null },
  ],
};

describe('the map', () => {
  it('decodes arcs forwards and backwards, north up', () => {
    const { paths, height } = topologyPaths(square, 'd', 200, 1);
    expect(height).toBe(100);
    expect(paths).toEqual(['M100 100l0-100 -100 0 0 100 100 0z', 'M100 100l100 0 0-100 -100 0 0 100z']);
  });

  it('shows verified solid, claimed hatched, and lists them in the same order', () => {
    const html = districtMap(square, values, context);
    expect(html).toContain('class="c-area c-solid" fill-opacity="1.00"><title>Agra: 40</title>');
    expect(html).toContain('class="c-area" fill="url(#hatch-map-3)"><title>Mathura: 20</title>');
    expect(html).toContain('<a href="/territories/agra" tabindex="-1">');
    expect(html.indexOf('>Agra</a></th>')).toBeLessThan(html.indexOf('>Mathura</th>'));
  });

  it('leaves what has no figure plain', () => {
    const html = districtMap(square, { ...values, areas: [] }, context);
    expect(html.match(/c-area c-none/g)).toHaveLength(2);
  });
});
