import { utf8Bytes } from '@hearsay/core';
import { describe, expect, it, vi } from 'vitest';
import { type ClusterOptions, ClusterSimulation } from '../src/index.ts';

/** Three nodes that know each other. */
function joined(options: Partial<ClusterOptions> = {}): ClusterSimulation {
  const cluster = new ClusterSimulation({ seed: 1, nodeCount: 3, ...options });
  for (const name of cluster.names) cluster.start(name, ['node-1']);
  cluster.world.run(3_000);
  return cluster;
}

describe('a simulated cluster', () => {
  it('knows its nodes by name, and the world knows them by endpoint', () => {
    const cluster = joined({ nodeCount: 300 });
    expect(cluster.names[0]).toBe('node-001');
    expect(cluster.names[299]).toBe('node-300');
    expect(new Set(cluster.names.map((name) => cluster.addressOf(name))).size).toBe(300);
    expect(cluster.addressOf('node-300')).toBe('10.0.1.43:7946');
    expect(cluster.core('node-300').self).toMatchObject({ name: 'node-300', address: '10.0.1.43:7946' });
  });

  it('joins, and tells who is up', () => {
    const cluster = joined();
    expect(cluster.liveNames()).toEqual(['node-1', 'node-2', 'node-3']);
    for (const name of cluster.names) expect(cluster.core(name).table.countOf('alive')).toBe(3);
    cluster.crash('node-2');
    expect(cluster.liveNames()).toEqual(['node-1', 'node-3']);
  });

  it('starts together: all know all, and there is no news and nothing to reconcile', () => {
    const cluster = new ClusterSimulation({ seed: 1, nodeCount: 20 });
    const events: string[] = [];
    cluster.world.onEvent((_timeMs, _id, event) => {
      const isIdle = event.type === 'probe-ended' || (event.type === 'reconciled' && event.receivedCount === 0);
      if (!isIdle) events.push(event.type);
    });
    cluster.startTogether();
    expect(new Set(cluster.names.map((name) => cluster.core(name).digests.members)).size).toBe(1);
    for (const name of cluster.names) {
      expect(cluster.core(name).table.countOf('alive')).toBe(20);
      expect(cluster.core(name).detector.newsCount).toBe(0);
    }
    cluster.world.run(30_000);
    expect(events).toEqual([]);
    cluster.crash('node-02');
    cluster.world.run(60_000);
    for (const name of cluster.liveNames()) expect(cluster.core(name).table.countOf('dead')).toBe(1);
  });

  it('gives every life of a node a higher generation, and its rumors numbers from 1', () => {
    const cluster = joined();
    const first = cluster.publish('node-2', 'topic', utf8Bytes('x'));
    const second = cluster.publish('node-2', 'topic', utf8Bytes('y'));
    cluster.start('node-2', ['node-1']);
    const third = cluster.publish('node-2', 'topic', utf8Bytes('z'));
    expect([first.sequence, second.sequence, third.sequence]).toEqual([1, 2, 1]);
    expect(third.generation).toBeGreaterThan(first.generation);
    cluster.start('node-2', ['node-1']);
    expect(cluster.core('node-2').self.generation).toBeGreaterThan(third.generation);
  });

  it('separates groups of names', () => {
    const cluster = joined();
    cluster.partition([['node-1'], ['node-2', 'node-3']]);
    cluster.command('node-1', { type: 'store-set', key: 'k', value: utf8Bytes('v') });
    cluster.world.run(5_000);
    expect(cluster.core('node-2').store.read('k')).toBeUndefined();
    cluster.world.heal();
    cluster.world.run(5_000);
    expect(cluster.core('node-2').store.read('k')?.value).toEqual(utf8Bytes('v'));
  });

  it('sends the same bytes with and without the codec', () => {
    const encoded = joined();
    const handedOver = joined({ hasCodec: false });
    expect(encoded.world.traffic.sentBytes).toBeGreaterThan(1_000);
    expect(handedOver.world.traffic).toEqual(encoded.world.traffic);
  });

  it('loses a packet that is larger than the stack allows', () => {
    const cluster = joined();
    vi.spyOn(cluster.core('node-1'), 'step').mockImplementationOnce((_input, _nowMs, out) => {
      const rumor = { id: { origin: 'node-1', generation: 1, sequence: 1 }, topic: 't', priority: 'bulk' } as const;
      const push = { type: 'push', rumors: [{ ...rumor, payload: new Uint8Array(1_400) }] } as const;
      const messages = [{ protocol: 'rumor', message: push }] as const;
      out.send(cluster.addressOf('node-2'), { from: 'node-1', generation: 1, address: '', messages });
    });
    cluster.world.run(2_000);
    expect(cluster.world.traffic.oversizeCount).toBe(1);
  });
});
