import { CanonicalWriter } from '@hearsay/core';
import { arbitraryClaim, extremeClaim } from '@hearsay/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalClaim } from '../src/claim.ts';
import { type Claim, claimProblem, compareClaims, lifeAfter, mergeClaims } from '../src/index.ts';
import { ADDRESSES, ALL_CLAIMS, claimOfM } from './small-domain.ts';

const writer = new CanonicalWriter();
const hex = (claim: Claim): string => Buffer.from(canonicalClaim(claim, writer)).toString('hex');
const ofOneName = arbitraryClaim().map((claim) => ({ ...claim, name: 'm' }));
const legal = extremeClaim().filter((claim) => claimProblem(claim) === undefined);

describe('the order of claims', () => {
  it('over every pair of the small domain: total, and equal only to itself', () => {
    for (const a of ALL_CLAIMS) {
      for (const b of ALL_CLAIMS) {
        if (Math.sign(compareClaims(a, b)) !== -Math.sign(compareClaims(b, a)) + 0) expect.fail('antisymmetric');
        if ((compareClaims(a, b) === 0) !== (a === b)) expect.fail(`equal: ${hex(a)} ${hex(b)}`);
      }
    }
  });

  it('over every triple of the small domain: transitive', () => {
    for (const a of ALL_CLAIMS) {
      for (const b of ALL_CLAIMS) {
        if (compareClaims(a, b) > 0) continue;
        for (const c of ALL_CLAIMS) {
          if (compareClaims(b, c) <= 0 && compareClaims(a, c) > 0) expect.fail(`${hex(a)} ${hex(b)} ${hex(c)}`);
        }
      }
    }
  });

  it('goes by generation, incarnation, status, smaller address, zone, then tags', () => {
    const base = claimOfM({ generation: 5, incarnation: 5, status: 'suspect', zone: 'm', tagsDigest: 5 });
    const ascending: Claim[] = [
      { ...base, generation: 4, incarnation: 9, status: 'left' },
      { ...base, incarnation: 4, status: 'left' },
      { ...base, status: 'alive', zone: 'z' },
      { ...base, address: ADDRESSES[1], zone: 'z', tagsDigest: 9 },
      { ...base, zone: '', tagsDigest: 9 },
      { ...base, zone: 'east', tagsDigest: 9 },
      { ...base, tagsDigest: 0 },
      base,
      { ...base, tagsDigest: 0xffff_ffff },
      { ...base, zone: 'n', tagsDigest: 0 },
      { ...base, status: 'dead', address: ADDRESSES[1], zone: '', tagsDigest: 0 },
      { ...base, status: 'left', address: ADDRESSES[1], zone: '', tagsDigest: 0 },
      { ...base, incarnation: 6, status: 'alive' },
      { ...base, generation: 6, incarnation: 0, status: 'alive' },
    ];
    expect(ascending.toReversed().toSorted(compareClaims)).toEqual(ascending);
    for (const [index, claim] of ascending.slice(1).entries()) {
      expect(compareClaims(claim, ascending[index]!)).toBeGreaterThan(0);
    }
  });

  it('does not look at evidence: who accused, what was tried, and when it ended', () => {
    const claim = claimOfM({ status: 'dead' });
    const grounds = { helperCount: 3, nackCount: 2, hasTriedStream: true, localHealth: 1 };
    for (const evidence of [{ accuser: 'z' }, { grounds }, { endedAtSeconds: 9 }]) {
      expect(compareClaims({ ...claim, ...evidence }, claim)).toBe(0);
      expect(hex({ ...claim, ...evidence })).toBe(hex(claim));
    }
  });
});

describe('mergeClaims is a join, so the order of gossip does not matter', () => {
  it('over every triple of the small domain: commutative, associative, idempotent', () => {
    for (const a of ALL_CLAIMS) {
      if (mergeClaims(a, a) !== a) expect.fail('idempotent');
      for (const b of ALL_CLAIMS) {
        if (mergeClaims(a, b) !== mergeClaims(b, a)) expect.fail(`commutative: ${hex(a)} ${hex(b)}`);
        const both = mergeClaims(a, b);
        for (const c of ALL_CLAIMS) {
          if (mergeClaims(a, mergeClaims(b, c)) !== mergeClaims(both, c)) expect.fail('associative');
        }
      }
    }
  });

  it('over random claims, evidence aside', () => {
    fc.assert(
      fc.property(ofOneName, ofOneName, ofOneName, (a, b, c) => {
        expect(hex(mergeClaims(a, b))).toBe(hex(mergeClaims(b, a)));
        expect(hex(mergeClaims(a, mergeClaims(b, c)))).toBe(hex(mergeClaims(mergeClaims(a, b), c)));
        expect(mergeClaims(a, a)).toBe(a);
      }),
    );
  });
});

describe('canonical bytes', () => {
  it('are equal exactly when the claims are', () => {
    expect(new Set(ALL_CLAIMS.map(hex)).size).toBe(ALL_CLAIMS.length);
    fc.assert(
      fc.property(fc.oneof(arbitraryClaim(), extremeClaim()), arbitraryClaim(), (a, b) => {
        expect(hex(a) === hex(b)).toBe(a.name === b.name && compareClaims(a, b) === 0);
      }),
    );
  });

  it('keep fields apart: no text can move from one into the next', () => {
    const texts = fc.tuple(fc.constantFrom('', 'a', 'aa'), fc.constantFrom('', 'a', 'aa'), fc.constantFrom('', 'a'));
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const claims = [a, b].map(([name, address, zone]) => claimOfM({ name, address, zone }));
        expect(hex(claims[0]!) === hex(claims[1]!)).toBe(a.join('|') === b.join('|'));
      }),
    );
  });
});

describe('lifeAfter', () => {
  it('is above every claim of the life that it follows, so that it refutes whatever is claimed', () => {
    fc.assert(
      fc.property(legal, legal, (accusation, own) => {
        expect(compareClaims({ ...own, ...lifeAfter(accusation), status: 'alive' }, accusation)).toBeGreaterThan(0);
      }),
    );
  });
});
