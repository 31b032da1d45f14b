/**
 * One version of one key, and the order that decides which version stays.
 *
 *   stamp, then origin, then delete over set, then the value's bytes
 *
 * The order is total: two records compare equal only if they are the same. So `mergeRecords`, the greater of two, is
 * commutative, associative and idempotent, and replicas that have seen the same records hold the same.
 */
import { CanonicalWriter, compareStamps, type HlcStamp, keyedHash128, type NodeId, utf8Bytes } from '@hearsay/core';

/** Immutable once it is in a store: digests are computed from it. */
export interface StoreRecord {
  /** 1-512 bytes of well-formed UTF-8. */
  readonly key: string;
  /** Hybrid logical time of the write. [HLC §3] */
  readonly stamp: HlcStamp;
  /** Name of the member that wrote it. */
  readonly origin: NodeId;
  /** `delete` is a tombstone: it hides older writes that may still arrive, so it stays in the store. */
  readonly kind: 'set' | 'delete';
  /** At most 256 KiB. Empty in a tombstone. Not to be changed by who reads it. */
  readonly value: Uint8Array;
}

/** Longest value that stands in the canonical bytes itself. Source: one block of BLAKE2s; a longer one is hashed. */
const INLINE_VALUE_BYTES_MAX = 64;
/** Public: it only separates this hash from others. Digests over canonical bytes have the cluster's key. */
const VALUE_HASH_KEY = utf8Bytes('hearsay store value');
const KIND_RANK: { readonly [K in StoreRecord['kind']]: number } = { set: 0, delete: 1 };

/** Positive when `a` wins over `b`. Both are of the same key. */
export function compareRecords(a: StoreRecord, b: StoreRecord): number {
  return (
    compareStamps(a.stamp, b.stamp) ||
    compareText(a.origin, b.origin) ||
    KIND_RANK[a.kind] - KIND_RANK[b.kind] ||
    compareBytes(a.value, b.value)
  );
}

/** The record that stays: a join. */
export function mergeRecords(a: StoreRecord, b: StoreRecord): StoreRecord {
  return compareRecords(a, b) >= 0 ? a : b;
}

/** Names one version of a key, for conditional writes and ETags: `wallMs.counter.origin`. */
export function versionOf(record: StoreRecord): string {
  const { stamp, origin } = record;
  return `${stamp.wallMs}.${stamp.counter}.${origin}`;
}

/**
 * Equal exactly when two records are. A long value goes in as its length and 128-bit hash instead of a copy; which of
 * the two forms it is, the length tells.
 */
export function canonicalRecord(record: StoreRecord): Uint8Array {
  const { key, stamp, origin, kind, value } = record;
  const writer = new CanonicalWriter().text(key).uint53(stamp.wallMs).uint32(stamp.counter).text(origin);
  writer.uint8(KIND_RANK[kind]);
  if (value.length <= INLINE_VALUE_BYTES_MAX) return writer.bytes(value).finish();
  return writer.uint32(value.length).bytes(keyedHash128(VALUE_HASH_KEY, value)).finish();
}

/** Order of UTF-16 code units: the same on every machine, unlike a collation. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const sharedBytes = Math.min(a.length, b.length);
  for (let index = 0; index < sharedBytes; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
