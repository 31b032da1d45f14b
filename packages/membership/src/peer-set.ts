/** A set of node ids that can be sampled in constant time per pick. */
import { type Interner, NameList, type NodeId, type Rng } from '@hearsay/core';

/** A dense list: add, delete and one random pick are O(1). */
export class PeerSet {
  #list: NameList;
  #version = 0;

  /** @param interner shared with other tables about the same names. Default: one of its own. */
  constructor(interner?: Interner) {
    this.#list = new NameList(interner);
  }

  get size(): number {
    return this.#list.size;
  }

  /** Another number after each change: who keeps something computed from the peers sees when it is stale. */
  get version(): number {
    return this.#version;
  }

  has(id: NodeId): boolean {
    return this.#list.has(id);
  }

  /** Returns whether the id is new. */
  add(id: NodeId): boolean {
    if (this.#list.has(id)) return false;
    this.#list.push(id);
    this.#version += 1;
    return true;
  }

  /** Returns whether the id was there. The last id takes its place. */
  delete(id: NodeId): boolean {
    const position = this.#list.positionOf(id);
    if (position === undefined) return false;
    this.#list.swap(position, this.#list.size - 1);
    this.#list.pop();
    this.#version += 1;
    return true;
  }

  /** The id at a position of 0 … size-1. Positions change when ids are deleted. */
  at(index: number): NodeId | undefined {
    return this.#list.at(index);
  }

  values(): IterableIterator<NodeId> {
    return this.#list.values();
  }

  /** The ids of now as numbers, four bytes each: for `nameOf`, in an array of the caller's own. */
  numbers(): Int32Array {
    return this.#list.numbers.slice();
  }

  /** The id behind a number, as long as a table holds it. */
  nameOf(number: number): NodeId | undefined {
    return this.#list.nameOf(number);
  }

  /** The ids of now, as a list of the caller's own. */
  list(): NameList {
    return this.#list.copy();
  }

  /** A set of its own with the same ids. */
  copy(): PeerSet {
    const copy = new PeerSet();
    copy.#list = this.#list.copy();
    return copy;
  }

  /** Up to `count` distinct ids in random order, none that `isExcluded` names. O(count) and one more per excluded id met. */
  sample(rng: Rng, count: number, isExcluded: (id: NodeId) => boolean = nobody): NodeId[] {
    const picked: NodeId[] = [];
    if (count <= 0) return picked;
    for (const number of rng.permutation(this.#list.numbers)) {
      const id = this.#list.nameOf(number);
      if (id === undefined || isExcluded(id)) continue;
      picked.push(id);
      if (picked.length >= count) break;
    }
    return picked;
  }
}

function nobody(): boolean {
  return false;
}
