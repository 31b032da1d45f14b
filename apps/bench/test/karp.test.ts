import { describe, expect, it } from 'vitest';
import { numberOf, type Outcome } from '../src/suite.ts';
import { karp, theoryRounds } from '../src/suites/karp.ts';
import { columnsOfPlot } from './plot-columns.ts';

const at = (nodeCount: number, counter = 3, closing = 3) => ({ seed: 1, nodeCount, counter, closing, runCount: 6 });
const jobs = [at(200), at(1_000), at(1_000, 4), at(1_000, 3, 4)];
const outcomes = jobs.map((job) => karp.run(job));

function failedWith(index: number, changes: Outcome): readonly string[] {
  const changed = outcomes.map((outcome, place) => (place === index ? { ...outcome, ...changes } : outcome));
  return karp
    .summarize(jobs, changed)
    .checks.filter((check) => !check.ok)
    .map((check) => check.name);
}

describe('the theory', () => {
  it.each([
    [1_000, 9.08],
    [10_000, 11.59],
    [100_000, 14],
    [1_000_000, 16.36],
  ])('says for %i nodes: %d rounds', (nodeCount, rounds) => {
    expect(theoryRounds(nodeCount)).toBeCloseTo(rounds, 1);
  });
});

describe('the suite', () => {
  it('passes with so few nodes already, but for what only large clusters show', () => {
    expect(failedWith(0, {})).toEqual([]);
  });

  it('has a row for each size and pair of parameters, with what it plots', () => {
    const { rows, plots } = karp.summarize(jobs, outcomes);
    expect(rows.map((row) => [row.n, row.parameters])).toEqual([
      [200, 'counter 3, closing 3'],
      [1_000, 'counter 3, closing 3'],
      [1_000, 'counter 3, closing 4'],
      [1_000, 'counter 4, closing 3'],
    ]);
    for (const row of rows) expect(Object.keys(row)).toEqual(expect.arrayContaining(plots.flatMap(columnsOfPlot)));
    expect(rows.map((row) => row['transmit limit'])).toEqual([12, 16, 16, 16]);
  });

  it.each([
    [1, { transmissions: [12.7] }, ['transmissions per node, n 1000', 'growth of the transmissions, n 200 to 1000']],
    [1, { rounds: [13] }, ['rounds, n 1000', 'growth of the rounds, n 200 to 1000']],
    [1, { leftOut: [1] }, ['nodes left out, in all runs together']],
    [2, { transmissions: [14.6] }, ['transmissions for one level of the counter more']],
    [3, { transmissions: [14.6] }, ['transmissions for one round of closing more']],
  ])('fails for outcome %i with %j', (index, values, failed) => {
    const changes = Object.fromEntries(
      Object.entries(values).map(([key, list]) => [key, Array<number>(6).fill(list[0] ?? 0)]),
    );
    expect(failedWith(index, changes)).toEqual(expect.arrayContaining(failed));
  });

  it('splits what is large, and makes all runs', () => {
    for (const isQuick of [true, false]) {
      const all = karp.jobs({ seed: 3, isQuick });
      expect(new Set(all.map((job) => job.seed)).size).toBe(all.length);
      const sizes = all.map((job) => numberOf(job, 'nodeCount'));
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }
    const million = karp.jobs({ seed: 3, isQuick: false }).filter((job) => job.nodeCount === 1_000_000);
    expect(million.map((job) => job.runCount)).toEqual([1, 1, 1, 1, 1, 1]);
    const thousand = karp.jobs({ seed: 3, isQuick: false }).filter((job) => job.nodeCount === 1_000);
    expect(thousand.reduce((total, job) => total + numberOf(job, 'runCount'), 0)).toBe(500);
  });
});
