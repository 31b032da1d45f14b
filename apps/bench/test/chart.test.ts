import { describe, expect, it } from 'vitest';
import { chart } from '../src/report/chart.ts';
import type { BarPlot, LinePlot, Plot, Row } from '../src/result.ts';
import { tagsOf, textsOf } from './markup-tree.ts';
import { sampleResult } from './sample-result.ts';

const [linePlot, barPlot] = sampleResult().plots as [LinePlot, BarPlot];
const { rows } = sampleResult();

/** Places of the marks in the picture, legends aside: `translate(x y)`. */
function marks(plot: Plot, plotted: readonly Row[]): readonly (readonly number[])[] {
  const picture = pictureOf(chart(plot, plotted).text);
  return tagsOf(picture)
    .filter((tag) => tag.attributes.class === 'mark' && tag.attributes.transform !== undefined)
    .map((tag) => (tag.attributes.transform ?? '').match(/[\d.]+/g)!.map(Number));
}

function pictureOf(text: string): string {
  return text.slice(text.indexOf('<svg', text.indexOf('</ul>')), text.indexOf('</figure>'));
}

describe('a line chart', () => {
  it('has its title, axes with their units, ticks and a legend, and is well formed', () => {
    const { text } = chart(linePlot, rows);
    expect(() => tagsOf(text)).not.toThrow();
    expect(textsOf(text)).toEqual(
      expect.arrayContaining(['Rounds', 'nodes', 'rounds until all know', '10', '100', '1,000', 'a', 'b']),
    );
    expect(textsOf(text)).toEqual(expect.arrayContaining(['measured, ± 2 standard errors', 'the theory']));
  });

  it('places points by a logarithmic scale, from edge to edge', () => {
    const [first = [], second = [], third = []] = marks(linePlot, rows);
    expect([first[0], second[0], third[0]]).toEqual([54, 290, 526]);
  });

  it('places points by a linear scale', () => {
    const xs = marks({ ...linePlot, xScale: 'linear' }, rows).map(([x]) => x);
    expect(xs).toEqual([54, expect.closeTo(54 + (472 * 90) / 990, 1), 526, 54]);
  });

  it('begins the vertical axis at zero, and has larger values higher', () => {
    const heights = marks(linePlot, rows).map(([, y]) => y ?? 0);
    expect(heights).toEqual(heights.toSorted((a, b) => b - a));
    // 0 is at 278, and all steps of one round are equal.
    const [two = 0, three = 0] = heights;
    expect(278 - two).toBeCloseTo(2 * (two - three), 1);
  });

  it('draws two standard errors up and down, within the picture', () => {
    const whiskers = tagsOf(pictureOf(chart(linePlot, rows).text)).filter((tag) => tag.attributes.class === 'whisker');
    const [, middle] = marks(linePlot, rows).map(([, y]) => y ?? 0);
    const { y1, y2 } = whiskers[1]!.attributes;
    const rounds = (278 - middle!) / 3;
    expect(Number(y1) - Number(y2)).toBeCloseTo(4 * 0.25 * rounds, 1);
    expect((Number(y1) + Number(y2)) / 2).toBeCloseTo(middle!, 1);

    const wide = rows.map((row) => ({ ...row, '± error': 5 }));
    const reach = tagsOf(pictureOf(chart(linePlot, wide).text)).filter((tag) => tag.attributes.class === 'whisker');
    for (const { attributes } of reach) {
      expect(Number(attributes.y1)).toBeLessThanOrEqual(278);
      expect(Number(attributes.y2)).toBeGreaterThanOrEqual(14);
    }
  });

  it('draws theory as a dashed line and gives each series a colour of its own', () => {
    const picture = tagsOf(pictureOf(chart(linePlot, rows).text));
    expect(picture.filter((tag) => tag.attributes.class === 'line dashed')).toHaveLength(2);
    expect(picture.filter((tag) => tag.name === 'g').map((tag) => tag.attributes.class)).toEqual(['s0', 's1']);
  });

  it('gives no two of many series the same colour and the same shape', () => {
    const many = Array.from({ length: 25 }, (_, index) => ({ kind: `k${index}`, n: 10, rounds: 1 }));
    const picture = tagsOf(pictureOf(chart(linePlot, many).text));
    const colors = picture.filter((tag) => /^s\d$/.test(tag.attributes.class ?? '')).map((tag) => tag.attributes.class);
    const shapes = picture.filter((tag) => tag.attributes.class === 'mark').map((tag) => tag.attributes.d);
    expect(new Set(colors.map((color, index) => `${color} ${shapes[index]}`)).size).toBe(25);
  });

  it('has no series of rows of another kind, without the measured column', () => {
    const other = { kind: 'other', n: 10, bytes: 7 };
    expect(textsOf(chart(linePlot, [...rows, other]).text)).not.toContain('other');
  });

  it('leaves out what is not finite, missing, or not on a logarithmic axis', () => {
    const strange: Row[] = [
      { kind: 'a', n: 10, rounds: Number.NaN },
      { kind: 'a', n: 10, rounds: Number.POSITIVE_INFINITY },
      { kind: 'a', n: 0, rounds: 1 },
      { kind: 'a', n: 10 },
      { kind: 'a', rounds: 1 },
    ];
    expect(marks(linePlot, [...rows, ...strange])).toEqual(marks(linePlot, rows));
    expect(chart(linePlot, [...rows, ...strange]).text).not.toContain('NaN');
  });

  it('says so when there is nothing to draw', () => {
    expect(textsOf(chart(linePlot, []).text)).toEqual(['Rounds', 'Nothing was measured.']);
  });

  it('draws a single point', () => {
    expect(marks(linePlot, rows.slice(0, 1))).toHaveLength(1);
    expect(chart(linePlot, rows.slice(0, 1)).text).not.toContain('NaN');
  });
});

