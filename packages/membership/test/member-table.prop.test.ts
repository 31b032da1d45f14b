import { CanonicalWriter } from '@hearsay/core';
import { arbitraryClaim } from '@hearsay/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalClaim } from '../src/claim.ts';
import {
  type Claim,
  isPresent,
  isSameLife,
  type MembershipConfig,
  MemberTable,
  membershipConfig,
  mergeClaims,
  type TableOwner,
} from '../src/index.ts';
import { inOrder, STATUSES } from './small-domain.ts';

/** Arbitrary claims have generations and ends of 0 to 2 s. */
const WALL_MS = 3_000;
const writer = new CanonicalWriter();
const hex = (claim: Claim | undefined): string =>
  claim === undefined ? 'none' : Buffer.from(canonicalClaim(claim, writer)).toString('hex');
const content = (table: MemberTable): string[] => inOrder([...table.keys()].map((name) => hex(table.get(name))));
const claims = fc.array(arbitraryClaim(), { maxLength: 40, size: 'max' });
const owner = fc.record({ name: fc.constantFrom('a', 'z'), zone: fc.constantFrom('', 'east') });

/** Everything that the table keeps in step is what a scan of its members finds. */
function expectInStep(table: MemberTable, { name: self, zone }: TableOwner): void {
  const held = [...table.members()].map(({ claim }) => claim);
  const others = held.filter(({ name }) => name !== self);
  const present = others.filter(isPresent);
  const names = (some: readonly Claim[]): string[] => inOrder(some.map(({ name }) => name));
  expect(table.recordCount).toBe(held.length);
  for (const status of STATUSES) {
    expect(table.countOf(status)).toBe(held.filter((claim) => claim.status === status).length);
  }
  expect(inOrder(table.peers.values())).toEqual(names(present));
  const isZoned = zone !== '';
  expect(inOrder(table.nearPeers.values())).toEqual(names(present.filter((claim) => isZoned && claim.zone === zone)));
  expect(inOrder(table.farPeers.values())).toEqual(names(present.filter((claim) => isZoned && claim.zone !== zone)));
  expect(inOrder(table.deadPeers.values())).toEqual(names(others.filter(({ status }) => status === 'dead')));
  expect(inOrder(table.tags.missing())).toEqual(
    names(held.filter((claim) => isPresent(claim) && claim.tagsDigest !== 0)),
  );
}

describe('MemberTable against a naive model', () => {
  it('holds the greatest claim about each member, and keeps counts, peers and missing tags in step', () => {
    fc.assert(
      fc.property(claims, owner, (heard, self) => {
        const table = new MemberTable(membershipConfig(), self);
        const model = new Map<string, Claim>();
        for (const claim of heard) {
          const held = model.get(claim.name);
          const outcome = table.merge(claim, WALL_MS, 0);
          const greatest = held === undefined ? claim : mergeClaims(held, claim);
          model.set(claim.name, greatest);
          expect(hex(table.get(claim.name))).toBe(hex(greatest));
          if (held === undefined) expect(outcome).toEqual({ kind: 'accepted', previous: undefined });
          else if (isSameLife(held, claim) && held.address !== claim.address) expect(outcome.kind).toBe('conflict');
          else expect(outcome.kind).toBe(greatest === held ? 'stale' : 'accepted');
          expectInStep(table, self);
        }
        expect(inOrder(table.keys())).toEqual(inOrder(model.keys()));
      }),
    );
  });

  it('is the same whatever the order and the number of times in which claims come', () => {
    const twice = claims.chain((heard) =>
      fc.tuple(fc.constant(heard), fc.shuffledSubarray([...heard, ...heard], { minLength: heard.length * 2 })),
    );
    fc.assert(
      fc.property(twice, owner, ([heard, shuffled], self) => {
        const [one, other] = [heard, shuffled].map((some) => {
          const table = new MemberTable(membershipConfig(), self);
          for (const claim of some) table.merge(claim, WALL_MS, 0);
          return table;
        });
        expect(content(one!)).toEqual(content(other!));
      }),
    );
  });

  it('never takes back news: what is stored only rises, also about the dead', () => {
    fc.assert(
      fc.property(claims, (heard) => {
        const table = new MemberTable(membershipConfig(), { name: 'z', zone: '' });
        for (const claim of heard) {
          const held = table.get(claim.name);
          table.merge(claim, WALL_MS, 0);
          const stored = table.get(claim.name)!;
          if (held !== undefined) expect(mergeClaims(held, stored)).toBe(stored);
          // Nobody is revived by older news: it takes a later life than the greatest that was ever claimed.
          expect(hex(mergeClaims(claim, stored))).toBe(hex(stored));
        }
      }),
    );
  });
});

describe('MemberTable at its limits', () => {
  /** So tight that every refusal happens: the wall clock is at 0 to 6 s, generations and ends at 0 to 2 s. */
  const config = fc.record<MembershipConfig>({
    memberCountMax: fc.constantFrom(1, 4),
    generationAheadMsMax: fc.constantFrom(1, 1_000),
    incarnationJumpMax: fc.constantFrom(1, 4),
    deadRetentionMs: fc.constantFrom(1, 1_000, 3_000),
  });
  /** So close to one another that the rare outcomes are not. */
  const close = fc
    .record({ claim: arbitraryClaim(), name: fc.constantFrom('a', 'b'), life: fc.nat(5) })
    .map(({ claim, name, life }) => ({ ...claim, name, generation: Math.trunc(life / 3), incarnation: life % 3 }));
  const turn = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(close, fc.nat(6_000)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('reap'), fc.nat(6_000)) },
  );

  it('stays in step and in bounds, leaves no trace of what it refuses, and tells its observer of each change', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(config, owner, fc.array(turn, { maxLength: 60, size: 'max' }), (limits, self, turns) => {
        const table = new MemberTable(membershipConfig(limits), self);
        const mirror = new Map<string, Claim>();
        let toldCount = 0;
        table.observe((name, claim) => {
          toldCount += 1;
          expect(table.get(name)).toBe(claim);
          if (claim === undefined) mirror.delete(name);
          else mirror.set(name, claim);
        });
        for (const [what, wallMs] of turns) {
          const before = new Map(mirror);
          toldCount = 0;
          if (typeof what === 'string') {
            const forgotten = table.reap(wallMs);
            expect(toldCount).toBe(forgotten.length);
            for (const name of forgotten)
              expect([name, before.has(name), mirror.has(name)]).toEqual([name, true, false]);
          } else {
            const outcome = table.merge(what, wallMs, 0);
            const isChanged = table.get(what.name) === what && before.get(what.name) !== what;
            expect(toldCount).toBe(isChanged ? 1 : 0);
            if (outcome.kind !== 'conflict') expect(isChanged).toBe(outcome.kind === 'accepted');
            seen.add(outcome.kind === 'refused' ? outcome.reason : outcome.kind);
          }
          expect(new Map([...table.members()].map(({ claim }) => [claim.name, claim]))).toEqual(mirror);
          expect([...mirror.keys()].filter((name) => name !== self.name).length).toBeLessThanOrEqual(
            limits.memberCountMax,
          );
          expectInStep(table, self);
        }
      }),
    );
    expect(inOrder(seen)).toEqual([
      'accepted',
      'conflict',
      'end-ahead',
      'expired',
      'generation-ahead',
      'incarnation-jump',
      'stale',
      'table-full',
    ]);
  });
});
