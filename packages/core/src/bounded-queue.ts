/** A first-in first-out queue that drops its oldest item when it is full, and counts what it dropped. */
export class BoundedQueue<V> {
  /** `0 ≤ size ≤ countMax`. */
  readonly countMax: number;
  #items: (V | undefined)[] = [];
  #headIndex = 0;
  #droppedCount = 0;

  /** @param countMax at least 1. */
  constructor(countMax: number) {
    this.countMax = countMax;
  }

  get size(): number {
    return this.#items.length - this.#headIndex;
  }

  /** Items lost because of the bound, since the start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Appends. Returns the item that was dropped to make room, if any. */
  push(item: V): V | undefined {
    const dropped = this.size >= this.countMax ? this.shift() : undefined;
    if (dropped !== undefined) this.#droppedCount += 1;
    this.#items.push(item);
    return dropped;
  }

  /** Removes and returns the oldest item. O(1) amortized: the array is cut only when half of it is spent. */
  shift(): V | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#headIndex];
    this.#items[this.#headIndex] = undefined;
    this.#headIndex += 1;
    if (this.#headIndex * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#headIndex);
      this.#headIndex = 0;
    }
    return item;
  }
}
