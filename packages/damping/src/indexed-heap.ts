/** A binary heap that knows where each of its items is, so that any of them can be taken out again. */
export class IndexedHeap<V> {
  readonly #isBefore: (a: V, b: V) => boolean;
  readonly #items: V[] = [];
  /** Where each item is in `#items`: `#items[#indexes.get(item)] === item`. */
  readonly #indexes = new Map<V, number>();

  /** @param isBefore a total order. It must not change for an item that is inside. */
  constructor(isBefore: (a: V, b: V) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  has(item: V): boolean {
    return this.#indexes.has(item);
  }

  /** The item before all others. O(1). */
  first(): V | undefined {
    return this.#items[0];
  }

  /** Adds an item that is not inside. O(log n). */
  insert(item: V): void {
    this.#rise(item, this.#items.length);
  }

  /** Takes an item out. Returns whether it was inside. O(log n). */
  remove(item: V): boolean {
    const index = this.#indexes.get(item);
    if (index === undefined) return false;
    this.#indexes.delete(item);
    const last = this.#items.pop() as V;
    if (last === item) return true;
    // The last item comes from another branch: it may belong above the gap as well as below.
    this.#rise(last, index);
    this.#sink(last, this.#indexes.get(last) as number);
    return true;
  }

  /** All items in order, as a copy. O(n log n), for reading. */
  inOrder(): V[] {
    return [...this.#items].sort((a, b) => (this.#isBefore(a, b) ? -1 : 1));
  }

  /** Puts an item at a free place, or above it, below the first ancestor that comes before it. */
  #rise(item: V, freeIndex: number): void {
    let index = freeIndex;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex] as V;
      if (!this.#isBefore(item, parent)) break;
      this.#put(parent, index);
      index = parentIndex;
    }
    this.#put(item, index);
  }

  /** Lets an item sink from its place until both children come after it. */
  #sink(item: V, fromIndex: number): void {
    let index = fromIndex;
    for (let child = 2 * index + 1; child < this.#items.length; child = 2 * index + 1) {
      const right = child + 1;
      if (right < this.#items.length && this.#isBefore(this.#items[right] as V, this.#items[child] as V)) child = right;
      const before = this.#items[child] as V;
      if (!this.#isBefore(before, item)) break;
      this.#put(before, index);
      index = child;
    }
    this.#put(item, index);
  }

  #put(item: V, index: number): void {
    this.#items[index] = item;
    this.#indexes.set(item, index);
  }
}
