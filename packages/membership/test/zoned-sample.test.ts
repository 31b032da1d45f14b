import { Rng } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerSet, type ZonedPeers, zonedSample } from '../src/index.ts';
import { inOrder } from './small-domain.ts';

/** Near peers are `n0`, `n1` …, far ones `f0`, `f1` …. */
function peersOf(nearCount: number, farCount: number): ZonedPeers {
  const [peers, nearPeers, farPeers] = [new PeerSet(), new PeerSet(), new PeerSet()];
  for (let index = 0; index < nearCount; index++) nearPeers.add(`n${index}`);
  for (let index = 0; index < farCount; index++) farPeers.add(`f${index}`);
  for (const set of [nearPeers, farPeers]) for (const id of set.values()) peers.add(id);
  return { peers, nearPeers, farPeers };
}

const isNear = (id: string): boolean => id.startsWith('n');

/** Mean number of near picks: `count`-1, or one, are near by chance, and those that are not are anybody. */
function nearPicksExpected(nearCount: number, farCount: number, count: number, nearPerMille: number): number {
  const share = nearPerMille / 1_000;
  const farFirst = count > 1 ? 1 : 0;
  const chances = count - farFirst;
  let mean = 0;
  for (let near = 0; near <= chances; near++) {
    const odds = binomial(chances, near) * share ** near * (1 - share) ** (chances - near);
    const restCount = nearCount + farCount - farFirst - near;
    mean += odds * (near + ((chances - near) * (nearCount - near)) / restCount);
  }
  return mean;
}

function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k;
}

describe('zonedSample', () => {
  const perMille = fc.constantFrom(0, 1, 500, 999, 1_000);

  it('picks as many distinct peers as there are and as are asked for, and none that is excluded', () => {
    const numbers = fc.record({ near: fc.nat(4), far: fc.nat(4), count: fc.nat(9), perMille, seed: fc.integer() });
    fc.assert(
      fc.property(numbers, fc.subarray(['n0', 'n1', 'n2', 'f0', 'f1', 'f2']), (given, excluded) => {
        const zoned = peersOf(given.near, given.far);
        const isExcluded = (id: string): boolean => excluded.includes(id);
        const picked = zonedSample(zoned, new Rng(given.seed), given.count, given.perMille, isExcluded);
        const eligible = [...zoned.peers.values()].filter((id) => !isExcluded(id));
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked.length).toBe(Math.min(given.count, eligible.length));
        for (const id of picked) expect(eligible).toContain(id);
        // Of two and more, one is far if one can be.
        if (given.count > 1 && eligible.some((id) => !isNear(id))) expect(picked.every(isNear)).toBe(false);
      }),
    );
  });

  it.each([
    // near, far, count, ‰
    [20, 20, 1, 600],
    [20, 20, 3, 600],
    [20, 20, 4, 250],
    [4, 40, 3, 600],
    [40, 4, 3, 600],
    [40, 4, 2, 0],
    [1, 99, 1, 600],
    [99, 1, 3, 900],
  ])('of %i near and %i far, a sample of %i with %i ‰ has the near share that it should', (near, far, count, share) => {
    const zoned = peersOf(near, far);
    const rng = new Rng(6);
    const rounds = 10_000;
    let nearCount = 0;
    for (let round = 0; round < rounds; round++)
      nearCount += zonedSample(zoned, rng, count, share).filter(isNear).length;
    const chances = count > 1 ? count - 1 : 1;
    // A pick that is near or not has a variance of at most a quarter, and picks without replacement have less: six
    // standard deviations.
    const tolerance = 6 * Math.sqrt((rounds * chances) / 4);
    expect(Math.abs(nearCount - rounds * nearPicksExpected(near, far, count, share))).toBeLessThan(tolerance);
  });

  it('with 1000 ‰ is near but for the one that is far; with 0 ‰ nothing is preferred', () => {
    for (let seed = 0; seed < 200; seed++) {
      const all = zonedSample(peersOf(9, 9), new Rng(seed), 4, 1_000);
      expect(all.filter(isNear)).toHaveLength(3);
      expect(zonedSample(peersOf(9, 9), new Rng(seed), 1, 1_000).every(isNear)).toBe(true);
    }
  });

  it('is in random order: the far one is at each place equally often', () => {
    const zoned = peersOf(9, 9);
    const rng = new Rng(7);
    const rounds = 9_000;
    const counts = [0, 0, 0];
    for (let round = 0; round < rounds; round++) {
      counts[zonedSample(zoned, rng, 3, 1_000).findIndex((id) => !isNear(id))]! += 1;
    }
    // Standard deviation of a binomial with p = 1/3 is 45: six of them.
    for (const count of counts) expect(Math.abs(count - rounds / 3)).toBeLessThan(270);
  });

  it('picks each of the near, and each of the far, with the same chance', () => {
    const zoned = peersOf(5, 5);
    const rng = new Rng(8);
    const rounds = 10_000;
    const counts = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      for (const id of zonedSample(zoned, rng, 3, 600)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const nearMean = (rounds * nearPicksExpected(5, 5, 3, 600)) / 5;
    const farMean = (rounds * 3) / 5 - nearMean;
    // Standard deviation of a binomial is at most 50: six of them.
    expect(counts.size).toBe(10);
    for (const [id, count] of counts) expect(Math.abs(count - (isNear(id) ? nearMean : farMean))).toBeLessThan(300);
  });

  it.each([
    [9, 0],
    [0, 9],
  ])('samples all peers where there are %i near and %i far', (near, far) => {
    for (const share of [0, 1_000]) expect(zonedSample(peersOf(near, far), new Rng(1), 5, share)).toHaveLength(5);
  });

  it('samples all peers where zones are not used', () => {
    const peers = new PeerSet();
    for (const id of ['a', 'b', 'c']) peers.add(id);
    const zoned = { peers, nearPeers: new PeerSet(), farPeers: new PeerSet() };
    expect(inOrder(zonedSample(zoned, new Rng(1), 9, 1_000))).toEqual(['a', 'b', 'c']);
  });
});
