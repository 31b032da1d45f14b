/** What stands for a value where records are compared: itself, or its hash. */
import { HASH128_BYTES, KeyedHash, utf8Bytes } from '@hearsay/core';

/** Longest value that stands in the canonical bytes itself. Source: one block of BLAKE2s; a longer one is hashed. */
export const INLINE_VALUE_BYTES_MAX = 64;
/** Public: it only separates this hash from others. Digests over canonical bytes have the cluster's key. */
const VALUE_HASH_KEY = utf8Bytes('hearsay store value');
const BYTES_PER_WORD = 4;

/** Knows the value that it was asked for last: the tree of digests and the disk ask for the same one after the other. */
class ValueMarker {
  readonly #hash = new KeyedHash(VALUE_HASH_KEY);
  readonly #words = new Uint32Array(HASH128_BYTES / BYTES_PER_WORD);
  #value: WeakRef<Uint8Array> | undefined;
  #mark = new Uint8Array(0);

  mark(value: Uint8Array): Uint8Array {
    if (this.#value?.deref() === value) return this.#mark;
    this.#hash.hashInto(this.#words, value);
    const mark = new Uint8Array(HASH128_BYTES);
    const view = new DataView(mark.buffer);
    for (const [nth, word] of this.#words.entries()) view.setUint32(nth * BYTES_PER_WORD, word);
    this.#value = new WeakRef(value);
    this.#mark = mark;
    return mark;
  }
}

const MARKER = new ValueMarker();

/**
 * What stands for a value in canonical bytes: a short one itself, a long one as its length and 128-bit hash. Which of
 * the two it is, its own length tells only together with the length of the value. The value must not change, nor may the
 * mark be changed.
 */
export function valueMark(value: Uint8Array): Uint8Array {
  return value.length <= INLINE_VALUE_BYTES_MAX ? value : MARKER.mark(value);
}
