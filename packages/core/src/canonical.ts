/**
 * Canonical bytes of a record: what digests are computed over. Protobuf bytes are not canonical (unknown fields and
 * map order come and go), so each replica writes its records with this writer, field by field, in a fixed order.
 */
import { utf8Bytes } from './hash.ts';

const CAPACITY_BYTES = 256;
const UINT32_RANGE = 0x1_0000_0000;

/** Appends fixed-width big-endian integers and length-prefixed bytes. Reusable: `finish` resets it. */
export class CanonicalWriter {
  #bytes = new Uint8Array(CAPACITY_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** One byte, 0-255. */
  uint8(value: number): this {
    this.#grow(1);
    this.#view.setUint8(this.#length, value);
    this.#length += 1;
    return this;
  }

  /** Four bytes, 0 … 2^32-1. */
  uint32(value: number): this {
    this.#grow(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
    return this;
  }

  /** Eight bytes, an integer of 0 … 2^53-1: milliseconds of wall time fit. */
  uint53(value: number): this {
    return this.uint32(Math.floor(value / UINT32_RANGE)).uint32(value % UINT32_RANGE);
  }

  /** Length in four bytes, then the bytes. */
  bytes(value: Uint8Array): this {
    this.uint32(value.length);
    this.#grow(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** UTF-8, length-prefixed. */
  text(value: string): this {
    return this.bytes(utf8Bytes(value));
  }

  /** A copy of what was written; the writer starts over. */
  finish(): Uint8Array {
    const written = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return written;
  }

  #grow(moreBytes: number): void {
    const needBytes = this.#length + moreBytes;
    if (needBytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needBytes, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
