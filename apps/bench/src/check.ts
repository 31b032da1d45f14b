/** Checks: a measured value against what a paper, a formula or a limit says about it. */
import { significant } from './statistics.ts';

/** One comparison. */
export interface Check {
  readonly name: string;
  readonly expected: number;
  readonly measured: number;
  /** How far `measured` may lie from `expected`, and in which way. */
  readonly tolerance: Tolerance;
  readonly ok: boolean;
}

/** `absolute` and `relative` are two-sided, and an amount of 0 means exactly; the other two have no amount. */
export type Tolerance =
  | { readonly kind: 'absolute' | 'relative'; readonly amount: number }
  | { readonly kind: 'at-most' | 'at-least' };

/** Compares. What is not a finite number fails. */
export function check(name: string, expected: number, measured: number, tolerance: Tolerance): Check {
  return { name, expected, measured, tolerance, ok: isWithin(expected, measured, tolerance) };
}

/** How a tolerance reads in a table. */
export function toleranceText(tolerance: Tolerance): string {
  switch (tolerance.kind) {
    case 'absolute':
      return tolerance.amount === 0 ? 'exactly' : `± ${significant(tolerance.amount, 2)}`;
    case 'relative':
      return tolerance.amount === 0 ? 'exactly' : `± ${significant(tolerance.amount * 100, 2)} %`;
    case 'at-most':
      return 'at most';
    case 'at-least':
      return 'at least';
  }
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
