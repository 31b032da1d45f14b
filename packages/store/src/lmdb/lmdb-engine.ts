/**
 * Records on disk, in LMDB: a memory-mapped B+ tree with copy on write, so that a crash at any moment leaves the last
 * commit whole.
 *
 *   put --> pending, read back at once --commit, a fraction of a millisecond later--> in the file --flush--> on the disk
 *
 * All that is put in one turn of the event loop is one transaction: a record, what has been seen and the floor never
 * disagree after a crash. A commit survives the death of the process; a flush also survives a power cut.
 */
import { type Database, open, type RootDatabase } from 'lmdb';
import type { StoreEngine } from '../engine.ts';
import { canonicalHead, canonicalRecord, type RecordHead, type StoreRecord } from '../record.ts';
import { PendingWrites } from './pending-writes.ts';
import { checksumOf, decodeHead, encodeHead, isLong, type StoredHead } from './stored-head.ts';

/** When a write counts as done: once a crash of this process, or once a power cut cannot undo it. */
export type Durability = 'batched' | 'sync';

/** Who is told of faults of the disk. Called outside of all reads and writes. */
export interface EngineFaults {
  /** A value does not match its checksum. It reads as absent; whoever holds the store tells it to `lose` the key. */
  onDamage(key: string): void;
  /** A commit failed, for example because the disk is full. Nothing that was put since is durable. */
  onFailure(error: Error): void;
}

type Bytes = Database<Buffer, Buffer>;

/** Sub-databases of the file: heads, long values, notes. */
const DATABASE_COUNT = 3;
const BINARY = { keyEncoding: 'binary', encoding: 'binary' } as const;
const CHECKSUM_BYTES = 4;

/** Opened by `openLmdbEngine`, which knows what to do with a damaged file. */
export class LmdbEngine implements StoreEngine {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #heads: Bytes;
  readonly #values: Bytes;
  readonly #notes: Bytes;
  readonly #durability: Durability;
  readonly #faults: EngineFaults;
  readonly #pending = new PendingWrites();
  readonly #pendingNotes = new Map<string, string>();
  readonly #damaged = new Set<string>();
  #recordCount: number;
  /** Of the latest write. Commits come in order. */
  #committed: Promise<unknown> = Promise.resolve();
  #failure: Error | undefined;

