import { describe, expect, it } from 'vitest';
import type { Outcome } from '../src/suite.ts';
import { antiEntropy, locatingBytes } from '../src/suites/anti-entropy.ts';
import { columnsOfPlot } from './plot-columns.ts';

const jobs = (['walk', 'sketch', 'auto', 'full'] as const).map((strategy) => ({
  ...{ seed: 3, recordCount: 1_500, strategy, isQuick: true },
}));
const outcomes = jobs.map((job) => antiEntropy.run(job));
const findings = antiEntropy.summarize(jobs, outcomes);
const column = (strategy: string, name: string): unknown[] =>
  findings.rows.filter((row) => row.strategy === strategy).map((row) => row[name]);

describe('the suite anti-entropy', () => {
  it('finds that equals pay a probe and its answer, and others more the more differs', () => {
    for (const strategy of ['walk', 'sketch', 'auto']) {
      const bytes = column(strategy, 'bytes') as number[];
      expect(bytes[0]).toBeLessThan(64);
      expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
      expect(column(strategy, 'messages')[0]).toBe(2);
    }
    expect(column('walk', 'cells')).toEqual([0, 0, 0, 0, 0]);
    expect(column('sketch', 'cells')[1]).toBeGreaterThan(50);
    expect(column('full', 'bytes')[1]).toBeGreaterThan(4 * 1_500);
  });

  it('measures the same again from the same seed', () => {
    expect(antiEntropy.run(jobs[0]!).bytes).toEqual(outcomes[0]!.bytes);
  });

  it('draws columns that its rows have', () => {
    for (const plot of findings.plots) {
      for (const name of columnsOfPlot(plot)) {
        expect(findings.rows.some((row) => name in row)).toBe(true);
      }
    }
  });

  it('passes its checks, and notices too many bytes', () => {
    // A sketch for a thousand differences is large for so few records.
    const failed = findings.checks.filter(({ ok }) => !ok).map(({ name }) => name);
    expect(failed).toEqual(['bytes of the tree for each record, sketch, n 1500']);
    const large = [{ ...jobs[0]!, recordCount: 100_000 }];
    const failedWith = (changes: Outcome): readonly string[] =>
      antiEntropy
        .summarize(large, [{ ...outcomes[0]!, bytes: [52, 327, 1_780, 11_100, 60_800], ...changes }])
        .checks.filter(({ ok }) => !ok)
        .map(({ name }) => name);
    expect(failedWith({})).toEqual([]);
    expect(failedWith({ bytes: [129, 328, 1_781, 11_101, 60_801] })).toHaveLength(5);
    expect(failedWith({ treeBytes: 61 })).toHaveLength(1);
  });
});

describe('the least possible', () => {
  it('is what the reference has', () => {
    for (const [recordCount, differenceCount, bytes] of [
      [100_000, 1, 2.1],
      [100_000, 1_000, 1_009],
      [1_000_000, 10, 22],
      [1_000_000, 1_000, 1_425],
    ] as const) {
      expect(locatingBytes(recordCount, differenceCount) / bytes).toBeCloseTo(1, 1);
    }
    expect(locatingBytes(10, 0)).toBe(0);
  });
});
