/**
 * A replicated map: every node may write every key, and the last writer wins. [HLC §3] decides who was last.
 *
 *   absent --set--> live --delete, expiry--> ended --set--> live;   ended --the floor passes--> absent
 *
 * A deletion leaves a tombstone, because a record that is merely gone would come back from the next peer that still
 * holds it. [Demers §2] Tombstones go when everybody has seen them, see `floor.ts`; a record with an expiry is its own
 * tombstone from then on.
 */
import type { HlcStamp, HybridClock, NodeId, Replica, ReplicaObserver } from '@hearsay/core';
import { KeyError, OverflowError, TooLargeError, utf8Bytes } from '@hearsay/core';
import type { StoreConfig } from './config.ts';
import { Endings } from './endings.ts';
import type { StoreEngine } from './engine.ts';
import { Knowledge } from './knowledge.ts';
import { MemoryEngine } from './memory-engine.ts';
import type { RefusalReason, StoreMergeOutcome } from './merge-outcome.ts';
import {
  canonicalRecord,
  compareHeads,
  compareRecords,
  droppableAfterMs,
  isLiveAt,
  type RecordHead,
  type StoreRecord,
  sizeBytes,
  versionOf,
} from './record.ts';
import { isKey, recordFault } from './record-check.ts';
import { StampCeiling } from './stamp-ceiling.ts';

/** Which keys to list. */
export interface ListOptions {
  /** Only keys that begin with it. Default: all. */
  readonly prefix?: string | undefined;
  /** Only keys behind it, for the next page. Default: from the first. */
  readonly after?: string | undefined;
  /** At most so many records. Default: all. */
  readonly limit?: number | undefined;
  /** Wall time of the reader. Default: the latest that the store was told. */
  readonly wallMs?: number | undefined;
}

/** What a store is made of. */
export interface StoreDeps {
  readonly config: Readonly<StoreConfig>;
  readonly origin: NodeId;
  readonly clock: HybridClock;
  /** Where the records are. What it holds is taken over. Default: a new memory engine. */
  readonly engine?: StoreEngine | undefined;
}

const NO_VALUE = new Uint8Array(0);
const [FLOOR_NOTE, MEMBERS_NOTE, KNOWLEDGE_NOTE] = ['floor', 'members', 'knowledge'] as const;

/** One node's copy of the map. Anti-entropy reads it through `Replica` and its owner merges what arrives. */
export class Store implements Replica<StoreRecord> {
  readonly #config: Readonly<StoreConfig>;
  readonly #origin: NodeId;
  readonly #clock: HybridClock;
  readonly #engine: StoreEngine;
  readonly #ceiling: StampCeiling;
  /** What has been seen of every member. */
  readonly knowledge: Knowledge;
  readonly #refusedCounts = new Map<RefusalReason, number>();
  readonly #endings = new Endings();
  /** `≤ totalBytesMax`. */
  #totalBytes = 0;
  #floorMs = 0;
  #droppedCount = 0;
  /** The latest wall time that anybody told. */
  #wallMs = 0;
  /** A handful: whoever holds the store adds its own, once. */
  readonly #observers: ReplicaObserver<StoreRecord>[] = [];

  constructor({ config, origin, clock, engine = new MemoryEngine() }: StoreDeps) {
    this.#config = config;
    this.#origin = origin;
    this.#clock = clock;
    this.#engine = engine;
    this.knowledge = new Knowledge(origin, config.originCountMax);
    this.#ceiling = new StampCeiling(engine, config.stampCeilingMs);
    this.#takeOver();
  }

  /** Live records and tombstones. */
  get recordCount(): number {
    return this.#engine.recordCount;
  }

  /** Records that `read` would find, as of the last `expire`. */
  get liveCount(): number {
    return this.#endings.liveCount;
  }

  /** Tombstones, and records with an expiry: what waits for the floor. */
  get droppableCount(): number {
    return this.#endings.droppableCount;
  }

  /** Records that were dropped because everybody had seen their end, since the start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** What ended before this wall time has been seen by everybody, and is dropped. 0 at first. */
  get floorMs(): number {
    return this.#floorMs;
  }