  /** Throws whatever LMDB throws at a file that is none of its own. */
  constructor(path: string, durability: Durability, faults: EngineFaults) {
    this.#root = open<Buffer, Buffer>({ path, ...BINARY, maxDbs: DATABASE_COUNT, overlappingSync: true });
    this.#heads = this.#root.openDB({ name: 'heads', ...BINARY });
    this.#values = this.#root.openDB({ name: 'values', ...BINARY });
    this.#notes = this.#root.openDB({ name: 'notes', ...BINARY });
    this.#durability = durability;
    this.#faults = faults;
    this.#recordCount = this.#heads.getKeysCount();
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Writes that are not committed yet. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  head(key: string): RecordHead | undefined {
    const pending = this.#pending.get(key);
    return pending === undefined ? this.#stored(key)?.head : pending.record;
  }

  get(key: string): StoreRecord | undefined {
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending.record;
    const stored = this.#stored(key);
    if (stored === undefined) return undefined;
    const value = stored.inlineValue ?? this.#longValue(key, stored);
    return value && { ...stored.head, value };
  }

  canonicalBytes(key: string): Uint8Array | undefined {
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending.record && canonicalRecord(pending.record);
    const stored = this.#stored(key);
    return stored && canonicalHead(stored.head, stored.mark);
  }

  *keys(): Generator<string> {
    for (const bytes of this.#heads.getKeys()) {
      const key = keyOf(bytes);
      if (this.#pending.get(key) === undefined) yield key;
    }
    for (const key of this.#pending.keysAfter('', '')) {
      if (this.#pending.get(key)?.record !== undefined) yield key;
    }
  }

  /** Merges what is in the file with what is pending; both are in order. */
  *keysAfter(prefix: string, after: string): Generator<string> {
    const pending = this.#pending.keysAfter(prefix, after);
    let next = 0;
    const start = keyBytes(after > prefix ? after : prefix);
    for (const bytes of this.#heads.getKeys({ start })) {
      const key = keyOf(bytes);
      if (!key.startsWith(prefix)) break;
      for (; (pending[next] ?? key) < key; next++) yield* this.#ifHeld(pending[next]);
      if (key > after && this.#pending.get(key) === undefined) yield key;
    }
    for (; next < pending.length; next++) yield* this.#ifHeld(pending[next]);
  }

  put(record: StoreRecord): void {
    const { key, value } = record;
    const held = this.head(key);
    if (held === undefined) this.#recordCount += 1;
    const bytes = keyBytes(key);
    if (isLong(value.length)) void this.#values.put(bytes, Buffer.from(value.buffer, value.byteOffset, value.length));
    else if (held !== undefined && isLong(held.value.length)) void this.#values.remove(bytes);
    const write = this.#pending.add(key, record);
    this.#track(this.#heads.put(bytes, encodeHead(record)), () => this.#pending.settle(key, write));
    this.#damaged.delete(key);
  }

  remove(key: string): void {
    const held = this.head(key);
    if (held === undefined) return;
    this.#recordCount -= 1;
    const bytes = keyBytes(key);
    if (isLong(held.value.length)) void this.#values.remove(bytes);
    const write = this.#pending.add(key, undefined);
    this.#track(this.#heads.remove(bytes), () => this.#pending.settle(key, write));
    this.#damaged.delete(key);
  }

  note(name: string): string | undefined {
    return this.#pendingNotes.get(name) ?? this.#storedNote(name);
  }

  setNote(name: string, text: string): void {
    this.#pendingNotes.set(name, text);
    const bytes = Buffer.from(text);
    const checked = Buffer.concat([checksumBytes(bytes), bytes]);
    this.#track(this.#notes.put(Buffer.from(name), checked), () => {
      if (this.#pendingNotes.get(name) === text) this.#pendingNotes.delete(name);
    });
  }

  /** Resolves when all that was put until now is as durable as was asked for. Rejects when the disk failed. */
  async flushed(): Promise<void> {
    await this.#committed;
    if (this.#durability === 'sync') await this.#root.flushed;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Everything is on disk then. */
  async close(): Promise<void> {
    await this.#committed;
    await this.#root.flushed;
    await this.#root.close();
  }

  /** Heads that are damaged: their keys are gone from then on. Reads all heads and no values. */
  removeDamaged(): number {
    const damaged: Buffer[] = [];
    for (const { key, value } of this.#heads.getRange()) {
      if (decodeHead(keyOf(key), value) === undefined) damaged.push(Buffer.from(key));
    }
    for (const bytes of damaged) this.#track(this.#heads.remove(bytes), () => {});
    this.#recordCount -= damaged.length;
    return damaged.length;
  }

  *#ifHeld(key: string | undefined): Generator<string> {
    if (key !== undefined && this.#pending.get(key)?.record !== undefined) yield key;
  }

  #stored(key: string): StoredHead | undefined {
    const bytes = this.#heads.getBinaryFast(keyBytes(key));
    return bytes && decodeHead(key, bytes);
  }

  #longValue(key: string, { head, valueChecksum }: StoredHead): Uint8Array | undefined {
    const bytes = copied(this.#values.getBinaryFast(keyBytes(key)));
    if (bytes?.length === head.value.length && checksumOf(bytes) === valueChecksum) return bytes;
    if (!this.#damaged.has(key)) {
      this.#damaged.add(key);
      queueMicrotask(() => this.#faults.onDamage(key));
    }
    return undefined;
  }

  #storedNote(name: string): string | undefined {
    const bytes = copied(this.#notes.getBinaryFast(Buffer.from(name)));
    if (bytes === undefined || bytes.length < CHECKSUM_BYTES) return undefined;
    const text = bytes.subarray(CHECKSUM_BYTES);
    const isWhole = checksumBytes(text).equals(bytes.subarray(0, CHECKSUM_BYTES));
    return isWhole ? Buffer.from(text).toString() : undefined;
  }

  #track(commit: Promise<unknown>, settle: () => void): void {
    this.#committed = commit.then(
      () => {
        // Only what a read would find in the file may be forgotten here.
        this.#root.resetReadTxn();
        settle();
      },
      (cause: unknown) => {
        const error = cause instanceof Error ? cause : new Error('a commit failed', { cause });
        if (this.#failure === undefined) this.#faults.onFailure(error);
        this.#failure = error;
      },
    );
  }
}

/** Two bytes a unit, the high one first: the order of the bytes is that of the code units. */
function keyBytes(key: string): Buffer {
  return Buffer.from(key, 'utf16le').swap16();
}

function keyOf(bytes: Buffer): string {
  return Buffer.from(bytes).swap16().toString('utf16le');
}

/** A fast read gives a larger buffer, the same each time, whose `length` alone tells where the bytes end. */
function copied(bytes: Buffer | undefined): Uint8Array | undefined {
  if (bytes === undefined) return undefined;
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes.subarray(0, bytes.length));
  return copy;
}

function checksumBytes(bytes: Uint8Array): Buffer {
  const checksum = Buffer.allocUnsafe(CHECKSUM_BYTES);
  checksum.writeUInt32BE(checksumOf(bytes));
  return checksum;
}
