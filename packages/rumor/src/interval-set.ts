/**
 * A set of integers as intervals: numbers that are counted up and arrive almost in order need almost no memory.
 *
 * Invariant: starts[i] ≤ ends[i] < starts[i + 1] - 1. The owner bounds it by `closeLowestGaps`: numbers that never came
 * then count as present. To forget an interval instead would make numbers that did come look new again.
 */
export class IntervalSet {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  get intervalCount(): number {
    return this.#starts.length;
  }

  /** First and last number of each interval, the lowest first. */
  *intervals(): Generator<readonly [first: number, last: number], void, undefined> {
    for (const [index, first] of this.#starts.entries()) yield [first, this.#ends[index] ?? first];
  }

  has(value: number): boolean {
    const end = this.#ends[this.#countUpTo(value) - 1];
    return end !== undefined && value <= end;
  }

  /** Adds an integer. Returns whether it was new. */
  add(value: number): boolean {
    const index = this.#countUpTo(value);
    const endBefore = this.#ends[index - 1];
    if (endBefore !== undefined && value <= endBefore) return false;
    const touchesBefore = endBefore === value - 1;
    const touchesAfter = this.#starts[index] === value + 1;
    if (touchesBefore && touchesAfter) this.#closeGap(index);
    else if (touchesBefore) this.#ends[index - 1] = value;
    else if (touchesAfter) this.#starts[index] = value;
    else this.#insert(index, value);
    return true;
  }

  /** Adds all from `first` to `last`, which must lie above everything that is there. */
  append(first: number, last: number): void {
    this.#starts.push(first);
    this.#ends.push(last);
  }

  #insert(index: number, value: number): void {
    this.#starts.splice(index, 0, value);
    this.#ends.splice(index, 0, value);
  }

  /** Makes the lower half of the intervals one, at least two of them. Returns how many gaps that closed. */
  closeLowestGaps(): number {
    const closedCount = Math.min(this.#starts.length - 1, Math.max(1, this.#starts.length >>> 1));
    if (closedCount <= 0) return 0;
    this.#starts.splice(1, closedCount);
    this.#ends.splice(0, closedCount);
    return closedCount;
  }

  /** Joins interval `index` to the one before it. */
  #closeGap(index: number): void {
    this.#starts.splice(index, 1);
    this.#ends.splice(index - 1, 1);
  }

  /** How many intervals start at or below `value`. Binary search. */
  #countUpTo(value: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? Infinity) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
