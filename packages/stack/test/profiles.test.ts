import { describe, expect, it } from 'vitest';
import type { Profile, StackEvent } from '../src/index.ts';
import { VirtualCluster, type VirtualNode } from './virtual-cluster.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

function clusterOf(profile: Profile, names: readonly string[] = NAMES): VirtualCluster {
  const cluster = new VirtualCluster({ seed: 5, names, options: { profile, preset: 'local' } });
  cluster.start();
  return cluster;
}

function statusesOf(cluster: VirtualCluster, name: string): Set<string | undefined> {
  return new Set(
    cluster.nodes.flatMap(({ name: by, stack }) => (by === name ? [] : [stack.table.member(name)?.status])),
  );
}

function told(node: VirtualNode, type: StackEvent['type'], name: string): boolean {
  return node.events.some((event) => event.type === type && 'claim' in event && event.claim.name === name);
}

describe.each(['cassandra', 'redis'] as const)('the profile %s', (profile) => {
  it('joins, and has everybody alive everywhere', () => {
    const cluster = clusterOf(profile);
    expect(cluster.advanceUntil(() => cluster.isConverged(), 30_000)).toBe(true);
    for (const node of cluster.nodes.slice(1)) expect(node.events.map(({ type }) => type)).toContain('joined');
    cluster.advance(20_000);
    expect(cluster.isConverged()).toBe(true);
    for (const { events } of cluster.nodes) expect(events.some(({ type }) => type === 'member-failed')).toBe(false);
  });

  it('finds a member that falls silent failed everywhere, with the evidence, and alive when it is back', () => {
    const cluster = clusterOf(profile);
    cluster.advance(20_000);
    cluster.crash('c');
    const live = cluster.nodes.filter(({ name }) => name !== 'c');
    const isFailed = (): boolean => live.every(({ stack }) => stack.table.member('c')?.status === 'dead');
    expect(cluster.advanceUntil(isFailed, 15_000)).toBe(true);
    const rule = profile === 'cassandra' ? 'phi' : 'quorum';
    for (const node of live) {
      expect(told(node, 'member-failed', 'c')).toBe(true);
      expect(node.stack.evidenceOf('c')?.finding?.rule).toBe(rule);
      expect(node.stack.table.deadPeers.has('c')).toBe(true);
    }
    // A verdict is in no digest: the members that remain agree.
    expect(new Set(live.map(({ stack }) => stack.digests.members)).size).toBe(1);
    cluster.revive('c');
    expect(cluster.advanceUntil(() => cluster.isConverged(), 40_000)).toBe(true);
    for (const node of live) expect(told(node, 'member-recovered', 'c')).toBe(true);
  });

  it('carries the digests of the replicas, so that what one node writes reaches all', () => {
    const cluster = clusterOf(profile);
    cluster.advance(10_000);
    cluster.nodes[2]!.command({ type: 'store-set', key: 'k', value: new Uint8Array([1]) });
    const isEverywhere = (): boolean => cluster.nodes.every(({ stack }) => stack.store.get('k') !== undefined);
    expect(cluster.advanceUntil(isEverywhere, 10_000)).toBe(true);
  });

  it('lets a member refute that was sent away though it lives', () => {
    const cluster = clusterOf(profile);
    cluster.advance(10_000);
    cluster.nodes[0]!.command({ type: 'force-leave', name: 'd' });
    expect(statusesOf(cluster, 'd')).toContain('left');
    expect(cluster.advanceUntil(() => cluster.isConverged(), 20_000)).toBe(true);
    expect(cluster.nodes[3]!.events.map(({ type }) => type)).toContain('refuted');
  });

  it('takes a leave as what it is, and a return', () => {
    const cluster = clusterOf(profile);
    cluster.advance(10_000);
    cluster.nodes[4]!.command({ type: 'leave' });
    cluster.advance(10_000);
    expect(statusesOf(cluster, 'e')).toEqual(new Set(['left']));
    cluster.nodes[4]!.command({ type: 'join', seeds: [cluster.nodes[0]!.address] });
    expect(cluster.advanceUntil(() => cluster.isConverged(), 20_000)).toBe(true);
  });

  it('measures round trips, or does not claim to', () => {
    const cluster = clusterOf(profile);
    cluster.advance(20_000);
    const rounds = cluster.nodes[0]!.events.filter(({ type }) => type === 'probe-ended');
    expect(rounds.length > 0).toBe(profile === 'redis');
  });
});

