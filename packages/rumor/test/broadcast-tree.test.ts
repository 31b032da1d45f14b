import { describe, expect, it } from 'vitest';
import { VirtualCluster } from './virtual-cluster.ts';

const NODE_COUNT = 60;

function treeCluster(seed: number, options: { readonly lossPerMille?: number; readonly nodeCount?: number } = {}) {
  return new VirtualCluster({ nodeCount: NODE_COUNT, ...options, seed, hasClock: true, config: { way: 'tree' } });
}

/** Publishes one after the other, each when the one before has come everywhere. Returns payloads received per node and rumor. */
function publishEach(cluster: VirtualCluster, origin: string, from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const before = payloadsOf(cluster);
    cluster.publish(origin, from + index);
    cluster.runToSilence();
    return payloadsOf(cluster) - before;
  });
}

function payloadsOf(cluster: VirtualCluster): number {
  return [...cluster.nodes.values()].reduce((sum, { core }) => sum + core.counts().branched, 0);
}

/** Nodes that did not learn a rumor. Fails when one learned it twice. */
function missed(cluster: VirtualCluster, key: string): string[] {
  const { nodeCount, totalCount } = cluster.deliveries(key);
  expect(totalCount).toBe(nodeCount);
  return [...cluster.nodes].filter(([, { learned }]) => !learned.has(key)).map(([name]) => name);
}

describe('a broadcast tree', () => {
  it.each([1, 2])('costs a flood once, and then one payload per node, SEED=%i', (seed) => {
    const cluster = treeCluster(seed);
    const payloads = publishEach(cluster, 'node-0', 1, 10);
    // [Plumtree, Table 1]: RMR from about 2 to 0 in a few messages. Six neighbors, of which each knows one already.
    expect(payloads[0]).toBeGreaterThan(3.5 * NODE_COUNT);
    expect(payloads.slice(4)).toEqual(Array.from({ length: 6 }, () => NODE_COUNT - 1));
    for (let sequence = 1; sequence <= 10; sequence++) expect(missed(cluster, `node-0:1:${sequence}`)).toEqual([]);
    expect(cluster.sent.has('push')).toBe(false);
    for (const { core } of cluster.nodes.values()) expect(core.counts().grafted).toBe(0);
    for (const { core } of cluster.nodes.values()) expect(core.hotCount).toBe(0);
  });

  it('of each origin is another one', () => {
    const cluster = treeCluster(4);
    publishEach(cluster, 'node-0', 1, 5);
    const flood = publishEach(cluster, 'node-9', 1, 5);
    expect(flood[0]).toBeGreaterThan(3.5 * NODE_COUNT);
    expect(publishEach(cluster, 'node-0', 6, 1)).toEqual([NODE_COUNT - 1]);
    expect(flood[4]).toBe(NODE_COUNT - 1);
  });

  it('tells sixty rumors to the neighbors off the tree in one range', () => {
    const cluster = treeCluster(5);
    publishEach(cluster, 'node-0', 1, 5);
    const before = cluster.sent.get('announce') ?? 0;
    for (let sequence = 6; sequence <= 65; sequence++) cluster.publish('node-0', sequence);
    cluster.runToSilence();
    // Four links of six on which nothing comes and nothing goes; a burst of a few intervals.
    expect((cluster.sent.get('announce') ?? 0) - before).toBeLessThan(3 * 5 * NODE_COUNT);
    for (let sequence = 6; sequence <= 65; sequence++) expect(missed(cluster, `node-0:1:${sequence}`)).toEqual([]);
  });

  it.each([1, 2])('reaches all when a fifth of the packets is lost, nearly always without the log, SEED=%i', (seed) => {
    const cluster = treeCluster(seed, { lossPerMille: 200 });
    const payloads = publishEach(cluster, 'node-0', 1, 20);
    const missedCount = payloads.reduce((sum, _, index) => sum + missed(cluster, `node-0:1:${index + 1}`).length, 0);
    expect(missedCount).toBeLessThanOrEqual(1);
    // Each loss makes a second branch, which its first redundant rumor cuts.
    const later = payloads.slice(5).reduce((sum, count) => sum + count, 0) / 15 / NODE_COUNT;
    expect(later).toBeLessThan(2.2);
    expect(cluster.sent.get('graft')).toBeGreaterThan(0);
  });

  it.each([1, 2])('heals when a third of the nodes has crashed and nobody has noticed yet, SEED=%i', (seed) => {
    const cluster = treeCluster(seed);
    publishEach(cluster, 'node-0', 1, 5);
    for (let index = 1; index < NODE_COUNT; index += 3) cluster.crash(`node-${index}`, false);
    const payloads = publishEach(cluster, 'node-0', 6, 5);
    for (let sequence = 6; sequence <= 10; sequence++) expect(missed(cluster, `node-0:1:${sequence}`)).toEqual([]);
    expect(cluster.sent.get('graft')).toBeGreaterThan(0);
    // What goes to the dead counts too: nobody knows that they are.
    expect(payloads[4]).toBeLessThan(1.6 * NODE_COUNT);
  });

  it('takes in who joins, and lets go who is known to have left', () => {
    const cluster = treeCluster(6);
    publishEach(cluster, 'node-0', 1, 5);
    for (let index = 1; index < NODE_COUNT; index += 2) cluster.crash(`node-${index}`);
    const payloads = publishEach(cluster, 'node-0', 6, 5);
    for (let sequence = 6; sequence <= 10; sequence++) expect(missed(cluster, `node-0:1:${sequence}`)).toEqual([]);
    expect(payloads[4]).toBe(NODE_COUNT / 2 - 1);
  });

  it('takes a way that is shorter by enough hops in place of the one that was faster once', () => {
    const config = { way: 'tree', treeRingCount: 2, treeHopsMargin: 2 } as const;
    const cluster = new VirtualCluster({ seed: 3, nodeCount: 60, hasClock: true, config });
    // At first direct links of the publisher are down but one, so that the tree grows around.
    const first = new Set<string>();
    cluster.filter = (from, to) => {
      if (from === 'node-0' && first.size === 0) first.add(to);
      return from !== 'node-0' || first.has(to);
    };
    publishEach(cluster, 'node-0', 1, 5);
    cluster.filter = () => true;
    publishEach(cluster, 'node-0', 6, 20);
    const shortened = [...cluster.nodes.values()].reduce((sum, { core }) => sum + core.counts().shortened, 0);
    expect(shortened).toBeGreaterThan(0);
    expect(publishEach(cluster, 'node-0', 26, 1)).toEqual([59]);
  });

  it('asks each node for a rumor only while it lacks it, and each of a burst that the publisher could not send at once', () => {
    const cluster = treeCluster(7);
    publishEach(cluster, 'node-0', 1, 5);
    for (let sequence = 6; sequence < 156; sequence++) {
      cluster.publish('node-0', sequence, { payload: new Uint8Array(500) });
    }
    cluster.runToSilence();
    const grafted = [...cluster.nodes.values()].reduce((sum, { core }) => sum + core.counts().grafted, 0);
    expect(grafted).toBe(0);
    for (let sequence = 6; sequence < 156; sequence++) expect(missed(cluster, `node-0:1:${sequence}`)).toEqual([]);
  });

  it('falls back to pushes where there is no log to find what is lost', () => {
    const cluster = new VirtualCluster({ seed: 1, nodeCount: 20, config: { way: 'tree' } });
    cluster.publish('node-0', 1);
    cluster.runToSilence();
    expect(cluster.deliveries('node-0:1:1').nodeCount).toBe(20);
    expect(cluster.sent.has('eager')).toBe(false);
  });
});
