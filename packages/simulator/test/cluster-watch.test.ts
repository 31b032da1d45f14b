import { describe, expect, it } from 'vitest';
import { ClusterSimulation, ClusterWatch } from '../src/index.ts';

const CAST = ['node-1', 'node-2', 'node-3', 'node-4'];

/** Four nodes that know each other, and somebody who watches them. */
function watched() {
  const cluster = new ClusterSimulation({ seed: 5, nodeCount: CAST.length });
  const watch = new ClusterWatch(cluster);
  for (const name of CAST) cluster.start(name, ['node-1']);
  cluster.world.run(3_000);
  return { cluster, watch };
}

describe('the watch over a cluster', () => {
  it('has nothing against a crash that is noticed', () => {
    const { cluster, watch } = watched();
    cluster.crash('node-3');
    cluster.world.run(20_000);
    expect(cluster.core('node-1').table.get('node-3')?.status).toBe('dead');
    expect(watch.isAlarmed).toBe(false);
    expect(watch.take()).toEqual([]);
  });

  it('knows one life from another: the dead may be declared dead when they live again', () => {
    const { cluster, watch } = watched();
    const observers: string[] = [];
    cluster.world.onEvent((_timeMs, id, event) => {
      if (event.type === 'member-failed') observers.push(id);
    });
    cluster.crash('node-3');
    cluster.world.runUntil(() => observers.length > 0, 20_000);
    cluster.start('node-3');
    cluster.world.run(20_000);
    expect(observers.length).toBeGreaterThan(1);
    expect(watch.take()).toEqual([]);
  });

  it('tells who declared whom dead, and when, once', () => {
    const { cluster, watch } = watched();
    cluster.partition([['node-4']]);
    // Who is alone waits long, because nobody confirms what it suspects.
    cluster.world.run(120_000);
    expect(watch.isAlarmed).toBe(true);
    const breaches = watch.take();
    expect(breaches).toHaveLength(6);
    expect(breaches).toContainEqual(
      expect.stringMatching(/^no live member to be declared dead; node-4 declared node-1 \(at \d+ ms\)$/),
    );
    expect(watch.take()).toEqual([]);
  });

  it('keeps the first ten', () => {
    const { watch } = watched();
    for (let number = 1; number <= 20; number++) watch.note(`breach ${number}`);
    expect(watch.take()).toEqual(Array.from({ length: 10 }, (_, index) => `breach ${index + 1} (at 3000 ms)`));
  });
});
