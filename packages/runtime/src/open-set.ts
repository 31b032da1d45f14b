/** Connections that are not closed yet, and how to wait until none is left. */

/** Each owner removes what it added, when its socket has closed. */
export class OpenSet<V> {
  readonly #items = new Set<V>();
  readonly #waiting: (() => void)[] = [];

  get size(): number {
    return this.#items.size;
  }

  add(item: V): void {
    this.#items.add(item);
  }

  delete(item: V): void {
    this.#items.delete(item);
    if (this.#items.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  values(): IterableIterator<V> {
    return this.#items.values();
  }

  /** Resolves as soon as nothing is open. */
  emptied(): Promise<void> {
    if (this.#items.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
