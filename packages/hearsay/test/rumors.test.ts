import { describe, expect, it, vi } from 'vitest';
import type { HearsayNode, Metric, NodeEvent } from '../src/index.ts';
import { until } from './event-watch.ts';
import { startCluster, startNode, temporaryDirectory, text } from './started-node.ts';

type RumorEvent = NodeEvent & { readonly type: 'rumor' };

/** Rumors in the log of a node. */
function logged(node: HearsayNode): Metric | undefined {
  return node.metrics().find(({ name }) => name === 'hearsay_rumors_logged');
}

describe('publish', () => {
  it('delivers what was published, everywhere and here, under the id that it returned', async () => {
    const [a, b, c] = await startCluster(['a', 'b', 'c']);
    const { id } = b!.node.rumors.publish('cache.invalidate', 'user:42', { priority: 'high' });
    for (const { watch } of [a!, b!, c!]) {
      const rumor = await watch.first('rumor');
      expect(rumor).toMatchObject({ id, topic: 'cache.invalidate', origin: 'b', priority: 'high' });
      expect(text(rumor.payload)).toBe('user:42');
    }
  });

  it('delivers each rumor once', async () => {
    const nodes = await startCluster(['a', 'b', 'c']);
    const ids = nodes.flatMap(({ node }) =>
      Array.from({ length: 20 }, (_, index) => node.rumors.publish('count', `${index}`).id),
    );
    expect(new Set(ids).size).toBe(60);
    const heard = (watch: (typeof nodes)[number]['watch']): string[] => watch.all('rumor').map(({ id }) => id);
    await until(() => nodes.every(({ watch }) => heard(watch).length >= 60), ...nodes.map(({ watch }) => watch));
    // What would come twice has had its time when a later rumor is everywhere.
    const { id: last } = nodes[0]!.node.rumors.publish('end', '');
    for (const { watch } of nodes) {
      await watch.first('rumor', (event: RumorEvent) => event.id === last);
      expect(
        heard(watch)
          .filter((id) => id !== last)
          .toSorted((x, y) => (x < y ? -1 : 1)),
      ).toEqual(ids.toSorted((x, y) => (x < y ? -1 : 1)));
    }
  });

  it('carries bytes as they are, also more than a packet holds', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const payload = Uint8Array.from({ length: 100_000 }, (_, index) => index * 7);
    a!.node.rumors.publish('bulk', payload, { priority: 'bulk' });
    const { payload: received } = await b!.watch.first('rumor');
    expect(Buffer.compare(received, payload)).toBe(0);
  });

  it('keeps what was published from later changes by the caller', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const payload = new Uint8Array([1, 2, 3]);
    a!.node.rumors.publish('t', payload);
    payload.fill(9);
    for (const { watch } of [a!, b!]) {
      expect((await watch.first('rumor')).payload).toEqual(new Uint8Array([1, 2, 3]));
    }
  });

  it('waits for the first to join while there is nobody', async () => {
    const { node: a } = await startNode('a');
    a.rumors.publish('early', 'bird');
    const { node: b, watch } = await startNode('b');
    await b.join([a.address]);
    expect(text((await watch.first('rumor')).payload)).toBe('bird');
  });

  it('settles when spreading has ended, with what theory expects, or what members say', async () => {
    const nodes = await startCluster(['a', 'b', 'c']);
    const { rumors } = nodes[0]!.node;
    const guessed = rumors.publish('news', 'one');
    const counted = rumors.publish('news', 'two', { sample: 10 });
    const tallied = rumors.publish('news', 'three', { ack: 'count', way: 'tree' });
    expect(rumors.unsettledCount).toBe(3);
    expect(await guessed.settled).toMatchObject({
      id: guessed.id,
      outcome: 'spread',
      memberCount: 3,
    });
    expect((await guessed.settled).coverage).toBeGreaterThan(0.99);
    expect(await counted.settled).toMatchObject({
      id: counted.id,
      coverage: 1,
      counted: { asked: 2, answered: 2, heard: 2 },
    });
    expect(await tallied.settled).toMatchObject({ outcome: 'spread', reason: 'tree', reached: 3, coverage: 1 });
    expect(rumors.unsettledCount).toBe(0);
  });

  it('is no news again in the next life of a node with a data directory, and what came meanwhile is', async () => {
    const dataDir = await temporaryDirectory();
    const { node: a } = await startNode('a');
    const { node: b, watch } = await startNode('b', { dataDir });
    await b.join([a.address]);
    a.rumors.publish('news', 'before', { priority: 'critical' });
    await watch.first('rumor');
    await b.stop();
    a.rumors.publish('news', 'meanwhile', { priority: 'critical' });
    const again = await startNode('b', { dataDir });
    await again.node.join([a.address]);
    const { payload } = await again.watch.first('rumor');
    // Its log holds both: it was told the first one too.
    await vi.waitFor(() => expect(logged(again.node)).toMatchObject({ value: 2 }), { timeout: 4_000 });
    expect(text(payload)).toBe('meanwhile');
    expect(again.watch.all('rumor')).toHaveLength(1);
  });

  it('settles a rumor that a newer one replaces, that is over, and that the node takes with it', async () => {
    const { node } = await startNode('a');
    const [old, brief, last] = [
      node.rumors.publish('config', 'one', { key: 'k' }),
      node.rumors.publish('brief', '', { ttlMs: 1 }),
      node.rumors.publish('config', 'two', { key: 'k' }),
    ];
    expect(await old!.settled).toMatchObject({ outcome: 'replaced', coverage: 0 });
    expect(await brief!.settled).toMatchObject({ outcome: 'expired' });
    await node.stop();
    expect(await last!.settled).toMatchObject({ outcome: 'dropped' });
    expect(() => node.rumors.publish('t', '')).toThrow(expect.objectContaining({ code: 'ERR_STOPPED' }));
    expect(node.rumors.unsettledCount).toBe(0);
  });

  it('tells subscribers of topics by name and by prefix', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const heard: string[] = [];
    b!.node.rumors.subscribe({ topic: 'cache.*' }, ({ topic }) => heard.push(`prefix ${topic}`));
    b!.node.rumors.subscribe({ topic: 'cache.flush' }, ({ topic }) => heard.push(`name ${topic}`));
    const end = b!.node.rumors.subscribe({}, ({ topic }) => heard.push(`all ${topic}`));
    for (const topic of ['cache.flush', 'cache', 'other']) {
      const { id } = a!.node.rumors.publish(topic, '');
      await b!.watch.first('rumor', (event: RumorEvent) => event.id === id);
    }
    end();
    const { id } = a!.node.rumors.publish('cache.drop', '');
    await b!.watch.first('rumor', (event: RumorEvent) => event.id === id);
    await Promise.resolve();
    expect(heard).toEqual([
      'prefix cache.flush',
      'name cache.flush',
      'all cache.flush',
      'all cache',
      'all other',
      'prefix cache.drop',
    ]);
  });

  it('reaches who joins later, once', async () => {
    const [a, b] = await startCluster(['a', 'b'], { rumorAntiEntropy: { intervalMs: 100, sessionTimeoutMs: 90 } });
    const ids = Array.from({ length: 30 }, (_, index) => a!.node.rumors.publish('before', `${index}`).id);
    await until(() => b!.watch.all('rumor').length === ids.length, b!.watch);
    const { node: c, watch } = await startNode('c');
    await c.join([a!.node.address]);
    await until(() => watch.all('rumor').length >= ids.length, watch);
    expect(new Set(watch.all('rumor').map(({ id }) => id))).toEqual(new Set(ids));
    expect(watch.all('rumor').every(({ topic, publishedAtMs }) => topic === 'before' && publishedAtMs! > 0)).toBe(true);
  });

  it('refuses what cannot be sent, and publishes nothing then', async () => {
    const { node, watch } = await startNode('a');
    const { rumors } = node;
    const urgent: object = { priority: 'urgent' };
    expect(() => rumors.publish('t', new Uint8Array(1_048_577))).toThrow(
      expect.objectContaining({ code: 'ERR_TOO_LARGE' }),
    );
    expect(() => rumors.publish('t'.repeat(257), '')).toThrow(expect.objectContaining({ code: 'ERR_TOO_LARGE' }));
    expect(() => rumors.publish('', '')).toThrow(expect.objectContaining({ code: 'ERR_KEY' }));
    expect(() => rumors.publish('\ud800', '')).toThrow(expect.objectContaining({ code: 'ERR_KEY' }));
    expect(() => rumors.publish('t', '', urgent)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }));
    expect(() => rumors.publish('t', '', { ttlMs: 0, sample: -1, way: 'boat', ack: 'all' } as never)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', problems: Array.from({ length: 5 }, () => expect.any(String)) }),
    );
    expect(() => rumors.publish('t', '', { key: '' })).toThrow(expect.objectContaining({ code: 'ERR_KEY' }));
    expect(rumors.unsettledCount).toBe(0);
    const { id } = rumors.publish('t', '');
    await watch.first('rumor');
    expect(watch.events).toMatchObject([
      { type: 'rumor', id, topic: 't', origin: 'a', priority: 'normal', payload: new Uint8Array(0), via: 'spread' },
    ]);
  });
});
