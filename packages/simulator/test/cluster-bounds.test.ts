import { Rng } from '@hearsay/core';
import { stackConfig } from '@hearsay/stack';
import { suspicionBounds } from '@hearsay/swim';
import { describe, expect, it } from 'vitest';
import {
  detectionBoundMs,
  exchangeRounds,
  joinBoundMs,
  pushRounds,
  reconcileBoundMs,
  rumorBoundMs,
  rumorResidueMax,
} from '../src/cluster-bounds.ts';
import { networkConfig } from '../src/index.ts';

const CONFIG = stackConfig();
const SIZES = [16, 64, 256, 1_000, 10_000];

/** Rounds of synchronous push and pull until all of `n` know: the model behind the bound, played out. */
function playedExchange(n: number, failurePerMille: number, rng: Rng): number {
  let aware = new Set([0]);
  let rounds = 0;
  for (; aware.size < n; rounds++) {
    const next = new Set(aware);
    for (let node = 0; node < n; node++) {
      const peer = (node + 1 + rng.below(n - 1)) % n;
      if (aware.has(node) === aware.has(peer) || rng.chance(failurePerMille)) continue;
      next.add(node).add(peer);
    }
    aware = next;
  }
  return rounds;
}

/** The same for push to `fanout` peers, for as long as it takes. */
function playedPush(n: number, fanout: number, lossPerMille: number, rng: Rng): number {
  const nodes = Array.from({ length: n }, (_, node) => node);
  const aware = new Set([0]);
  let rounds = 0;
  for (; aware.size < n; rounds++) {
    for (const node of [...aware]) {
      const peers = rng.sample(nodes, fanout + 1).filter((peer) => peer !== node);
      for (const peer of peers.slice(0, fanout)) if (!rng.chance(lossPerMille)) aware.add(peer);
    }
  }
  return rounds;
}

function longest(runCount: number, run: (rng: Rng) => number): number {
  return Math.max(...Array.from({ length: runCount }, (_, index) => run(new Rng(index))));
}

describe('rounds of push and pull', () => {
  it.each(SIZES)('are those of the paper and a few more, for %i nodes', (n) => {
    const theory = Math.log(n) / Math.log(3) + Math.log2(Math.log(n));
    expect(exchangeRounds(n, 1, 0)).toBeGreaterThan(theory);
    expect(exchangeRounds(n, 1, 0)).toBeLessThan(theory + 4);
  });

  it.each([
    { n: 16, failurePerMille: 0 },
    { n: 64, failurePerMille: 100 },
    { n: 64, failurePerMille: 500 },
  ])('bound the model with $n nodes and $failurePerMille ‰ failure, and not by far', ({ n, failurePerMille }) => {
    const slowest = longest(500, (rng) => playedExchange(n, failurePerMille, rng));
    const bound = exchangeRounds(n, 1, failurePerMille / 1_000);
    expect(slowest).toBeLessThanOrEqual(bound);
    expect(slowest).toBeGreaterThan(bound / 3);
  });

  // Of these, so many are for standing still at the start: ln 1e-6 (or 1e-6 / 64) over ln (0.1 e^-0.9), rounded up.
  it.each([
    { n: 64, changeCount: 1, failure: 0, rounds: 1 + 8 },
    { n: 64, changeCount: 1, failure: 0.1, rounds: 5 + 11 },
    { n: 64, changeCount: 64, failure: 0.1, rounds: 6 + 12 },
  ])(
    'give time for bad luck: $rounds for $changeCount changes at failure $failure',
    ({ n, changeCount, failure, rounds }) => {
      expect(exchangeRounds(n, changeCount, failure)).toBe(rounds);
    },
  );
});

describe('rounds of push', () => {
  it.each(SIZES)('are more than those of theory, for %i nodes', (n) => {
    expect(pushRounds(n, 1, 0)).toBeGreaterThan(Math.log2(n) + Math.log(n));
    expect(pushRounds(n, 3, 0)).toBeGreaterThan(Math.log(n) / Math.log(4) + Math.log(n) / 3);
  });

  // All pushes of the first node are lost for 10 rounds: ln 1e-6 over 3 ln 0.6, rounded up.
  it('give time for bad luck', () => {
    expect(pushRounds(64, 3, 0)).toBe(1 + 10);
    expect(pushRounds(64, 3, 600)).toBe(10 + 21);
  });

  it.each([
    { n: 64, fanout: 1, lossPerMille: 0 },
    { n: 64, fanout: 3, lossPerMille: 20 },
    { n: 64, fanout: 3, lossPerMille: 500 },
  ])('bound the model: $n nodes, fanout $fanout, $lossPerMille ‰ loss', ({ n, fanout, lossPerMille }) => {
    const slowest = longest(500, (rng) => playedPush(n, fanout, lossPerMille, rng));
    const bound = pushRounds(n, fanout, lossPerMille);
    expect(slowest).toBeLessThanOrEqual(bound);
    expect(slowest).toBeGreaterThan(bound / 3);
  });
});

