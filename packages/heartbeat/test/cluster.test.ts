import { describe, expect, it } from 'vitest';
import { TestCluster } from './cluster.ts';

describe('heartbeat gossip', () => {
  it.each(['digest', 'push'] as const)('finds a crash by phi, and nobody else dead, exchanging by %s', (exchange) => {
    const cluster = new TestCluster({ nodeCount: 12, heartbeat: { exchange, pushFanout: 2 } });
    cluster.run(60_000);
    expect(cluster.told('member-failed')).toEqual([]);
    expect(cluster.statuses('n-3')).toEqual(new Set(['alive']));
    cluster.crash('n-3');
    cluster.run(45_000);
    expect(cluster.statuses('n-3')).toEqual(new Set(['dead']));
    const failed = cluster.told('member-failed');
    expect(new Set(failed.map(({ of }) => of))).toEqual(new Set(['n-3']));
    // Silence of 18.42 mean intervals, whose mean is at least the round and at most the cap of two.
    for (const { atMs } of failed) expect((atMs - 60_000) / 18_420).toBeGreaterThan(0.95);
  });

  it('heals a partition in which both sides have convicted each other', () => {
    const cluster = new TestCluster({ nodeCount: 8 });
    cluster.run(20_000);
    const side = (name: string): boolean => Number(name.slice(2)) < 4;
    cluster.isOpen = (from, to) => side(from) === side(to);
    cluster.run(60_000);
    expect(cluster.statuses('n-1')).toEqual(new Set(['alive', 'dead']));
    cluster.isOpen = () => true;
    cluster.run(20_000);
    for (const name of cluster.nodes.keys()) expect(cluster.statuses(name)).toEqual(new Set(['alive']));
  });

  it('spreads who is a member, from one that all know', () => {
    for (const exchange of ['digest', 'push'] as const) {
      const cluster = new TestCluster({ nodeCount: 8, isSparse: true, heartbeat: { exchange } });
      cluster.run(30_000);
      for (const node of cluster.live) expect(node.table.countOf('alive')).toBe(8);
    }
  });

  it('forgives loss', () => {
    const cluster = new TestCluster({ nodeCount: 12, lossPerMille: 300 });
    cluster.run(120_000);
    expect(cluster.told('member-failed')).toEqual([]);
  });
});

describe('detection by quorum', () => {
  it('finds a crash within a timeout and a half and the gossip of it, and nobody else failed', () => {
    const cluster = new TestCluster({ nodeCount: 12, quorum: {} });
    cluster.run(30_000);
    cluster.crash('n-3');
    cluster.run(40_000);
    expect(cluster.statuses('n-3')).toEqual(new Set(['dead']));
    const failed = cluster.told('member-failed');
    expect(failed).toHaveLength(11);
    expect(new Set(failed.map(({ of }) => of))).toEqual(new Set(['n-3']));
    expect(Math.min(...failed.map(({ atMs }) => atMs)) - 30_000).toBeGreaterThan(14_000);
    // Whoever reached the majority told all the others.
    expect(Math.max(...failed.map(({ atMs }) => atMs)) - Math.min(...failed.map(({ atMs }) => atMs))).toBeLessThan(20);
  });

  it('fails nobody in a minority, and the minority in a majority', () => {
    const cluster = new TestCluster({ nodeCount: 5, quorum: {} });
    cluster.run(10_000);
    const side = (name: string): boolean => Number(name.slice(2)) < 2;
    cluster.isOpen = (from, to) => side(from) === side(to);
    cluster.run(60_000);
    expect(cluster.node('n-0').table.countOf('suspect')).toBe(3);
    expect(cluster.node('n-4').table.countOf('dead')).toBe(2);
    cluster.isOpen = () => true;
    cluster.run(45_000);
    for (const node of cluster.live) expect(node.table.countOf('alive')).toBe(5);
  });

  it('forgives loss', () => {
    const cluster = new TestCluster({ nodeCount: 12, quorum: {}, lossPerMille: 300 });
    cluster.run(300_000);
    expect(cluster.told('member-failed')).toEqual([]);
  });
});
