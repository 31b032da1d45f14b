/** The few statistics that the suites need. */

/**
 * How many standard errors a mean may lie from its expectation: a right program fails one such check in sixteen
 * thousand, so a run with forty of them fails by chance once in four hundred.
 */
export const STANDARD_ERRORS = 4;
/** The same for counts, where there is no symmetric error: the share of a distribution that lies below a limit. */
export const LIKELY_SHARE: number = 1 - 1 / 16_000;

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which `share` (0-1) of the values lie, by linear interpolation; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Standard deviation of what the values are a sample of; 0 of a single value. */
export function standardDeviation(values: readonly number[]): number {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

/** Standard error of the mean. */
export function standardError(values: readonly number[]): number {
  return standardDeviation(values) / Math.sqrt(values.length);
}

/** The smallest count that a Poisson variable of this mean does not exceed with probability `share`. Means up to 700. */
export function poissonQuantile(mean: number, share: number): number {
  let term = Math.exp(-mean);
  let total = term;
  let count = 0;
  while (total < share && term > 0) {
    count += 1;
    term *= mean / count;
    total += term;
  }
  return count;
}

/** Rounded to `digits` significant digits. */
export function significant(value: number, digits = 4): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
