/** Which records end next: a binary heap. Entries of records that were overwritten meanwhile are dropped when due. */

interface Expiry {
  readonly expiresAtMs: number;
  readonly key: string;
}

/** Holds one entry per expiring record, and stale ones up to as many again; then it is cleaned. */
export class ExpiryQueue {
  #heap: Expiry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the next one ends, as far as known. */
  get nextMs(): number | undefined {
    return this.#heap[0]?.expiresAtMs;
  }

  push(key: string, expiresAtMs: number): void {
    this.#heap.push({ expiresAtMs, key });
    this.#rise(this.#heap.length - 1);
  }

  /** Takes out and returns the next key whose time has come. */
  takeDue(wallMs: number): string | undefined {
    const [first] = this.#heap;
    if (first === undefined || first.expiresAtMs > wallMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first.key;
  }

  /** Keeps only entries that `isCurrent` knows. */
  clean(isCurrent: (key: string, expiresAtMs: number) => boolean): void {
    const kept = this.#heap.filter(({ key, expiresAtMs }) => isCurrent(key, expiresAtMs));
    this.#heap = kept.sort((a, b) => a.expiresAtMs - b.expiresAtMs);
  }

  #rise(from: number): void {
    const heap = this.#heap;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (this.#at(parent) <= this.#at(index)) return;
      [heap[index], heap[parent]] = [heap[parent] as Expiry, heap[index] as Expiry];
      index = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(index) <= this.#at(child)) return;
      [heap[index], heap[child]] = [heap[child] as Expiry, heap[index] as Expiry];
      index = child;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.expiresAtMs ?? Number.POSITIVE_INFINITY;
  }
}
