import { describe, expect, it } from 'vitest';
import { numberOf, numbersOf } from '../src/suite.ts';
import { swim, theoryPeriods } from '../src/suites/swim.ts';
import { columnsOfPlot } from './plot-columns.ts';

const MODELS = ['synchronised', 'unsynchronised'];
const jobs = [4, 7].flatMap((nodeCount) =>
  MODELS.map((model, index) => ({ seed: nodeCount + index, nodeCount, model, trialCount: 120 })),
);
const outcomes = jobs.map((job) => swim.run(job));

function failedWith(index: number, periods: readonly number[]): readonly string[] {
  const changed = outcomes.map((outcome, at) => (at === index ? { periods } : outcome));
  return swim
    .summarize(jobs, changed)
    .checks.filter((check) => !check.ok)
    .map((check) => check.name);
}

describe('jobs', () => {
  it('are the same for the same seed, each with a seed of its own, the largest first', () => {
    const all = swim.jobs({ seed: 5, isQuick: false });
    expect(swim.jobs({ seed: 5, isQuick: false })).toEqual(all);
    expect(new Set(all.map((job) => job.seed)).size).toBe(all.length);
    expect(swim.jobs({ seed: 6, isQuick: false })[0]?.seed).not.toBe(all[0]?.seed);
    const sizes = all.map((job) => numberOf(job, 'nodeCount'));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it('have as many trials in all as they should', () => {
    const trials = swim
      .jobs({ seed: 1, isQuick: true })
      .filter((job) => job.nodeCount === 28 && job.model === 'synchronised')
      .map((job) => numberOf(job, 'trialCount'));
    expect(trials.reduce((sum, count) => sum + count, 0)).toBe(300);
  });
});

describe('a run', () => {
  it('is a pure function of its seed', () => {
    const [job = { seed: 0 }] = jobs;
    expect(swim.run(job)).toEqual(outcomes[0]);
    expect(swim.run({ ...job, seed: 99 })).not.toEqual(outcomes[0]);
  });

  it('counts whole periods when they are synchronised, and parts of them when they are not', () => {
    const [synchronised = {}, unsynchronised = {}] = outcomes;
    const whole = numbersOf(synchronised, 'periods');
    expect(whole.every((periods) => Number.isInteger(periods) && periods >= 1)).toBe(true);
    // The verdict comes a period after the probe, and a ping in flight at the crash is lost.
    const parts = numbersOf(unsynchronised, 'periods');
    expect(parts.every((periods) => periods > 0.999)).toBe(true);
    expect(parts.some((periods) => Number.isInteger(periods))).toBe(false);
  });

  it('passes its checks, and has every column that it plots', () => {
    const { checks, rows, plots } = swim.summarize(jobs, outcomes);
    expect(checks.map(({ name, ok }) => ({ name, ok }))).toEqual([
      { name: 'periods until suspected, synchronised, n 4', ok: true },
      { name: 'periods until suspected, synchronised, n 7', ok: true },
      { name: 'periods until suspected, unsynchronised, n 4', ok: true },
      { name: 'periods until suspected, unsynchronised, n 7', ok: true },
    ]);
    for (const row of rows) expect(Object.keys(row)).toEqual(expect.arrayContaining(plots.flatMap(columnsOfPlot)));
  });

  it.each([0, 1])('fails when detection is slower or faster than it can be', (index) => {
    const job = jobs[index]!;
    const { mean, deviation } = theoryPeriods(job.nodeCount, job.model);
    const name = `periods until suspected, ${job.model}, n 4`;
    const off = (deviations: number) => Array.from({ length: 100 }, () => mean + (deviations * deviation) / 10);
    expect(failedWith(index, off(3.9))).toEqual([]);
    expect(failedWith(index, off(-3.9))).toEqual([]);
    expect(failedWith(index, off(4.1))).toEqual([name]);
    expect(failedWith(index, off(-4.1))).toEqual([name]);
  });

  it('fails when a crash is never noticed', () => {
    expect(failedWith(0, [1, Number.POSITIVE_INFINITY])).toEqual(['periods until suspected, synchronised, n 4']);
  });
});
