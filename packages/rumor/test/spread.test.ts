import { describe, expect, it } from 'vitest';
import { VirtualCluster } from './virtual-cluster.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('a rumor among 100 nodes', () => {
  it.each(SEEDS)('reaches everyone, is delivered nowhere twice, and then stops, SEED=%i', (seed) => {
    const cluster = new VirtualCluster({ seed, nodeCount: 100 });
    cluster.publish('node-0', 0);
    cluster.runToSilence();
    expect(cluster.deliveries('node-0:1:0')).toEqual({ nodeCount: 100, totalCount: 100 });
    for (const { core } of cluster.nodes.values()) {
      expect(core.hotCount).toBe(0);
      expect(core.hotBytes).toBe(0);
      expect(core.counts().pushed).toBe(12);
    }
    expect(cluster.trace.filter((line) => line.includes('rumor-spent'))).toHaveLength(100);
  });

  it.each(SEEDS)('reaches nearly everyone when a quarter of the packets is lost, SEED=%i', (seed) => {
    const cluster = new VirtualCluster({ seed, nodeCount: 100, lossPerMille: 250 });
    cluster.publish('node-0', 0);
    cluster.runToSilence();
    const { nodeCount, totalCount } = cluster.deliveries('node-0:1:0');
    expect(totalCount).toBe(nodeCount);
    expect(nodeCount).toBeGreaterThanOrEqual(98);
  });

  it('arrives within about eight rounds of the LAN preset', () => {
    // memberlist, simulated: the last of 100 nodes is reached in tick 5.65 on average.
    const lastMs = SEEDS.map((seed) => {
      const cluster = new VirtualCluster({ seed, nodeCount: 100 });
      cluster.publish('node-0', 0);
      cluster.runToSilence();
      const learned = cluster.trace.filter((line) => line.includes('rumor-learned'));
      return Number(learned.at(-1)?.split(' ')[0]);
    });
    expect(Math.max(...lastMs)).toBeLessThan(8 * 200);
  });

  it('stays delivered once each when 60 rumors of all classes spread at the same time', () => {
    const cluster = new VirtualCluster({ seed: 3, nodeCount: 100 });
    for (let index = 0; index < 60; index++) {
      const priority = (['critical', 'high', 'normal', 'bulk'] as const)[index % 4]!;
      cluster.publish(`node-${index % 50}`, index, { priority, payload: new Uint8Array(300) });
    }
    cluster.runToSilence();
    let missed = 0;
    for (let index = 0; index < 60; index++) {
      const { nodeCount, totalCount } = cluster.deliveries(`node-${index % 50}:1:${index}`);
      expect(totalCount).toBe(nodeCount);
      missed += 100 - nodeCount;
    }
    expect(missed).toBeLessThanOrEqual(1);
  });

  it('spreads what no packet can carry as well', () => {
    const cluster = new VirtualCluster({ seed: 1, nodeCount: 100 });
    cluster.publish('node-0', 0, { payload: new Uint8Array(50_000) });
    cluster.publish('node-1', 0);
    cluster.runToSilence();
    expect(cluster.deliveries('node-0:1:0').nodeCount).toBe(100);
    expect(cluster.deliveries('node-1:1:0').nodeCount).toBe(100);
  });

  it('is a pure function of its seed', () => {
    const traceOf = (seed: number) => {
      const cluster = new VirtualCluster({ seed, nodeCount: 100, lossPerMille: 100 });
      for (let sequence = 0; sequence < 3; sequence++) cluster.publish('node-5', sequence);
      cluster.runToSilence();
      return cluster.trace;
    };
    expect(traceOf(7)).toEqual(traceOf(7));
    expect(traceOf(7)).not.toEqual(traceOf(8));
  });
});
