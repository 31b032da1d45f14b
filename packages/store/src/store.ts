/**
 * A replicated map: every node may write every key, and the last writer wins. [HLC §3] decides who was last.
 *
 *   absent --set--> live --delete--> tombstone --set--> live
 *
 * A deletion leaves a tombstone, because a record that is merely gone would come back from the next peer that still
 * holds it. [Demers §2] Tombstones stay and count as records.
 */
import type { HybridClock, NodeId, Replica, ReplicaObserver } from '@hearsay/core';
import { KeyError, OverflowError, TooLargeError, utf8Bytes } from '@hearsay/core';
import type { StoreConfig } from './config.ts';
import { canonicalRecord, compareRecords, type StoreRecord } from './record.ts';
import { isKey, type RecordFault, recordFault } from './record-check.ts';
import { SortedKeys } from './sorted-keys.ts';

/** Why a peer's record was not accepted. `clock-skew`: its stamp is too far ahead. `full`: there is no room. */
export type RefusalReason = RecordFault | 'clock-skew' | 'full';

/** What became of a peer's record. */
export type StoreMergeOutcome =
  /** It is newer than what was held, if anything was. */
  | { readonly kind: 'accepted'; readonly previous: StoreRecord | undefined }
  /** What is held is the same or newer. */
  | { readonly kind: 'stale' }
  /** The store is unchanged, and the refusal is counted. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/** Which keys to list. */
export interface ListOptions {
  /** Only keys that begin with it. Default: all. */
  readonly prefix?: string | undefined;
  /** Only keys behind it, for the next page. Default: from the first. */
  readonly after?: string | undefined;
  /** At most so many records. Default: all. */
  readonly limit?: number | undefined;
}

const NO_VALUE = new Uint8Array(0);

/** One node's copy of the map. Anti-entropy reads it through `Replica` and its owner merges what arrives. */
export class Store implements Replica<StoreRecord> {
  readonly #config: Readonly<StoreConfig>;
  readonly #origin: NodeId;
  readonly #clock: HybridClock;
  /** Tombstones too. `size ≤ recordCountMax`. */
  readonly #records = new Map<string, StoreRecord>();
  readonly #sortedKeys = new SortedKeys();
  readonly #refusedCounts = new Map<RefusalReason, number>();
  /** `≤ totalBytesMax`. */
  #totalBytes = 0;
  #liveCount = 0;
  /** A handful: whoever holds the store adds its own, once. */
  readonly #observers: ReplicaObserver<StoreRecord>[] = [];

  constructor(deps: { config: Readonly<StoreConfig>; origin: NodeId; clock: HybridClock }) {
    this.#config = deps.config;
    this.#origin = deps.origin;
    this.#clock = deps.clock;
  }

  /** Live records and tombstones. */
  get recordCount(): number {
    return this.#records.size;
  }

  /** Records that `read` would find. */
  get liveCount(): number {
    return this.#liveCount;
  }

  /** Size of all keys (UTF-16 units) and values. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Records of peers that were refused since the start, by reason. */
  get refusedCounts(): ReadonlyMap<RefusalReason, number> {
    return this.#refusedCounts;
  }

  /** The live record under `key`: `undefined` when it was never written or is deleted. */
  read(key: string): StoreRecord | undefined {
    const record = this.#records.get(key);
    return record?.kind === 'set' ? record : undefined;
  }

  /** The record under `key`, a tombstone too. */
  get(key: string): StoreRecord | undefined {
    return this.#records.get(key);
  }

