import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { mean, standardError } from '../src/statistics.ts';
import { lockStepSpread } from '../src/suites/lock-step.ts';
import { pushModel } from '../src/suites/push-model.ts';

const UNLIMITED = 1_000_000;

function runs<V>(count: number, run: (rng: Rng) => V): readonly V[] {
  const rng = new Rng(1);
  return Array.from({ length: count }, (_, index) => run(rng.fork(`${index}`)));
}

describe('pushModel', () => {
  it.each([
    [2, 1, 1],
    [5, 4, 1],
    [5, 9, 1],
  ])('takes one round when one node can reach all: %i nodes, fanout %i', (nodeCount, fanout, rounds) => {
    for (const spread of runs(20, (rng) => pushModel(nodeCount, fanout, UNLIMITED, rng))) {
      expect(spread).toEqual({ rounds, leftOutCount: 0 });
    }
  });

  it('takes 7/3 rounds among three nodes', () => {
    // The first push always finds one of the two. Then both push, and hit the third with probability 3/4 per round.
    const rounds = runs(4_000, (rng) => pushModel(3, 1, UNLIMITED, rng).rounds);
    expect(Math.abs(mean(rounds) - 7 / 3)).toBeLessThan(4 * standardError(rounds));
  });

  it.each([1, 2])(
    'leaves the third of three nodes out half of the time, when each pushes once, fanout %i',
    (fanout) => {
      // The second node pushes back to the first, or on to the third.
      const leftOut = runs(4_000, (rng) => pushModel(3, fanout, 1, rng).leftOutCount);
      expect(new Set(leftOut)).toEqual(new Set([0, 1]));
      expect(Math.abs(mean(leftOut) - 0.5)).toBeLessThan(4 * standardError(leftOut));
    },
  );
});

describe('lockStepSpread', () => {
  it.each([
    [10, 1, 8],
    [10, 4, 8],
    [99, 3, 8],
    [100, 3, 12],
  ])('pushes the rumor exactly so often: %i nodes, fanout %i, %i times', (nodeCount, fanout, pushes) => {
    for (const { pushCount, leftOutCount } of runs(10, (rng) => lockStepSpread(nodeCount, fanout, rng))) {
      expect(pushCount).toBe(pushes * (nodeCount - leftOutCount));
    }
  });

  it.each([
    // Where one peer more or less, such as oneself, makes the most of a difference.
    [10, 1],
    [6, 2],
    [10, 3],
  ])('takes as many rounds as the model: %i nodes, fanout %i', (nodeCount, fanout) => {
    const core = runs(600, (rng) => lockStepSpread(nodeCount, fanout, rng).rounds);
    const model = runs(6_000, (rng) => pushModel(nodeCount, fanout, 8, rng).rounds);
    const error = Math.hypot(standardError(core), standardError(model));
    expect(Math.abs(mean(core) - mean(model))).toBeLessThan(4 * error);
  });
});
