/**
 * Tags: what a member tells about itself, such as its role or version. They can be large and rarely change, so a claim
 * carries their digest only; the tags themselves are asked for by whoever does not have them yet.
 */
import { keyedHash128, utf8Bytes } from '@hearsay/core';

/** Names and values, both text. */
export type Tags = ReadonlyMap<string, string>;

/** All tags of a member together, in bytes of UTF-8 and four bytes for each pair. Source: eight times memberlist's limit. */
export const TAGS_BYTES_MAX = 4_096;
/** No tags at all. */
export const NO_TAGS: Tags = new Map();

const TAG_OVERHEAD_BYTES = 4;
/** Public: it only separates this hash from others. */
const DIGEST_KEY = utf8Bytes('hearsay tags');
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Bytes of the tags as limited by `TAGS_BYTES_MAX`. */
export function tagsBytes(tags: Tags): number {
  let sum = 0;
  for (const [key, value] of tags) sum += utf8Bytes(key).length + utf8Bytes(value).length + TAG_OVERHEAD_BYTES;
  return sum;
}

/** What is wrong with tags, as a sentence without a subject, or `undefined`. Half a surrogate pair has no UTF-8. */
export function tagsProblem(tags: Tags): string | undefined {
  for (const [key, value] of tags) {
    if (key === '' || LONE_SURROGATE.test(key) || LONE_SURROGATE.test(value))
      return 'must have names, and be well-formed text';
  }
  return undefined;
}

/** uint32; 0 exactly for no tags. The order in which they were set does not matter. */
export function tagsDigest(tags: Tags): number {
  if (tags.size === 0) return 0;
  const sorted = [...tags].sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = keyedHash128(DIGEST_KEY, utf8Bytes(JSON.stringify(sorted)));
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0) || 1;
}