  /**
   * Writes a value, copied. `wallMs` is the wall time now. The write wins over everything this node has seen.
   * Throws `KeyError`, `TooLargeError` or `OverflowError`; the store is then unchanged.
   */
  set(key: string, value: Uint8Array, wallMs: number): StoreRecord {
    const { keyBytesMax, valueBytesMax, recordCountMax, totalBytesMax } = this.#config;
    if (!isKey(key, keyBytesMax)) throw new KeyError(utf8Bytes(key).length, keyBytesMax);
    if (value.length > valueBytesMax) throw new TooLargeError('a value', value.length, valueBytesMax, 'valueBytesMax');
    const held = this.#records.get(key);
    if (held === undefined && this.#records.size >= recordCountMax) {
      throw new OverflowError('the store', recordCountMax, 'recordCountMax');
    }
    if (!this.#hasRoomFor(key, value, held)) throw new OverflowError('the store', totalBytesMax, 'totalBytesMax');
    const stamp = this.#clock.issue(wallMs);
    return this.#put({ key, stamp, origin: this.#origin, kind: 'set', value: value.slice() }, held);
  }

  /** Deletes a live key and returns its tombstone, or `undefined` when there is nothing to delete. */
  delete(key: string, wallMs: number): StoreRecord | undefined {
    const held = this.read(key);
    if (held === undefined) return undefined;
    const stamp = this.#clock.issue(wallMs);
    return this.#put({ key, stamp, origin: this.#origin, kind: 'delete', value: NO_VALUE }, held);
  }

  /** Live records in the order of their keys' code units. */
  list(options: ListOptions = {}): StoreRecord[] {
    const { prefix = '', after = '', limit = Number.POSITIVE_INFINITY } = options;
    const found: StoreRecord[] = [];
    if (!(limit > 0)) return found;
    for (const key of this.#sortedKeys.select(prefix, after)) {
      const record = this.read(key);
      if (record === undefined) continue;
      found.push(record);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** Takes a peer's record if it wins. Never throws. The record is kept as it is, so nobody may change it afterwards. */
  merge(record: StoreRecord, wallMs: number): StoreMergeOutcome {
    const fault = recordFault(record, this.#config);
    if (fault !== undefined) return this.#refuse(fault);
    if (!this.#clock.accepts(record.stamp, wallMs)) return this.#refuse('clock-skew');
    this.#clock.witness(record.stamp, wallMs);
    const held = this.#records.get(record.key);
    if (held !== undefined && compareRecords(record, held) <= 0) return { kind: 'stale' };
    const isCountFull = held === undefined && this.#records.size >= this.#config.recordCountMax;
    if (isCountFull || !this.#hasRoomFor(record.key, record.value, held)) return this.#refuse('full');
    this.#put(record, held);
    return { kind: 'accepted', previous: held };
  }

  keys(): Iterable<string> {
    return this.#records.keys();
  }

  keyOf(record: StoreRecord): string {
    return record.key;
  }

  canonicalBytes(record: StoreRecord): Uint8Array {
    return canonicalRecord(record);
  }

  /** Adds an observer of every change. */
  observe(observer: ReplicaObserver<StoreRecord>): void {
    this.#observers.push(observer);
  }

  /** A write that does not grow the store always has room: a deletion, first of all. */
  #hasRoomFor(key: string, value: Uint8Array, held: StoreRecord | undefined): boolean {
    const growthBytes = value.length + key.length - sizeBytes(held);
    return growthBytes <= 0 || this.#totalBytes + growthBytes <= this.#config.totalBytesMax;
  }

  #put(record: StoreRecord, held: StoreRecord | undefined): StoreRecord {
    if (held === undefined) this.#sortedKeys.add(record.key);
    this.#records.set(record.key, record);
    this.#totalBytes += sizeBytes(record) - sizeBytes(held);
    this.#liveCount += Number(record.kind === 'set') - Number(held?.kind === 'set');
    for (const observer of this.#observers) observer(record.key, record);
    return record;
  }

  #refuse(reason: RefusalReason): StoreMergeOutcome {
    this.#refusedCounts.set(reason, (this.#refusedCounts.get(reason) ?? 0) + 1);
    return { kind: 'refused', reason };
  }
}

function sizeBytes(record: StoreRecord | undefined): number {
  return record === undefined ? 0 : record.key.length + record.value.length;
}
