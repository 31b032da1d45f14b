import { describe, expect, it } from 'vitest';
import { transmitLimit } from '../src/index.ts';

describe('transmitLimit', () => {
  // memberlist's retransmitLimit: multiplier × ceil(log10(n + 1)).
  it.each([
    [4, 1, 4],
    [4, 9, 4],
    [4, 10, 8],
    [4, 33, 8],
    [4, 65, 8],
    [4, 99, 8],
    [4, 100, 12],
    [4, 129, 12],
    [4, 999, 12],
    [4, 1_000, 16],
    [4, 10_000, 20],
    [4, 100_000, 24],
    [4, 1_000_000, 28],
    [2, 1, 2],
    [2, 9, 2],
    [2, 10, 4],
    [2, 99, 4],
    [2, 100, 6],
    [2, 1_000, 8],
    [2, 10_000, 10],
  ])('at multiplier %i for %i nodes is %i', (multiplier, clusterSize, limit) => {
    expect(transmitLimit(multiplier, clusterSize)).toBe(limit);
  });

  it('counts a cluster of nobody as one node', () => {
    expect(transmitLimit(4, 0)).toBe(4);
    expect(transmitLimit(4, -1)).toBe(4);
  });

  it('is the formula at every size up to ten thousand', () => {
    for (let clusterSize = 1; clusterSize <= 10_000; clusterSize++) {
      expect(transmitLimit(3, clusterSize)).toBe(3 * Math.ceil(Math.log10(clusterSize + 1)));
    }
  });
});
