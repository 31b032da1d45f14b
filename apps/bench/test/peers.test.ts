import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../src/suite.ts';
import { suites } from '../src/suites/index.ts';
import { obstacle } from '../src/suites/peer-programs.ts';
import { peers } from '../src/suites/peers.ts';

const quick = peers.jobs({ seed: 7, isQuick: true });
const full = peers.jobs({ seed: 7, isQuick: false });
const folder = String(quick[0]?.folder);

function runs(jobs: readonly Job[]): readonly Job[] {
  return jobs.filter((job) => job.step === 'run');
}

afterEach(() => {
  vi.unstubAllEnvs();
  peers.end?.(quick);
});

describe('the suite peers', () => {
  it('is listed, and runs on request only, one job at a time', () => {
    expect(suites).toContain(peers);
    expect(peers).toMatchObject({ isOnRequest: true, isSerial: true });
  });

  it('builds once and lets the peers take turns with the same seeds', () => {
    expect(full.map((job) => job.step)).toEqual(['build', ...runs(full).map(() => 'run')]);
    expect(runs(full).map(({ nodeCount, round, peer }) => `${nodeCount}/${round} ${peer}`)).toEqual([
      '50/0 hearsay',
      '50/0 memberlist',
      '50/1 hearsay',
      '50/1 memberlist',
      '100/0 hearsay',
      '100/0 memberlist',
      '100/1 hearsay',
      '100/1 memberlist',
    ]);
    const seeds = runs(full).map(({ seed }) => seed);
    expect(seeds.filter((_, index) => index % 2 === 0)).toEqual(seeds.filter((_, index) => index % 2 === 1));
    expect(new Set(seeds).size).toBe(seeds.length / 2);
    expect(runs(quick).map(({ nodeCount }) => nodeCount)).toEqual([20, 20]);
  });

  it('takes its seeds from the one of the run', () => {
    expect(peers.jobs({ seed: 7, isQuick: false })).toEqual(full);
    const others = runs(peers.jobs({ seed: 8, isQuick: false })).map(({ seed }) => seed);
    expect(runs(full).filter(({ seed }) => others.includes(seed))).toEqual([]);
  });

  it('is skipped without Go: it says why, and no check fails', () => {
    vi.stubEnv('PATH', '');
    const outcomes = quick.map((job) => peers.run(job));
    expect(existsSync(folder)).toBe(false);
    expect(peers.summarize(quick, outcomes)).toMatchObject({
      rows: [],
      checks: [],
      notes: ['skipped: go is not on the PATH'],
    });
  });

  it('removes its folder, with what is in it', () => {
    mkdirSync(join(folder, 'more'), { recursive: true });
    peers.end?.(quick);
    expect(existsSync(folder)).toBe(false);
    expect(() => peers.end?.(quick)).not.toThrow();
  });

  it('does not build into a folder that it did not make', ({ skip }) => {
    if (obstacle() !== undefined) skip('go is not installed');
    mkdirSync(folder);
    expect(() => peers.run(quick[0]!)).toThrow('EEXIST');
    expect(readdirSync(folder)).toEqual([]);
  });
});
