/** Horizontal bars in groups, each with its value: for rows that have a name and no order. */
import { scaleLinear } from 'd3-scale';
import { cellFormat, numberText } from '../number-format.ts';
import type { BarPlot, Row } from '../result.ts';
import { at, figure, WIDTH } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { COLOR_COUNT } from './style.ts';

const MARGIN = { top: 6, right: 64, bottom: 46, left: 142 };
const BAR_HEIGHT = 17;
const GROUP_GAP = 13;
const TICK_COUNT = 5;

type Scale = (value: number) => number;

/** Draws the plot. */
export function barChart(plot: BarPlot, allRows: readonly Row[]): Markup {
  const { onlyWith } = plot;
  const rows = onlyWith === undefined ? allRows : allRows.filter((row) => row[onlyWith] !== undefined);
  const groupHeight = plot.bars.length * BAR_HEIGHT + GROUP_GAP;
  const bottom = MARGIN.top + rows.length * groupHeight;
  const height = bottom + MARGIN.bottom;
  const values = rows.flatMap((row) => plot.bars.map(({ column }) => lengthOf(row, column)));
  const legend = plot.bars.map(({ label }, index) => ({
    label,
    sample: html`<g class="${colorOf(index)}"><rect class="mark" width="26" height="12"/></g>`,
  }));
  const largest = Math.max(0, ...values);
  if (largest === 0) return figure(plot.title, legend, height, undefined);
  const x = scaleLinear([0, largest], [MARGIN.left, WIDTH - MARGIN.right]);
  return figure(
    plot.title,
    legend,
    height,
    html`
${x.ticks(TICK_COUNT).map((tick) => xTick(tick, at(x(tick)), bottom))}
<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${height - 6}" text-anchor="middle">${plot.unit}</text>
${rows.map((row, index) => group(plot, rows, row, MARGIN.top + index * groupHeight + GROUP_GAP / 2, x))}
<line class="axis" x1="${MARGIN.left}" x2="${MARGIN.left}" y1="${MARGIN.top}" y2="${bottom}"/>
`,
  );
}

function group(plot: BarPlot, rows: readonly Row[], row: Row, top: number, x: Scale): Markup {
  const middle = top + (plot.bars.length * BAR_HEIGHT) / 2;
  return html`<text class="value" x="${MARGIN.left - 10}" y="${middle + 4}" text-anchor="end">${row[plot.name] ?? ''}</text>${plot.bars.map(
    ({ column }, index) => {
      const value = lengthOf(row, column);
      const y = top + index * BAR_HEIGHT;
      const text = cellFormat(rows, column)(row[column]);
      return html`<g class="${colorOf(index)}"><rect class="mark" x="${MARGIN.left}" y="${y}" width="${at(x(value) - MARGIN.left)}" height="${BAR_HEIGHT - 2}"/></g><text x="${at(x(value)) + 6}" y="${y + BAR_HEIGHT - 5}">${text}</text>`;
    },
  )}
`;
}

function xTick(tick: number, x: number, bottom: number): Markup {
  return html`<line class="grid" x1="${x}" x2="${x}" y1="${MARGIN.top}" y2="${bottom}"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${numberText(tick)}</text>`;
}

/** What is missing or not finite has no length. */
function lengthOf(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : 0;
}

function colorOf(index: number): string {
  return `s${index % COLOR_COUNT}`;
}
