/** Reads and writes of the application on the replicated store. */
import { utf8Bytes, VersionError } from '@hearsay/core';
import { versionOf } from '@hearsay/store';
import type { Engine } from './engine.ts';
import type { ListOptions, NodeStore, WriteOptions } from './node.ts';
import { type StoreEntry, storeEntry } from './snapshots.ts';

/** What a missing key has for a version, in errors. */
const NO_VERSION = '(none)';
/** Entries of one page, whatever is asked for: each is a copy. Source: guess. */
const LISTED_COUNT_MAX = 1_000;

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
    // The store makes its own copy.
    const bytes = typeof value === 'string' ? utf8Bytes(value) : value;
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

  list({ prefix, after, limit = LISTED_COUNT_MAX }: ListOptions = {}): readonly StoreEntry[] {
    const { store } = this.#engine.stack;
    return store.list({ prefix, after, limit: Math.min(limit, LISTED_COUNT_MAX) }).map(storeEntry);
  }

  #check(key: string, { ifVersion }: WriteOptions): void {
    if (ifVersion === undefined) return;
    const held = this.#engine.stack.store.read(key);
    const heldVersion = held === undefined ? NO_VERSION : versionOf(held);
    if (heldVersion !== ifVersion) throw new VersionError(key, ifVersion, heldVersion);
  }
}
