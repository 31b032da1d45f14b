/**
 * Whom to probe next: round robin over a shuffled list. Joiners go to a random position, and the list is shuffled anew
 * after each traversal, so two probes of one member are at most 2n-1 turns apart, where n counts all who were there
 * in between. [SWIM §4.3]
 *
 *   visited in this traversal | still to come
 *                             ^ cursor
 */
import type { Interner, NodeId, Rng } from '@hearsay/core';
import { NameMap } from '@hearsay/core';

/** A list of ids with a cursor. Holds each id once; one that is deleted and added again is a joiner like any other. */
export class ProbeOrder {
  readonly #rng: Rng;
  readonly #ids: NodeId[] = [];
  readonly #positions: NameMap<number>;
  /** `0 ≤ cursor ≤ size`. */
  #cursor = 0;

  /** @param interner shared with other tables about the same names. Default: one of its own. */
  constructor(rng: Rng, interner?: Interner) {
    this.#rng = rng;
    this.#positions = new NameMap(interner);
  }

  get size(): number {
    return this.#ids.length;
  }

  /**
   * Inserts at a uniformly random position, so that it has its first turn in this traversal or in the next. O(1): what
   * stood there moves to the end of its own part of the list.
   */
  add(id: NodeId): void {
    if (this.#positions.has(id)) return;
    const position = this.#rng.below(this.size + 1);
    if (position < this.#cursor) {
      this.#move(this.#cursor, this.size);
      this.#move(position, this.#cursor);
      this.#cursor += 1;
    } else this.#move(position, this.size);
    this.#put(id, position);
  }

  /** O(1): the last id of the same part of the list fills the gap. */
  delete(id: NodeId): void {
    let gap = this.#positions.get(id);
    if (gap === undefined) return;
    this.#positions.delete(id);
    if (gap < this.#cursor) {
      this.#cursor -= 1;
      this.#move(this.#cursor, gap);
      gap = this.#cursor;
    }
    this.#move(this.size - 1, gap);
    this.#ids.pop();
  }

  /** The next id, or `undefined` when there is none. */
  next(): NodeId | undefined {
    if (this.#cursor >= this.size) this.#startOver();
    const id = this.#ids[this.#cursor];
    if (id !== undefined) this.#cursor += 1;
    return id;
  }

  #startOver(): void {
    this.#rng.shuffle(this.#ids);
    for (const [position, id] of this.#ids.entries()) this.#positions.set(id, position);
    this.#cursor = 0;
  }

  /** Moves what stands at `from`, if anything does. */
  #move(from: number, to: number): void {
    const id = this.#ids[from];
    if (id !== undefined && from !== to) this.#put(id, to);
  }

  #put(id: NodeId, position: number): void {
    this.#ids[position] = id;
    this.#positions.set(id, position);
  }
}
