/** Reads and writes of the application on the replicated store. */
import { utf8Bytes, VersionError } from '@hearsay/core';
import { versionOf } from '@hearsay/store';
import type { Engine } from './engine.ts';
import type { ListOptions, NodeStore, WriteOptions } from './node.ts';
import { type StoreEntry, storeEntry } from './snapshots.ts';

/** What a missing key has for a version, in errors. */
const NO_VERSION = '(none)';

/** Reads are local; a write is a command, done when the call returns. */
export class StoreDesk implements NodeStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get(key: string): StoreEntry | undefined {
    const record = this.#engine.stack.store.read(key);
    return record && storeEntry(record);
  }

  set(key: string, value: Uint8Array | string, options: WriteOptions = {}): StoreEntry {
    this.#check(key, options);
    const bytes = typeof value === 'string' ? utf8Bytes(value) : value.slice();
    this.#engine.command({ type: 'store-set', key, value: bytes });
    const record = this.#engine.stack.store.read(key);
    if (record === undefined) throw new Error(`the store did not take ${key}: a command must run before it returns`);
    return storeEntry(record);
  }

  delete(key: string, options: WriteOptions = {}): boolean {
    this.#check(key, options);
    if (this.#engine.stack.store.read(key) === undefined) return false;
    this.#engine.command({ type: 'store-delete', key });
    return true;
  }

  list(options: ListOptions = {}): readonly StoreEntry[] {
    return this.#engine.stack.store.list(options).map(storeEntry);
  }

  #check(key: string, { ifVersion }: WriteOptions): void {
    if (ifVersion === undefined) return;
    const held = this.#engine.stack.store.read(key);
    const heldVersion = held === undefined ? NO_VERSION : versionOf(held);
    if (heldVersion !== ifVersion) throw new VersionError(key, ifVersion, heldVersion);
  }
}