describe('a bar chart', () => {
  const bars = (plotted: readonly Row[]) =>
    tagsOf(pictureOf(chart(barPlot, plotted).text)).filter((tag) => tag.name === 'rect');

  it('has its title, unit, names, values and a legend, and is well formed', () => {
    const { text } = chart(barPlot, rows);
    expect(() => tagsOf(text)).not.toThrow();
    expect(textsOf(text)).toEqual(expect.arrayContaining(['Bars', 'rounds', 'a', 'b', 'measured rounds']));
    expect(textsOf(text).filter((word) => word === '5')).not.toEqual([]);
  });

  it('makes bars as long as their values', () => {
    const widths = bars(rows).map((bar) => Number(bar.attributes.width));
    const unit = widths[0]! / 2;
    expect(widths.map((width) => Math.round((width / unit) * 1000) / 1000)).toEqual([2, 1, 3, 2, 4, 3, 5, 4]);
  });

  it('puts no bar upon another', () => {
    const tops = bars(rows).map((bar) => Number(bar.attributes.y));
    for (const [index, top] of tops.entries()) expect(top - (tops[index - 1] ?? -99)).toBeGreaterThanOrEqual(17);
  });

  it('leaves out rows without the column that a row must have', () => {
    const plotted = [...rows, { kind: 'c', rounds: 1, published: 0 }];
    const { text } = chart({ ...barPlot, onlyWith: 'published' }, plotted);
    expect(textsOf(text)).toContain('c');
    expect(textsOf(text)).not.toContain('a');
  });

  it('has no bar for what is missing or not finite', () => {
    const widths = bars([{ kind: 'a', rounds: Number.NaN }, { kind: 'b', rounds: -1 }, rows[0]!]).map(
      (bar) => bar.attributes.width,
    );
    expect(widths.slice(0, 4)).toEqual(['0', '0', '0', '0']);
    expect(textsOf(chart(barPlot, []).text)).toEqual(['Bars', 'Nothing was measured.']);
  });
});

it('escapes what comes from a file', () => {
  const hostile = '<script>alert("1")</script>';
  const line = { ...linePlot, title: hostile, xLabel: hostile, yLabel: hostile };
  const bar = { ...barPlot, title: hostile, unit: hostile, bars: [{ column: 'rounds', label: hostile }] };
  for (const plot of [line, bar]) {
    const { text } = chart(
      plot,
      rows.map((row) => ({ ...row, kind: hostile })),
    );
    expect(tagsOf(text).filter((tag) => tag.name === 'script')).toEqual([]);
    expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  }
});
