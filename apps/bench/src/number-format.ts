/** Numbers as readers want them: grouped, and with the same count of decimals in the whole column. */
import type { Row } from './result.ts';
import { significant } from './statistics.ts';

const SIGNIFICANT_DIGITS = 4;
const DECIMALS_MAX = 6;

const NUMBER_TEXT = /^-?([\d.,]+(e[+-]?\d+)?|Infinity|NaN)$/;

/** Turns the cells of one column into text. */
export type CellFormat = (value: string | number | undefined) => string;

/** The columns of all rows, in order of first appearance. */
export function columnsOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** Whether a column holds nothing but numbers, as such or as text, gaps aside: such columns go to the right. */
export function isNumeric(rows: readonly Row[], column: string): boolean {
  return rows.every((row) => NUMBER_TEXT.test(String(row[column] ?? 0)));
}

/** As many decimals as the largest number needs for four digits; whole numbers get none. */
export function cellFormat(rows: readonly Row[], column: string): CellFormat {
  const numbers = rows.map((row) => row[column]).filter((value) => typeof value === 'number');
  const decimals = decimalsFor(numbers.filter(Number.isFinite));
  return (value) => (typeof value === 'number' ? grouped(value.toFixed(decimals)) : (value ?? ''));
}

/** A number that stands alone. */
export function numberText(value: number): string {
  return grouped(String(significant(value, SIGNIFICANT_DIGITS)));
}

/** With a comma after each three digits before the decimal point. */
function grouped(text: string): string {
  const [whole = '', ...decimals] = text.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...decimals].join('.');
}

function decimalsFor(values: readonly number[]): number {
  if (values.every(Number.isInteger)) return 0;
  const largest = Math.max(...values.map(Math.abs));
  const digitCount = Math.floor(Math.log10(largest)) + 1;
  return Math.min(DECIMALS_MAX, Math.max(0, SIGNIFICANT_DIGITS - digitCount));
}
