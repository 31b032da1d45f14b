import { Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerCursor } from '../src/peer-cursor.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const nobody = (): boolean => false;
const cursorOver = (names: readonly string[], seed = 1): { cursor: PeerCursor; peers: PeerSet } => {
  const peers = new PeerSet();
  for (const name of names) peers.add(name);
  return { cursor: new PeerCursor(peers, new Rng(seed).fork('cursor')), peers };
};
const take = (cursor: PeerCursor, count: number): (string | undefined)[] =>
  Array.from({ length: count }, () => cursor.next(nobody));

describe('PeerCursor', () => {
  it('names nobody when there is nobody', () => {
    expect(cursorOver([]).cursor.next(nobody)).toBeUndefined();
  });

  it('names everyone once per traversal, each time in another order', () => {
    const { cursor } = cursorOver(NAMES);
    const traversals = Array.from({ length: 30 }, () => take(cursor, NAMES.length));
    for (const traversal of traversals) expect(new Set(traversal)).toEqual(new Set(NAMES));
    expect(new Set(traversals.map((traversal) => traversal.join(''))).size).toBeGreaterThan(20);
  });

  it('passes over who is busy, and comes back to them in the next traversal', () => {
    const { cursor } = cursorOver(NAMES);
    const isBusy = (name: string): boolean => name === 'c';
    const traversal = Array.from({ length: 5 }, () => cursor.next(isBusy));
    expect(new Set(traversal)).toEqual(new Set(['a', 'b', 'd', 'e', 'f']));
    expect(take(cursor, 6 + 6)).toContain('c');
  });

  it('names nobody when all are busy, and goes on when they no longer are', () => {
    const { cursor } = cursorOver(NAMES);
    expect(cursor.next(() => true)).toBeUndefined();
    expect(new Set(take(cursor, 6))).toEqual(new Set(NAMES));
  });

  it('does not name who has left, and names who has joined in the next traversal at the latest', () => {
    const operation = fc.oneof(
      fc.record({ do: fc.constantFrom('add' as const, 'delete' as const), name: fc.constantFrom(...NAMES) }),
      fc.record({ do: fc.constant('next' as const), name: fc.constant('') }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), fc.nat(), (operations, seed) => {
        const { cursor, peers } = cursorOver(NAMES.slice(0, 3), seed);
        for (const step of operations) {
          if (step.do === 'add') peers.add(step.name);
          else if (step.do === 'delete') peers.delete(step.name);
          else {
            const peer = cursor.next(nobody);
            if (peer === undefined) expect(peers.size).toBe(0);
            else expect(peers.has(peer)).toBe(true);
          }
        }
        // The rest of one traversal, and then a whole one.
        expect(new Set(take(cursor, 2 * NAMES.length)).size).toBe(Math.max(peers.size, 1));
      }),
    );
  });

  it('takes the same order from the same seed', () => {
    const orderOf = (seed: number): string => take(cursorOver(NAMES, seed).cursor, 12).join('');
    expect(orderOf(1)).toBe(orderOf(1));
    expect(orderOf(1)).not.toBe(orderOf(2));
  });
});
