/** What others compute: a real Redis for slots, the drivers of Cassandra and the authors of MurmurHash3 for tokens. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, keySlot, murmur3Token, TOKEN_MAX, TOKEN_MIN } from '../src/index.ts';

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const recorded: readonly (readonly [string, number])[] = JSON.parse(
  readFileSync(new URL('vectors/slots.json', import.meta.url), 'utf8'),
);

describe('slots', () => {
  it('are those that redis-server 7.0.15 answers to CLUSTER KEYSLOT, for 1012 keys', () => {
    expect(recorded.length).toBe(1_012);
    expect(recorded.filter(([key]) => key.includes('{')).length).toBeGreaterThan(200);
    expect(recorded.map(([key]) => [key, keySlot(key)])).toEqual(recorded);
  });

  it('are the same for a text and for its bytes', () => {
    expect(keySlot(Buffer.from('{ключ}.x'))).toBe(keySlot('{ключ}.y'));
  });

  it('rest on CRC-16/XMODEM', () => {
    expect(crc16(ascii('123456789'))).toBe(0x31c3);
    expect(crc16(ascii(''))).toBe(0);
  });
});

describe('tokens', () => {
  // Of the tests that Cassandra's drivers share.
  it.each([
    ['123', -7468325962851647638n],
    ['\x00\xff\x10\xfa\x99'.repeat(10), 5837342703291459765n],
    ['\xfe'.repeat(8), -8927430733708461935n],
    ['\x10'.repeat(8), 1446172840243228796n],
    ['9223372036854775807', 7162290910810015547n],
  ])('of %j is that of Murmur3Partitioner', (key, token) => expect(murmur3Token(ascii(key))).toBe(token));

  // Of MurmurHash3_x64_128, first half.
  it.each([
    ['', 0n],
    ['hello', 0xcbd8a7b341bd9b02n],
    ['hello, world', 0x342fac623a5ebc8en],
    ['19 Jan 2038 at 3:14:07 AM', 0xb89e5988b737affcn],
    ['The quick brown fox jumps over the lazy dog.', 0xcd99481f9ee902c9n],
  ])('of %j is the first half of MurmurHash3', (key, hash) =>
    expect(murmur3Token(ascii(key))).toBe(BigInt.asIntN(64, hash)),
  );

  it('are what the same steps give in numbers of 64 bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const token = murmur3Token(bytes);
        expect(token).toBe(tokenOfBigints(bytes));
        expect(token >= TOKEN_MIN && token <= TOKEN_MAX).toBe(true);
      }),
    );
  });
});

/** MurmurHash3 word for word, slow and plain; the tail signed, as in Cassandra. */
function tokenOfBigints(bytes: Uint8Array): bigint {
  const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
  const rotated = (value: bigint, by: bigint): bigint => wrap((value << by) | (value >> (64n - by)));
  const [c1, c2] = [0x87c37b91114253d5n, 0x4cf5ad432745937fn];
  const first = (k: bigint): bigint => wrap(rotated(wrap(k * c1), 31n) * c2);
  const second = (k: bigint): bigint => wrap(rotated(wrap(k * c2), 33n) * c1);
  const finished = (value: bigint): bigint => {
    let hash = wrap((value ^ (value >> 33n)) * 0xff51afd7ed558ccdn);
    hash = wrap((hash ^ (hash >> 33n)) * 0xc4ceb9fe1a85ec53n);
    return hash ^ (hash >> 33n);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const signed = (start: number, end: number): bigint => {
    let word = 0n;
    for (let at = start; at < end; at++) word ^= BigInt.asIntN(8, BigInt(bytes[at]!)) << BigInt((at - start) * 8);
    return wrap(word);
  };
  let [h1, h2] = [0n, 0n];
  const end = bytes.length - (bytes.length % 16);
  for (let at = 0; at < end; at += 16) {
    h1 = wrap((rotated(h1 ^ first(view.getBigUint64(at, true)), 27n) + h2) * 5n + 0x52dce729n);
    h2 = wrap((rotated(h2 ^ second(view.getBigUint64(at + 8, true)), 31n) + h1) * 5n + 0x38495ab5n);
  }
  h2 ^= second(signed(end + 8, bytes.length));
  h1 ^= first(signed(end, Math.min(end + 8, bytes.length)));
  h1 ^= BigInt(bytes.length);
  h2 ^= BigInt(bytes.length);
  h1 = wrap(h1 + h2);
  h2 = wrap(h2 + h1);
  return BigInt.asIntN(64, wrap(finished(h1) + finished(h2)));
}
