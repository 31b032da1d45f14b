/** Clusters of each profile under whatever happens, and then left alone: in the end everybody is alive to everybody. */
import { type NodeId, Rng } from '@hearsay/core';
import type { Profile } from '@hearsay/stack';
import { describe, expect, it } from 'vitest';
import { ClusterSimulation } from '../src/index.ts';

const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : [3, 4];
const TROUBLE_COUNT = 12;
/** Far above what the rules of the originals take after the last trouble: two node timeouts, and rounds to meet again. */
const HEALING_MS = 180_000;

/** What happens to the nodes, from one seed. */
class Trouble {
  readonly cluster: ClusterSimulation;
  readonly #rng: Rng;
  readonly #up = new Set<NodeId>();
  readonly #left = new Set<NodeId>();
  #moveCount = 0;

  constructor(seed: number, profile: Profile) {
    this.#rng = new Rng(seed).fork('trouble');
    const nodeCount = 3 + this.#rng.below(6);
    const lossPerMille = this.#rng.pick([0, 0, 100, 300]) ?? 0;
    this.cluster = new ClusterSimulation({
      seed,
      nodeCount,
      stack: { profile, preset: 'local' },
      network: { lossPerMille },
      config: { isTraced: false },
    });
    for (const name of this.cluster.names) this.#start(name);
    this.cluster.world.run(3_000);
  }

  step(): void {
    const { cluster } = this;
    const name = this.#rng.pick(cluster.names)!;
    const kind = this.#rng.pick(['crash', 'start', 'move', 'cut', 'heal', 'pause', 'leave', 'join'] as const);
    if (kind === 'crash' && this.#up.size > 2) this.#crash(name);
    if (kind === 'start') this.#start(name);
    if (kind === 'move') this.#move(name);
    if (kind === 'cut') {
      const middle = this.#rng.below(cluster.names.length);
      cluster.partition([cluster.names.slice(0, middle), cluster.names.slice(middle)]);
    }
    if (kind === 'heal') cluster.partition([cluster.names]);
    if (kind === 'pause') this.#pause(name);
    if (kind === 'leave' && this.#up.size - this.#left.size > 2) this.#leave(name);
    if (kind === 'join') this.#join(name);
    cluster.world.run(this.#rng.below(15_000));
  }

  /** Nothing is in the way any more, and everybody is asked to be there. */
  end(): void {
    this.cluster.partition([this.cluster.names]);
    for (const name of this.cluster.names) {
      this.#start(name);
      this.#join(name);
    }
  }

  #seeds(name: NodeId): NodeId[] {
    return [...this.#up].filter((other) => other !== name).slice(0, 2);
  }

  #start(name: NodeId): void {
    if (this.#up.has(name)) return;
    this.cluster.start(name, this.#seeds(name));
    this.#up.add(name);
  }

  #crash(name: NodeId): void {
    if (!this.#up.delete(name)) return;
    this.#left.delete(name);
    this.cluster.crash(name);
  }

  #move(name: NodeId): void {
    if (!this.#up.has(name)) return;
    this.#crash(name);
    this.#moveCount += 1;
    this.cluster.move(name, `10.9.0.${this.#moveCount}:7946`);
    this.#start(name);
  }

  #pause(name: NodeId): void {
    if (!this.#up.has(name)) return;
    const id = this.cluster.addressOf(name);
    this.cluster.world.pause(id);
    this.cluster.world.run(this.#rng.below(8_000));
    this.cluster.world.resume(id);
  }

  #leave(name: NodeId): void {
    if (!this.#up.has(name) || this.#left.has(name)) return;
    this.#left.add(name);
    this.cluster.command(name, { type: 'leave' });
  }

  #join(name: NodeId): void {
    if (!this.#left.delete(name)) return;
    const seeds = this.#seeds(name).map((seed) => this.cluster.addressOf(seed));
    this.cluster.command(name, { type: 'join', seeds });
  }
}

describe.each(['cassandra', 'redis'] as const)('a cluster of the profile %s', (profile) => {
  it.each(SEEDS)('is whole again after any trouble, SEED=%i', (seed) => {
    const trouble = new Trouble(seed, profile);
    for (let count = 0; count < TROUBLE_COUNT; count++) trouble.step();
    trouble.end();
    const { cluster } = trouble;
    const { names, world } = cluster;
    const isWhole = (): boolean => names.every((name) => cluster.core(name).table.countOf('alive') === names.length);
    expect(world.runUntil(isWhole, HEALING_MS)).toBe(true);
  });
});
