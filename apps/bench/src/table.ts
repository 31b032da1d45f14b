/** Plain-text tables: numbers to the right, words to the left. */
import type { Check, Row } from './result.ts';
import { toleranceText } from './result.ts';
import { significant } from './statistics.ts';

/** A table with the union of the rows' columns, in order of first appearance. */
export function formatTable(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => cellText(row[column])));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const isNumeric = columns.map((column) => rows.every((row) => typeof (row[column] ?? 0) === 'number'));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => (isNumeric[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n');
}

/** One row per check, with a mark. */
export function checkRows(checks: readonly Check[]): readonly Row[] {
  return checks.map(({ name, expected, measured, tolerance, ok }) => ({
    '': ok ? '✓' : '✗',
    check: name,
    expected: significant(expected),
    tolerance: toleranceText(tolerance),
    measured: significant(measured),
  }));
}

function cellText(value: string | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? `${significant(value, 5)}` : value;
}
