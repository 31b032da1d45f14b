/**
 * Where a store keeps its records. An engine is handed in, so that the store itself stays free of files: the memory
 * engine is in this package, the one on disk at `@hearsay/store/lmdb`.
 *
 * Everything is synchronous: what was put is read back at once, whenever it becomes durable. `testkit` has a conformance
 * suite for engines.
 */
import type { RecordHead, StoreRecord } from './record.ts';

/** The records of one node, by key. Knows nothing of versions: what is put replaces what was there. */
export interface StoreEngine {
  readonly recordCount: number;
  /** The head under `key`. Cheap: it is what every merge asks for. */
  head(key: string): RecordHead | undefined;
  /** The whole record under `key`. */
  get(key: string): StoreRecord | undefined;
  /** `canonicalRecord` of the record under `key`, without its value being read. */
  canonicalBytes(key: string): Uint8Array | undefined;
  /** Every key once, in any order. The engine must not change meanwhile. */
  keys(): Iterable<string>;
  /** Keys that begin with `prefix` and come after `after`, in the order of their code units, the same. */
  keysAfter(prefix: string, after: string): Iterable<string>;
  /** The record is kept as it is, and must not change. */
  put(record: StoreRecord): void;
  remove(key: string): void;
  /** A short text that is kept beside the records, and becomes durable together with what was put before it. */
  note(name: string): string | undefined;
  setNote(name: string, text: string): void;
}