describe('the time of anti-entropy', () => {
  const change = { nodeCount: 64, changeCount: 1, recordCount: 1, lossPerMille: 20 };

  it('is its rounds, each as long as an interval can be', () => {
    // A session of four messages fails in 1 - 0.98^4 of all cases.
    expect(reconcileBoundMs(change, CONFIG.storeAntiEntropy)).toBe(exchangeRounds(64, 1, 1 - 0.98 ** 4) * 1_100);
    const slow = stackConfig({ storeAntiEntropy: { intervalMs: 2_000, jitterPerMille: 0 } });
    expect(reconcileBoundMs(change, slow.storeAntiEntropy)).toBe(exchangeRounds(64, 1, 1 - 0.98 ** 4) * 2_000);
  });

  it('counts the walk down the tree of a replica that is too large to be listed', () => {
    const large = { ...change, changeCount: 64, recordCount: 64 };
    expect(reconcileBoundMs(large, CONFIG.membersAntiEntropy)).toBe(exchangeRounds(64, 64, 1 - 0.98 ** 5) * 1_100);
    const larger = { ...large, recordCount: 257 };
    expect(reconcileBoundMs(larger, CONFIG.membersAntiEntropy)).toBe(exchangeRounds(64, 64, 1 - 0.98 ** 6) * 1_100);
  });
});

describe('the time of a join', () => {
  // With 3 seeds and loss p, k segments in a row are lost to all with 64 × (2 p^k)^3: below 1e-6 for the k in the table.
  it.each([
    { seedCount: 3, lossPerMille: 0, lateMs: 0 },
    { seedCount: 3, lossPerMille: 20, lateMs: 2 * 200 },
    { seedCount: 3, lossPerMille: 100, lateMs: 2 * (200 + 400) },
    { seedCount: 1, lossPerMille: 20, lateMs: 2 * (200 + 400 + 800 + 1_600) },
  ])('waits for streams: $seedCount seeds, $lossPerMille ‰ loss', ({ seedCount, lossPerMille, lateMs }) => {
    expect(joinBoundMs(64, seedCount, 1_000, 10_000, networkConfig({ lossPerMille }))).toBe(11_000 + lateMs);
  });

  it('does not wait for longer than a sender does', () => {
    const link = networkConfig({ lossPerMille: 1_000, streamTimeoutMs: 1_000 });
    expect(joinBoundMs(64, 3, 0, 0, link)).toBe(2 * 1_000);
  });
});

describe('a rumor', () => {
  it('is given up after its own rounds and those of the last to hear it', () => {
    // 8 pushes at a fanout of 3 take three rounds, and the first begins within one.
    expect(rumorBoundMs(64, 20, CONFIG.rumor)).toBe((pushRounds(64, 3, 20) + 4) * 200);
    // 12 pushes take four.
    expect(rumorBoundMs(100, 0, CONFIG.rumor)).toBe((pushRounds(100, 3, 0) + 5) * 200);
  });

  // Mean number of missed nodes λ = n e^-m, and the least k for which λ^(k+1) / (k+1)! is at most 1e-6.
  it.each([
    { n: 5, lossPerMille: 0, missedCountMax: 2 }, // m = 8, λ = 1.7e-3: 1.7e-3, 1.4e-6, 7.9e-10
    { n: 64, lossPerMille: 0, missedCountMax: 3 }, // m = 8, λ = 2.1e-2: 2.1e-2, 2.3e-4, 1.6e-6, 8.9e-9
    { n: 100, lossPerMille: 0, missedCountMax: 1 }, // m = 12, λ = 6.1e-4: 6.1e-4, 1.9e-7
    { n: 1_000, lossPerMille: 500, missedCountMax: 6 }, // m = 16 × 0.5, λ = 0.34: the sixth 2.0e-6, the seventh 9.4e-8
  ])('misses at most $missedCountMax of $n at $lossPerMille ‰ loss', ({ n, lossPerMille, missedCountMax }) => {
    expect(rumorResidueMax(n, lossPerMille, CONFIG.rumor)).toBe(missedCountMax);
  });
});

describe('the detection of crashes', () => {
  const { swim } = CONFIG;
  const NEWS_MS = 5_000;

  it.each([
    // At 56/63 probes of a crashed member a period: nobody probed one of 8 in 18 periods with 8 e^-16 = 9e-7; fewer
    // than three did in 24 with 8 e^-21.3 (1 + 21.3 + 228) = 1.1e-6, in 25 with 5e-7.
    { n: 64, crashedCount: 8, first: 18, third: 25 },
    // Two traversals of one member, less one: luck cannot take longer, and nobody is there to confirm.
    { n: 2, crashedCount: 1, first: 3, third: 3 },
  ])(
    'waits for probes, the suspicion, its confirmations and the news: $n nodes',
    ({ n, crashedCount, first, third }) => {
      const { msMin } = suspicionBounds(n - crashedCount, swim);
      const decidedMs = Math.max((first + 1) * swim.probePeriodMs + msMin, (third + 1) * swim.probePeriodMs);
      const gossipMs = pushRounds(n, swim.gossipFanout, 0) * swim.gossipIntervalMs;
      expect(detectionBoundMs(n, crashedCount, 0, NEWS_MS, swim)).toBe(decidedMs + gossipMs + NEWS_MS);
    },
  );
});
