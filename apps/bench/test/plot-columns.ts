/** What a plot wants to draw. */
import type { Plot } from '../src/result.ts';

export function columnsOfPlot(plot: Plot): readonly string[] {
  if (plot.kind === 'bar') return [plot.name, ...plot.bars.map((bar) => bar.column)];
  const { x, measured, groupBy, lines, error = measured } = plot;
  return [x, measured, groupBy, error, ...lines.map((line) => line.column)];
}
