import { describe, expect, it } from 'vitest';
import { numberOf, type Outcome } from '../src/suite.ts';
import { spread } from '../src/suites/spread.ts';
import { formulaRounds, POLICY_CASES } from '../src/suites/spread-policies.ts';
import { columnsOfPlot } from './plot-columns.ts';

/** Few runs, for the arithmetic: the transmit limit, a counter and the median counter. */
const POLICIES = [0, 4, 8];
const SIZES = [100, 400, 1_600];
const jobs = POLICIES.flatMap((policy) =>
  SIZES.map((nodeCount) => ({ seed: nodeCount + policy, policy, nodeCount, runCount: 12 })),
);
const outcomes = jobs.map((job) => spread.run(job));

function findingsWith(policy: number, nodeCount: number, changes: Outcome) {
  return spread.summarize(
    jobs,
    outcomes.map((outcome, index) => {
      const isIt = jobs[index]?.policy === policy && jobs[index]?.nodeCount === nodeCount;
      return isIt ? { ...outcome, ...changes } : outcome;
    }),
  );
}

function failedWith(policy: number, nodeCount: number, changes: Outcome): readonly string[] {
  const { checks } = findingsWith(policy, nodeCount, changes);
  return checks.filter((check) => !check.ok).map((check) => check.name);
}

const all = (value: number) => Array<number>(12).fill(value);

describe('the policies in the suite spread', () => {
  it('are nine, each run at every size', () => {
    expect(new Set(POLICY_CASES.map((policy) => policy.config.policy)).size).toBe(6);
    for (const isQuick of [true, false]) {
      const own = spread.jobs({ seed: 1, isQuick }).filter((job) => job.policy !== undefined);
      const sizes = new Set(own.map((job) => job.nodeCount));
      expect(own).toHaveLength(POLICY_CASES.length * sizes.size);
      expect(new Set(own.map((job) => `${numberOf(job, 'policy')}/${numberOf(job, 'nodeCount')}`)).size).toBe(
        own.length,
      );
    }
  });

  it.each([
    [{ direction: 'push', fanout: 1 }, 1_000, 16.87],
    [{ direction: 'push', fanout: 3 }, 10_000, 9.71],
    [{ direction: 'pull', fanout: 1 }, 1_000, 12.75],
    [{ direction: 'push-pull', fanout: 1 }, 1_000, 9.08],
  ] as const)('have a formula for their rounds: %j, n %i: %d', (policy, nodeCount, rounds) => {
    expect(formulaRounds(policy, nodeCount)).toBeCloseTo(rounds, 2);
  });

  it('pass their checks, and have every column that is plotted', () => {
    expect(failedWith(0, 0, {})).toEqual([]);
    const { rows, plots } = findingsWith(0, 0, {});
    expect(rows.map((row) => [row.policy, row.n])).toEqual(
      POLICIES.flatMap((policy) => SIZES.map((nodeCount) => [POLICY_CASES[policy]?.name, nodeCount])),
    );
    for (const row of rows) {
      const own = plots.filter((plot) => plot.kind === 'line' && plot.measured in row);
      expect(own).toHaveLength(2);
      expect(Object.keys(row)).toEqual(expect.arrayContaining(own.flatMap(columnsOfPlot)));
    }
    expect(rows.map((row) => row['reached all']).filter((text) => text === '12 of 12').length).toBeGreaterThan(5);
  });

  it.each([
    [0, 400, { traffic: all(12.01), leftOut: all(0) }, ['messages per node, push to 3, transmit limit, n 400']],
    [4, 1_600, { traffic: all(6.1) }, ['messages per node, push, feedback, counter, k 4, n 1600']],
    [8, 1_600, { traffic: all(13.3) }, ['messages per node, push-pull, median counter, n 1600']],
    [4, 1_600, { failSafe: all(1) }, ['nodes that only the fail-safe stopped']],
    [8, 1_600, { failSafe: all(1) }, []],
    [8, 1_600, { rounds: all(16) }, ['growth of the rounds, push-pull, median counter, n 400 to 1600 as 100 to 400']],
  ] as const)('fail for policy %i at %i nodes with %j', (policy, nodeCount, changes, failed) => {
    expect(failedWith(policy, nodeCount, changes)).toEqual(failed);
  });

  it('count transmissions of those that know it, where some do not', () => {
    // 40 of 400 never learn it, and the others send 12 each.
    const changes = { traffic: all((12 * 360) / 400), leftOut: all(40) };
    expect(failedWith(0, 400, changes)).toEqual([]);
  });
});
