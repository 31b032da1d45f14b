/** Plain-text tables: numbers to the right, words to the left. */
import { type Check, toleranceText } from './check.ts';
import { cellFormat, columnsOf, isNumeric, numberText } from './number-format.ts';
import type { Row } from './result.ts';

/** A table of the rows. Without `columns` it has all of them, in order of first appearance. */
export function formatTable(rows: readonly Row[], columns: readonly string[] = columnsOf(rows)): string {
  const blocks = columns.map((column) => columnLines(rows, column));
  const lines = Array.from({ length: rows.length + 2 }, (_, line) =>
    blocks
      .map((block) => block[line] ?? '')
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** One row per check, with a mark. */
export function checkRows(checks: readonly Check[]): readonly Row[] {
  return checks.map(({ name, expected, measured, tolerance, ok }) => ({
    '': ok ? '✓' : '✗',
    check: name,
    tolerance: toleranceText(tolerance),
    expected: numberText(expected),
    measured: numberText(measured),
  }));
}

/** Head, rule and cells of one column, all of the same width. */
function columnLines(rows: readonly Row[], column: string): readonly string[] {
  const format = cellFormat(rows, column);
  const cells = [column, ...rows.map((row) => format(row[column]))];
  const width = Math.max(...cells.map((cell) => cell.length));
  const isRight = isNumeric(rows, column);
  const [head = '', ...body] = cells.map((cell) => (isRight ? cell.padStart(width) : cell.padEnd(width)));
  return [head, '─'.repeat(width), ...body];
}
