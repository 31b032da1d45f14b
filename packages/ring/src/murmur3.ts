/**
 * Tokens as Cassandra's Murmur3Partitioner computes them: the first half of MurmurHash3_x64_128 with seed 0, signed.
 * [Murmur3]
 *
 * Deviation: [Murmur3] takes the bytes of the tail as unsigned. Cassandra's has always taken them as signed, and every
 * token in the field depends on it; for text of ASCII characters there is no difference.
 *
 * 64-bit numbers are pairs of 32-bit halves here, because bigints would make a hash ten times slower.
 */

/** Reused between calls: the halves of the last product. */
interface Pair {
  high: number;
  low: number;
}

const BLOCK_BYTES = 16;
const WORD_BYTES = 8;
const C1: Readonly<Pair> = { high: 0x87c37b91, low: 0x114253d5 };
const C2: Readonly<Pair> = { high: 0x4cf5ad43, low: 0x2745937f };
const MIX1: Readonly<Pair> = { high: 0xff51afd7, low: 0xed558ccd };
const MIX2: Readonly<Pair> = { high: 0xc4ceb9fe, low: 0x1a85ec53 };
const H1_ADDEND = 0x52dce729;
const H2_ADDEND = 0x38495ab5;
/** No key has this token: the ring would have no range for it. Cassandra gives it the greatest instead. */
const TOKEN_NONE = -(2n ** 63n);
/** The greatest token. */
export const TOKEN_MAX: bigint = 2n ** 63n - 1n;
/** The least token. */
export const TOKEN_MIN: bigint = TOKEN_NONE + 1n;

/** The token of a key: -2^63+1 … 2^63-1. */
export function murmur3Token(bytes: Uint8Array): bigint {
  const { high, low } = murmur3FirstHalf(bytes);
  const token = BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  return token === TOKEN_NONE ? TOKEN_MAX : token;
}

function murmur3FirstHalf(bytes: Uint8Array): Pair {
  const h1: Pair = { high: 0, low: 0 };
  const h2: Pair = { high: 0, low: 0 };
  const k: Pair = { high: 0, low: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blockEnd = bytes.length - (bytes.length % BLOCK_BYTES);
  for (let offset = 0; offset < blockEnd; offset += BLOCK_BYTES) {
    readWord(view, offset, k);
    mixIn(k, h1, C1, 31, C2);
    rotate(h1, 27);
    add(h1, h2.high, h2.low);
    timesFivePlus(h1, H1_ADDEND);
    readWord(view, offset + WORD_BYTES, k);
    mixIn(k, h2, C2, 33, C1);
    rotate(h2, 31);
    add(h2, h1.high, h1.low);
    timesFivePlus(h2, H2_ADDEND);
  }
  readTail(bytes, blockEnd + WORD_BYTES, bytes.length, k);
  mixIn(k, h2, C2, 33, C1);
  readTail(bytes, blockEnd, Math.min(blockEnd + WORD_BYTES, bytes.length), k);
  mixIn(k, h1, C1, 31, C2);
  h1.low ^= bytes.length;
  h2.low ^= bytes.length;
  add(h1, h2.high, h2.low);
  add(h2, h1.high, h1.low);
  finish(h1);
  finish(h2);
  add(h1, h2.high, h2.low);
  return h1;
}

/** Little-endian. */
function readWord(view: DataView, offset: number, into: Pair): void {
  into.low = view.getInt32(offset, true);
  into.high = view.getInt32(offset + WORD_BYTES / 2, true);
}

/** Up to eight bytes, each shifted to its place as a signed number: a negative one flips all bits above it. */
function readTail(bytes: Uint8Array, start: number, end: number, into: Pair): void {
  into.high = 0;
  into.low = 0;
  for (let offset = start; offset < end; offset++) {
    const signed = ((bytes[offset] ?? 0) << 24) >> 24;
    const bits = (offset - start) * WORD_BYTES;
    if (bits < 32) {
      into.low ^= signed << bits;
      into.high ^= bits === 0 ? signed >> 31 : signed >> (32 - bits);
    } else {
      into.high ^= signed << (bits - 32);
    }
  }
}

/** k ×= first; rotate; × second; h ^= k. */
function mixIn(k: Pair, h: Pair, first: Readonly<Pair>, rotation: number, second: Readonly<Pair>): void {
  multiply(k, first);
  rotate(k, rotation);
  multiply(k, second);
  h.high ^= k.high;
  h.low ^= k.low;
}

function finish(h: Pair): void {
  h.low ^= h.high >>> 1;
  multiply(h, MIX1);
  h.low ^= h.high >>> 1;
  multiply(h, MIX2);
  h.low ^= h.high >>> 1;
}

function rotate(value: Pair, bits: number): void {
  const { high, low } = value;
  if (bits < 32) {
    value.high = (high << bits) | (low >>> (32 - bits));
    value.low = (low << bits) | (high >>> (32 - bits));
  } else {
    value.high = (low << (bits - 32)) | (high >>> (64 - bits));
    value.low = (high << (bits - 32)) | (low >>> (64 - bits));
  }
}

function add(value: Pair, high: number, low: number): void {
  const sum = (value.low >>> 0) + (low >>> 0);
  value.low = sum | 0;
  value.high = (value.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
}

/** value × 5 + addend: 5 is 4 + 1. */
function timesFivePlus(value: Pair, addend: number): void {
  const { high, low } = value;
  value.high = (high << 2) | (low >>> 30);
  value.low = low << 2;
  add(value, high, low);
  add(value, 0, addend);
}

/** The low 64 bits of a product, by halves of 16 bits where a carry may come out. */
function multiply(value: Pair, by: Readonly<Pair>): void {
  const { high, low } = value;
  const a0 = low & 0xffff;
  const a1 = low >>> 16;
  const b0 = by.low & 0xffff;
  const b1 = by.low >>> 16;
  const low0 = a0 * b0;
  const middle = a1 * b0 + (low0 >>> 16);
  const cross = a0 * b1 + (middle & 0xffff);
  const carry = a1 * b1 + Math.floor(middle / 0x1_0000) + Math.floor(cross / 0x1_0000);
  value.low = ((cross & 0xffff) << 16) | (low0 & 0xffff);
  value.high = (carry + Math.imul(high, by.low) + Math.imul(low, by.high)) | 0;
}
