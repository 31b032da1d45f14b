/** Each test restates one sentence of a paper and cites it. Nothing else belongs in this file. */
import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { ProbeOrder } from '../src/index.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

function orderOf(names: readonly string[], seed = 1): ProbeOrder {
  const order = new ProbeOrder(new Rng(seed));
  for (const name of names) order.add(name);
  return order;
}

const turns = (order: ProbeOrder, count: number) => Array.from({ length: count }, () => order.next());

describe('[SWIM §4.3] round-robin probe target selection', () => {
  it('«ping targets are selected not randomly from this list, but in a round-robin fashion»', () => {
    const order = orderOf(NAMES);
    for (let traversal = 0; traversal < 50; traversal++) {
      expect(new Set(turns(order, NAMES.length))).toEqual(new Set(NAMES));
    }
  });

  it('«a newly joining member is inserted in the list at a position that is chosen uniformly at random»', () => {
    const rng = new Rng(2);
    const rounds = 6_000;
    const counts = new Map<number, number>();
    for (let round = 0; round < rounds; round++) {
      const order = new ProbeOrder(rng);
      for (const name of NAMES.slice(0, 5)) order.add(name);
      turns(order, 2);
      order.add('joiner');
      const index = turns(order, 4).indexOf('joiner');
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    // Of six positions, two are visited already. Then three turns remain, and the fourth begins the next traversal.
    for (const [index, expected] of [
      [0, 1 / 6],
      [1, 1 / 6],
      [2, 1 / 6],
      [3, 1 / 6 + (2 / 6) * (1 / 6)],
      [-1, (2 / 6) * (5 / 6)],
    ] as const) {
      // Standard deviation of a binomial is at most 35: six of them.
      expect(Math.abs((counts.get(index) ?? 0) - rounds * expected)).toBeLessThan(210);
    }
  });

  it('«after completing a traversal of the entire list, it rearranges the list to a random reordering»', () => {
    const order = orderOf(NAMES.slice(0, 3), 3);
    const counts = new Map<string, number>();
    for (let traversal = 0; traversal < 6_000; traversal++) {
      const key = turns(order, 3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Standard deviation of a binomial with p = 1/6 is 29: six of them.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(175);
  });

  it.each([1, 2, 3, 8])(
    'successive selections of one of %i members are at most 2n-1 turns apart, and often are',
    (n) => {
      const names = Array.from({ length: n }, (_, index) => `m${index}`);
      const order = orderOf(names, n);
      const lastTurns = new Map<string, number>();
      let gapMax = 0;
      for (let turn = 0; turn < 20_000; turn++) {
        const name = order.next()!;
        gapMax = Math.max(gapMax, turn - (lastTurns.get(name) ?? turn - 1));
        lastTurns.set(name, turn);
      }
      expect(gapMax).toBe(2 * n - 1);
    },
  );
});
