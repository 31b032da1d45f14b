/** Records in memory: gone with the process. */
import type { StoreEngine } from './engine.ts';
import { canonicalRecord, type StoreRecord } from './record.ts';
import { SortedKeys } from './sorted-keys.ts';

/** The default. Its bounds are those of the store. */
export class MemoryEngine implements StoreEngine {
  readonly #records = new Map<string, StoreRecord>();
  readonly #sortedKeys = new SortedKeys();
  readonly #notes = new Map<string, string>();

  get recordCount(): number {
    return this.#records.size;
  }

  head(key: string): StoreRecord | undefined {
    return this.#records.get(key);
  }

  get(key: string): StoreRecord | undefined {
    return this.#records.get(key);
  }

  canonicalBytes(key: string): Uint8Array | undefined {
    const record = this.#records.get(key);
    return record && canonicalRecord(record);
  }

  keys(): Iterable<string> {
    return this.#records.keys();
  }

  keysAfter(prefix: string, after: string): Iterable<string> {
    return this.#sortedKeys.select(prefix, after);
  }

  put(record: StoreRecord): void {
    const countBefore = this.#records.size;
    this.#records.set(record.key, record);
    if (this.#records.size > countBefore) this.#sortedKeys.add(record.key);
  }

  remove(key: string): void {
    if (this.#records.delete(key)) this.#sortedKeys.remove(key);
  }

  note(name: string): string | undefined {
    return this.#notes.get(name);
  }

  setNote(name: string, text: string): void {
    this.#notes.set(name, text);
  }
}
