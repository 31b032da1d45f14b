import { Interner, NameMap } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('Interner', () => {
  it('gives a name one number while somebody holds it, and uses the number again afterwards', () => {
    const interner = new Interner();
    const a = interner.take('a');
    expect(interner.take('b')).not.toBe(a);
    expect(interner.take('a')).toBe(a);
    interner.release(a);
    expect(interner.numberOf('a')).toBe(a);
    interner.release(a);
    expect(interner.numberOf('a')).toBeUndefined();
    expect(interner.nameOf(a)).toBeUndefined();
    expect(interner.take('c')).toBe(a);
    expect(interner.nameOf(a)).toBe('c');
    expect(interner.size).toBe(2);
  });

  it('takes no notice of a release too many', () => {
    const interner = new Interner();
    const a = interner.take('a');
    interner.release(a);
    interner.release(a);
    interner.release(7);
    expect([interner.take('b'), interner.take('c')]).toEqual([a, a + 1]);
  });
});

describe('NameMap', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const turn = fc.record({ map: fc.nat(2), what: fc.constantFrom('set', 'set', 'delete'), name, value: fc.nat(3) });

  it('does what maps do, also when several share an interner, and gives every number back', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
        const interner = new Interner();
        const pairs = [0, 1, 2].map(() => ({ map: new NameMap<number>(interner), model: new Map<string, number>() }));
        for (const { map: index, what, name: key, value } of turns) {
          const { map, model } = pairs[index]!;
          if (what === 'delete') expect(map.delete(key)).toBe(model.delete(key));
          else {
            map.set(key, value);
            model.set(key, value);
          }
          for (const pair of pairs) {
            expect(pair.map.size).toBe(pair.model.size);
            expect(new Set(pair.map.keys())).toEqual(new Set(pair.model.keys()));
            expect([...pair.map.values()].toSorted((a, b) => a - b)).toEqual(
              [...pair.model.values()].toSorted((a, b) => a - b),
            );
            expect(pair.map.get(key)).toBe(pair.model.get(key));
            expect(pair.map.has(key)).toBe(pair.model.has(key));
          }
        }
        expect(interner.size).toBe(new Set(pairs.flatMap(({ model }) => [...model.keys()])).size);
        for (const { map, model } of pairs) for (const key of model.keys()) map.delete(key);
        expect(interner.size).toBe(0);
      }),
    );
  });

  it('copies: who writes first leaves the other as it was', () => {
    const interner = new Interner();
    const first = new NameMap<number>(interner);
    first.set('a', 1);
    first.set('b', 2);
    const second = first.copy();
    const third = second.copy();
    first.set('a', 3);
    second.delete('b');
    third.set('c', 4);
    const contentOf = (map: NameMap<number>) => [map.size, ...[...map.keys()].map((key) => `${key}${map.get(key)}`)];
    expect([first, second, third].map(contentOf)).toEqual([
      [2, 'a3', 'b2'],
      [1, 'a1'],
      [3, 'a1', 'b2', 'c4'],
    ]);
    for (const map of [first, second, third]) for (const key of [...map.keys()]) map.delete(key);
    expect(interner.size).toBe(0);
  });
});
