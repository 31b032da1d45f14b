import { describe, expect, it } from 'vitest';
import type { Job, Outcome } from '../src/suite.ts';
import { crashTrial, pauseTrial } from '../src/suites/profile-trial.ts';
import { profiles } from '../src/suites/profiles.ts';
import { originalBytesPerSecond } from '../src/suites/profiles-report.ts';
import { parseRedisReport } from '../src/suites/redis-program.ts';
import { columnsOfPlot } from './plot-columns.ts';

/** Whether or not this machine has a Redis. */
const simulated = (job: Job): boolean => job.trouble !== 'real';
const all = profiles.jobs({ seed: 5, isQuick: false }).filter(simulated);

/** A trial that is as the rules say. */
function outcomeOf({ trouble, profile }: Job): Outcome {
  if (trouble === 'pause') return { false: [0], paused: [1], bytes: [], state: [], first: [], all: [] };
  const first = { swim: 6_000, cassandra: 19_000, redis: 20_000 }[String(profile)] ?? 0;
  return { false: [0], paused: [], bytes: [100], state: [900], first: [first], all: [first + 2_000] };
}

const outcomes = all.map(outcomeOf);
const { checks, rows, plots } = profiles.summarize(all, outcomes);

function failedWith(isChanged: (job: Job) => boolean, change: Partial<Outcome>): readonly string[] {
  const changed = outcomes.map((outcome, index) => (isChanged(all[index]!) ? { ...outcome, ...change } : outcome));
  return profiles
    .summarize(all, changed as Outcome[])
    .checks.filter(({ ok }) => !ok)
    .map(({ name }) => name);
}

describe('jobs', () => {
  it('are every profile at every size under every fault, with the same dice for all profiles', () => {
    expect(profiles.jobs({ seed: 5, isQuick: false }).filter(simulated)).toEqual(all);
    expect(new Set(all.map(({ nodeCount }) => nodeCount))).toEqual(new Set([16, 64, 256]));
    expect(all).toHaveLength((10 + 4 + 1) * 4 * 3);
    const seeds = (profile: string) => all.filter((job) => job.profile === profile).map(({ seed }) => seed);
    expect(seeds('redis')).toEqual(seeds('swim'));
    expect(new Set(seeds('swim')).size).toBe(seeds('swim').length);
  });
});

describe('a summary', () => {
  it('passes when all is by the rules', () => {
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(rows).toHaveLength(3 * 3 * 4);
    for (const plot of plots) for (const column of columnsOfPlot(plot)) expect(Object.keys(rows[0]!)).toContain(column);
  });

  it.each<[string, (job: Job) => boolean, Partial<Outcome>, RegExp]>([
    ['a member is declared dead by mistake', (job) => job.profile === 'swim', { false: [1] }, /^well members .*swim/],
    [
      'phi convicts early',
      (job) => job.profile === 'cassandra',
      { first: [9_000] },
      /^seconds to the first .*cassandra/,
    ],
    ['phi convicts late', (job) => job.profile === 'cassandra', { all: [50_000] }, /^seconds until all .*cassandra/],
    ['a vote is early', (job) => job.profile === 'redis', { first: [14_000] }, /^seconds to the first verdict, redis/],
    ['nobody is found', (job) => job.profile === 'redis', { all: [Number.NaN] }, /^seconds until all know, redis/],
    ['redis costs more than Redis', (job) => job.profile === 'redis', { bytes: [1e6] }, /^bytes per second below/],
    ['swim grows', (job) => job.nodeCount === 256, { bytes: [1_000] }, /^bytes per node of swim/],
  ])('fails when %s', (_what, isChanged, change, name) => {
    const failed = failedWith((job) => job.trouble === 'crash' && isChanged(job), change);
    expect(failed.length).toBeGreaterThan(0);
    for (const each of failed) expect(each).toMatch(name);
  });

  it('knows what the originals send', () => {
    expect(originalBytesPerSecond('redis', 100)).toBeCloseTo(87_000, -3);
    expect(originalBytesPerSecond('redis', 6)).toBeCloseTo(5_136, -1);
    expect(originalBytesPerSecond('cassandra', 1_000)).toBe(34_000);
    expect(originalBytesPerSecond('swim', 100)).toBeUndefined();
  });
});

describe('a real Redis Cluster', () => {
  const real: Job = { trouble: 'real', profile: 'redis-server', nodeCount: 16, lossPerMille: 0, seed: 1 };
  const measured = (bytes: number): Outcome => {
    return { false: [0], paused: [], bytes: [bytes], state: [], first: [16_000], all: [16_100] };
  };

  it('has a row beside ours, and must send more', () => {
    const withReal = profiles.summarize([real, ...all], [measured(9_000), ...outcomes]);
    expect(withReal.rows.find(({ profile }) => profile === 'redis-server')).toMatchObject({ n: 16, 'bytes/s': 9_000 });
    expect(withReal.checks.every(({ ok }) => ok)).toBe(true);
    const cheap = profiles.summarize([real, ...all], [measured(50), ...outcomes]);
    expect(cheap.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
      "bytes per second below a real Redis Cluster's, n 16",
    ]);
  });

  it('is read from the lines of its harness', () => {
    const lines = [
      { phase: 'steady', perNodeSecond: { bytes: 22_357.9 } },
      { phase: 'detection', firstDeadMs: 2_969, allKnowMs: 2_970 },
    ].map((line) => JSON.stringify(line));
    expect(parseRedisReport(lines.join('\n'))).toEqual({ bytesPerSecond: 22_357.9, firstMs: 2_969, allMs: 2_970 });
    expect(() => parseRedisReport(lines[0]!)).toThrow(TypeError);
    expect(() => parseRedisReport('{}')).toThrow(TypeError);
  });
});

describe('a trial', () => {
  it.each(['swim', 'cassandra', 'redis'] as const)('measures everything, and the same again: %s', (profile) => {
    const trial = { seed: 3, profile, nodeCount: 5, lossPerMille: 0, quietMs: 5_000 };
    const counts = crashTrial(trial);
    expect(counts.falseCount).toBe(0);
    expect(counts.bytesPerSecond).toBeGreaterThan(10);
    expect(counts.stateMs).toBeGreaterThan(0);
    expect(counts.firstMs).toBeGreaterThan(1_000);
    expect(counts.allMs).toBeGreaterThanOrEqual(counts.firstMs);
    expect(crashTrial(trial)).toEqual(counts);
  });

  it('tells those that stood still from those that did not', () => {
    const counts = pauseTrial({ seed: 3, profile: 'swim', nodeCount: 5, lossPerMille: 0 });
    expect(counts).toMatchObject({ falseCount: 0 });
    expect(counts.pausedCount).toBeGreaterThan(0);
  });
});
