import { Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import { othersToProbe } from '../src/other-peers.ts';

const TRIAL_COUNT = 4_000;
const named = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, nth) => `${prefix}${nth}`);

/** How often an interval probes an unreachable member, and a seed. */
function shares(liveCount: number, unreachableCount: number, seedCount: number): [number, number] {
  const live = new PeerSet();
  for (const name of named('live', liveCount)) live.add(name);
  const others = { unreachable: () => named('lost', unreachableCount), seeds: () => named('seed', seedCount) };
  const rng = new Rng(5);
  const probed = Array.from({ length: TRIAL_COUNT }, () => othersToProbe(others, live, rng));
  const shareOf = (prefix: string): number => {
    const count = probed.filter((ids) => ids.some((id) => id.startsWith(prefix))).length;
    expect(new Set(probed.flat().filter((id) => id.startsWith(prefix))).size).toBe(
      prefix === 'lost' ? unreachableCount : seedCount,
    );
    return count / TRIAL_COUNT;
  };
  return [shareOf('lost'), shareOf('seed')];
}

describe('others than the live peers', () => {
  it.each([
    [9, 2, 1, 2 / 10, 1 / 11],
    [3, 8, 3, 1, 3 / 11],
    [50, 0, 0, 0, 0],
    [0, 0, 2, 0, 1],
    [0, 5, 1, 1, 1],
  ])('of %i live, %i lost and %i seeds are probed as often as published', (live, lost, seeds, ofLost, ofSeeds) => {
    const [lostShare, seedShare] = shares(live, lost, seeds);
    // Four standard errors of a share of a half.
    const error = (4 * 0.5) / Math.sqrt(TRIAL_COUNT);
    expect(Math.abs(lostShare - ofLost)).toBeLessThanOrEqual(error);
    expect(Math.abs(seedShare - ofSeeds)).toBeLessThanOrEqual(error);
  });
});
