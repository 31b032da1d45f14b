/**
 * Whom to probe next: round robin over a shuffled list. Joiners go to a random position, and the list is shuffled anew
 * after each traversal, so two probes of one member are at most 2n-1 turns apart. [SWIM §4.3]
 */
import type { NodeId, Rng } from '@hearsay/core';

/** A list of ids with a cursor. */
export class ProbeOrder {
  readonly #rng: Rng;
  readonly #ids: NodeId[] = [];
  readonly #known = new Set<NodeId>();
  #cursor = 0;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Inserts at a random position: the displaced id moves to the end. O(1). */
  add(id: NodeId): void {
    if (this.#known.has(id)) return;
    this.#known.add(id);
    const position = this.#rng.below(this.#ids.length + 1);
    const displaced = this.#ids[position];
    if (displaced === undefined) this.#ids.push(id);
    else {
      this.#ids[position] = id;
      this.#ids.push(displaced);
    }
  }

  /** Forgotten when the cursor passes it. O(1). */
  delete(id: NodeId): void {
    this.#known.delete(id);
  }

  /** The next id, or `undefined` when there is none. */
  next(): NodeId | undefined {
    while (this.#known.size > 0) {
      if (this.#cursor >= this.#ids.length) this.#startOver();
      const id = this.#ids[this.#cursor];
      this.#cursor += 1;
      if (id !== undefined && this.#known.has(id)) return id;
    }
    return undefined;
  }

  #startOver(): void {
    const kept = [...this.#known];
    this.#ids.length = 0;
    this.#ids.push(...this.#rng.shuffle(kept));
    this.#cursor = 0;
  }
}
