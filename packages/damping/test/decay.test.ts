import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decayed, msAt, STEPS_PER_HALF_LIFE, stepAt, stepsUntil } from '../src/decay.ts';

const steps = fc.integer({ min: 0, max: 20 * STEPS_PER_HALF_LIFE });
const penalty = fc.double({ min: 1, max: 2 ** 33, noNaN: true });

describe('decayed', () => {
  // 1000 × 2^-x, by hand for halves and with another program for the rest.
  it.each([
    [0, 1_000],
    [0.125, 917.004043],
    [0.25, 840.896415],
    [0.5, 707.106781],
    [0.75, 594.603558],
    [1, 500],
    [1.5, 353.553391],
    [2, 250],
    [3, 125],
    [10, 0.976563],
  ])('after %f half-lives leaves of 1000 points %f', (halfLives, left) => {
    expect(decayed(1_000, halfLives * STEPS_PER_HALF_LIFE)).toBeCloseTo(left, 6);
  });

  it('is the exponential function', () => {
    fc.assert(
      fc.property(penalty, steps, (points, stepCount) => {
        const expected = points * 2 ** (-stepCount / STEPS_PER_HALF_LIFE);
        expect(Math.abs(decayed(points, stepCount) / expected - 1)).toBeLessThan(1e-14);
      }),
    );
  });

  it('has a table in which each factor is the root of the one before', () => {
    for (let digit = STEPS_PER_HALF_LIFE; digit > 1; digit /= 2) {
      const root = decayed(1, digit / 2);
      // The last bit of the root, twice.
      expect(Math.abs((root * root) / decayed(1, digit) - 1)).toBeLessThan(2.5 * Number.EPSILON);
    }
  });

  it('falls from each step to the next', () => {
    for (let stepCount = 0; stepCount < 2 * STEPS_PER_HALF_LIFE; stepCount++) {
      if (decayed(1, stepCount + 1) >= decayed(1, stepCount)) expect.fail(`rises at step ${stepCount}`);
    }
  });

  it('leaves nothing after very long, and takes no time to say so', () => {
    expect(decayed(2 ** 33, 64 * STEPS_PER_HALF_LIFE)).toBe(0);
    expect(decayed(2 ** 33, Number.MAX_SAFE_INTEGER)).toBe(0);
  });
});

describe('stepsUntil', () => {
  it('is the first step at which the limit is reached, exactly', () => {
    fc.assert(
      fc.property(penalty, fc.double({ min: 1, max: 1e6, noNaN: true }), (points, limit) => {
        const stepCount = stepsUntil(points, limit);
        expect(decayed(points, stepCount)).toBeLessThanOrEqual(limit);
        if (stepCount > 0) expect(decayed(points, stepCount - 1)).toBeGreaterThan(limit);
      }),
    );
  });

  it('is the inverse of decayed', () => {
    fc.assert(
      fc.property(penalty, steps, (points, stepCount) => {
        expect(stepsUntil(points, decayed(points, stepCount))).toBe(stepCount);
      }),
    );
  });

  it.each([
    [10_000, 2_500, 2 * STEPS_PER_HALF_LIFE],
    [5_000, 2_500, STEPS_PER_HALF_LIFE],
    [2_500, 2_500, 0],
    [1, 2_500, 0],
  ])('from %d points to %d takes %d steps', (points, limit, stepCount) => {
    expect(stepsUntil(points, limit)).toBe(stepCount);
  });
});

describe('steps and milliseconds', () => {
  it('agree: a step begins at its first millisecond, for years', () => {
    const halfLifeMs = fc.integer({ min: 1, max: 3_600_000 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 36 }), halfLifeMs, (nowMs, each) => {
        const step = stepAt(nowMs, each);
        expect(msAt(step, each)).toBeLessThanOrEqual(nowMs);
        expect(msAt(step + 1, each)).toBeGreaterThan(nowMs);
        expect(stepAt(msAt(step + 1, each), each)).toBeGreaterThan(step);
      }),
    );
  });
});
