import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntervalSet } from '../src/interval-set.ts';

/** Few numbers, so that they touch, repeat and fill gaps. */
const values = fc.array(fc.nat(24), { maxLength: 60 });

describe('IntervalSet', () => {
  it('is a set', () => {
    fc.assert(
      fc.property(values, (added) => {
        const intervals = new IntervalSet();
        const model = new Set<number>();
        for (const value of added) {
          expect(intervals.add(value)).toBe(!model.has(value));
          model.add(value);
          for (let other = -1; other <= 25; other++) expect(intervals.has(other)).toBe(model.has(other));
          const runs = [...model].filter((member) => !model.has(member - 1)).length;
          expect(intervals.intervalCount).toBe(runs);
        }
      }),
    );
  });

  it('when it closes gaps forgets nothing, and invents only what lies in its lowest gaps', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 4 }), (added, countMax) => {
        const intervals = new IntervalSet();
        const model = new Set<number>();
        for (const value of added) {
          const wasNew = intervals.add(value);
          if (intervals.intervalCount > countMax) expect(intervals.closeLowestGaps()).toBeGreaterThan(0);
          // Never new twice. What is called old without having come lies in a gap that was closed.
          if (model.has(value)) expect(wasNew).toBe(false);
          model.add(value);
          expect(intervals.intervalCount).toBeLessThanOrEqual(countMax);
          for (const member of model) expect(intervals.has(member)).toBe(true);
          const invented = Array.from({ length: 25 }, (_, other) => other).filter(
            (other) => intervals.has(other) && !model.has(other),
          );
          for (const other of invented) {
            expect(other).toBeGreaterThan(Math.min(...model));
            expect(other).toBeLessThan(Math.max(...model));
          }
        }
      }),
    );
  });

  it.each([
    [[5], 0, [5], [4, 6]],
    [[10, 20], 1, [10, 15, 20], [9, 21]],
    [[5, 3, 1], 1, [1, 2, 3, 5], [0, 4, 6]],
    [[1, 3, 5, 7], 2, [1, 2, 3, 4, 5, 7], [0, 6, 8]],
    [[0, 0xffff_ffff], 1, [0, 7, 0xffff_ffff], []],
  ])('closes the lower half of the gaps: of %j %i', (added, closedCount, present, absent) => {
    const intervals = new IntervalSet();
    for (const value of added) expect(intervals.add(value)).toBe(true);
    expect(intervals.closeLowestGaps()).toBe(closedCount);
    expect(intervals.intervalCount).toBe(added.length - closedCount);
    for (const value of present) expect(intervals.has(value)).toBe(true);
    for (const value of absent) expect(intervals.has(value)).toBe(false);
  });

  it('needs one interval for a million numbers in order', () => {
    const intervals = new IntervalSet();
    for (let value = 0; value < 1_000_000; value++) intervals.add(value);
    expect(intervals.intervalCount).toBe(1);
  });
});
