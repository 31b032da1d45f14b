import { describe, expect, it } from 'vitest';
import type { Job, Outcome } from '../src/suite.ts';
import { lifeguard } from '../src/suites/lifeguard.ts';
import { VARIANTS, variantOf } from '../src/suites/lifeguard-variants.ts';
import { columnsOfPlot } from './plot-columns.ts';

const all = lifeguard.jobs({ seed: 5, isQuick: false });

/** The outcome of a run that is as it should be: many false positives with SWIM, and published times. */
function outcomeOf({ experiment, variant }: Job): Outcome {
  const { published } = variantOf(variant);
  const isHealthy = experiment === 'healthy';
  const first = experiment === 'threshold' ? Array(16).fill((published?.firstSeconds ?? 0) * 1_000) : [];
  const all = experiment === 'threshold' ? Array(16).fill((published?.allSeconds ?? 0) * 1_000) : [];
  const falsePositives = isHealthy ? 0 : variant === 'SWIM' ? 1_000 : variant === 'LHA-Probe' ? 700 : 0;
  return { falsePositives: [falsePositives], atWell: [0], messages: [1_000], bytes: [50_000], first, all };
}

const outcomes = all.map(outcomeOf);
const { checks, rows, plots } = lifeguard.summarize(all, outcomes);

/** The checks that fail when the outcomes of some jobs are others. */
function failedWith(isChanged: (job: Job) => boolean, change: Partial<Outcome>): readonly string[] {
  const changed = outcomes.map((outcome, index) => (isChanged(all[index]!) ? { ...outcome, ...change } : outcome));
  return lifeguard
    .summarize(all, changed as Outcome[])
    .checks.filter(({ ok }) => !ok)
    .map(({ name }) => name);
}

describe('jobs', () => {
  it('are every combination once, and the same for the same seed', () => {
    expect(lifeguard.jobs({ seed: 5, isQuick: false })).toEqual(all);
    const points = all.map((job) => JSON.stringify(job));
    expect(new Set(points).size).toBe(points.length);
    const blocked = all.filter(({ experiment, anomaly }) => experiment === 'interval' && anomaly === 'threads');
    expect(blocked).toHaveLength(3 * 3 * 3 * Object.keys(VARIANTS).length);
  });

  it('trouble the same members in every variant, and others for another seed', () => {
    const at = (jobs: readonly Job[], variant: string) =>
      jobs.filter((job) => job.variant === variant && job.anomaly === 'threads').map(({ seed }) => seed);
    expect(at(all, 'Lifeguard')).toEqual(at(all, 'SWIM'));
    expect(new Set(at(all, 'SWIM')).size).toBe(at(all, 'SWIM').length);
    expect(at(lifeguard.jobs({ seed: 6, isQuick: false }), 'SWIM')).not.toEqual(at(all, 'SWIM'));
  });

  it('are few in a quick run, and include what every check needs', () => {
    const quick = lifeguard.jobs({ seed: 5, isQuick: true });
    expect(quick.length).toBeLessThan(30);
    const names = lifeguard.summarize(quick, quick.map(outcomeOf)).checks.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining([...names]));
  });
});

describe('a summary', () => {
  it('passes when all is as published', () => {
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('has every column that it plots, in the rows that are drawn', () => {
    for (const plot of plots) {
      if (plot.kind !== 'bar') throw new Error('a line plot has no rows of its own');
      const drawn = rows.filter((row) => row[plot.onlyWith ?? ''] !== undefined);
      expect(drawn.map((row) => row.variant)).toEqual(['SWIM', 'LHA-Probe', 'LHA-Suspicion', 'Buddy', 'Lifeguard']);
      for (const row of drawn) expect(Object.keys(row)).toEqual(expect.arrayContaining([...columnsOfPlot(plot)]));
    }
  });

  it('has the troubles in order, the one of the paper also by the time between two of them', () => {
    expect([...new Set(rows.map(({ trouble }) => trouble))]).toEqual([
      'sends block',
      'sends block, 1 ms between',
      'sends block, 64 ms between',
      'sends block, 1024 ms between',
      'process stops',
      'sends queue',
      'sends block once',
      'none',
    ]);
  });

  it('counts what is false as a share of SWIM in the same trouble', () => {
    const row = rows.find(({ trouble, variant }) => trouble === 'sends block' && variant === 'LHA-Probe');
    expect(row).toMatchObject({ runs: 27, 'false positives': 18_900, '% of SWIM': 70, 'published %': 67.72 });
    const part = rows.find(
      ({ trouble, variant }) => trouble === 'sends block, 64 ms between' && variant === 'LHA-Probe',
    );
    expect(part).toMatchObject({ runs: 9, 'false positives': 6_300 });
    expect(part).not.toHaveProperty('published %');
  });

  const isBlocked = (variant: string) => (job: Job) =>
    job.experiment === 'interval' && job.anomaly === 'threads' && job.variant === variant;

  it('fails when there is hardly anything to be prevented', () => {
    expect(failedWith(isBlocked('SWIM'), { falsePositives: [137] })).toContain(
      'false positives per run, SWIM, sends block',
    );
  });

  it.each([
    [isBlocked('LHA-Probe'), { falsePositives: [1_010] }, /LHA-Probe, sends block$/],
    [isBlocked('LHA-Suspicion'), { falsePositives: [110] }, /LHA-Suspicion, sends block$/],
    [isBlocked('Lifeguard'), { falsePositives: [51] }, /Lifeguard, sends block$/],
    [isBlocked('lag-aware'), { falsePositives: [6] }, /lag-aware, sends block$/],
    [
      (job: Job) => job.anomaly === 'pause' && job.variant === 'lag-aware',
      { falsePositives: [6] },
      /lag-aware, process stops$/,
    ],
    [
      (job: Job) => job.anomaly === 'queue' && job.variant === 'Lifeguard',
      { falsePositives: [51] },
      /Lifeguard, sends queue$/,
    ],
    [
      (job: Job) => job.experiment === 'healthy' && job.variant === 'lag-aware',
      { falsePositives: [1] },
      /^false positives, lag-aware, nobody in trouble$/,
    ],
    [
      (job: Job) => job.experiment === 'threshold' && job.variant === 'Lifeguard',
      { first: Array(16).fill(13_000) },
      /^s until the first declares it dead, median, Lifeguard$/,
    ],
    [
      (job: Job) => job.experiment === 'threshold' && job.variant === 'Lifeguard',
      { all: [...Array(15).fill(12_910), 19_000] },
      /^s until all, p99, Lifeguard$/,
    ],
  ])('fails one check when one thing is wrong: %#', (isChanged, change, name) => {
    expect(failedWith(isChanged, change)).toEqual([expect.stringMatching(name)]);
  });
});

it('a job of an unknown kind is reported', () => {
  expect(() => lifeguard.run({ seed: 1, experiment: 'interval', variant: 'x' })).toThrow('x is no variant');
  expect(() => lifeguard.run({ seed: 1, experiment: 'interval', variant: 'SWIM', anomaly: 'x' })).toThrow('no anomaly');
});
