import { describe, expect, it } from 'vitest';
import { Rng } from '../src/index.ts';

describe('Rng', () => {
  it('gives the same numbers for the same seed and other numbers for another', () => {
    const numbers = (seed: number) => {
      const rng = new Rng(seed);
      return Array.from({ length: 20 }, () => rng.uint32());
    };
    expect(numbers(7)).toEqual(numbers(7));
    expect(numbers(7)).not.toEqual(numbers(8));
  });

  it('forks by label from the seed, so that draws of the parent do not shift its children', () => {
    const fresh = new Rng(1);
    const used = new Rng(1);
    used.uint32();
    expect(used.fork('swim').uint32()).toBe(fresh.fork('swim').uint32());
    expect(new Rng(1).fork('swim').uint32()).not.toBe(new Rng(1).fork('rumor').uint32());
  });

  it('samples distinct elements, each with the same chance at each place', () => {
    const rng = new Rng(3);
    const values = ['a', 'b', 'c', 'd', 'e'];
    const places = values.map(() => [0, 0]);
    const rounds = 20_000;
    for (let round = 0; round < rounds; round++) {
      const picked = rng.sample(values, 2);
      expect(new Set(picked).size).toBe(2);
      picked.forEach((value, place) => {
        const counts = places[values.indexOf(value)] as number[];
        counts[place] = (counts[place] ?? 0) + 1;
      });
    }
    // Standard deviation of a binomial with p = 1/5 is 57: six of them.
    for (const [first = 0, second = 0] of places) {
      expect(Math.abs(first - rounds / 5)).toBeLessThan(340);
      expect(Math.abs(second - rounds / 5)).toBeLessThan(340);
    }
  });

  it('samples all elements when asked for more than there are, and none of none', () => {
    expect(new Rng(1).sample([1, 2, 3], 9).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(new Rng(1).sample([], 3)).toEqual([]);
    expect(new Rng(1).pick([])).toBeUndefined();
  });

  it('permutes every order of four with the same chance, and leaves the list as it is', () => {
    const rng = new Rng(9);
    const values = Object.freeze([1, 2, 3, 4]);
    const counts = new Map<string, number>();
    for (let round = 0; round < 24_000; round++) {
      const order = [...rng.permutation(values)].join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // Standard deviation is 31: six of them.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(190);
  });

  it('permutes one by one: who stops early has paid for what it took, whatever the length', () => {
    const [used, counted] = [new Rng(2), new Rng(2)];
    const long = Array.from({ length: 100_000 }, (_, index) => index);
    const taken: number[] = [];
    for (const value of used.permutation(long)) {
      taken.push(value);
      if (taken.length === 3) break;
    }
    for (let index = 0; index < 3; index++) counted.below(long.length - index);
    expect(used.uint32()).toBe(counted.uint32());
    expect(taken).toEqual(new Rng(2).sample(long, 3));
    expect([...used.permutation([])]).toEqual([]);
  });

  it('shuffles every order of four with the same chance', () => {
    const rng = new Rng(5);
    const counts = new Map<string, number>();
    for (let round = 0; round < 24_000; round++) {
      const order = rng.shuffle([1, 2, 3, 4]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // Standard deviation is 31: six of them.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(190);
  });

  it('keeps below, chance, fraction and jitter within their ranges', () => {
    const rng = new Rng(11);
    const seen = new Set<number>();
    let hits = 0;
    for (let round = 0; round < 10_000; round++) {
      seen.add(rng.below(6));
      if (rng.chance(250)) hits += 1;
      const fraction = rng.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
      const jittered = rng.jittered(1_000, 100);
      expect(jittered >= 900 && jittered <= 1_100).toBe(true);
    }
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Math.abs(hits - 2_500)).toBeLessThan(260);
    expect(rng.chance(0)).toBe(false);
    expect(rng.chance(1_000)).toBe(true);
  });
});
