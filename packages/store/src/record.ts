/**
 * One version of one key, and the order that decides which version stays.
 *
 *   stamp, then origin, then delete over set, then none or the later expiry, then the value's bytes
 *
 * The order is total: two records compare equal only if they are the same. So `mergeRecords`, the greater of two, is
 * commutative, associative and idempotent, and replicas that have seen the same records hold the same.
 */
import { CanonicalWriter, compareStamps, type HlcStamp, type NodeId } from '@hearsay/core';
import { INLINE_VALUE_BYTES_MAX, valueMark } from './value-mark.ts';

/** All of a record but its value: enough to order it, unless everything here is equal. */
export interface RecordHead {
  /** 1-512 bytes of well-formed UTF-8. */
  readonly key: string;
  /** Hybrid logical time of the write. [HLC §3] */
  readonly stamp: HlcStamp;
  /** Name of the member that wrote it. */
  readonly origin: NodeId;
  /** `delete` is a tombstone: it hides older writes that may still arrive, so it stays until none can. */
  readonly kind: 'set' | 'delete';
  /**
   * Wall milliseconds from which on nobody reads it. It then is its own tombstone. Chosen by the writer, so that it ends
   * everywhere at once; absent when it does not end.
   */
  readonly expiresAtMs?: number | undefined;
  /** What there is of the value: its length at least. */
  readonly value: { readonly length: number };
}

/** Immutable once it is in a store: digests are computed from it. */
export interface StoreRecord extends RecordHead {
  /** At most 256 KiB. Empty in a tombstone. Not to be changed by who reads it. */
  readonly value: Uint8Array;
}

const KIND_RANK: { readonly [K in StoreRecord['kind']]: number } = { set: 0, delete: 1 };
/** Stands where the rank of the kind does, when an expiry follows. */
const EXPIRING_RANK = 2;

/** Positive when `a` wins over `b`. Both are of the same key. */
export function compareRecords(a: StoreRecord, b: StoreRecord): number {
  return compareHeads(a, b) || compareBytes(a.value, b.value);
}

/** As `compareRecords`, and 0 when only the values can tell. */
export function compareHeads(a: RecordHead, b: RecordHead): number {
  return (
    compareStamps(a.stamp, b.stamp) ||
    compareText(a.origin, b.origin) ||
    KIND_RANK[a.kind] - KIND_RANK[b.kind] ||
    expiryOf(a) - expiryOf(b)
  );
}

/** The record that stays: a join. */
export function mergeRecords(a: StoreRecord, b: StoreRecord): StoreRecord {
  return compareRecords(a, b) >= 0 ? a : b;
}

/** Names one version of a key, for conditional writes and ETags: `wallMs.counter.origin`. */
export function versionOf(record: Pick<RecordHead, 'stamp' | 'origin'>): string {
  const { stamp, origin } = record;
  return `${stamp.wallMs}.${stamp.counter}.${origin}`;
}

/** Whether a reader finds the record at `wallMs`. */
export function isLiveAt(head: RecordHead, wallMs: number): boolean {
  return head.kind === 'set' && (head.expiresAtMs === undefined || wallMs < head.expiresAtMs);
}

/**
 * Wall milliseconds that the floor must pass before the record may be dropped: when it was written, and when it ended.
 * `undefined` when it does not end. A function of the record alone, so that all nodes drop the same.
 */
export function droppableAfterMs(head: RecordHead): number | undefined {
  if (head.kind === 'delete') return head.stamp.wallMs;
  return head.expiresAtMs === undefined ? undefined : Math.max(head.stamp.wallMs, head.expiresAtMs);
}

/** Equal exactly when two records are. */
export function canonicalRecord(record: StoreRecord): Uint8Array {
  return canonicalHead(record, valueMark(record.value));
}

/** The same from a head and the mark of its value. */
export function canonicalHead(head: RecordHead, mark: Uint8Array): Uint8Array {
  const { key, stamp, origin, kind, expiresAtMs, value } = head;
  const writer = new CanonicalWriter().text(key).uint53(stamp.wallMs).uint32(stamp.counter).text(origin);
  if (expiresAtMs === undefined) writer.uint8(KIND_RANK[kind]);
  else writer.uint8(EXPIRING_RANK).uint53(expiresAtMs);
  if (value.length > INLINE_VALUE_BYTES_MAX) writer.uint32(value.length);
  return writer.bytes(mark).finish();
}

/** What a record counts for in `totalBytesMax`; none counts for nothing. */
export function sizeBytes(head: RecordHead | undefined): number {
  return head === undefined ? 0 : head.key.length + head.value.length;
}

/** Order of UTF-16 code units: the same on every machine, unlike a collation. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A record that never ends wins over one that does. */
function expiryOf({ expiresAtMs }: RecordHead): number {
  return expiresAtMs ?? Number.MAX_SAFE_INTEGER;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const sharedBytes = Math.min(a.length, b.length);
  for (let index = 0; index < sharedBytes; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