it('asks the seeds before it joins in the profile cassandra', () => {
  const cluster = clusterOf('cassandra', ['a', 'b']);
  cluster.advance(5_000);
  const types = cluster.nodes[1]!.events.map(({ type }) => type);
  expect(types.indexOf('shadow-ended')).toBeGreaterThanOrEqual(0);
  expect(types.indexOf('shadow-ended')).toBeLessThan(types.indexOf('joined'));
});

it('never fails the majority in a minority in the profile redis', () => {
  const cluster = clusterOf('redis');
  cluster.advance(10_000);
  for (const name of ['c', 'd', 'e']) cluster.crash(name);
  cluster.advance(30_000);
  expect(cluster.nodes[0]!.stack.table.countOf('suspect')).toBe(3);
  expect(cluster.nodes[0]!.stack.table.countOf('dead')).toBe(0);
});

it('tells once of a member that runs another profile', () => {
  const cluster = clusterOf('swim', ['a', 'b']);
  cluster.advance(5_000);
  const [a] = cluster.nodes;
  const packet = (from: string, protocol: 'heartbeat' | 'quorum') => {
    const beat = { protocol: 'heartbeat', message: { type: 'echo', sequence: 1 } } as const;
    const ping = { protocol: 'quorum', message: { type: 'ping', sequence: 1, path: 'packet', entries: [] } } as const;
    cluster.deliver(a!, { from, generation: 1_000_000, address: '', messages: [protocol === 'quorum' ? ping : beat] });
  };
  for (let count = 0; count < 3; count++) packet('b', 'heartbeat');
  packet('stranger', 'quorum');
  expect(a!.events.filter(({ type }) => type === 'profile-differs')).toEqual([
    { type: 'profile-differs', name: 'b', profile: 'cassandra' },
  ]);
});

describe('who has a vote in the profile redis', () => {
  /** Suspect after a node timeout; of five members three do not answer. */
  function withoutThree(slots: readonly (readonly [name: string, value: string])[]): VirtualCluster {
    const cluster = clusterOf('redis');
    cluster.advance(5_000);
    for (const [name, value] of slots) {
      cluster.nodes.find((node) => node.name === name)!.command({ type: 'state-set', key: 'ring.slots', value });
    }
    cluster.advance(10_000);
    for (const name of ['c', 'd', 'e']) cluster.crash(name);
    cluster.advance(30_000);
    return cluster;
  }
  const deadAt = (cluster: VirtualCluster, index: number): number => cluster.nodes[index]!.stack.table.countOf('dead');

  it('are those with slots: two of three that have some fail the rest, who are more', () => {
    const cluster = withoutThree([
      ['a', '1 0-5000'],
      ['b', '2 5001-10000'],
      ['c', '3 10001-16383'],
    ]);
    expect([deadAt(cluster, 0), deadAt(cluster, 1)]).toEqual([3, 3]);
  });

  it('are not those whose slots another one has by now', () => {
    const cluster = withoutThree([
      ['a', '1 0-16383'],
      ['b', '1 0-16383'],
      ['c', '9 0-16383'],
    ]);
    // Only c has slots, and c does not answer: nobody may fail it.
    expect([deadAt(cluster, 0), deadAt(cluster, 1)]).toEqual([0, 0]);
    expect(cluster.nodes[0]!.stack.table.countOf('suspect')).toBe(3);
  });
});
