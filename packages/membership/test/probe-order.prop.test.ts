import { Rng } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProbeOrder } from '../src/index.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const turn = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ what: 'next' as const, name: '' }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('add', 'delete'), name: fc.constantFrom(...NAMES) }) },
);
const turns = fc.array(turn, { maxLength: 80, size: 'max' });

/** One stay of a member in the list. Who leaves and comes back begins another. */
interface Stay {
  readonly name: string;
  /** How often each stay has had a turn since this one had its last, or since it began. */
  readonly turnsOfOthers: Map<Stay, number>;
}

/** Plays turns, and tells of each `next` whose it was and who was there. */
function play(
  given: readonly { what: string; name: string }[],
  seed: number,
  onTurn: (stays: Set<Stay>, of: Stay) => void,
) {
  const order = new ProbeOrder(new Rng(seed));
  const stays = new Map<string, Stay>();
  for (const { what, name } of given) {
    if (what === 'add') {
      order.add(name);
      if (!stays.has(name)) stays.set(name, { name, turnsOfOthers: new Map() });
    } else if (what === 'delete') {
      order.delete(name);
      stays.delete(name);
    } else {
      const next = order.next();
      expect(next === undefined).toBe(stays.size === 0);
      if (next === undefined) continue;
      const stay = stays.get(next);
      // Never anybody who has left.
      if (stay === undefined) return expect.fail(`${next} is not there`);
      onTurn(new Set(stays.values()), stay);
    }
    expect(order.size).toBe(stays.size);
  }
}

describe('ProbeOrder, while members join and leave', () => {
  it('gives nobody three turns while another waits for one: turns are at most 2n-1 apart', () => {
    fc.assert(
      fc.property(turns, fc.integer(), (given, seed) => {
        play(given, seed, (stays, served) => {
          for (const stay of stays) {
            if (stay === served) continue;
            const count = (stay.turnsOfOthers.get(served) ?? 0) + 1;
            stay.turnsOfOthers.set(served, count);
            expect(count).toBeLessThanOrEqual(2);
          }
          // n is who was there at any time in between, and each of them had two turns at most.
          served.turnsOfOthers.clear();
        });
      }),
      { numRuns: 300 },
    );
  });

  it('visits each member once in each traversal, as soon as nobody joins or leaves any more', () => {
    fc.assert(
      fc.property(turns, fc.subarray(NAMES, { minLength: 1 }), fc.integer(), (given, names, seed) => {
        const order = new ProbeOrder(new Rng(seed));
        for (const { what, name } of given) {
          if (what === 'add') order.add(name);
          else if (what === 'delete') order.delete(name);
          else order.next();
        }
        for (const name of names) order.add(name);
        const { size } = order;
        const served = Array.from({ length: size * 5 }, () => order.next());
        // What is left of this traversal is no longer than a whole one; what follows are whole ones.
        const isWhole = (start: number): boolean => new Set(served.slice(start, start + size)).size === size;
        const starts = Array.from({ length: size }, (_, left) => [1, 2, 3, 4].map((each) => left + size * (each - 1)));
        expect(starts.some((whole) => whole.every(isWhole))).toBe(true);
      }),
    );
  });

  it('is a pure function of its seed', () => {
    const names = (seed: number): string[] => {
      const served: string[] = [];
      const given = [...NAMES.map((name) => ({ what: 'add', name })), ...Array(20).fill({ what: 'next', name: '' })];
      play(given, seed, (_, { name }) => served.push(name));
      return served;
    };
    expect(names(7)).toEqual(names(7));
    expect(names(7)).not.toEqual(names(8));
  });

  it('has nobody to probe when it is empty, before and after', () => {
    const order = new ProbeOrder(new Rng(1));
    expect(order.next()).toBeUndefined();
    order.add('a');
    order.add('a');
    expect([order.size, order.next(), order.next()]).toEqual([1, 'a', 'a']);
    order.delete('b');
    order.delete('a');
    expect([order.size, order.next()]).toEqual([0, undefined]);
  });
});
