import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keySlot, movedSlots, parseSlotRanges, SlotMap, type SlotMember, slotRangesOf } from '../src/index.ts';

const member = (name: string, epoch: number, ranges: string): SlotMember => ({
  name,
  epoch,
  ranges: parseSlotRanges(ranges)!,
});

describe('the slot map', () => {
  // [RedisCluster] «Rule 2: if a node advertises a slot with a greater configEpoch, it wins.»
  it('gives a slot to the higher epoch, and of equal ones to the smaller name', () => {
    const map = new SlotMap([member('b', 5, '0-10'), member('a', 4, '5-20'), member('c', 5, '10-12')]);
    expect([0, 5, 10, 11, 12, 13, 20, 21].map((slot) => map.ownerOf(slot))).toEqual([
      ...['b', 'b', 'b', 'c', 'c', 'a', 'a'],
      undefined,
    ]);
    expect(map.rangesOf('a')).toEqual([{ first: 13, last: 20 }]);
    expect(map.rangesOf('nobody')).toEqual([]);
    expect(map.uncovered()).toEqual([{ first: 21, last: 16_383 }]);
    expect(map.ownerOf(-1)).toBeUndefined();
    expect(map.ownerOfKey('foo')).toBeUndefined();
    expect(new SlotMap([member('a', 1, `${keySlot('foo')}`)]).ownerOfKey('foo')).toBe('a');
  });

  // [RedisCluster] Of two with one epoch, the one with the lexicographically smaller id moves to a new one.
  it('moves the smaller of two names with one epoch to the next epoch', () => {
    const map = new SlotMap([member('a', 7, '1'), member('b', 7, '2'), member('c', 9, '3'), member('d', 9, '')]);
    // Who has lost its slots does not take them back by the way.
    const lost = new SlotMap([member('a', 7, '1'), member('b', 7, '2'), member('c', 9, '1')]);
    expect(lost.epochAfterCollision('a')).toBeUndefined();
    expect(map.nextEpoch()).toBe(10);
    expect(['a', 'b', 'c', 'd', 'nobody'].map((name) => map.epochAfterCollision(name))).toEqual([
      10,
      ...[undefined, undefined, undefined, undefined],
    ]);
  });

  it('tells which slots moved, in ranges that cannot be joined', () => {
    const before = new SlotMap([member('a', 1, '0-100'), member('b', 1, '101-200')]);
    const after = new SlotMap([member('a', 1, '0-100'), member('b', 2, '50-60,101-150')]);
    expect(movedSlots(before, after)).toEqual([
      { first: 50, last: 60, before: 'a', after: 'b' },
      { first: 151, last: 200, before: 'b', after: undefined },
    ]);
    expect(movedSlots(after, after)).toEqual([]);
  });

  it('does not depend on the order in which claims are heard', () => {
    const claim = fc.record({ epoch: fc.nat(2), slots: fc.array(fc.nat(9)) });
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 5 }), (claims) => {
        const members = claims.map(({ epoch, slots }, index) => ({
          name: `n${index}`,
          epoch,
          ranges: slotRangesOf(slots),
        }));
        const [map, reversed] = [new SlotMap(members), new SlotMap([...members].reverse())];
        expect(movedSlots(map, reversed)).toEqual([]);
        for (let slot = 0; slot < 10; slot++) {
          const claimants = members.filter(({ ranges }) =>
            ranges.some(({ first, last }) => first <= slot && slot <= last),
          );
          const best = Math.max(...claimants.map(({ epoch }) => epoch));
          expect(map.ownerOf(slot)).toBe(claimants.find(({ epoch }) => epoch === best)?.name);
        }
      }),
    );
  });
});
