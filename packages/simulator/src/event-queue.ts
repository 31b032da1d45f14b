/**
 * What happens next, in virtual time: a binary heap ordered by (time, order of insertion). Equal times keep the order
 * in which they were pushed, so a run never depends on how a heap happens to break ties.
 *
 * Times and orders live in typed arrays beside the values: a push allocates nothing but, now and then, twice the room.
 */
const CAPACITY_COUNT = 1_024;

/** A queue of values by time. */
export class EventQueue<V> {
  #timesMs = new Float64Array(CAPACITY_COUNT);
  #orders = new Float64Array(CAPACITY_COUNT);
  readonly #values: (V | undefined)[] = [];
  #size = 0;
  #pushedCount = 0;

  get size(): number {
    return this.#size;
  }

  /** Time of the first value, `Infinity` when the queue is empty. */
  get nextMs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#timesMs[0] as number);
  }

  /** O(log n). */
  push(timeMs: number, value: V): void {
    if (this.#size === this.#timesMs.length) this.#grow();
    const order = this.#pushedCount;
    this.#pushedCount += 1;
    let index = this.#size;
    this.#size += 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isAfter(parent, timeMs, order)) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#put(index, timeMs, order, value);
  }

  /** Removes and returns the first value, `undefined` when there is none. O(log n). */
  pop(): V | undefined {
    if (this.#size === 0) return undefined;
    const first = this.#values[0];
    this.#size -= 1;
    const last = this.#size;
    const value = this.#values[last] as V;
    this.#values[last] = undefined;
    if (last > 0) this.#sink(this.#timesMs[last] as number, this.#orders[last] as number, value);
    return first;
  }

  /** Lets the value at the root sink to where both children come after it. */
  #sink(timeMs: number, order: number, value: V): void {
    const size = this.#size;
    let index = 0;
    for (let child = 1; child < size; child = 2 * index + 1) {
      const right = child + 1;
      if (right < size && this.#isAfter(child, this.#timesMs[right] as number, this.#orders[right] as number))
        child = right;
      if (this.#isAfter(child, timeMs, order)) break;
      this.#move(child, index);
      index = child;
    }
    this.#put(index, timeMs, order, value);
  }

  #isAfter(index: number, timeMs: number, order: number): boolean {
    const heldMs = this.#timesMs[index] as number;
    return heldMs > timeMs || (heldMs === timeMs && (this.#orders[index] as number) > order);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#timesMs[from] as number, this.#orders[from] as number, this.#values[from] as V);
  }

  #put(index: number, timeMs: number, order: number, value: V): void {
    this.#timesMs[index] = timeMs;
    this.#orders[index] = order;
    this.#values[index] = value;
  }

  #grow(): void {
    const timesMs = new Float64Array(this.#timesMs.length * 2);
    const orders = new Float64Array(timesMs.length);
    timesMs.set(this.#timesMs);
    orders.set(this.#orders);
    this.#timesMs = timesMs;
    this.#orders = orders;
  }
}
