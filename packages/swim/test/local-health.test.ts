import { describe, expect, it } from 'vitest';
import { healthDelta, LocalHealth } from '../src/index.ts';

describe('LocalHealth', () => {
  it('stays between 0 and its maximum, and says whether it moved', () => {
    const health = new LocalHealth(8);
    expect([health.apply(-1), health.score]).toEqual([false, 0]);
    expect([health.apply(3), health.score]).toEqual([true, 3]);
    expect([health.apply(100), health.score]).toEqual([true, 8]);
    expect([health.apply(1), health.score]).toEqual([false, 8]);
    expect([health.apply(-1), health.score]).toEqual([true, 7]);
  });

  it('stretches a duration up to nine times', () => {
    const health = new LocalHealth(8);
    expect(health.stretched(1_000)).toBe(1_000);
    health.apply(1);
    expect(health.stretched(1_000)).toBe(2_000);
    health.apply(8);
    expect(health.stretched(1_000)).toBe(9_000);
  });

  it('is off at a maximum of 0', () => {
    const health = new LocalHealth(0);
    health.apply(5);
    expect(health.stretched(1_000)).toBe(1_000);
  });
});

describe('healthDelta', () => {
  it.each([
    ['direct', 0, 0, -1],
    ['direct', 3, 2, -1],
    ['indirect', 3, 0, -1],
    ['stream', 3, 0, 0],
    ['stream', 0, 0, 0],
    // Nobody could be asked.
    ['failed', 0, 0, 1],
    // As many as were silent; all were there: our network is well, and the target is not.
    ['failed', 3, 0, 3],
    ['failed', 3, 1, 2],
    ['failed', 3, 3, 0],
    ['failed', 1, 1, 0],
  ] as const)('of a probe that ended %s, with %i helpers and %i nacks, is %i', (outcome, helpers, nacks, delta) => {
    expect(healthDelta(outcome, helpers, nacks)).toBe(delta);
  });
});
