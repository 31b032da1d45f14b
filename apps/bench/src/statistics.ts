/** The few statistics that the suites need. */

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

/** Standard error of the mean. */
export function standardError(values: readonly number[]): number {
  const center = mean(values);
  const variance = mean(values.map((value) => (value - center) ** 2));
  return Math.sqrt(variance / Math.max(1, values.length - 1));
}

/** Slope of the least-squares line through the points. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const centerX = mean(points.map(([x]) => x));
  const centerY = mean(points.map(([, y]) => y));
  const covariance = points.reduce((sum, [x, y]) => sum + (x - centerX) * (y - centerY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - centerX) ** 2, 0);
  return covariance / variance;
}

/** Rounded to `digits` significant digits, for tables and files. */
export function significant(value: number, digits = 4): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
