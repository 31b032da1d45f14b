/** Reads and writes of the application on the replicated store. */
import { setImmediate } from 'node:timers/promises';
import { ConfigError, DURATION_MS_MAX, utf8Bytes, VersionError } from '@hearsay/core';
import { wallNowMs } from '@hearsay/runtime';
import { versionOf } from '@hearsay/store';
import type { Engine } from './engine.ts';
import type { ListOptions, LoadedEntry, NodeStore, SetOptions, WriteOptions } from './node.ts';
import { type StoreEntry, storeEntry } from './snapshots.ts';
import type { StoreChange, StoreLog } from './store-watch.ts';

/** What a missing key has for a version, in errors. */
const NO_VERSION = '(none)';
/** Entries of one page, whatever is asked for: each is a copy. Source: guess. */
const LISTED_COUNT_MAX = 1_000;
/** Entries that are written in one turn of the event loop. Source: own measurement: about two milliseconds. */
const LOADED_PER_TURN = 100;

/** Reads are local; a write is a command, done when the call returns. */
export class StoreDesk implements NodeStore {
  readonly #engine: Engine;

  readonly #log: StoreLog;

  constructor(engine: Engine, log: StoreLog) {
    this.#engine = engine;
    this.#log = log;
  }

  get(key: string): StoreEntry | undefined {
    const record = this.#engine.stack.store.read(key, wallNowMs());
    return record && storeEntry(record);
  }

  set(key: string, value: Uint8Array | string, options: SetOptions = {}): StoreEntry {
    const { ttlMs } = options;
    if (ttlMs !== undefined && !(ttlMs >= 1 && ttlMs <= DURATION_MS_MAX)) {
      throw new ConfigError('store.set', [`ttlMs: ${ttlMs} is not a number of 1 to ${DURATION_MS_MAX}`]);
    }
    this.#check(key, options);
    // The store makes its own copy.
    const bytes = typeof value === 'string' ? utf8Bytes(value) : value;
    this.#engine.command({ type: 'store-set', key, value: bytes, ttlMs });
    const record = this.#engine.stack.store.get(key);
    if (record === undefined) throw new Error(`the store did not take ${key}: a command must run before it returns`);
    return storeEntry(record);
  }

  delete(key: string, options: WriteOptions = {}): boolean {
    this.#check(key, options);
    if (this.#engine.stack.store.readHead(key, wallNowMs()) === undefined) return false;
    this.#engine.command({ type: 'store-delete', key });
    return true;
  }

  async load(entries: Iterable<LoadedEntry> | AsyncIterable<LoadedEntry>): Promise<number> {
    let count = 0;
    for await (const { key, value, ttlMs } of entries) {
      this.set(key, value, { ttlMs });
      count += 1;
      // The failure detector must not wait for all of them.
      if (count % LOADED_PER_TURN === 0) await setImmediate();
    }
    await this.flushed();
    return count;
  }

  *entries(prefix = ''): Generator<StoreEntry> {
    for (let after: string | undefined; ; ) {
      const page = this.list({ prefix, after });
      yield* page;
      if (page.length < LISTED_COUNT_MAX) return;
      after = page.at(-1)?.key;
    }
  }

  get cursor(): string {
    return this.#log.cursorBehind(this.#log.nextSequence - 1);
  }

  watch(
    prefix = '',
    { since, signal }: { readonly since?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<StoreChange> {
    return this.#log.watch(prefix, since, signal);
  }

  flushed(): Promise<void> {
    return this.#engine.flushed();
  }

  list({ prefix, after, limit = LISTED_COUNT_MAX }: ListOptions = {}): readonly StoreEntry[] {
    const { store } = this.#engine.stack;
    return store.list({ prefix, after, limit: Math.min(limit, LISTED_COUNT_MAX), wallMs: wallNowMs() }).map(storeEntry);
  }

  #check(key: string, { ifVersion }: WriteOptions): void {
    if (ifVersion === undefined) return;
    const held = this.#engine.stack.store.readHead(key, wallNowMs());
    const heldVersion = held === undefined ? NO_VERSION : versionOf(held);
    if (heldVersion !== ifVersion) throw new VersionError(key, ifVersion, heldVersion);
  }
}
