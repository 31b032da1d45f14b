import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SUM_PRIME } from '../src/index.ts';
import { addMod, differenceOf, inverseMod, multiplyMod, type SparseSums, subtractMod } from '../src/sparse-sums.ts';

const element = fc.oneof(fc.constantFrom(0, 1, 2, 65_535, 65_536, SUM_PRIME - 1), fc.nat(SUM_PRIME - 1));
const big = (value: number): bigint => BigInt(value);
const P = big(SUM_PRIME);

describe('arithmetic modulo the prime', () => {
  it('is that of big integers', () => {
    fc.assert(
      fc.property(element, element, (a, b) => {
        expect(big(addMod(a, b))).toBe((big(a) + big(b)) % P);
        expect(big(subtractMod(a, b))).toBe((big(a) - big(b) + P) % P);
        expect(big(multiplyMod(a, b))).toBe((big(a) * big(b)) % P);
        expect(multiplyMod(a, inverseMod(a))).toBe(a === 0 ? 0 : 1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is of a prime', () => {
    for (let factor = 2; factor * factor <= SUM_PRIME; factor++) if (SUM_PRIME % factor === 0) expect.fail(`${factor}`);
  });
});

type Content = ReadonlyMap<number, number>;
const sumsOf = (content: Content): SparseSums => {
  let [sum, weighted, squared] = [0, 0, 0];
  for (const [place, value] of content) {
    sum = addMod(sum, value);
    weighted = addMod(weighted, multiplyMod(place, value));
    squared = addMod(squared, multiplyMod(place, multiplyMod(place, value)));
  }
  return { count: content.size, sum, weighted, squared };
};

describe('the difference of two sets', () => {
  const content = fc
    .uniqueArray(fc.tuple(element, element), { selector: ([place]) => place, maxLength: 50 })
    .map((entries) => new Map(entries));

  it('is found when they differ in one place, on either side or on both', () => {
    fc.assert(
      fc.property(content, element, fc.option(element), fc.option(element), (shared, place, ours, theirs) => {
        fc.pre((ours ?? 0) !== (theirs ?? 0));
        const [one, two] = [new Map(shared), new Map(shared)];
        for (const [side, value] of [
          [one, ours],
          [two, theirs],
        ] as const) {
          side.delete(place);
          if (value !== null) side.set(place, value);
        }
        expect(differenceOf(sumsOf(one), sumsOf(two))).toEqual({ place, excess: subtractMod(ours ?? 0, theirs ?? 0) });
      }),
      { numRuns: 500 },
    );
  });

  it('is none when they differ in more than one place', () => {
    const two = fc.tuple(fc.integer({ min: 1, max: SUM_PRIME - 1 }), fc.integer({ min: 1, max: SUM_PRIME - 1 }));
    fc.assert(
      fc.property(content, two, two, (shared, [place, other], [ours, theirs]) => {
        fc.pre(place !== other && !shared.has(place) && !shared.has(other));
        const sums = sumsOf(shared);
        expect(
          differenceOf(sumsOf(new Map([...shared, [place, ours]])), sumsOf(new Map([...shared, [other, theirs]]))),
        ).toBeUndefined();
        expect(
          differenceOf(sums, {
            ...sumsOf(new Map([...shared, [place, ours], [other, theirs]])),
            count: sums.count + 1,
          }),
        ).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('is none when the counts tell that it is more, or nothing tells that there is any', () => {
    const sums = sumsOf(new Map([[3, 4]]));
    expect(differenceOf(sums, { ...sums, count: 3 })).toBeUndefined();
    expect(differenceOf(sums, sums)).toBeUndefined();
    const { squared: _, ...old } = sumsOf(new Map([[3, 5]]));
    expect(differenceOf(sums, old)).toBeUndefined();
  });
});
