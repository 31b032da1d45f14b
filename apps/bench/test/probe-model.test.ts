import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { mean, quantile, standardError } from '../src/statistics.ts';
import { synchronisedPeriods, uniformPickPeriods, unsynchronisedPeriods } from '../src/suites/probe-model.ts';

describe('synchronisedPeriods', () => {
  it.each([
    // The only other member probes nobody else.
    [2, 0, 1, 0],
    // Two others, each with an even chance to probe in the first period, and else in the second.
    [3, 0, 1.25, Math.sqrt(0.1875)],
    // One turn of two is over: the first period with chance 1/2, the second with 1/4, the third with 1/4.
    [3, 1, 1 + 1 / 4 + 1 / 16, undefined],
    // A traversal is over: as at the beginning.
    [3, 2, 1.25, undefined],
  ])('of %i members after %i turns is %d', (nodeCount, turnCount, expected, deviation) => {
    const wait = synchronisedPeriods(nodeCount, turnCount);
    expect(wait.mean).toBeCloseTo(expected, 10);
    if (deviation !== undefined) expect(wait.deviation).toBeCloseTo(deviation, 6);
  });

  it('has the slowest of a hundred', () => {
    expect(synchronisedPeriods(2, 0).p99).toBe(1);
    expect(synchronisedPeriods(3, 0).p99).toBe(2);
    // The third period has the chance 1/16, all later ones none.
    expect(synchronisedPeriods(3, 1).p99).toBe(3);
  });
});

describe('unsynchronisedPeriods', () => {
  it('is uniform over one period between two members', () => {
    const { mean, deviation, p99 } = unsynchronisedPeriods(2, 0);
    expect(mean).toBeCloseTo(1 / 2, 5);
    expect(deviation).toBeCloseTo(Math.sqrt(1 / 12), 4);
    expect(p99).toBeCloseTo(0.99, 2);
  });

  it('is the smaller of two such waits, over two periods, among three', () => {
    // Each wait is uniform over two periods: the smaller is 2/3 on average.
    expect(unsynchronisedPeriods(3, 0).mean).toBeCloseTo(2 / 3, 4);
  });
});

describe('both', () => {
  /** The next turn in which each of the others probes the victim, by shuffling lists. */
  function turns(nodeCount: number, turnCount: number, rng: Rng): readonly number[] {
    const members = Array.from({ length: nodeCount - 1 }, (_, index) => index);
    return members.map(() => {
      const order = [...rng.shuffle([...members]), ...rng.shuffle([...members])];
      return order.indexOf(0, turnCount) - turnCount + 1;
    });
  }

  it.each([
    [5, 2],
    [8, 4],
    [20, 4],
  ])('agree with shuffled lists: %i members after %i turns', (nodeCount, turnCount) => {
    const rng = new Rng(2);
    const trials = Array.from({ length: 4_000 }, () => turns(nodeCount, turnCount, rng));
    const together = trials.map((others) => Math.min(...others));
    const apart = trials.map((others) => Math.min(...others.map((turn) => turn - 1 + rng.fraction())));
    for (const [measured, theory] of [
      [together, synchronisedPeriods(nodeCount, turnCount)],
      [apart, unsynchronisedPeriods(nodeCount, turnCount)],
    ] as const) {
      expect(Math.abs(mean(measured) - theory.mean)).toBeLessThan(4 * standardError(measured));
      const squares = measured.map((periods) => (periods - theory.mean) ** 2);
      expect(Math.abs(mean(squares) - theory.deviation ** 2)).toBeLessThan(4 * standardError(squares));
      // One in a hundred of 4000 lies above it: 40 ± 25, or fewer where whole periods leave no such place.
      expect(measured.filter((periods) => periods > theory.p99).length).toBeLessThan(65);
      expect(quantile(measured, 0.97)).toBeLessThanOrEqual(theory.p99);
    }
  });

  it('come to the limits of the paper in large clusters', () => {
    // [SWIM §3.1] e/(e-1) periods, and one period without synchronisation.
    const limit = Math.E / (Math.E - 1);
    expect(uniformPickPeriods(100_000)).toBeCloseTo(limit, 4);
    expect(synchronisedPeriods(2_000, 4).mean).toBeCloseTo(limit, 2);
    expect(unsynchronisedPeriods(2_000, 4).mean).toBeCloseTo(1, 2);
  });

  it('find the victim a little earlier than uniform picks do', () => {
    for (const nodeCount of [8, 28, 128]) {
      const { mean } = synchronisedPeriods(nodeCount, 4);
      expect(mean).toBeLessThan(uniformPickPeriods(nodeCount));
      expect(mean).toBeGreaterThan(uniformPickPeriods(nodeCount) - 0.06);
    }
  });
});

it('uniformPickPeriods is the mean of a geometric series', () => {
  // Two others, each picks the victim or the other one: it is found in a period with chance 3/4.
  expect(uniformPickPeriods(3)).toBeCloseTo(4 / 3, 12);
  expect(uniformPickPeriods(2)).toBe(1);
});
