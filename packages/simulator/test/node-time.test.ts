/** Machines whose time is not the world's: drifting clocks, stalls, wall clocks that are wrong. */
import { describe, expect, it } from 'vitest';
import { ClusterSimulation } from '../src/index.ts';
import { Puppet, puppetWorld, schedule } from './puppets.ts';

describe('a clock that drifts', () => {
  it('measures delays and tells times of its own', () => {
    const { world, log } = puppetWorld(['fast', 'slow']);
    world.run(1_000);
    world.setDrift('fast', 250_000);
    world.setDrift('slow', -200_000);
    world.command('fast', schedule('x', 1_000));
    world.command('slow', schedule('x', 1_000));
    world.run(2_000);
    expect(log).toEqual(['1800 fast: timer x at 2000', '2250 slow: timer x at 2000']);
    expect(world.node('fast').nowMs).toBe(1_000 + 2_000 * 1.25);
  });

  it('never goes back when the drift ends', () => {
    const { world } = puppetWorld(['a']);
    world.setDrift('a', 100_000);
    world.run(1_000);
    world.setDrift('a', 0);
    expect(world.node('a').nowMs).toBe(1_100);
    world.run(100);
    expect(world.node('a').nowMs).toBe(1_200);
  });
});

describe('a stall', () => {
  it('is a pause that ends by itself', () => {
    const { world, log } = puppetWorld(['a']);
    world.command('a', schedule('x', 10));
    world.stall('a', 50);
    expect(world.node('a').state).toBe('paused');
    world.run(100);
    expect(log).toEqual(['50 a: timer x at 50']);
  });

  it('does not end a later pause, nor one of a later life', () => {
    const { world } = puppetWorld(['a', 'b']);
    world.stall('a', 50);
    world.resume('a');
    world.pause('a');
    world.stall('b', 50);
    world.restart('b', () => new Puppet());
    world.pause('b');
    world.run(100);
    expect(world.nodes().map(({ state }) => state)).toEqual(['paused', 'paused']);
  });
});

describe('a wall clock that is wrong', () => {
  it('makes a generation of its own, and jumps when it is set', () => {
    const cluster = new ClusterSimulation({ seed: 1, nodeCount: 2 });
    const [behind = '', right = ''] = cluster.names;
    cluster.setWallSkew(behind, -10_000);
    for (const name of cluster.names) cluster.start(name);
    expect(cluster.core(behind).self.generation - cluster.core(right).self.generation).toBe(-10);
    const stampOf = (name: string, key: string): number => {
      cluster.command(name, { type: 'store-set', key, value: new Uint8Array() });
      return cluster.core(name).store.get(key)?.stamp.wallMs ?? 0;
    };
    expect(stampOf(behind, 'a') - stampOf(right, 'a')).toBe(-10_000);
    cluster.setWallSkew(behind, 5_000);
    expect(stampOf(behind, 'b') - stampOf(right, 'b')).toBe(5_000);
  });
});

describe('the disk of a node', () => {
  const generationAfter = (fate: 'kept' | 'torn' | 'wiped' | 'restored'): number => {
    const cluster = new ClusterSimulation({ seed: 1, nodeCount: 1 });
    const [name = ''] = cluster.names;
    cluster.start(name);
    const first = cluster.core(name).self.generation;
    cluster.disk(name).takeImage();
    for (let life = 0; life < 5; life++) {
      cluster.crash(name);
      cluster.start(name);
    }
    cluster.crash(name, fate);
    cluster.start(name);
    return cluster.core(name).self.generation - first;
  };

  it('keeps its generation rising', () => expect(generationAfter('kept')).toBe(6));
  it('that is torn or new leaves the clock', () =>
    expect([generationAfter('torn'), generationAfter('wiped')]).toEqual([0, 0]));
  it('that is restored gives out a generation twice', () => expect(generationAfter('restored')).toBe(1));
});
