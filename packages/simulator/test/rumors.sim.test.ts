/** Rumors where spreading alone is not enough: a partition, a node that joins late. Overload is in the scenarios. */
import type { NodeId } from '@hearsay/core';
import { formatRumorId } from '@hearsay/rumor';
import { describe, expect, it } from 'vitest';
import { type ClusterOptions, ClusterSimulation } from '../src/index.ts';

/** Nodes that know each other, and how often each has learned each rumor, and when. */
function settled(options: ClusterOptions) {
  const cluster = new ClusterSimulation(options);
  const { world, names } = cluster;
  const learnedMs = new Map<string, number[]>();
  world.onEvent((timeMs, id, event) => {
    if (event.type !== 'rumor-learned') return;
    const key = `${world.node(id).core.self.name} ${formatRumorId(event.rumor.id)}`;
    learnedMs.set(key, [...(learnedMs.get(key) ?? []), timeMs]);
  });
  for (const name of names) cluster.start(name, names.slice(0, 1));
  world.run(10_000);
  /** Node and rumor pairs that are missing, and those that came twice. */
  const faults = (ids: readonly string[], of: readonly NodeId[]) => {
    const counts = of.flatMap((name) => ids.map((id) => learnedMs.get(`${name} ${id}`)?.length ?? 0));
    return { missing: counts.filter((n) => n === 0).length, twice: counts.filter((n) => n > 1).length };
  };
  const publish = (at: NodeId, bytes: number) => formatRumorId(cluster.publish(at, 'news', new Uint8Array(bytes)));
  return { cluster, world, names, learnedMs, faults, publish };
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
