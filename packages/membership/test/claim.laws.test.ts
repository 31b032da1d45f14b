import { CanonicalWriter } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { canonicalClaim } from '../src/claim.ts';
import { compareClaims, mergeClaims } from '../src/index.ts';
import { allClaims, claim } from './claims.ts';

const all = allClaims();
/** Indexes in the order of news: comparing numbers is quicker than comparing claims three million times. */
const sorted = all.toSorted(compareClaims);

describe('the order of claims, over the whole small domain', () => {
  it('is total: of any two different claims one is later, and the other way round it is earlier', () => {
    for (const a of all) {
      for (const b of all) {
        expect(Math.sign(compareClaims(a, b))).toBe(-Math.sign(compareClaims(b, a)) + 0);
        expect(compareClaims(a, b) === 0).toBe(a === b);
      }
    }
  });

  it('is transitive: every claim stands after all before it in the sorted list', () => {
    for (const [later, a] of sorted.entries()) {
      for (const b of sorted.slice(0, later)) if (compareClaims(a, b) <= 0) expect.fail(JSON.stringify([a, b]));
    }
  });

  it('makes the merge a join: commutative, associative, idempotent', () => {
    for (const a of all) {
      expect(mergeClaims(a, a)).toBe(a);
      for (const b of all) {
        const ab = mergeClaims(a, b);
        if (mergeClaims(b, a) !== ab) expect.fail(`not commutative: ${JSON.stringify([a, b])}`);
        for (const c of all) {
          if (mergeClaims(ab, c) !== mergeClaims(a, mergeClaims(b, c))) {
            expect.fail(`not associative: ${JSON.stringify([a, b, c])}`);
          }
        }
      }
    }
  });

  it('sees the same as the canonical bytes', () => {
    const writer = new CanonicalWriter();
    const bytes = new Set(all.map((each) => Buffer.from(canonicalClaim(each, writer)).toString('hex')));
    expect(bytes.size).toBe(all.length);
    const evidence = {
      accuser: 'x',
      grounds: { helperCount: 3, nackCount: 1, hasTriedStream: true, localHealth: 2 },
      endedAtSeconds: 9,
    };
    expect(compareClaims(claim(), claim(evidence))).toBe(0);
    expect(canonicalClaim(claim(evidence), writer)).toEqual(canonicalClaim(claim(), writer));
  });
});
