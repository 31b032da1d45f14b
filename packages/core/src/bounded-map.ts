/** A map that forgets its oldest entry when it is full: for caches and dedup sets that peers can fill. */
export class BoundedMap<K, V> {
  /** `0 ≤ size ≤ countMax`. */
  readonly countMax: number;
  readonly #entries = new Map<K, V>();
  #evictedCount = 0;

  /** @param countMax at least 1. */
  constructor(countMax: number) {
    this.countMax = countMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Entries forgotten because of the bound, since the start. */
  get evictedCount(): number {
    return this.#evictedCount;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Sets the value and makes the key the youngest. Returns the key that was forgotten for it, if any. */
  set(key: K, value: V): K | undefined {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.countMax) return undefined;
    const oldest = this.#entries.keys().next();
    if (oldest.done === true) return undefined;
    this.#entries.delete(oldest.value);
    this.#evictedCount += 1;
    return oldest.value;
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Oldest first. */
  keys(): IterableIterator<K> {
    return this.#entries.keys();
  }

  /** Oldest first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}
