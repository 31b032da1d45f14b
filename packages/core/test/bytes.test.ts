import { describe, expect, it } from 'vitest';
import { CanonicalWriter, hash32, keyedHash128, mix32, utf8Bytes, WallClock } from '../src/index.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('CanonicalWriter', () => {
  it('writes fixed-width big-endian integers and length-prefixed bytes', () => {
    const writer = new CanonicalWriter();
    const bytes = writer
      .uint8(1)
      .uint32(0xdeadbeef)
      .uint53(2 ** 53 - 1)
      .text('aé')
      .bytes(new Uint8Array([9]))
      .finish();
    expect(hex(bytes)).toBe('01deadbeef001fffffffffffff0000000361c3a90000000109');
  });

  it('grows, and starts over after finish', () => {
    const writer = new CanonicalWriter();
    expect(writer.bytes(new Uint8Array(10_000)).finish()).toHaveLength(10_004);
    expect(writer.finish()).toHaveLength(0);
  });

  it('tells apart what plain concatenation would not', () => {
    const written = (a: string, b: string) => hex(new CanonicalWriter().text(a).text(b).finish());
    expect(written('ab', 'c')).not.toBe(written('a', 'bc'));
  });
});

describe('hashes', () => {
  it('keyedHash128 is BLAKE2s with a key', () => {
    // Known answer: BLAKE2s-128 of the empty string, unkeyed.
    expect(hex(keyedHash128(new Uint8Array(0), new Uint8Array(0)))).toBe('64550d6ffe2c0a01a14aba1eade0200c');
    const message = utf8Bytes('x');
    expect(hex(keyedHash128(utf8Bytes('k1'), message))).not.toBe(hex(keyedHash128(utf8Bytes('k2'), message)));
  });

  it('hash32 and mix32 spread small differences over all bits', () => {
    const buckets = new Array<number>(16).fill(0);
    for (let index = 0; index < 16_000; index++) {
      const bucket = hash32(`node-${index}`) & 15;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // Standard deviation is 31: six of them.
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(190);
    expect(hash32('a')).not.toBe(hash32('a', 1));
    expect(mix32(0)).toBe(0);
    expect(mix32(1)).toBe(0x514e28b7);
  });
});

describe('WallClock', () => {
  it('is carried on by monotonic time between readings', () => {
    const clock = new WallClock(1_000_000, 50);
    expect(clock.at(80)).toBe(1_000_030);
    clock.set(900_000, 100);
    expect(clock.at(101)).toBe(900_001);
  });
});
