import { describe, expect, it } from 'vitest';
import { check, type Tolerance, toleranceText } from '../src/check.ts';

const absolute = (amount: number): Tolerance => ({ kind: 'absolute', amount });
const relative = (amount: number): Tolerance => ({ kind: 'relative', amount });

describe('check', () => {
  it.each<[string, Tolerance, number, number, boolean]>([
    ['at the upper edge', absolute(0.5), 4, 4.5, true],
    ['above the upper edge', absolute(0.5), 4, 4.51, false],
    ['at the lower edge', absolute(0.5), 4, 3.5, true],
    ['below the lower edge', absolute(0.5), 4, 3.49, false],
    ['exactly', absolute(0), 16, 16, true],
    ['not exactly', absolute(0), 16, 16.000_001, false],
    ['within a share', relative(0.25), 8, 10, true],
    ['beyond a share', relative(0.25), 8, 10.01, false],
    ['below by a share', relative(0.25), 8, 5.99, false],
    ['a share of a negative number', relative(0.25), -8, -10, true],
    ['at the limit', { kind: 'at-most' }, 83, 83, true],
    ['over the limit', { kind: 'at-most' }, 83, 84, false],
    ['far below the limit', { kind: 'at-most' }, 83, -1, true],
    ['at the floor', { kind: 'at-least' }, 2, 2, true],
    ['under the floor', { kind: 'at-least' }, 2, 1, false],
    ['far above the floor', { kind: 'at-least' }, 2, 200, true],
  ])('judges what lies %s', (_where, tolerance, expected, measured, ok) => {
    expect(check('x', expected, measured, tolerance)).toEqual({ name: 'x', expected, measured, tolerance, ok });
  });

  it.each<Tolerance>([absolute(Number.POSITIVE_INFINITY), relative(1), { kind: 'at-most' }, { kind: 'at-least' }])(
    'fails what is not a number: $kind',
    (tolerance) => {
      for (const measured of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(check('x', 1, measured, tolerance).ok).toBe(false);
      }
    },
  );

  it('fails what has nothing to be held against', () => {
    for (const tolerance of [absolute(1), relative(1), { kind: 'at-most' }, { kind: 'at-least' }] as Tolerance[]) {
      expect(check('x', Number.NaN, 1, tolerance).ok).toBe(false);
    }
  });

  it.each<[Tolerance, string]>([
    [absolute(0.1234), '± 0.12'],
    [absolute(0), 'exactly'],
    [relative(0.05), '± 5 %'],
    [relative(0), 'exactly'],
    [{ kind: 'at-most' }, 'at most'],
    [{ kind: 'at-least' }, 'at least'],
  ])('says the tolerance %j as %s', (tolerance, text) => {
    expect(toleranceText(tolerance)).toBe(text);
  });
});
