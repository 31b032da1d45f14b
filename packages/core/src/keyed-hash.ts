/**
 * Keyed BLAKE2s (RFC 7693) with 128 bits, for one key and many short messages: the state after the key's block is kept, so
 * that a message of up to 64 bytes takes one compression instead of two, and nothing is allocated on the way.
 *
 * `keyedHash128` gives the same bytes; it does for single values.
 */

const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
const CHAIN_WORDS = 8;
const BYTES_PER_WORD = 4;
const OUTPUT_BYTES = 16;
const KEY_BYTES_MAX = 32;
const ROUND_COUNT = 10;
const UINT32_RANGE = 0x1_0000_0000;
/** Fan-out and depth of a hash without a tree, in the first word of the parameters. */
const SEQUENTIAL = 0x0101_0000;
const KEY_LENGTH_SHIFT = 8;

/** The first 32 bits of the fractional parts of the square roots of the first eight primes, as in SHA-256. */
const IV = Int32Array.from([2, 3, 5, 7, 11, 13, 17, 19], (prime) => Math.floor((Math.sqrt(prime) % 1) * UINT32_RANGE));

/** Order of the message words, sixteen for each round. RFC 7693 §2.7. */
const SCHEDULE = Uint8Array.from(
  [
    '0123456789abcdef',
    'ea489fd61c02b753',
    'b8c052fdae367194',
    '7931dcbe265a40f8',
    '905724afe1bc683d',
    '2c6a0b834d75fe19',
    'c51fed4a0763928b',
    'db7ec13950f4862a',
    '6fe9b308c2d714a5',
    'a2847615fb9e3cd0',
  ].join(''),
  (digit) => Number.parseInt(digit, BLOCK_WORDS),
);

// Scratch of the compression that is going on: it never outlasts a call, and one for each hash function of each node would
// take more than all else in them.
const CHAIN = new Int32Array(CHAIN_WORDS);
const WORDS = new Int32Array(BLOCK_WORDS);
const STATE = new Int32Array(BLOCK_WORDS);

/** A keyed hash function, to be used again and again. */
export class KeyedHash {
  /** The chaining value after the key's block, and behind it the hash of the empty message. */
  readonly #start = new Int32Array(CHAIN_WORDS + OUTPUT_BYTES / BYTES_PER_WORD);

  /** @param key at least one byte; of more than 32 the first 32. */
  constructor(key: Uint8Array) {
    const used = key.subarray(0, KEY_BYTES_MAX);
    // Without a message the key's block is the last one.
    for (const isLast of [true, false]) {
      CHAIN.set(IV);
      CHAIN[0] = (CHAIN[0] ?? 0) ^ (OUTPUT_BYTES | (used.length << KEY_LENGTH_SHIFT) | SEQUENTIAL);
      readBlock(used, 0);
      compress(BLOCK_BYTES, isLast);
      if (isLast) this.#start.set(CHAIN.subarray(0, OUTPUT_BYTES / BYTES_PER_WORD), CHAIN_WORDS);
      else this.#start.set(CHAIN);
    }
  }

  /** Writes the hash of `bytes` into the first four words of `target`, each in the order of the bytes, big-endian. */
  hashInto(target: Uint32Array, bytes: Uint8Array): void {
    const from = bytes.length === 0 ? CHAIN_WORDS : 0;
    for (let word = 0; word < CHAIN_WORDS; word++) CHAIN[word] = this.#start[from + word] ?? 0;
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const end = Math.min(bytes.length, at + BLOCK_BYTES);
      readBlock(bytes, at);
      compress(BLOCK_BYTES + end, end === bytes.length);
    }
    for (let word = 0; word < OUTPUT_BYTES / BYTES_PER_WORD; word++) target[word] = swapped(CHAIN[word] ?? 0);
  }
}

/** The block that begins at `from`, filled up with zeros, as little-endian words. */
function readBlock(bytes: Uint8Array, from: number): void {
  for (let word = 0; word < BLOCK_WORDS; word++) {
    const at = from + word * BYTES_PER_WORD;
    WORDS[word] =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  }
}

/** @param byteCount absorbed so far, this block included. */
function compress(byteCount: number, isLast: boolean): void {
  const state = STATE;
  state.set(CHAIN);
  state.set(IV, CHAIN_WORDS);
  state[12] = (state[12] ?? 0) ^ byteCount;
  state[13] = (state[13] ?? 0) ^ Math.floor(byteCount / UINT32_RANGE);
  if (isLast) state[14] = ~(state[14] ?? 0);
  for (let round = 0; round < ROUND_COUNT; round++) mixRound(state, WORDS, round * BLOCK_WORDS);
  for (let word = 0; word < CHAIN_WORDS; word++) {
    CHAIN[word] = (CHAIN[word] ?? 0) ^ (state[word] ?? 0) ^ (state[word + CHAIN_WORDS] ?? 0);
  }
}

/** Columns, then diagonals. */
function mixRound(state: Int32Array, words: Int32Array, row: number): void {
  mix(state, 0, 4, 8, 12, words, row);
  mix(state, 1, 5, 9, 13, words, row + 2);
  mix(state, 2, 6, 10, 14, words, row + 4);
  mix(state, 3, 7, 11, 15, words, row + 6);
  mix(state, 0, 5, 10, 15, words, row + 8);
  mix(state, 1, 6, 11, 12, words, row + 10);
  mix(state, 2, 7, 8, 13, words, row + 12);
  mix(state, 3, 4, 9, 14, words, row + 14);
}

/** The quarter round G with two words of the message. RFC 7693 §3.1. */
function mix(state: Int32Array, a: number, b: number, c: number, d: number, words: Int32Array, row: number): void {
  const x = words[SCHEDULE[row] as number] as number;
  const y = words[SCHEDULE[row + 1] as number] as number;
  let [va, vb, vc, vd] = [state[a] as number, state[b] as number, state[c] as number, state[d] as number];
  va = (va + vb + x) | 0;
  vd ^= va;
  vd = (vd >>> 16) | (vd << 16);
  vc = (vc + vd) | 0;
  vb ^= vc;
  vb = (vb >>> 12) | (vb << 20);
  va = (va + vb + y) | 0;
  vd ^= va;
  vd = (vd >>> 8) | (vd << 24);
  vc = (vc + vd) | 0;
  vb ^= vc;
  vb = (vb >>> 7) | (vb << 25);
  state[a] = va;
  state[b] = vb;
  state[c] = vc;
  state[d] = vd;
}

/** The four bytes in the other order, unsigned. */
function swapped(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
