/** Consistent hashing: what moves, moves to who joins and from who leaves. Random members, few zones, few tokens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movedRanges, type RingMember, TokenRing, tokensOf } from '../src/index.ts';

const member: fc.Arbitrary<RingMember> = fc.record({
  name: fc.constantFrom(...'abcdefghij'),
  zone: fc.constantFrom('', 'east', 'west', 'north'),
  generation: fc.constant(1),
  tokens: fc.array(fc.bigInt({ min: -20n, max: 20n }), { minLength: 1, maxLength: 4 }),
});
const members = fc.uniqueArray(member, { maxLength: 8, selector: ({ name }) => name });
const count = fc.integer({ min: 1, max: 4 });
/** Tokens that no two share: who has a shared one is decided by name, and a member that leaves then leaves it to another. */
const distinct = members.map((all) =>
  all.map((each, index) => ({ ...each, tokens: each.tokens.map((token) => token * 16n + BigInt(index)) })),
);
/** Every place between two tokens of `member`, and beyond them. */
const EVERY_TOKEN = Array.from({ length: 44 }, (_, index) => BigInt(index - 22));
/** Of `distinct`: a multiple of 16 and what follows it lie in all the places there are, but for a few. */
const MANY_TOKENS = EVERY_TOKEN.flatMap((token) => [token * 16n + 2n, token * 16n + 9n]);

describe('the token ring', () => {
  it('is the same in whatever order its members are heard of', () => {
    fc.assert(
      fc.property(members, count, (all, replicaCount) => {
        const [ring, reversed] = [new TokenRing(all), new TokenRing([...all].reverse())];
        expect([...reversed.ranges(replicaCount)]).toEqual([...ring.ranges(replicaCount)]);
      }),
    );
  });

  it('has as many owners as it can, each once, and as many zones as it can', () => {
    fc.assert(
      fc.property(distinct, count, (all, replicaCount) => {
        const ring = new TokenRing(all);
        const zoneOf = new Map(all.map(({ name, zone }) => [name, zone]));
        const zoneCount = new Set(zoneOf.values()).size;
        for (const { owners } of ring.ranges(replicaCount)) {
          expect(new Set(owners).size).toBe(Math.min(replicaCount, all.length));
          const zones = new Set(owners.map((name) => zoneOf.get(name)));
          expect(zones.size).toBe(Math.min(owners.length, zoneCount));
        }
      }),
    );
  });

  it('moves no replica between two members that stay when one leaves or joins', () => {
    fc.assert(
      fc.property(distinct, count, fc.nat(7), (all, replicaCount, index) => {
        const leaver = all[index % Math.max(1, all.length)];
        if (leaver === undefined) return;
        const [full, rest] = [new TokenRing(all), new TokenRing(all.filter((each) => each !== leaver))];
        const wrong = MANY_TOKENS.filter((token) => {
          const before = full.ownersOfToken(token, replicaCount);
          const after = rest.ownersOfToken(token, replicaCount);
          // All that stay keep what they had; one who had it not comes in only where the leaver had it.
          const hasLost = before.some((name) => name !== leaver.name && !after.includes(name));
          const gainedCount = after.filter((name) => !before.includes(name)).length;
          return hasLost || gainedCount > (before.includes(leaver.name) ? 1 : 0);
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('tells of every range that moved, and of nothing else', () => {
    fc.assert(
      fc.property(members, members, count, (one, other, replicaCount) => {
        const [before, after] = [new TokenRing(one), new TokenRing(other)];
        const moved = movedRanges(before, after, replicaCount);
        const wrong = EVERY_TOKEN.filter((token) => {
          const hits = moved.filter(({ start, end }) =>
            start < end ? token > start && token <= end : token > start || token <= end,
          );
          const from = before.ownersOfToken(token, replicaCount).join();
          const to = after.ownersOfToken(token, replicaCount).join();
          const told = hits.map((hit) => `${hit.before.join()}>${hit.after.join()}`).join(' ');
          return told !== (from === to ? '' : `${from}>${to}`);
        });
        expect(wrong).toEqual([]);
      }),
    );
  });
});

describe('derived tokens', () => {
  it('spread keys evenly: no member has more than 1.4 times its share, of 20 with 128 tokens each', () => {
    const ring = new TokenRing(
      Array.from({ length: 20 }, (_, index) => {
        const name = `node-${index}`;
        return { name, zone: '', generation: 1, tokens: tokensOf(name, 128) };
      }),
    );
    const shares = new Map<string, number>();
    for (const { range, owners } of ring.ranges(1)) {
      const width = BigInt.asUintN(64, range.end - range.start);
      shares.set(owners[0]!, (shares.get(owners[0]!) ?? 0) + Number(width) / 2 ** 64);
    }
    const most = Math.max(...shares.values()) * 20;
    expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(most).toBeGreaterThan(1.05);
    expect(most).toBeLessThan(1.4);
  });
});
