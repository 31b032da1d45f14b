/**
 * Keys in code-unit order, for listing. New keys wait unsorted until somebody looks, so a million writes cost one
 * sort and not a million insertions in the middle.
 */
import { compareText } from './record.ts';

/** A set of keys. The caller adds no key that is in it, and removes none that is not. */
export class SortedKeys {
  #sorted: readonly string[] = [];
  #waiting: string[] = [];
  /** Removed, and still in one of the lists. */
  readonly #gone = new Set<string>();

  add(key: string): void {
    if (!this.#gone.delete(key)) this.#waiting.push(key);
  }

  remove(key: string): void {
    this.#gone.add(key);
  }

  /** Keys with `prefix` that come after `after`, in order. */
  *select(prefix: string, after: string): Generator<string> {
    this.#settle();
    const isAfterFirst = after >= prefix;
    let index = isAfterFirst ? this.#indexOf(after) : this.#indexOf(prefix);
    const sorted = this.#sorted;
    if (isAfterFirst && sorted[index] === after) index += 1;
    for (let key = sorted[index]; key?.startsWith(prefix); key = sorted[index]) {
      yield key;
      index += 1;
    }
  }

  #settle(): void {
    if (this.#waiting.length > 0) this.#sorted = merged(this.#sorted, this.#waiting.sort(compareText));
    this.#waiting = [];
    if (this.#gone.size > 0) this.#sorted = this.#sorted.filter((key) => !this.#gone.has(key));
    this.#gone.clear();
  }

  /** Index of the first key that is not before `bound`. */
  #indexOf(bound: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? '') < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function merged(left: readonly string[], right: readonly string[]): string[] {
  const result: string[] = [];
  let rightIndex = 0;
  for (const key of left) {
    for (let other = right[rightIndex]; other !== undefined && other < key; other = right[rightIndex]) {
      result.push(other);
      rightIndex += 1;
    }
    result.push(key);
  }
  for (; rightIndex < right.length; rightIndex++) result.push(right[rightIndex] ?? '');
  return result;
}
