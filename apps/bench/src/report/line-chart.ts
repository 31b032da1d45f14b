/** Measured points with whiskers over the lines of theory, one colour and one shape per series. */
import { scaleLinear, scaleLog } from 'd3-scale';
import {
  line,
  type SymbolType,
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
} from 'd3-shape';
import { numberText } from '../number-format.ts';
import type { LinePlot, Row } from '../result.ts';
import { at, figure, type LegendEntry, WIDTH } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { COLOR_COUNT } from './style.ts';

const HEIGHT = 330;
const MARGIN = { top: 14, right: 34, bottom: 52, left: 54 };
const TICK_COUNT = 6;
const MARK_SIZE = 50;
/** Whiskers are so many standard errors long, up and down: nineteen of twenty hold the true mean. */
const WHISKER_ERRORS = 2;
const SHAPES: readonly SymbolType[] = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolStar];

interface Point {
  readonly x: number;
  readonly y: number;
  readonly error: number;
}

interface Series {
  readonly label: string;
  /** Class of its colour. */
  readonly color: string;
  readonly mark: string;
  readonly points: readonly Point[];
  readonly lines: readonly { readonly style: string; readonly points: readonly Point[] }[];
}

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Draws the plot. */
export function lineChart(plot: LinePlot, rows: readonly Row[]): Markup {
  // A table may have rows of several kinds, each with plots of its own.
  const series = seriesOf(
    plot,
    rows.filter((row) => plot.measured in row),
  );
  const points = series.flatMap((one) => [...one.points, ...one.lines.flatMap((line) => line.points)]);
  const legend = legendOf(plot, series);
  if (points.length === 0) return figure(plot.title, legend, HEIGHT, undefined);
  const xs = points.map((point) => point.x);
  const ys = points.flatMap(({ y, error }) => [y - WHISKER_ERRORS * error, y + WHISKER_ERRORS * error]);
  const x = (plot.xScale === 'log' ? scaleLog() : scaleLinear())
    .domain([Math.min(...xs), Math.max(...xs)])
    .range([MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear()
    .domain([Math.min(0, ...ys), Math.max(...ys)])
    .nice()
    .range([HEIGHT - MARGIN.bottom, MARGIN.top]);
  // On a logarithmic axis the sizes that were run are the ticks: there are few, and they are what a reader looks up.
  const xTicks = plot.xScale === 'log' ? [...new Set(xs)] : x.ticks(TICK_COUNT);
  return figure(
    plot.title,
    legend,
    HEIGHT,
    html`
${y.ticks(TICK_COUNT).map((tick) => yTick(tick, at(y(tick))))}
${xTicks.map((tick) => xTick(tick, at(x(tick))))}
<line class="axis" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${HEIGHT - MARGIN.bottom}" y2="${HEIGHT - MARGIN.bottom}"/>
<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${plot.xLabel}</text>
<text transform="translate(14 ${(HEIGHT - MARGIN.bottom + MARGIN.top) / 2}) rotate(-90)" text-anchor="middle">${plot.yLabel}</text>
${series.map((one) => html`<g class="${one.color}">${lines(one, { x, y })}${marks(one, { x, y })}</g>`)}
`,
  );
}

function seriesOf(plot: LinePlot, rows: readonly Row[]): readonly Series[] {
  const groups = [...new Set(rows.map((row) => row[plot.groupBy] ?? ''))];
  return groups.map((group, index) => {
    const own = rows.filter((row) => (row[plot.groupBy] ?? '') === group);
    // Where the colours begin again, the shapes are shifted: no two of 25 series look the same.
    const shape = SHAPES[(index + Math.floor(index / COLOR_COUNT)) % SHAPES.length] ?? symbolCircle;
    return {
      label: typeof group === 'number' ? `${plot.groupBy} ${numberText(group)}` : group,
      color: `s${index % COLOR_COUNT}`,
      mark: symbol(shape, MARK_SIZE)() ?? '',
      points: pointsOf(plot, own, plot.measured, plot.error),
      lines: plot.lines.map(({ column, style }) => ({ style, points: pointsOf(plot, own, column, undefined) })),
    };
  });
}

/** Left to right. What is missing, not finite, or not on the axis is left out. */
function pointsOf(plot: LinePlot, rows: readonly Row[], column: string, error: string | undefined): readonly Point[] {
  const xMin = plot.xScale === 'log' ? Number.MIN_VALUE : Number.NEGATIVE_INFINITY;
  return rows
    .map((row) => ({
      x: Number(row[plot.x] ?? Number.NaN),
      y: Number(row[column] ?? Number.NaN),
      error: error === undefined ? 0 : Number(row[error]) || 0,
    }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && x >= xMin)
    .toSorted((a, b) => a.x - b.x);
}

function lines(series: Series, { x, y }: Scales): readonly Markup[] {
  const path = line<Point>()
    .x((point) => x(point.x))
    .y((point) => y(point.y))
    .digits(2);
  return series.lines.map(({ style, points }) => html`<path class="line ${style}" d="${path(points) ?? ''}"/>`);
}

function marks(series: Series, { x, y }: Scales): readonly Markup[] {
  return series.points.map((point) => {
    const left = at(x(point.x));
    const reach = WHISKER_ERRORS * point.error;
    const text = `${series.label}: ${numberText(point.y)} at ${numberText(point.x)}, ± ${numberText(reach)}`;
    return html`<line class="whisker" x1="${left}" x2="${left}" y1="${at(y(point.y - reach))}" y2="${at(y(point.y + reach))}"/><path class="mark" d="${series.mark}" transform="translate(${left} ${at(y(point.y))})"><title>${text}</title></path>`;
  });
}

function legendOf(plot: LinePlot, series: readonly Series[]): readonly LegendEntry[] {
  const hasError = plot.error !== undefined;
  const key = (style: string): Markup => html`<path class="key line ${style}" d="M1,6H25"/>`;
  return [
    ...series.map(({ label, color, mark }) => ({
      label,
      sample: html`<g class="${color}"><path class="mark" d="${mark}" transform="translate(13 6)"/></g>`,
    })),
    {
      label: hasError ? `measured, ± ${WHISKER_ERRORS} standard errors` : 'measured',
      sample: html`<g class="key">${hasError ? html`<path class="whisker" d="M13,0V12"/>` : ''}<circle class="mark" cx="13" cy="6" r="4"/></g>`,
    },
    ...plot.lines.map(({ label, style }) => ({ label, sample: key(style) })),
  ];
}

function yTick(tick: number, y: number): Markup {
  return html`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y}" y2="${y}"/><text x="${MARGIN.left - 8}" y="${y + 4}" text-anchor="end">${numberText(tick)}</text>`;
}

function xTick(tick: number, x: number): Markup {
  const bottom = HEIGHT - MARGIN.bottom;
  return html`<line class="axis" x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 5}"/><text x="${x}" y="${bottom + 21}" text-anchor="middle">${numberText(tick)}</text>`;
}
