/** What was put and is not on disk yet: reads look here first. */
import type { StoreRecord } from '../record.ts';

/** A record, or that there is none. Compared by identity: a later write of the same key is another one. */
export interface PendingWrite {
  readonly record: StoreRecord | undefined;
}

/** Bounded by what is written between two commits. */
export class PendingWrites {
  readonly #writes = new Map<string, PendingWrite>();

  get size(): number {
    return this.#writes.size;
  }

  get(key: string): PendingWrite | undefined {
    return this.#writes.get(key);
  }

  add(key: string, record: StoreRecord | undefined): PendingWrite {
    const write: PendingWrite = { record };
    this.#writes.set(key, write);
    return write;
  }

  /** It is on disk. Nothing happens when a later one took its place. */
  settle(key: string, write: PendingWrite): void {
    if (this.#writes.get(key) === write) this.#writes.delete(key);
  }

  /** Keys that begin with `prefix` and come after `after`, in order, whether put or removed. */
  keysAfter(prefix: string, after: string): string[] {
    const keys: string[] = [];
    for (const key of this.#writes.keys()) {
      if (key.startsWith(prefix) && key > after) keys.push(key);
    }
    return keys.sort((a, b) => (a < b ? -1 : 1));
  }
}
