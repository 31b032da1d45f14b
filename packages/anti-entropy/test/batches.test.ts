import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BucketItem, batches, bucketBytes, bucketItemCountMax, bucketPieces, bucketsOf } from '../src/batches.ts';
import { MESSAGE_HEADER_BYTES } from '../src/config.ts';
import { prefixOf } from '../src/tree-shape.ts';

const itself = (size: number): number => size;
const item = (position: number, fingerprint = position): BucketItem => ({ position, fingerprint });
const rangeOf = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth);

describe('batches', () => {
  it.each([
    ['nothing', [], []],
    ['what fits exactly', [60, 40], [[60, 40]]],
    ['one byte too many', [60, 41], [[60], [41]]],
    ['an item that alone is too large', [10, 200, 10], [[10], [200], [10]]],
    ['only too large items', [200, 300], [[200], [300]]],
    ['several full ones', [50, 50, 50, 50, 50], [[50, 50], [50, 50], [50]]],
  ])('splits %s', (_what, sizes, expected) => {
    expect(batches(sizes, itself, MESSAGE_HEADER_BYTES + 100)).toEqual(expected);
  });

  it('loses nothing, keeps the order, and starts a batch only when the one before is full', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 50 }), (sizes) => {
        const split = batches(sizes, itself, MESSAGE_HEADER_BYTES + 100);
        expect(split.flat()).toEqual(sizes);
        const sums = split.map((batch) => batch.reduce((sum, size) => sum + size, 0));
        sums.forEach((sum, nth) => {
          if ((split[nth]?.length ?? 0) > 1) expect(sum).toBeLessThanOrEqual(100);
          const next = split[nth + 1]?.[0];
          if (next !== undefined) expect(sum + next).toBeGreaterThan(100);
        });
      }),
    );
  });
});

describe('bucketItemCountMax', () => {
  it.each([
    [256, 50],
    [1_100, 261],
    [65_000, 16_236],
  ])('of %i bytes is %i', (messageBytesMax, expected) => {
    expect(bucketItemCountMax(messageBytesMax)).toBe(expected);
    const bucket = (count: number) => ({ level: 0, index: 0, fingerprints: rangeOf(count) });
    expect(MESSAGE_HEADER_BYTES + bucketBytes(bucket(expected))).toBeLessThanOrEqual(messageBytesMax);
    expect(MESSAGE_HEADER_BYTES + bucketBytes(bucket(expected + 1))).toBeGreaterThan(messageBytesMax);
  });
});

describe('bucketsOf', () => {
  it('is one bucket when the items fit, also when there are none', () => {
    expect(bucketsOf(1, 5, [], 2, prefixOf)).toEqual([{ level: 1, index: 5, fingerprints: [] }]);
    expect(bucketsOf(1, 5, [item(0x5000_0000), item(0x5fff_ffff)], 2, prefixOf)).toEqual([
      { level: 1, index: 5, fingerprints: [0x5000_0000, 0x5fff_ffff] },
    ]);
  });

  it('is the buckets of all children when they do not fit: also an empty one says something', () => {
    const items = [item(0x5000_0000), item(0x5100_0000), item(0x5f00_0000)];
    const buckets = bucketsOf(1, 5, items, 2, prefixOf);
    expect(buckets.map(({ level, index }) => [level, index])).toEqual(rangeOf(16).map((nth) => [2, 0x50 + nth]));
    expect(buckets.filter(({ fingerprints }) => fingerprints.length > 0)).toEqual([
      { level: 2, index: 0x50, fingerprints: [0x5000_0000] },
      { level: 2, index: 0x51, fingerprints: [0x5100_0000] },
      { level: 2, index: 0x5f, fingerprints: [0x5f00_0000] },
    ]);
  });

  it('leaves out what cannot be told apart by position, and goes no deeper than positions do', () => {
    const buckets = bucketsOf(0, 0, [item(0xffff_ffff, 1), item(0xffff_ffff, 2), item(0xffff_ffff, 3)], 2, prefixOf);
    expect(buckets.at(-1)).toEqual({ level: 8, index: 0xffff_ffff, fingerprints: [1, 2] });
    expect(buckets).toHaveLength(8 * 15 + 1);
  });

  it('names every item once, in a bucket that it belongs to, and covers the node without overlap', () => {
    // Few leading digits, so that many share a prefix.
    const position = fc
      .array(fc.constantFrom(0, 1, 15), { minLength: 8, maxLength: 8 })
      .map((digits) => digits.reduce<number>((sum, digit) => sum * 16 + digit, 0));
    fc.assert(
      fc.property(
        fc.uniqueArray(position, { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (positions, countMax) => {
          const buckets = bucketsOf(
            0,
            0,
            positions.map((each) => item(each)),
            countMax,
            prefixOf,
          );
          const named = buckets.flatMap(({ fingerprints }) => fingerprints);
          expect(named.toSorted((a, b) => a - b)).toEqual(positions.toSorted((a, b) => a - b));
          let covered = 0;
          for (const { level, index, fingerprints } of buckets) {
            expect(fingerprints.length).toBeLessThanOrEqual(countMax);
            expect(fingerprints.every((fingerprint) => prefixOf(fingerprint, level) === index)).toBe(true);
            // Each begins where the one before has ended.
            expect(index * 16 ** (8 - level)).toBe(covered);
            covered += 16 ** (8 - level);
          }
          expect(covered).toBe(2 ** 32);
        },
      ),
    );
  });
});

describe('bucketPieces', () => {
  it.each([
    [0, 3, []],
    [1, 3, [[0]]],
    [3, 3, [[0, 1, 2]]],
    [4, 3, [[0, 1, 2], [3]]],
    [7, 3, [[0, 1, 2], [3, 4, 5], [6]]],
  ])('of %i fingerprints, %i at a time', (count, countMax, expected) => {
    const pieces = bucketPieces({ level: 2, index: 9, fingerprints: rangeOf(count) }, countMax);
    expect(pieces).toEqual(expected.map((fingerprints) => ({ level: 2, index: 9, fingerprints })));
  });
});
