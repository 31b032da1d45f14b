const NOTHING: ReadonlyMap<never, never> = new Map<never, never>();

/** A map that forgets its oldest entry when it is full: for caches and dedup sets that peers can fill. */
export class BoundedMap<K, V> {
  /** `0 ≤ size ≤ countMax`. */
  readonly countMax: number;
  /** None before the first entry: a map of V8 takes 200 bytes, and most caches of a node stay empty. */
  #entries: Map<K, V> | undefined;
  #evictedCount = 0;

  /** @param countMax at least 1. */
  constructor(countMax: number) {
    this.countMax = countMax;
  }

  get size(): number {
    return this.#entries?.size ?? 0;
  }

  /** Entries forgotten because of the bound, since the start. */
  get evictedCount(): number {
    return this.#evictedCount;
  }

  get(key: K): V | undefined {
    return this.#entries?.get(key);
  }

  has(key: K): boolean {
    return this.#entries?.has(key) ?? false;
  }

  /** Sets the value and makes the key the youngest. Returns the key that was forgotten for it, if any. */
  set(key: K, value: V): K | undefined {
    this.#entries ??= new Map();
    const entries = this.#entries;
    entries.delete(key);
    entries.set(key, value);
    if (entries.size <= this.countMax) return undefined;
    const oldest = entries.keys().next();
    if (oldest.done === true) return undefined;
    entries.delete(oldest.value);
    this.#evictedCount += 1;
    return oldest.value;
  }

  delete(key: K): boolean {
    return this.#entries?.delete(key) ?? false;
  }

  clear(): void {
    this.#entries = undefined;
  }

  /** Oldest first. */
  keys(): IterableIterator<K> {
    return (this.#entries ?? NOTHING).keys();
  }

  /** Oldest first. What was seen already may be deleted meanwhile. */
  entries(): IterableIterator<[K, V]> {
    return (this.#entries ?? NOTHING).entries();
  }

  /** Oldest first. */
  values(): IterableIterator<V> {
    return (this.#entries ?? NOTHING).values();
  }
}
