/** The form of every result: what `DIR/<suite>.json` holds. */
import type { Check } from './check.ts';
import type { Environment } from './environment.ts';

/** One line of a table. */
export type Row = Readonly<Record<string, string | number>>;

/** A plot of some columns of the rows; the report draws it. */
export type Plot = LinePlot | BarPlot;

/** Measured points with their errors, and the lines of theory that they are held against. */
export interface LinePlot {
  readonly kind: 'line';
  readonly title: string;
  /** Column of the horizontal axis; what it counts is in `xLabel`. */
  readonly x: string;
  readonly xLabel: string;
  readonly xScale: 'linear' | 'log';
  readonly yLabel: string;
  /** Column drawn as points. */
  readonly measured: string;
  /** Column with the standard error of `measured`, if there is one: drawn as two of them up and down. */
  readonly error?: string;
  readonly lines: readonly { readonly column: string; readonly label: string; readonly style: 'solid' | 'dashed' }[];
  /** Column whose values split the rows into series, each with a colour. */
  readonly groupBy: string;
}

/** A group of bars for each row, one per entry of `bars`. */
export interface BarPlot {
  readonly kind: 'bar';
  readonly title: string;
  /** Column that names the row. */
  readonly name: string;
  /** Column that a row must have to be drawn. Default: all rows are. */
  readonly onlyWith?: string;
  readonly bars: readonly { readonly column: string; readonly label: string }[];
  readonly unit: string;
}

/** What a suite found out. */
export interface Findings {
  readonly parameters: Readonly<Record<string, string | number | readonly number[]>>;
  readonly rows: readonly Row[];
  readonly checks: readonly Check[];
  readonly plots: readonly Plot[];
  /** What a reader must know to read the numbers right, one sentence each. */
  readonly notes: readonly string[];
}

/** The file. */
export interface SuiteResult extends Findings {
  readonly suite: string;
  readonly title: string;
  /** What is measured, and against what: one paragraph. */
  readonly about: string;
  readonly version: string;
  readonly seed: number;
  readonly isQuick: boolean;
  readonly environment: Environment;
  /** Seconds that the suite took. */
  readonly tookSeconds: number;
}

export function hasPassed(result: SuiteResult): boolean {
  return result.checks.every((check) => check.ok);
}

/** The checks in one phrase: `all 12 checks pass`, `2 of 12 checks fail`. */
export function verdictText(checks: readonly Check[]): string {
  const failedCount = checks.filter((check) => !check.ok).length;
  if (checks.length === 0) return 'no checks';
  return failedCount === 0 ? `all ${checks.length} checks pass` : `${failedCount} of ${checks.length} checks fail`;
}

/** How it was run, in one line. */
export function runText(result: SuiteResult): string {
  return `version ${result.version} · seed ${result.seed} · ${sizeText(result)}`;
}

/** How large it was run, and how long it took. */
export function sizeText({ isQuick, tookSeconds }: SuiteResult): string {
  return `${isQuick ? 'quick' : 'full'} run, ${tookSeconds.toFixed(1)} s`;
}