  /** How far our stamps lie ahead of the wall clock: beyond the bound peers refuse them, until time has caught up. */
  aheadMs(wallMs: number): number {
    return Math.max(0, this.#clock.latestMs - wallMs);
  }

  /** Size of all keys (UTF-16 units) and values. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Records of peers that were refused since the start, by reason. */
  get refusedCounts(): ReadonlyMap<RefusalReason, number> {
    return this.#refusedCounts;
  }

  /** When the next record ends, as far as known. */
  get nextExpiryMs(): number | undefined {
    return this.#endings.nextExpiryMs;
  }

  /** The live record under `key`: `undefined` when it was never written, is deleted, or ended before `wallMs`. */
  read(key: string, wallMs: number = this.#wallMs): StoreRecord | undefined {
    return this.readHead(key, wallMs) && this.#engine.get(key);
  }

  /** As `read`, without the value. */
  readHead(key: string, wallMs: number = this.#wallMs): RecordHead | undefined {
    const head = this.#engine.head(key);
    return head !== undefined && isLiveAt(head, wallMs) ? head : undefined;
  }

  /** The record under `key`, a tombstone too. */
  get(key: string): StoreRecord | undefined {
    return this.#engine.get(key);
  }

  /**
   * Writes a value, copied. `wallMs` is the wall time now, `expiresAtMs` when it ends by itself. The write wins over
   * everything this node has seen. Throws `KeyError`, `TooLargeError` or `OverflowError`; the store is then unchanged.
   */
  set(key: string, value: Uint8Array, wallMs: number, expiresAtMs?: number): StoreRecord {
    const { keyBytesMax, valueBytesMax, recordCountMax, totalBytesMax } = this.#config;
    if (!isKey(key, keyBytesMax)) throw new KeyError(utf8Bytes(key).length, keyBytesMax);
    if (value.length > valueBytesMax) throw new TooLargeError('a value', value.length, valueBytesMax, 'valueBytesMax');
    const held = this.#engine.head(key);
    if (held === undefined && this.recordCount >= recordCountMax) {
      throw new OverflowError('the store', recordCountMax, 'recordCountMax');
    }
    if (!this.#hasRoomFor(key, value, held)) throw new OverflowError('the store', totalBytesMax, 'totalBytesMax');
    const stamp = this.#issue(wallMs);
    const record = { key, stamp, origin: this.#origin, kind: 'set' as const, value: value.slice() };
    const ending = expiresAtMs === undefined ? record : { ...record, expiresAtMs: Math.floor(expiresAtMs) };
    return this.#put(ending, held);
  }

  /** Deletes a live key and returns its tombstone, or `undefined` when there is nothing to delete. */
  delete(key: string, wallMs: number): StoreRecord | undefined {
    const held = this.readHead(key, wallMs);
    if (held === undefined) return undefined;
    return this.#put({ key, stamp: this.#issue(wallMs), origin: this.#origin, kind: 'delete', value: NO_VALUE }, held);
  }

  /** Live records in the order of their keys' code units. */
  list(options: ListOptions = {}): StoreRecord[] {
    const { prefix = '', after = '', limit = Number.POSITIVE_INFINITY, wallMs = this.#wallMs } = options;
    const found: StoreRecord[] = [];
    if (!(limit > 0)) return found;
    for (const key of this.#engine.keysAfter(prefix, after)) {
      const record = this.read(key, wallMs);
      if (record === undefined) continue;
      found.push(record);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** Takes a peer's record if it wins. Never throws. The record is kept as it is, so nobody may change it afterwards. */
  merge(record: StoreRecord, wallMs: number): StoreMergeOutcome {
    this.#tell(wallMs);
    const fault = recordFault(record, this.#config);
    if (fault !== undefined) return this.#refuse(fault);
    if (!this.#clock.accepts(record.stamp, wallMs)) return this.#refuse('clock-skew');
    this.#clock.witness(record.stamp, wallMs);
    const held = this.#engine.head(record.key);
    if (held !== undefined && !this.#wins(record, held)) return { kind: 'stale' };
    if (record.stamp.wallMs < this.#floorMs) return this.#mergeBelowFloor(record, held);
    return this.#mergeAbove(record, held);
  }

  /**
   * Which records have ended since the last time, at most `countMax` of them, so that watchers can be told. Reads do not
   * depend on it.
   */
  expire(wallMs: number, countMax: number): RecordHead[] {
    this.#tell(wallMs);
    const ended: RecordHead[] = [];
    while (ended.length < countMax) {
      const key = this.#endings.takeEnded(wallMs);
      const head = key === undefined ? undefined : this.#engine.head(key);
      if (head === undefined) break;
      ended.push(head);
    }
    return ended;
  }

  /**
   * Everybody has seen all that ended before `floorMs`: it is dropped, at most `dropCountMax` records at once. Returns
   * whether there are more, which the next call takes. A floor below the present one changes nothing.
   */
  raiseFloor(floorMs: number): boolean {
    if (floorMs > this.#floorMs) {
      this.#floorMs = floorMs;
      this.knowledge.closeGaps(floorMs - this.#config.missedMemberMs);
      this.#clock.resume({ wallMs: floorMs, counter: 0 });
      // Together, and before anything is dropped: what this node has seen must outlive the tombstones.
      this.#saveKnowledge();
      this.#engine.setNote(FLOOR_NOTE, String(floorMs));
    }
    const { dropCountMax } = this.#config;
    const keys = this.#endings.below(this.#floorMs, dropCountMax);
    for (const key of keys) this.#drop(key);
    this.#droppedCount += keys.length;
    return keys.length === dropCountMax;
  }

  /** Names of the members when they were last noted: of the last life, at the start of this one. */
  get notedMembers(): readonly NodeId[] {
    const note = this.#engine.note(MEMBERS_NOTE) ?? '';
    return note === '' ? [] : note.split(' ');
  }

  /** Keeps the names of the members for the next life. */
  noteMembers(names: readonly NodeId[]): void {
    const note = names.join(' ');
    if (note !== (this.#engine.note(MEMBERS_NOTE) ?? '')) this.#engine.setNote(MEMBERS_NOTE, note);
  }

  /** A promise to peers: all that we write from now on is stamped with this millisecond or later. See `HybridClock`. */
  present(wallMs: number): number {
    this.#tell(wallMs);
    const presentMs = this.#clock.present(wallMs);
    this.#cover(presentMs);
    return presentMs;
  }

  /** A peer has deleted this version, and its tombstone has gone: ours goes too. Returns whether it was held. */
  bury(key: string, version: string): RecordHead | undefined {
    const held = this.#engine.head(key);
    if (held === undefined || versionOf(held) !== version) return undefined;
    this.#drop(key);
    return held;
  }

  /** What was held under `key` is damaged. It is forgotten, and so is what we have seen: peers will bring it again. */
  lose(key: string): void {
    this.knowledge.clear();
    this.#saveKnowledge();
    if (this.#engine.head(key) !== undefined) this.#drop(key);
  }

  keys(): Iterable<string> {
    return this.#engine.keys();
  }

  keyOf(record: StoreRecord): string {
    return record.key;
  }

  canonicalBytes(record: StoreRecord): Uint8Array {
    return canonicalRecord(record);
  }

  supersedes(record: StoreRecord, held: StoreRecord): boolean {
    return compareRecords(record, held) > 0;
  }

  canonicalBytesAt(key: string): Uint8Array | undefined {
    return this.#engine.canonicalBytes(key);
  }

  /** Adds an observer of every change. */
  observe(observer: ReplicaObserver<StoreRecord>): void {
    this.#observers.push(observer);
  }

  /** The last thing that a store does: the next life starts from here. */
  settle(): void {
    const { latestMs } = this.#clock;
    this.knowledge.endLife(latestMs + 1);
    this.#saveKnowledge();
    this.#ceiling.settle(latestMs);
  }

  /** Below the floor a record that ended is not kept, and one that was here before is not taken back. */
  #mergeBelowFloor(record: StoreRecord, held: RecordHead | undefined): StoreMergeOutcome {
    const afterMs = droppableAfterMs(record);
    if (afterMs !== undefined && afterMs < this.#floorMs) {
      if (held === undefined) return { kind: 'stale' };
      this.#drop(record.key);
      return { kind: 'accepted', previous: held };
    }
    // Who holds an older version has not seen this one, whatever was said: it would have replaced it.
    if (held === undefined && this.knowledge.hasSeen(record)) return this.#refuse('buried');
    return this.#mergeAbove(record, held);
  }

  #mergeAbove(record: StoreRecord, held: RecordHead | undefined): StoreMergeOutcome {
    const isCountFull = held === undefined && this.recordCount >= this.#config.recordCountMax;
    if (isCountFull || !this.#hasRoomFor(record.key, record.value, held)) return this.#refuse('full');
    this.#put(record, held);
    return { kind: 'accepted', previous: held };
  }

  /** Reads the held value only when nothing else tells the two apart. */
  #wins(record: StoreRecord, held: RecordHead): boolean {
    const order = compareHeads(record, held);
    if (order !== 0) return order > 0;
    const whole = this.#engine.get(record.key);
    return whole === undefined || compareRecords(record, whole) > 0;
  }

  /** A write that does not grow the store always has room: a deletion, first of all. */
  #hasRoomFor(key: string, value: Uint8Array, held: RecordHead | undefined): boolean {
    const growthBytes = value.length + key.length - sizeBytes(held);
    return growthBytes <= 0 || this.#totalBytes + growthBytes <= this.#config.totalBytesMax;
  }

  #issue(wallMs: number): HlcStamp {
    this.#tell(wallMs);
    const stamp = this.#clock.issue(wallMs);
    this.#cover(stamp.wallMs);
    return stamp;
  }

  /** Notes that we are about to stamp so: before anybody sees it, and before the record is put. */
  #cover(wallMs: number): void {
    this.#ceiling.cover(wallMs);
    if (this.knowledge.isAlive) return;
    this.knowledge.beginLife(wallMs);
    this.#saveKnowledge();
  }

  #saveKnowledge(): void {
    this.#engine.setNote(KNOWLEDGE_NOTE, this.knowledge.format());
  }

  #tell(wallMs: number): void {
    if (wallMs > this.#wallMs) this.#wallMs = wallMs;
  }

  #put(record: StoreRecord, held: RecordHead | undefined): StoreRecord {
    if (held !== undefined) this.#endings.remove(held);
    this.#endings.add(record);
    this.#engine.put(record);
    this.#totalBytes += sizeBytes(record) - sizeBytes(held);
    for (const observer of this.#observers) observer(record.key, record);
    return record;
  }

  #drop(key: string): void {
    const held = this.#engine.head(key);
    if (held === undefined) return;
    this.#endings.remove(held);
    this.#engine.remove(key);
    this.#totalBytes -= sizeBytes(held);
    for (const observer of this.#observers) observer(key, undefined);
  }

  #refuse(reason: RefusalReason): StoreMergeOutcome {
    this.#refusedCounts.set(reason, (this.#refusedCounts.get(reason) ?? 0) + 1);
    return { kind: 'refused', reason };
  }

  /** What an earlier life has left in the engine. */
  #takeOver(): void {
    const floor = Number(this.#engine.note(FLOOR_NOTE) ?? 0);
    this.#floorMs = Number.isSafeInteger(floor) ? floor : 0;
    const knowledge = this.#engine.note(KNOWLEDGE_NOTE);
    if (knowledge !== undefined) this.knowledge.restore(knowledge);
    this.#clock.resume({ wallMs: this.#ceiling.ms, counter: 0 });
    for (const key of this.#engine.keys()) {
      const head = this.#engine.head(key);
      if (head === undefined) continue;
      this.#endings.add(head);
      this.#totalBytes += sizeBytes(head);
      if (head.origin === this.#origin) this.knowledge.recall(head.stamp.wallMs);
      this.#clock.resume(head.stamp);
    }
  }
}
