import { describe, expect, it } from 'vitest';
import { metricOf, startCluster, startNode } from './started-node.ts';

describe('metrics', () => {
  it('have names, labels and values that Prometheus accepts, and one help and type per name', async () => {
    const [a] = await startCluster(['a', 'b', 'c']);
    a!.node.store.set('k', '1');
    a!.node.rumors.publish('t', '');
    const metrics = a!.node.metrics();
    const described = new Map<string, string>();
    const samples = new Set<string>();
    for (const metric of metrics) {
      const { name, help, type, labels = {} } = metric;
      const value = metric.type === 'histogram' ? metric.sum : metric.value;
      expect(name).toMatch(/^hearsay_[a-z][a-z0-9_]*$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(help).toMatch(/^[A-Z].*\.$/);
      expect(help).not.toContain('\n');
      expect(Number.isFinite(value) && value >= 0).toBe(true);
      for (const label of Object.keys(labels)) expect(label).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(described.get(name) ?? `${type} ${help}`).toBe(`${type} ${help}`);
      described.set(name, `${type} ${help}`);
      samples.add(JSON.stringify([name, labels]));
    }
    expect(samples.size).toBe(metrics.length);
    expect(described.size).toBeGreaterThan(15);
  });

  it('keep the samples of one name together, as the text format demands', async () => {
    const [a] = await startCluster(['a', 'b']);
    const names = a!.node.metrics().map(({ name }) => name);
    const changes = names.filter((name, index) => name !== names[index - 1]);
    expect(changes).toEqual([...new Set(names)]);
  });

  it('tell of anti-entropy for each replica, and how far stamps are ahead', async () => {
    const [a] = await startCluster(['a']);
    const metrics = a!.node.metrics();
    for (const replica of ['members', 'store', 'rumors']) {
      expect(metricOf(metrics, 'hearsay_sync_retries_total', { replica })).toBe(0);
      expect(metricOf(metrics, 'hearsay_sync_digest_bytes', { replica })).toBeGreaterThan(0);
    }
    expect(metricOf(metrics, 'hearsay_store_clock_ahead_seconds')).toBeLessThan(1);
  });

  it('count what happens', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const before = a!.node.metrics();
    expect(metricOf(before, 'hearsay_members', { status: 'alive' })).toBe(2);
    expect(metricOf(before, 'hearsay_members', { status: 'left' })).toBe(0);
    expect(metricOf(before, 'hearsay_generation')).toBe(a!.node.generation);
    expect(metricOf(before, 'hearsay_events_total', { type: 'rumor-learned' })).toBeUndefined();
    a!.node.store.set('k', '1');
    a!.node.rumors.publish('t', '');
    await b!.node.leave();
    await a!.watch.first('member-left');
    const after = a!.node.metrics();
    expect(metricOf(after, 'hearsay_members', { status: 'left' })).toBe(1);
    expect(metricOf(after, 'hearsay_store_records')).toBe(1);
    expect(metricOf(after, 'hearsay_events_total', { type: 'rumor-learned' })).toBe(1);
    expect(metricOf(after, 'hearsay_events_total', { type: 'member-left' })).toBe(1);
    for (const name of ['hearsay_sent_total', 'hearsay_sent_bytes_total', 'hearsay_received_total']) {
      expect(metricOf(after, name, { via: 'packet' })).toBeGreaterThan(0);
      expect(metricOf(after, name, { via: 'stream' })).toBeGreaterThan(0);
    }
    expect(metricOf(after, 'hearsay_send_failed_total')).toBe(0);
    expect(metricOf(after, 'hearsay_event_loop_lag_seconds')).toBeLessThan(60);
  });
});

describe('status', () => {
  it('tells who this node is and whom it knows', async () => {
    const { node } = await startNode('a', { cluster: 'blue' });
    expect(node.status()).toMatchObject({
      name: 'a',
      status: 'alive',
      address: node.address,
      generation: node.generation,
      incarnation: 0,
      cluster: 'blue',
      members: { alive: 1, suspect: 0, dead: 0, left: 0 },
      health: { eventLoopLagMs: expect.any(Number) },
      digests: { members: expect.stringMatching(/^[0-9a-f]{40}$/), store: expect.stringMatching(/^[0-9a-f]{40}$/) },
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    node.setTags({ zone: 'x' });
    expect(node.status().incarnation).toBe(1);
    expect(metricOf(node.metrics(), 'hearsay_incarnation')).toBe(1);
  });
});
