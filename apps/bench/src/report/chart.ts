/** Line charts as SVG strings: d3 computes scales and paths, no DOM is needed. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { Plot, Row } from '../result.ts';
import { significant } from '../statistics.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 720;
const HEIGHT = 340;
const MARGIN = { top: 16, right: 210, bottom: 48, left: 60 };
const TICK_COUNT = 6;
/** Distinguishable also for colour-blind readers: the Okabe-Ito palette. */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

interface Series {
  readonly label: string;
  readonly color: string;
  /** Theory is dashed, measurements are not. */
  readonly isTheory: boolean;
  readonly points: readonly (readonly [number, number])[];
}

/** Draws one plot of a result's rows. */
export function chart(plot: Plot, rows: readonly Row[]): Markup {
  const series = seriesOf(plot, rows);
  const points = series.flatMap((one) => one.points);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const xScale = (plot.xScale === 'log' ? scaleLog() : scaleLinear())
    .domain([Math.min(...xs), Math.max(...xs)])
    .range([MARGIN.left, WIDTH - MARGIN.right]);
  const yScale = scaleLinear()
    .domain([Math.min(0, ...ys), Math.max(...ys)])
    .nice()
    .range([HEIGHT - MARGIN.bottom, MARGIN.top]);
  const path = line<readonly [number, number]>()
    .x(([x]) => xScale(x))
    .y(([, y]) => yScale(y));
  const xTicks = plot.xScale === 'log' ? [...new Set(xs)] : xScale.ticks(TICK_COUNT);
  return html`<figure><figcaption>${plot.title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${plot.title}">
${yScale.ticks(TICK_COUNT).map((tick) => yTick(tick, yScale(tick)))}
${xTicks.map((tick) => xTickMark(tick, xScale(tick)))}
<text class="label" x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${plot.xLabel}</text>
<text class="label" transform="translate(14 ${(HEIGHT - MARGIN.bottom + MARGIN.top) / 2}) rotate(-90)" text-anchor="middle">${plot.yLabel}</text>
${series.map((one) => curve(one, path(one.points) ?? '', xScale, yScale))}
${series.map(legendEntry)}
</svg></figure>`;
}

function seriesOf(plot: Plot, rows: readonly Row[]): readonly Series[] {
  const { groupBy } = plot;
  const groups = groupBy === undefined ? [''] : [...new Set(rows.map((row) => `${row[groupBy] ?? ''}`))];
  const keys = groups.flatMap((group) => plot.y.map((column) => ({ group, column })));
  return keys.map(({ group, column }, index) => ({
    label: group === '' ? column : `${column}, ${groupBy} ${group}`,
    color: COLORS[(plot.y.length > 1 ? groups.indexOf(group) : index) % COLORS.length] ?? 'black',
    isTheory: column.startsWith('theory'),
    points: rows
      .filter((row) => groupBy === undefined || `${row[groupBy] ?? ''}` === group)
      .flatMap((row): (readonly [number, number])[] => {
        const x = row[plot.x];
        const y = row[column];
        return typeof x === 'number' && typeof y === 'number' ? [[x, y]] : [];
      })
      .toSorted(([a], [b]) => a - b),
  }));
}

type Scale = (value: number) => number;

function curve(series: Series, path: string, xScale: Scale, yScale: Scale): Markup {
  const dots = series.points.map(
    ([x, y]) =>
      html`<circle cx="${xScale(x)}" cy="${yScale(y)}" r="3" fill="${series.color}"><title>${series.label}: ${significant(x)} → ${significant(y)}</title></circle>`,
  );
  const dashes = series.isTheory ? '5 4' : 'none';
  return html`<path d="${path}" fill="none" stroke="${series.color}" stroke-width="1.6" stroke-dasharray="${dashes}"/>${series.isTheory ? [] : dots}`;
}

function legendEntry(series: Series, index: number): Markup {
  const x = WIDTH - MARGIN.right + 16;
  const y = MARGIN.top + 10 + index * 18;
  const dashes = series.isTheory ? '5 4' : 'none';
  return html`<line x1="${x}" x2="${x + 22}" y1="${y}" y2="${y}" stroke="${series.color}" stroke-width="2" stroke-dasharray="${dashes}"/><text x="${x + 28}" y="${y + 4}">${series.label}</text>`;
}

function yTick(tick: number, y: number): Markup {
  return html`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y}" y2="${y}"/><text x="${MARGIN.left - 8}" y="${y + 4}" text-anchor="end">${tick}</text>`;
}

function xTickMark(tick: number, x: number): Markup {
  return html`<text x="${x}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${tick.toLocaleString('en')}</text>`;
}
