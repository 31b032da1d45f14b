/** The form of every result: what `DIR/<suite>.json` holds. */
import { cpus, platform, release, totalmem } from 'node:os';
import { significant } from './statistics.ts';

/** One line of a table. */
export type Row = Readonly<Record<string, string | number>>;

/** One comparison with a paper, a formula or a limit. */
export interface Check {
  readonly name: string;
  readonly expected: number;
  readonly measured: number;
  /** How far `measured` may lie from `expected`, and in which way. */
  readonly tolerance: Tolerance;
  readonly ok: boolean;
}

/** `absolute` and `relative` are two-sided; `at-most` and `at-least` ignore the amount. */
export type Tolerance =
  | { readonly kind: 'absolute' | 'relative'; readonly amount: number }
  | { readonly kind: 'at-most' | 'at-least' };

/** A plot of some columns of the rows; the report draws it. */
export interface Plot {
  readonly title: string;
  /** Column on the horizontal axis. */
  readonly x: string;
  /** Columns drawn as lines. */
  readonly y: readonly string[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale: 'linear' | 'log';
  /** Column whose values split the rows into groups of lines, if any. */
  readonly groupBy?: string;
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
  readonly version: string;
  readonly seed: number;
  readonly isQuick: boolean;
  readonly environment: Environment;
  /** Seconds that the suite took. */
  readonly tookSeconds: number;
}

/** Where it was measured. */
export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cpuCount: number;
  readonly memoryGib: number;
  readonly date: string;
}

const BYTES_PER_GIB = 2 ** 30;

/** Compares a measured value with what is expected of it. */
export function check(name: string, expected: number, measured: number, tolerance: Tolerance): Check {
  return { name, expected, measured, tolerance, ok: isWithin(expected, measured, tolerance) };
}

/** How a tolerance reads in a table. */
export function toleranceText(tolerance: Tolerance): string {
  switch (tolerance.kind) {
    case 'absolute':
      return `± ${significant(tolerance.amount, 2)}`;
    case 'relative':
      return `± ${Math.round(tolerance.amount * 1_000) / 10} %`;
    default:
      return tolerance.kind.replace('-', ' ');
  }
}

/** This machine. */
export function environment(): Environment {
  const [cpu] = cpus();
  return {
    node: process.version,
    platform: `${platform()} ${release()}`,
    cpu: cpu?.model.trim() ?? 'unknown',
    cpuCount: cpus().length,
    memoryGib: Math.round((totalmem() / BYTES_PER_GIB) * 10) / 10,
    date: new Date().toISOString(),
  };
}

function isWithin(expected: number, measured: number, tolerance: Tolerance): boolean {
  if (!Number.isFinite(measured)) return false;
  switch (tolerance.kind) {
    case 'absolute':
      return Math.abs(measured - expected) <= tolerance.amount;
    case 'relative':
      return Math.abs(measured - expected) <= Math.abs(expected) * tolerance.amount;
    case 'at-most':
      return measured <= expected;
    case 'at-least':
      return measured >= expected;
  }
}
