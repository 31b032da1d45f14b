/** Charts as SVG strings: d3 computes scales and paths, no DOM is needed. */
import type { Plot, Row } from '../result.ts';
import { barChart } from './bar-chart.ts';
import { lineChart } from './line-chart.ts';
import type { Markup } from './markup.ts';

/** Draws one plot of a result's rows. */
export function chart(plot: Plot, rows: readonly Row[]): Markup {
  return plot.kind === 'line' ? lineChart(plot, rows) : barChart(plot, rows);
}
