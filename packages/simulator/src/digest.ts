/**
 * A running 64-bit digest over any plain values: two 32-bit lanes with different multipliers. Fast and unkeyed: it
 * tells whether two runs were the same, and is no protection against anyone.
 */
import { mix32 } from '@hearsay/core';

/** Structure below this depth is not looked at, so a value that contains itself does no harm. */
const DEPTH_MAX = 16;
const UINT32_RANGE = 0x1_0000_0000;

/** What precedes each value, so that `1` and `'1'`, `[]` and `{}` differ. */
const TAG = Object.freeze({
  nothing: 1,
  boolean: 2,
  integer: 3,
  number: 4,
  text: 5,
  bytes: 6,
  list: 7,
  object: 8,
  other: 9,
});

/** Takes words, numbers, texts, bytes and structures of them, in order. */
export class Digest {
  #low = 0x243f6a88;
  #high = 0x85a308d3;
  readonly #scratch = new DataView(new ArrayBuffer(8));

  /** Sixteen hexadecimal digits over everything taken so far. */
  get hex(): string {
    return hexOf(mix32(this.#high ^ mix32(this.#low))) + hexOf(mix32(this.#low + mix32(this.#high)));
  }

  /** 32 bits. */
  word(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x9e3779b1);
    this.#low = (this.#low << 13) | (this.#low >>> 19);
    this.#high = Math.imul((this.#high + value) ^ (this.#high >>> 15), 0x85ebca6b);
  }

  number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) < UINT32_RANGE && !Object.is(value, -0)) {
      this.word(value < 0 ? -TAG.integer : TAG.integer);
      return this.word(value);
    }
    this.#scratch.setFloat64(0, value);
    this.word(TAG.number);
    this.word(this.#scratch.getUint32(0));
    this.word(this.#scratch.getUint32(4));
  }

  text(value: string): void {
    this.word(TAG.text);
    this.word(value.length);
    for (let index = 0; index < value.length; index++) this.word(value.charCodeAt(index));
  }

  bytes(value: Uint8Array): void {
    this.word(TAG.bytes);
    this.word(value.length);
    const wholeLength = value.length & ~3;
    for (let index = 0; index < wholeLength; index += 4) {
      const word = (value[index] as number) | ((value[index + 1] as number) << 8);
      this.word(word | ((value[index + 2] as number) << 16) | ((value[index + 3] as number) << 24));
    }
    for (let index = wholeLength; index < value.length; index++) this.word(value[index] as number);
  }

  /** Anything made of primitives, bytes, arrays, maps, sets and objects' own fields. Functions count as their kind. */
  value(value: unknown, depth = 0): void {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return this.number(value);
      case 'boolean':
        this.word(TAG.boolean);
        return this.word(value ? 1 : 0);
      case 'undefined':
        return this.word(TAG.nothing);
      case 'object':
        return value === null ? this.word(-TAG.nothing) : this.#structure(value, depth);
      default:
        this.word(TAG.other);
        return this.text(typeof value === 'bigint' ? String(value) : typeof value);
    }
  }

  #structure(value: object, depth: number): void {
    if (value instanceof Uint8Array) return this.bytes(value);
    if (depth >= DEPTH_MAX) return this.word(TAG.other);
    if (Array.isArray(value)) return this.#list(value, value.length, depth);
    if (value instanceof Map || value instanceof Set) return this.#list(value, value.size, depth);
    this.word(TAG.object);
    for (const key of Object.keys(value)) {
      this.text(key);
      this.value((value as { readonly [field: string]: unknown })[key], depth + 1);
    }
    this.word(-TAG.object);
  }

  #list(values: Iterable<unknown>, count: number, depth: number): void {
    this.word(TAG.list);
    this.word(count);
    for (const value of values) this.value(value, depth + 1);
  }
}

function hexOf(word: number): string {
  return word.toString(16).padStart(8, '0');
}
