/** Rumors where spreading alone is not enough: a partition, heavy loss with more news than room, a node that joins late. */
import type { NodeId } from '@hearsay/core';
import { formatRumorId } from '@hearsay/rumor';
import { describe, expect, it } from 'vitest';
import { type ClusterOptions, ClusterSimulation } from '../src/index.ts';

const PRIORITIES = ['critical', 'high', 'normal', 'bulk'] as const;

/** Nodes that know each other, and how often each has learned each rumor, and when. */
function settled(options: ClusterOptions) {
  const cluster = new ClusterSimulation(options);
  const { world, names } = cluster;
  const learnedMs = new Map<string, number[]>();
  let hotCountMax = 0;
  world.onEvent((timeMs, id, event) => {
    if (event.type !== 'rumor-learned') return;
    const { core } = world.node(id);
    hotCountMax = Math.max(hotCountMax, core.rumors.hotCount);
    const key = `${core.self.name} ${formatRumorId(event.rumor.id)}`;
    learnedMs.set(key, [...(learnedMs.get(key) ?? []), timeMs]);
  });
  for (const name of names) cluster.start(name, names.slice(0, 1));
  world.run(10_000);
  /** Node and rumor pairs that are missing, and those that came twice. */
  const faults = (ids: readonly string[], of: readonly NodeId[]) => {
    const counts = of.flatMap((name) => ids.map((id) => learnedMs.get(`${name} ${id}`)?.length ?? 0));
    return { missing: counts.filter((n) => n === 0).length, twice: counts.filter((n) => n > 1).length };
  };
  const publish = (at: NodeId, bytes: number, priority: (typeof PRIORITIES)[number] = 'normal') =>
    formatRumorId(cluster.publish(at, 'news', new Uint8Array(bytes), priority));
  return { cluster, world, names, learnedMs, faults, publish, hotCountMax: () => hotCountMax };
}

describe.each([1, 2])('rumors, SEED=%i', (seed) => {
  it('published on both sides of a partition are on both sides when it is over, once each', () => {
    const way = seed === 1 ? 'push' : 'tree';
    const { cluster, world, names, learnedMs, faults, publish } = settled({
      seed,
      nodeCount: 10,
      stack: { rumor: { way } },
    });
    cluster.partition([names.slice(0, 5), names.slice(5)]);
    const ids = Array.from({ length: 60 }, (_, index) => {
      const id = publish(names[index % 10]!, 100);
      world.run(100);
      return id;
    });
    world.run(30_000);
    // Ten nodes, sixty rumors, and half of them on the other side of the wall.
    expect(faults(ids, names)).toEqual({ missing: 300, twice: 0 });
    world.heal();
    expect(world.runUntil(() => learnedMs.size === 600, 90_000)).toBe(true);
    world.run(20_000);
    expect(faults(ids, names)).toEqual({ missing: 0, twice: 0 });
    const digests = new Set(names.map((name) => cluster.core(name).digests.rumors));
    expect(digests.size).toBe(1);
  });

  it('are on every node in the end when a fifth of the packets is lost and more is published than fits', () => {
    const { world, names, faults, publish, learnedMs, hotCountMax } = settled({
      seed,
      nodeCount: 20,
      stack: { rumor: { hotCountMax: 128, forwardPacketMax: 1, forwardIntervalMs: 100 } },
    });
    world.setLoss(200);
    const ids = Array.from({ length: 200 }, (_, index) =>
      publish(names[(7 * index) % 20]!, 200, PRIORITIES[index % PRIORITIES.length]),
    );
    expect(world.runUntil(() => learnedMs.size === 4_000, 60_000)).toBe(true);
    expect(faults(ids, names)).toEqual({ missing: 0, twice: 0 });
    expect(hotCountMax()).toBeLessThanOrEqual(128);
    /** When 99 of 100 deliveries of a class were made. */
    const lateMs = PRIORITIES.map((_, rank) => {
      const times = names.flatMap((name) =>
        ids.filter((__, index) => index % PRIORITIES.length === rank).map((id) => learnedMs.get(`${name} ${id}`)![0]!),
      );
      return times.toSorted((a, b) => a - b)[Math.floor(0.99 * times.length)]!;
    });
    expect(lateMs[0]).toBeLessThan(lateMs[3]!);
  });

  it('that were published before a node joined come to it, and again in its next life', () => {
    const { cluster, world, names, faults, publish, learnedMs } = settled({ seed, nodeCount: 6 });
    const late = names[5]!;
    cluster.crash(late);
    world.run(20_000);
    const ids = Array.from({ length: 30 }, () => publish(names[0]!, 100));
    world.run(10_000);
    const countAt = () => ids.filter((id) => learnedMs.has(`${late} ${id}`)).length;
    expect(countAt()).toBe(0);
    cluster.start(late, names.slice(0, 1));
    expect(world.runUntil(() => countAt() === 30, 5_000)).toBe(true);
    // What the log brings is spread by nobody.
    expect(names.every((name) => cluster.core(name).rumors.hotCount === 0)).toBe(true);
    world.run(10_000);
    expect(faults(ids, names)).toEqual({ missing: 0, twice: 0 });
  });
});
