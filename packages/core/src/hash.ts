/**
 * Hash functions. `hash32` is fast, unkeyed and only for labels and buckets. `keyedHash128` is a keyed
 * pseudo-random function, so that a peer without the key cannot choose colliding records.
 */
import { blake2s } from '@noble/hashes/blake2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Bytes of a `keyedHash128`. */
export const HASH128_BYTES = 16;
const KEY_BYTES_MAX = 32;

/** FNV-1a over the UTF-16 units, then a murmur3 finalizer, because FNV's low bits alone are poor. Not for secrets. */
export function hash32(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix32(hash);
}

/** The murmur3 finalizer: every input bit reaches every output bit. Unsigned. */
export function mix32(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 128 bits of BLAKE2s under a key of at most 32 bytes. An empty key gives the unkeyed function. */
export function keyedHash128(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const isKeyed = key.length > 0;
  return blake2s(bytes, { dkLen: HASH128_BYTES, ...(isKeyed ? { key: key.subarray(0, KEY_BYTES_MAX) } : {}) });
}

/** UTF-8 bytes of a string, in layers that have no `TextEncoder` in their types. */
export function utf8Bytes(text: string): Uint8Array {
  return utf8ToBytes(text);
}
