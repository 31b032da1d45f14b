import { Rng } from '@hearsay/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerSet, ProbeOrder, type ZonedPeers, zonedSample } from '../src/index.ts';

const change = fc.record({ isAdded: fc.boolean(), id: fc.constantFrom(...'abcdefgh') });

function setOf(ids: Iterable<string>): PeerSet {
  const set = new PeerSet();
  for (const id of ids) set.add(id);
  return set;
}

describe('PeerSet', () => {
  it('is a set', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const [set, model] = [new PeerSet(), new Set<string>()];
        for (const { isAdded, id } of changes) {
          expect(isAdded ? set.add(id) : set.delete(id)).toBe(isAdded ? !model.has(id) : model.has(id));
          if (isAdded) model.add(id);
          else model.delete(id);
          expect([set.size, new Set(set.values()), set.has(id)]).toEqual([model.size, model, model.has(id)]);
        }
      }),
    );
  });

  it('samples distinct ids, none excluded, and as many as there are', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(10), fc.subarray([...'abcdefgh']), (seed, count, excluded) => {
        const sample = setOf('abcdefgh').sample(new Rng(seed), count, (id) => excluded.includes(id));
        expect(new Set(sample).size).toBe(sample.length);
        expect(sample.length).toBe(Math.min(count, 8 - excluded.length));
        expect(sample.filter((id) => excluded.includes(id))).toEqual([]);
      }),
    );
  });

  it('samples every id equally often', () => {
    const [set, rng, counts] = [setOf('abcdefgh'), new Rng(5), new Map<string, number>()];
    const draws = 8_000;
    for (let draw = 0; draw < draws; draw++) {
      for (const id of set.sample(rng, 3)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    // Binomial with p = 3/8: five standard deviations.
    const spread = 5 * Math.sqrt(draws * (3 / 8) * (5 / 8));
    for (const count of counts.values()) expect(Math.abs(count - (draws * 3) / 8)).toBeLessThan(spread);
  });
});

describe('a sample by zones', () => {
  const zoned = (near: string, far: string): ZonedPeers => ({
    peers: setOf(near + far),
    nearPeers: setOf(near),
    farPeers: setOf(far),
  });

  it('is distinct, has nobody excluded, is as large as it can be, and never only near', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), fc.nat(1_000), (seed, count, share) => {
        const picked = zonedSample(zoned('abcd', 'xyz'), new Rng(seed), count, share, (id) => id === 'a');
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked.length).toBe(Math.min(count, 6));
        expect(picked).not.toContain('a');
        if (count > 1) expect(picked.some((id) => 'xyz'.includes(id))).toBe(true);
      }),
    );
  });

  it('prefers its own zone by the share', () => {
    const rng = new Rng(9);
    let nearCount = 0;
    const draws = 10_000;
    for (let draw = 0; draw < draws; draw++) {
      const [picked = ''] = zonedSample(zoned('ab', 'cdefghij'), rng, 1, 600);
      if ('ab'.includes(picked)) nearCount += 1;
    }
    // Near by preference, or by chance among all ten: 0.6 + 0.4 × 0.2, within five standard deviations.
    expect(Math.abs(nearCount / draws - 0.68)).toBeLessThan(5 * Math.sqrt((0.68 * 0.32) / draws));
  });

  it('takes anybody where zones are not used', () => {
    const peers = setOf('abc');
    const picked = zonedSample({ peers, nearPeers: setOf(''), farPeers: setOf('') }, new Rng(1), 3, 1_000);
    expect(new Set(picked)).toEqual(new Set('abc'));
  });
});

describe('[SWIM §4.3] the order of probes', () => {
  it('gives each member one turn in each traversal, and turns at most 2n-1 apart', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, count) => {
        const order = new ProbeOrder(new Rng(seed));
        const ids = [...'abcdefghi'].slice(0, count);
        for (const id of ids) order.add(id);
        const turns = Array.from({ length: 6 * count }, () => order.next() ?? '');
        for (let from = 0; from < turns.length; from += count) {
          expect(new Set(turns.slice(from, from + count))).toEqual(new Set(ids));
        }
        for (const id of ids) {
          const places = turns.flatMap((turn, index) => (turn === id ? [index] : []));
          for (const [nth, place] of places.entries()) {
            expect(place - (places[nth - 1] ?? place - 1)).toBeLessThanOrEqual(2 * count - 1);
          }
        }
      }),
    );
  });

  it('keeps that bound for who stays, whoever comes and goes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(change, { minLength: 30, maxLength: 120 }), (seed, changes) => {
        const order = new ProbeOrder(new Rng(seed));
        order.add('stays');
        let waitedTurns = 0;
        let sizeMax = 1;
        for (const { isAdded, id } of changes) {
          if (isAdded) order.add(id);
          else order.delete(id);
          sizeMax = Math.max(sizeMax, order.size);
          waitedTurns = order.next() === 'stays' ? 0 : waitedTurns + 1;
          expect(waitedTurns).toBeLessThanOrEqual(2 * sizeMax - 2);
        }
      }),
    );
  });

  it('puts who comes anywhere: at each of the places equally often', () => {
    const counts = Array.from({ length: 5 }, () => 0);
    const draws = 10_000;
    for (let seed = 0; seed < draws; seed++) {
      const order = new ProbeOrder(new Rng(seed).fork('x'));
      for (const id of 'abcd') order.add(id);
      order.add('new');
      const place = Array.from({ length: 5 }, () => order.next()).indexOf('new');
      counts[place] = (counts[place] ?? 0) + 1;
    }
    const spread = 5 * Math.sqrt(draws * 0.2 * 0.8);
    for (const count of counts) expect(Math.abs(count - draws / 5)).toBeLessThan(spread);
  });

  it('has nobody when it is empty, and nobody that was taken out', () => {
    const order = new ProbeOrder(new Rng(1));
    expect(order.next()).toBeUndefined();
    for (const id of 'ab') order.add(id);
    order.delete('a');
    order.delete('a');
    expect([order.next(), order.next(), order.size]).toEqual(['b', 'b', 1]);
  });
});
