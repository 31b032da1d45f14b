/**
 * Whom to probe next: round robin over a shuffled list. Joiners go to a random position, and the list is shuffled anew
 * after each traversal, so two probes of one member are at most 2n-1 turns apart, where n counts all who were there
 * in between. [SWIM §4.3]
 *
 *   visited in this traversal | still to come
 *                             ^ cursor
 */
import { type Interner, NameList, type NodeId, type Rng } from '@hearsay/core';
import type { PeerSet } from './peer-set.ts';

/** A list of ids with a cursor. Holds each id once; one that is deleted and added again is a joiner like any other. */
export class ProbeOrder {
  readonly #rng: Rng;
  #list: NameList;
  /** `0 ≤ cursor ≤ size`. */
  #cursor = 0;

  /** @param interner shared with other tables about the same names. Default: one of its own. */
  constructor(rng: Rng, interner?: Interner) {
    this.#rng = rng;
    this.#list = new NameList(interner);
  }

  /** Of the members of a set, as if each were added in turn, in a tenth of the time. */
  static over(peers: PeerSet, rng: Rng): ProbeOrder {
    const order = new ProbeOrder(rng);
    const list = peers.list();
    for (let end = 1; end < list.size; end++) list.swap(rng.below(end + 1), end);
    order.#list = list;
    return order;
  }

  get size(): number {
    return this.#list.size;
  }

  /**
   * Inserts at a uniformly random position, so that it has its first turn in this traversal or in the next. O(1): what
   * stood there moves to the end of its own part of the list.
   */
  add(id: NodeId): void {
    if (this.#list.has(id)) return;
    const end = this.size;
    const position = this.#rng.below(end + 1);
    this.#list.push(id);
    if (position < this.#cursor) {
      this.#list.swap(this.#cursor, end);
      this.#list.swap(position, this.#cursor);
      this.#cursor += 1;
    } else this.#list.swap(position, end);
  }

  /** O(1): the last id of the same part of the list fills the gap. */
  delete(id: NodeId): void {
    let gap = this.#list.positionOf(id);
    if (gap === undefined) return;
    if (gap < this.#cursor) {
      this.#cursor -= 1;
      this.#list.swap(gap, this.#cursor);
      gap = this.#cursor;
    }
    this.#list.swap(gap, this.size - 1);
    this.#list.pop();
  }

  /** The next id, or `undefined` when there is none. */
  next(): NodeId | undefined {
    if (this.#cursor >= this.size) this.#startOver();
    const id = this.#list.at(this.#cursor);
    if (id !== undefined) this.#cursor += 1;
    return id;
  }

  #startOver(): void {
    this.#list.shuffle(this.#rng);
    this.#cursor = 0;
  }
}
