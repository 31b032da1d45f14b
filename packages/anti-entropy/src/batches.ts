/** Splits what an answer holds into messages that keep their size limit. */
import {
  ARITY,
  BUCKET_HEADER_BYTES,
  CELL_BYTES,
  FINGERPRINT_BYTES,
  LEVEL_MAX,
  MESSAGE_HEADER_BYTES,
  NODE_DIGESTS_BYTES,
  NODE_SUMS_BYTES,
  PLACED_ELEMENT_BYTES,
} from './config.ts';
import type { Bucket } from './messages.ts';

/** Fills one batch after the other, in order. An item that alone is too large gets a batch of its own. */
export function batches<V>(items: readonly V[], sizeOf: (item: V) => number, messageBytesMax: number): V[][] {
  const result: V[][] = [];
  let batch: V[] = [];
  let roomBytes = messageBytesMax - MESSAGE_HEADER_BYTES;
  for (const item of items) {
    const sizeBytes = sizeOf(item);
    if (sizeBytes > roomBytes && batch.length > 0) {
      result.push(batch);
      batch = [];
      roomBytes = messageBytesMax - MESSAGE_HEADER_BYTES;
    }
    batch.push(item);
    roomBytes -= sizeBytes;
  }
  if (batch.length > 0) result.push(batch);
  return result;
}

/** Upper bound of what one `NodeDigests` adds to a message. */
export function nodeDigestsBytes(): number {
  return NODE_DIGESTS_BYTES;
}

/** Upper bound of what one `Cell` adds to a message. */
export function cellBytes(): number {
  return CELL_BYTES;
}

/** Upper bound of what one `NodeSums` adds to a message. */
export function nodeSumsBytes(): number {
  return NODE_SUMS_BYTES;
}

/** Upper bound of what one `PlacedElement` adds to a message. */
export function placedElementBytes(): number {
  return PLACED_ELEMENT_BYTES;
}

/** Upper bound of what one `Bucket` adds to a message. */
export function bucketBytes(bucket: Bucket): number {
  return BUCKET_HEADER_BYTES + bucket.fingerprints.length * FINGERPRINT_BYTES;
}

/** Fingerprints of the largest bucket that fits a message by itself. */
export function bucketItemCountMax(messageBytesMax: number): number {
  return Math.floor((messageBytesMax - MESSAGE_HEADER_BYTES - BUCKET_HEADER_BYTES) / FINGERPRINT_BYTES);
}

/** A record on its way into a bucket. */
export interface BucketItem {
  readonly position: number;
  readonly fingerprint: number;
}

/**
 * One bucket, or, when it holds too many items for a message, the buckets of its children: a list that is cut in two
 * would claim, twice, that the other half is missing. At the deepest level nothing is left to split by, and the rest is
 * left out: the peer then pushes some records in vain.
 */
export function bucketsOf(
  level: number,
  index: number,
  items: readonly BucketItem[],
  itemCountMax: number,
  childOf: (position: number, level: number) => number,
): Bucket[] {
  if (items.length <= itemCountMax || level === LEVEL_MAX) {
    return [{ level, index, fingerprints: items.slice(0, itemCountMax).map((item) => item.fingerprint) }];
  }
  const children: BucketItem[][] = Array.from({ length: ARITY }, () => []);
  for (const item of items) children[childOf(item.position, level + 1) % ARITY]?.push(item);
  return children.flatMap((child, nth) => bucketsOf(level + 1, index * ARITY + nth, child, itemCountMax, childOf));
}

/** The same bucket in pieces: for a `want`, which claims nothing about what it leaves out. */
export function bucketPieces(bucket: Bucket, itemCountMax: number): Bucket[] {
  const pieces: Bucket[] = [];
  for (let from = 0; from < bucket.fingerprints.length; from += itemCountMax) {
    pieces.push({ ...bucket, fingerprints: bucket.fingerprints.slice(from, from + itemCountMax) });
  }
  return pieces;
}
