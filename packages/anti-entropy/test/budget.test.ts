import { describe, expect, it } from 'vitest';
import { Budget } from '../src/budget.ts';
import { antiEntropyConfig } from '../src/index.ts';

const budgetOf = (nodes: number, records: number, bytes: number, scans: number): Budget => {
  const budget = new Budget(
    antiEntropyConfig({
      sessionNodeCountMax: nodes,
      sessionRecordCountMax: records,
      sessionBytesMax: bytes,
      answerScanCountMax: scans,
    }),
  );
  budget.beginAnswer();
  return budget;
};

describe('Budget', () => {
  it('grants nodes until none are left', () => {
    const budget = budgetOf(10, 1, 1, 1);
    expect([budget.grantNodes(1, 0), budget.grantNodes(1, 4), budget.grantNodes(1, 6)]).toEqual([0, 4, 6]);
    expect(budget.isExceeded).toBe(false);
    expect(budget.grantNodes(1, 0)).toBe(0);
    expect(budget.isExceeded).toBe(false);
    expect(budget.grantNodes(1, 1)).toBe(0);
    expect(budget.isExceeded).toBe(true);
  });

  it('has nodes for each level, so that a wide one leaves some to those below', () => {
    const budget = budgetOf(10, 1, 1, 1);
    expect([budget.grantNodes(1, 12), budget.grantNodes(1, 1)]).toEqual([10, 0]);
    expect([budget.grantNodes(3, 6), budget.grantNodes(3, 6)]).toEqual([6, 4]);
  });

  it('grants a part, and then says that there is more', () => {
    const budget = budgetOf(10, 1, 1, 5);
    expect(budget.grantNodes(1, 11)).toBe(10);
    expect(budget.isExceeded).toBe(true);
    const other = budgetOf(1, 1, 1, 5);
    expect(other.grantScans(7)).toBe(5);
    expect(other.isExceeded).toBe(true);
  });

  it('grants scans to each answer anew', () => {
    const budget = budgetOf(1, 1, 1, 5);
    expect([budget.grantScans(3), budget.grantScans(2)]).toEqual([3, 2]);
    budget.beginAnswer();
    expect(budget.grantScans(5)).toBe(5);
    expect(budget.isExceeded).toBe(false);
  });

  it('grants no scan before an answer begins', () => {
    expect(new Budget(antiEntropyConfig()).grantScans(1)).toBe(0);
  });

  it('counts a look at nothing, but never denies one', () => {
    const budget = budgetOf(1, 1, 1, 2);
    expect([0, 0, 0, 0].map((count) => budget.grantScans(count))).toEqual([0, 0, 0, 0]);
    expect(budget.isExceeded).toBe(false);
    expect(budget.grantScans(1)).toBe(0);
    expect(budget.isExceeded).toBe(true);
  });

  it.each([
    ['as many records as it has', [2, 100], [1, 1, 1], [true, true, false]],
    ['as many bytes as it has', [10, 100], [60, 40, 1], [true, true, false]],
    ['a smaller record after one that did not fit', [10, 100], [60, 50, 40], [true, false, true]],
    ['a first record of any size, and nothing after it', [10, 100], [500, 1], [true, false]],
    ['no second record of any size', [10, 100], [1, 500], [true, false]],
    ['records of no size', [3, 1], [0, 0, 0, 0], [true, true, true, false]],
  ])('grants %s', (_what, [records, bytes], sizes, expected) => {
    const budget = budgetOf(1, records!, bytes!, 1);
    expect(sizes.map((size) => budget.grantRecord(size))).toEqual(expected);
    expect(budget.isExceeded).toBe(expected.includes(false));
  });

  it('keeps nodes, records and bytes from answer to answer', () => {
    const budget = budgetOf(2, 2, 100, 1);
    budget.grantNodes(1, 1);
    budget.grantRecord(90);
    budget.beginAnswer();
    expect(budget.grantNodes(1, 2)).toBe(1);
    expect(budget.grantRecord(20)).toBe(false);
    expect(budget.grantRecord(10)).toBe(true);
    expect(budget.grantRecord(0)).toBe(false);
  });
});
