import { Interner, NameList, Rng } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
const turn = fc.record({
  list: fc.nat(2),
  what: fc.constantFrom('push', 'push', 'pop', 'swap', 'copy'),
  at: fc.nat(11),
  to: fc.nat(11),
});

describe('NameList', () => {
  it('does what an array does, also when several share an interner, and gives every number back', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
        const interner = new Interner();
        const pairs = [0, 1, 2].map(() => ({ list: new NameList(interner), model: [] as string[] }));
        for (const { list: index, what, at, to } of turns) {
          const { list, model } = pairs[index]!;
          const name = NAMES[at]!;
          if (what === 'push' && !model.includes(name)) {
            list.push(name);
            model.push(name);
          } else if (what === 'pop') expect(list.pop()).toBe(model.pop());
          else if (what === 'swap' && Math.max(at, to) < model.length) {
            list.swap(at, to);
            [model[at], model[to]] = [model[to]!, model[at]!];
          } else if (what === 'copy') {
            const copy = { list: list.copy(), model: [...model] };
            while (pairs[to % 3]!.list.pop() !== undefined);
            pairs[to % 3] = copy;
          }
          for (const { list: held, model: expected } of pairs) {
            expect([...held.values()]).toEqual(expected);
            expect(Array.from(held.numbers, (number) => held.nameOf(number))).toEqual(expected);
            expect(NAMES.map((one) => held.positionOf(one) ?? -1)).toEqual(NAMES.map((one) => expected.indexOf(one)));
          }
        }
        for (const { list } of pairs) while (list.pop() !== undefined);
        expect(interner.size).toBe(0);
      }),
    );
  });

  it('shuffles evenly', () => {
    const rng = new Rng(1);
    const list = new NameList();
    for (const name of ['a', 'b', 'c']) list.push(name);
    const counts = new Map<string, number>();
    for (let round = 0; round < 6_000; round++) {
      list.shuffle(rng);
      const order = [...list.values()].join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Standard deviation of a binomial with p = 1/6 is 29: six of them.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(175);
  });
});
