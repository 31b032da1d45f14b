/** A set of node ids that can be sampled in constant time per pick. */
import type { Interner, NodeId, Rng } from '@hearsay/core';
import { NameMap } from '@hearsay/core';

/** Dense array and index, kept in step: add, delete and one random pick are O(1). */
export class PeerSet {
  readonly #ids: NodeId[] = [];
  readonly #indexes: NameMap<number>;
  #version = 0;

  /** @param interner shared with other tables about the same names. Default: one of its own. */
  constructor(interner?: Interner) {
    this.#indexes = new NameMap(interner);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Another number after each change: who keeps something computed from the peers sees when it is stale. */
  get version(): number {
    return this.#version;
  }

  has(id: NodeId): boolean {
    return this.#indexes.has(id);
  }

  /** Returns whether the id is new. */
  add(id: NodeId): boolean {
    if (this.#indexes.has(id)) return false;
    this.#indexes.set(id, this.#ids.length);
    this.#ids.push(id);
    this.#version += 1;
    return true;
  }

  /** Returns whether the id was there. The last id takes its place. */
  delete(id: NodeId): boolean {
    const index = this.#indexes.get(id);
    if (index === undefined) return false;
    this.#version += 1;
    const last = this.#ids.pop();
    this.#indexes.delete(id);
    if (last !== undefined && last !== id) {
      this.#ids[index] = last;
      this.#indexes.set(last, index);
    }
    return true;
  }

  /** The id at a position of 0 … size-1. Positions change when ids are deleted. */
  at(index: number): NodeId | undefined {
    return this.#ids[index];
  }

  values(): IterableIterator<NodeId> {
    return this.#ids.values();
  }

  /** Up to `count` distinct ids in random order, none that `isExcluded` names. O(count) and one more per excluded id met. */
  sample(rng: Rng, count: number, isExcluded: (id: NodeId) => boolean = nobody): NodeId[] {
    const picked: NodeId[] = [];
    if (count <= 0) return picked;
    for (const id of rng.permutation(this.#ids)) {
      if (isExcluded(id)) continue;
      picked.push(id);
      if (picked.length >= count) break;
    }
    return picked;
  }
}

function nobody(): boolean {
  return false;
}
