import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { type NetworkConfig, networkConfig, VirtualNetwork } from '../src/index.ts';

const DRAW_COUNT = 20_000;

/** Arrival times, relative to sending, of many packets that are sent at once. */
function delaysMs(config: Partial<NetworkConfig>, via: 'packet' | 'stream' = 'packet', count = DRAW_COUNT): number[][] {
  const network = new VirtualNetwork(config);
  const rng = new Rng(1);
  return Array.from({ length: count }, () => {
    const arrivalsMs: number[] = [];
    network.route('a', 'b', via, 0, 0, rng, arrivalsMs);
    return arrivalsMs;
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('latency', () => {
  it('has the minimum and the mean that were asked for', () => {
    const all = delaysMs({ latencyMsMin: 10, latencyMsMean: 15 }).flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(10);
    expect(Math.abs(meanOf(all) - 15)).toBeLessThan(0.2);
    // An exponential tail of mean 5: e^-2 of it lies above 10 ms.
    const tailShare = all.filter((delayMs) => delayMs > 20).length / all.length;
    expect(Math.abs(tailShare - Math.exp(-2))).toBeLessThan(0.01);
  });

  it('is a uniform range when there is only jitter', () => {
    const all = delaysMs({ latencyMsMin: 10, latencyMsMean: 10, jitterMs: 20 }).flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...all)).toBeLessThanOrEqual(30);
    expect(Math.abs(meanOf(all) - 20)).toBeLessThan(0.3);
  });

  it('is exact when there is neither tail nor jitter', () => {
    expect(new Set(delaysMs({ latencyMsMin: 3, latencyMsMean: 3 }).flat())).toEqual(new Set([3]));
  });

  it('consists of whole microseconds', () => {
    const all = delaysMs({ jitterMs: 1 }, 'packet', 100).flat();
    for (const delayMs of all) expect(Math.abs(delayMs * 1_000 - Math.round(delayMs * 1_000))).toBeLessThan(1e-6);
  });
});

describe('packets', () => {
  it('are lost as often as asked for', () => {
    const lostCount = delaysMs({ lossPerMille: 200 }).filter((arrivals) => arrivals.length === 0).length;
    expect(Math.abs(lostCount / DRAW_COUNT - 0.2)).toBeLessThan(0.01);
    expect(delaysMs({ lossPerMille: 1_000 }).flat()).toEqual([]);
  });

  it('arrive twice as often as asked for, each copy with a latency of its own', () => {
    const doubled = delaysMs({ duplicatePerMille: 100 }).filter((arrivals) => arrivals.length === 2);
    expect(Math.abs(doubled.length / DRAW_COUNT - 0.1)).toBeLessThan(0.01);
    expect(doubled.some(([first, second]) => first !== second)).toBe(true);
  });

  it('overtake each other when the jitter exceeds the time between them', () => {
    const network = new VirtualNetwork({ jitterMs: 10 });
    const rng = new Rng(1);
    const arrivalsMs = Array.from({ length: 100 }, (_, index) => {
      const arrivals: number[] = [];
      network.route('a', 'b', 'packet', 0, index, rng, arrivals);
      return arrivals[0] ?? 0;
    });
    expect(arrivalsMs).not.toEqual([...arrivalsMs].sort((a, b) => a - b));
  });

  it('are lost above packetBytesMax, which streams are not', () => {
    const network = new VirtualNetwork({ packetBytesMax: 100 });
    const route = (via: 'packet' | 'stream', sizeBytes: number) =>
      network.route('a', 'b', via, sizeBytes, 0, new Rng(1), []);
    expect(route('packet', 100)).toBe('carried');
    expect(route('packet', 101)).toBe('oversizeCount');
    expect(route('stream', 1_000_000)).toBe('carried');
  });
});

describe('streams', () => {
  it('keep the order of one pair in spite of jitter and loss', () => {
    const network = new VirtualNetwork({ jitterMs: 50, lossPerMille: 300 });
    const rng = new Rng(1);
    let lastMs = 0;
    for (let nowMs = 0; nowMs < 1_000; nowMs++) {
      const arrivals: number[] = [];
      expect(network.route('a', 'b', 'stream', 0, nowMs, rng, arrivals)).toBe('carried');
      expect(arrivals).toHaveLength(1);
      expect(arrivals[0]).toBeGreaterThanOrEqual(lastMs);
      lastMs = arrivals[0] ?? 0;
    }
  });

  it('do not hold up the streams of other pairs', () => {
    const network = new VirtualNetwork({ latencyMsMin: 1, latencyMsMean: 1 });
    network.setLink('a', 'b', { latencyMsMin: 500, latencyMsMean: 500 });
    const arrivals: number[] = [];
    network.route('a', 'b', 'stream', 0, 0, new Rng(1), arrivals);
    network.route('a', 'c', 'stream', 0, 0, new Rng(1), arrivals);
    expect(arrivals).toEqual([1]);
  });

  it('are late by a retransmission for each lost segment, doubling, and never doubled', () => {
    const config = { latencyMsMin: 1, latencyMsMean: 1, lossPerMille: 500, duplicatePerMille: 1_000 };
    const network = new VirtualNetwork({ ...config, streamRetransmitMs: 200, streamTimeoutMs: 1_000_000 });
    const seen = new Set<number>();
    for (let pair = 0; pair < 1_000; pair++) {
      const arrivals: number[] = [];
      network.route('a', `b${pair}`, 'stream', 0, 0, new Rng(pair), arrivals);
      expect(arrivals).toHaveLength(1);
      seen.add(arrivals[0] ?? 0);
    }
    expect([...seen].sort((a, b) => a - b).slice(0, 4)).toEqual([1, 201, 601, 1_401]);
  });

  it('break when a frame takes too long, and what is sent then goes by a new connection', () => {
    const network = new VirtualNetwork({ latencyMsMin: 1, latencyMsMean: 1, streamTimeoutMs: 1_000 });
    const arrivals: number[] = [];
    network.setLink('a', 'b', { lossPerMille: 1_000 });
    expect(network.route('a', 'b', 'stream', 0, 0, new Rng(1), arrivals)).toBe('resetCount');
    expect([arrivals, network.connectionOf('a', 'b')]).toEqual([[], 1]);
    network.setLink('a', 'b', { lossPerMille: 0 });
    expect(network.route('a', 'b', 'stream', 0, 5, new Rng(1), arrivals)).toBe('carried');
    expect(arrivals).toEqual([6]);
  });
});

describe('partitions and blocks', () => {
  it('separates groups, and what is in no group forms one more', () => {
    const network = new VirtualNetwork();
    network.partition([['a', 'b'], ['c']]);
    expect(network.canReach('a', 'b')).toBe(true);
    expect(network.canReach('a', 'c')).toBe(false);
    expect(network.canReach('c', 'a')).toBe(false);
    expect(network.canReach('x', 'y')).toBe(true);
    expect(network.canReach('a', 'x')).toBe(false);
    expect(network.canReach('x', 'a')).toBe(false);
  });

  it('lets a node in two groups reach both', () => {
    const network = new VirtualNetwork();
    network.partition([
      ['a', 'bridge'],
      ['bridge', 'c'],
    ]);
    expect(network.canReach('a', 'bridge')).toBe(true);
    expect(network.canReach('bridge', 'c')).toBe(true);
    expect(network.canReach('a', 'c')).toBe(false);
  });

  it('replaces the partition before it', () => {
    const network = new VirtualNetwork();
    network.partition([['a'], ['b']]);
    network.partition([['a', 'b'], ['c']]);
    expect(network.canReach('a', 'b')).toBe(true);
  });

  it('blocks one direction and leaves the other', () => {
    const network = new VirtualNetwork();
    network.block('a', 'b');
    expect([network.canReach('a', 'b'), network.canReach('b', 'a')]).toEqual([false, true]);
    expect(network.route('a', 'b', 'packet', 0, 0, new Rng(1), [])).toBe('blockedCount');
    expect(network.route('a', 'b', 'stream', 0, 0, new Rng(1), [])).toBe('blockedCount');
    network.unblock('a', 'b');
    expect(network.canReach('a', 'b')).toBe(true);
  });

  it('heals partition and blocks, and leaves the rest as it is', () => {
    const network = new VirtualNetwork({ lossPerMille: 5 });
    network.setLink('a', 'b', { lossPerMille: 1_000 });
    network.partition([['a'], ['b']]);
    network.block('b', 'a');
    network.heal();
    expect([network.canReach('a', 'b'), network.canReach('b', 'a')]).toEqual([true, true]);
    expect(network.config.lossPerMille).toBe(5);
    expect(network.route('a', 'b', 'packet', 0, 0, new Rng(1), [])).toBe('lostCount');
  });
});

describe('links set apart', () => {
  it('change one direction until they are cleared', () => {
    const network = new VirtualNetwork({ latencyMsMin: 1, latencyMsMean: 1 });
    network.setLink('a', 'b', { latencyMsMin: 80 });
    const delayMs = (from: string, to: string) => {
      const arrivals: number[] = [];
      network.route(from, to, 'packet', 0, 0, new Rng(1), arrivals);
      return arrivals[0];
    };
    expect([delayMs('a', 'b'), delayMs('b', 'a')]).toEqual([80, 1]);
    network.clearLink('a', 'b');
    expect(delayMs('a', 'b')).toBe(1);
  });
});

describe('networkConfig', () => {
  it('has no tail when only a minimum above the default mean is given', () => {
    expect(networkConfig({ latencyMsMin: 40 }).latencyMsMean).toBe(40);
  });

  it('names every problem', () => {
    expect(() => networkConfig({ lossPerMille: 2_000, jitterMs: -1 })).toThrow(/jitterMs.*lossPerMille/);
    expect(() => networkConfig({ latencyMsMin: 5, latencyMsMean: 4 })).toThrow('latencyMsMean: below latencyMsMin');
  });
});
