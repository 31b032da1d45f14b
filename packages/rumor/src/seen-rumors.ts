/**
 * Which rumors this node has learned, so that each is delivered at most once: an interval set of sequence numbers per
 * life, which is a pair of origin and generation. The rumors themselves are not kept.
 */
import { BoundedMap } from '@hearsay/core';
import type { RumorConfig } from './config.ts';
import { IntervalSet } from './interval-set.ts';
import type { RumorId } from './rumor.ts';

/** Bounded by `lifeCountMax` and `intervalCountMax`, where the overflow rules are told. */
export class SeenRumors {
  readonly #intervalCountMax: number;
  readonly #lives: BoundedMap<string, IntervalSet>;

  constructor(config: Readonly<RumorConfig>) {
    this.#intervalCountMax = config.intervalCountMax;
    this.#lives = new BoundedMap(config.lifeCountMax);
  }

  /** Lives remembered. */
  get lifeCount(): number {
    return this.#lives.size;
  }

  /** Lives forgotten because of the bound, since the start. */
  get forgottenLifeCount(): number {
    return this.#lives.evictedCount;
  }

  has(id: RumorId): boolean {
    return this.#lives.get(lifeOf(id))?.has(id.sequence) ?? false;
  }

  /** Notes an id. Returns whether it was new. Also makes its life the last to be forgotten. */
  add(id: RumorId): boolean {
    const life = lifeOf(id);
    const sequences = this.#lives.get(life) ?? new IntervalSet(this.#intervalCountMax);
    this.#lives.set(life, sequences);
    return sequences.add(id.sequence);
  }
}

function lifeOf(id: RumorId): string {
  return `${id.origin}:${id.generation}`;
}
