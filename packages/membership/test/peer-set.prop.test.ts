import { Rng } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerSet } from '../src/index.ts';
import { inOrder } from './small-domain.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const name = fc.constantFrom(...NAMES);
const setOf = (names: readonly string[]): PeerSet => {
  const peers = new PeerSet();
  for (const each of names) peers.add(each);
  return peers;
};

describe('PeerSet', () => {
  it('is a set', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), name), { maxLength: 40, size: 'max' }), (turns) => {
        const peers = new PeerSet();
        const model = new Set<string>();
        for (const [isAdded, id] of turns) {
          if (isAdded) {
            expect(peers.add(id)).toBe(!model.has(id));
            model.add(id);
          } else expect(peers.delete(id)).toBe(model.delete(id));
          expect(peers.size).toBe(model.size);
          for (const other of NAMES) expect(peers.has(other)).toBe(model.has(other));
          const values = [...peers.values()];
          expect(inOrder(values)).toEqual(inOrder(model));
          expect(Array.from({ length: peers.size }, (_, index) => peers.at(index))).toEqual(values);
          expect(peers.at(peers.size)).toBeUndefined();
        }
      }),
    );
  });

  it('samples as many distinct ids as there are and as are asked for, and none that is excluded', () => {
    fc.assert(
      fc.property(fc.subarray(NAMES), fc.subarray(NAMES), fc.integer({ min: -1, max: 7 }), fc.integer(), (...given) => {
        const [members, excluded, count, seed] = given;
        const peers = setOf(members);
        const picked = peers.sample(new Rng(seed), count, (id) => excluded.includes(id));
        const eligible = members.filter((id) => !excluded.includes(id));
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked.length).toBe(Math.max(0, Math.min(count, eligible.length)));
        for (const id of picked) expect(eligible).toContain(id);
        expect([...peers.values()]).toEqual(members);
      }),
    );
  });

  it('samples each id with the same chance at each place, also after deletions and around the excluded', () => {
    const peers = setOf(['x', ...NAMES, 'excluded']);
    peers.delete('x');
    const rng = new Rng(4);
    const rounds = 20_000;
    const places = new Map(NAMES.map((id) => [id, [0, 0]]));
    for (let round = 0; round < rounds; round++) {
      for (const [place, id] of peers.sample(rng, 2, (other) => other === 'excluded').entries()) {
        places.get(id)![place]! += 1;
      }
    }
    // Standard deviation of a binomial with p = 1/5 is 57: six of them.
    for (const counts of places.values()) {
      for (const count of counts) expect(Math.abs(count - rounds / 5)).toBeLessThan(340);
    }
  });

  it('draws one number for each pick, and one more for each excluded id that it meets', () => {
    const peers = setOf(NAMES);
    const [used, counted] = [new Rng(9), new Rng(9)];
    let metCount = 0;
    const picked = peers.sample(used, 2, (id) => {
      metCount += 1;
      return id === 'a' || id === 'b';
    });
    expect(picked).toHaveLength(2);
    counted.sample(NAMES, metCount);
    expect(used.uint32()).toBe(counted.uint32());
  });
});
