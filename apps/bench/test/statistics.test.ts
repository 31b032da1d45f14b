import { describe, expect, it } from 'vitest';
import {
  mean,
  median,
  poissonQuantile,
  quantile,
  significant,
  standardDeviation,
  standardError,
} from '../src/statistics.ts';

describe('statistics', () => {
  it('knows the mean', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBeNaN();
  });

  it.each([
    [0, 1],
    [0.5, 3],
    [0.25, 1.75],
    [0.9, 8.2],
    [1, 10],
  ])('interpolates the quantile %d of 10, 1, 2, 4 as %d', (share, expected) => {
    expect(quantile([10, 1, 2, 4], share)).toBeCloseTo(expected, 12);
  });

  it('has no quantile of nothing, and every quantile of one value', () => {
    expect(quantile([], 0.5)).toBeNaN();
    expect([0, 0.5, 1].map((share) => quantile([4], share))).toEqual([4, 4, 4]);
  });

  it('orders numbers as numbers', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  it('estimates the deviation of what the values are a sample of', () => {
    // Squares around 5: 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(standardError(values)).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
    expect(standardDeviation([3])).toBe(0);
  });

  it.each([
    // Cumulated by hand for 1: 0.3679, 0.7358, 0.9197, 0.9810, 0.9963.
    [1, 0.3678, 0],
    [1, 0.7, 1],
    [1, 0.99, 4],
    [0, 0.9999, 0],
    // Tables: P(X ≤ 18) = 0.9928 and P(X ≤ 17) = 0.9857 for 10.
    [10, 0.99, 18],
  ])('bounds a Poisson variable of mean %d with probability %d by %d', (poissonMean, share, expected) => {
    expect(poissonQuantile(poissonMean, share)).toBe(expected);
  });

  it('rounds to significant digits, and leaves alone what is not finite', () => {
    expect(significant(1234.567)).toBe(1235);
    expect(significant(0.00012345, 2)).toBe(0.00012);
    expect(significant(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(significant(Number.NaN)).toBeNaN();
  });
});
