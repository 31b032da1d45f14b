import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { answerOf, isSeedContacted, isUnreachableContacted, type RoundCounts, roundTargets } from '../src/index.ts';
import { addressOf, tableOf } from './members.ts';

const digest = (generation: number, heartbeat: number) => ({ name: 'm', generation, heartbeat });

// [Cassandra] Gossiper: examineGossiper and its callers.
describe('the table of syn, ack and ack2', () => {
  it.each([
    ['equal', digest(2, 5), digest(2, 5), { kind: 'none' }],
    ['a later life', digest(3, 1), digest(2, 5), { kind: 'ask', request: digest(3, 0) }],
    ['an earlier life', digest(1, 9), digest(2, 5), { kind: 'tell', isWhole: true }],
    ['a higher heartbeat', digest(2, 6), digest(2, 5), { kind: 'ask', request: digest(2, 5) }],
    ['a lower heartbeat', digest(2, 4), digest(2, 5), { kind: 'tell', isWhole: false }],
    ['an unknown member', digest(2, 4), undefined, { kind: 'ask', request: digest(2, 0) }],
  ])('%s', (_case, theirs, ours, answer) => {
    expect(answerOf(theirs, ours)).toEqual(answer);
  });
});

const ROUND_COUNT = 20_000;

/** How often something happens, in all rounds. */
function share(happens: (rng: Rng) => boolean): number {
  const rng = new Rng(7);
  let count = 0;
  for (let round = 0; round < ROUND_COUNT; round++) if (happens(rng)) count += 1;
  return count / ROUND_COUNT;
}
const counts = (liveCount: number, unreachableCount: number, seedCount: number): RoundCounts => ({
  liveCount,
  unreachableCount,
  seedCount,
});

// [Cassandra] doGossipToUnreachableMember: probability U / (L + 1).
describe('an unreachable member', () => {
  it.each([
    [9, 1, 0.1],
    [9, 5, 0.5],
    [3, 3, 0.75],
    [3, 4, 1],
    [0, 2, 1],
    [5, 0, 0],
  ])('with %d live and %d unreachable is contacted with probability %d', (live, unreachable, expected) => {
    const measured = share((rng) => isUnreachableContacted(counts(live, unreachable, 0), rng));
    expect(Math.abs(measured - expected)).toBeLessThan(0.015);
  });
});

// [Cassandra] doGossipToSeed and maybeGossipToSeed: probability S / (L + U), always without a live member.
describe('a seed', () => {
  it.each([
    [9, 1, 1, false, 0.1],
    [9, 1, 3, false, 0.3],
    [2, 0, 3, false, 1],
    [0, 5, 1, false, 1],
    // The live member of the round was a seed, and there are at least as many live members as seeds.
    [9, 1, 3, true, 0],
    // The same with fewer: some seed may be on another island.
    [2, 8, 3, true, 0.3],
    [9, 1, 0, false, 0],
  ])(
    'with L=%d, U=%d, S=%d, just contacted: %s, has probability %d',
    (live, unreachable, seeds, isLiveSeed, expected) => {
      const measured = share((rng) => isSeedContacted(counts(live, unreachable, seeds), isLiveSeed, rng));
      expect(Math.abs(measured - expected)).toBeLessThan(0.015);
    },
  );
});

describe('a round', () => {
  const names = Array.from({ length: 10 }, (_, index) => `n-${index}`);

  it('contacts one live member, all of them equally often', () => {
    const table = tableOf('self', ...names);
    const rng = new Rng(3);
    const contacted = new Map<string, number>();
    let mostCount = 0;
    for (let round = 0; round < ROUND_COUNT; round++) {
      const targets = roundTargets(table, [], rng);
      mostCount = Math.max(mostCount, targets.length);
      for (const target of targets) contacted.set(target, (contacted.get(target) ?? 0) + 1);
    }
    expect(mostCount).toBe(1);
    expect(contacted.size).toBe(names.length);
    for (const count of contacted.values()) expect(Math.abs(count / ROUND_COUNT - 0.1)).toBeLessThan(0.01);
  });

  it('contacts only the dead and a seed when nobody lives', () => {
    const table = tableOf('self', 'a');
    table.judge('a', 'dead', 0);
    expect(roundTargets(table, ['s.test:1'], new Rng(1))).toEqual(['a', 's.test:1']);
    expect(roundTargets(table, [addressOf('a')], new Rng(1))).toEqual(['a']);
    expect(roundTargets(tableOf('self'), [], new Rng(1))).toEqual([]);
  });

  it('sends 1 + U/(L+1) + S/(L+U) messages in the mean', () => {
    const table = tableOf('self', ...names);
    for (const name of names.slice(0, 2)) table.judge(name, 'dead', 0);
    const rng = new Rng(5);
    let sentCount = 0;
    for (let round = 0; round < ROUND_COUNT; round++) sentCount += roundTargets(table, ['s.test:1'], rng).length;
    expect(Math.abs(sentCount / ROUND_COUNT - (1 + 2 / 9 + 1 / 10))).toBeLessThan(0.015);
  });
});
