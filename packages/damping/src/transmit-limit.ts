/** What the limit is made of. */
export interface TransmitLimitConfig {
  readonly transmitMultiplier: number;
  readonly transmitCountMin: number;
}

/**
 * How many times one node repeats one piece of news: `multiplier × ceil(log10(clusterSize + 1))`, memberlist's
 * retransmit limit, which is the λ log n of [SWIM §4.1]. With 4: 8 for 99 nodes, 12 for 100, 16 for 1000.
 *
 * `clusterSize` counts this node too; below 1 it counts as 1. The rounded logarithm is counted in whole steps of ten,
 * because the last digit of `Math.log10` differs between engines, and simulations must not.
 */
export function transmitLimit(multiplier: number, clusterSize: number): number {
  let digitCount = 1;
  for (let power = 10; power <= clusterSize; power *= 10) digitCount += 1;
  return multiplier * digitCount;
}

/** The same for news that is repeated at least so often, however small the cluster. */
export function transmitCountLimit(
  { transmitMultiplier, transmitCountMin }: Readonly<TransmitLimitConfig>,
  clusterSize: number,
): number {
  return Math.max(transmitCountMin, transmitLimit(transmitMultiplier, clusterSize));
}
