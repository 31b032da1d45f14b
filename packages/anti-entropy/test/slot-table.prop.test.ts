import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLOT_CAPACITY_MIN } from '../src/config.ts';
import { SlotTable } from '../src/slot-table.ts';

const LEAF_COUNT = 4;
const LANE_COUNT = 4;

interface Held {
  readonly position: number;
  readonly leaf: number;
  readonly mark: number;
}

/** Many more keys than the capacity that a table starts with, so that it grows; few leaves, so that lists are long. */
const operation = fc.record({
  do: fc.constantFrom('add' as const, 'add' as const, 'remove' as const),
  key: fc.nat(200).map((nth) => (nth === 0 ? '' : `k${nth}`)),
  position: fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
  leaf: fc.nat(LEAF_COUNT - 1),
});

/** Everything that a table can be asked, by key. */
const contentOf = (table: SlotTable): Map<string, Held> => {
  const content = new Map<string, Held>();
  for (let leaf = 0; leaf < LEAF_COUNT; leaf++) {
    for (const slot of table.slotsOf(leaf)) {
      const key = table.keyOf(slot);
      if (content.has(key)) expect.fail(`${key} is in two lists, or twice in one`);
      expect(table.slotOf(key)).toBe(slot);
      content.set(key, { position: table.positionOf(slot), leaf, mark: table.lanes[slot * LANE_COUNT] ?? 0 });
    }
  }
  return content;
};
const sorted = (content: ReadonlyMap<string, Held>): [string, Held][] =>
  [...content].toSorted(([a], [b]) => (a < b ? -1 : 1));

describe('SlotTable', () => {
  it('holds what a map would hold, after any operations', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 500, size: 'max' }), (operations) => {
        const table = new SlotTable(LEAF_COUNT);
        const model = new Map<string, Held>();
        let peak = 0;
        operations.forEach((step, nth) => {
          const held = model.get(step.key);
          const slot = table.slotOf(step.key);
          expect(slot !== undefined).toBe(held !== undefined);
          if (step.do === 'add' && held === undefined) {
            const added = table.add(step.key, step.position, step.leaf);
            peak = Math.max(peak, added + 1);
            // A slot that is used again has no digest left.
            const lanes = table.lanes.subarray(added * LANE_COUNT, (added + 1) * LANE_COUNT);
            expect([...lanes]).toEqual([0, 0, 0, 0]);
            lanes.fill(nth + 1);
            model.set(step.key, { position: step.position, leaf: step.leaf, mark: nth + 1 });
            // The youngest is first.
            expect(table.slotsOf(step.leaf).next().value).toBe(added);
          } else if (step.do === 'remove' && slot !== undefined && held !== undefined) {
            table.remove(slot, held.leaf);
            model.delete(step.key);
          }
        });
        expect(sorted(contentOf(table))).toEqual(sorted(model));
        // Slots are used again: no more of them than there were records at one time.
        expect(peak).toBeLessThanOrEqual(201);
      }),
    );
  });

  it('uses removed slots again before it grows', () => {
    const table = new SlotTable(1);
    for (let nth = 0; nth < SLOT_CAPACITY_MIN; nth++) table.add(`k${nth}`, nth, 0);
    const { lanes } = table;
    for (let round = 0; round < 10; round++) {
      for (let nth = 0; nth < SLOT_CAPACITY_MIN; nth++) table.remove(table.slotOf(`k${nth}`)!, 0);
      expect([...table.slotsOf(0)]).toEqual([]);
      for (let nth = 0; nth < SLOT_CAPACITY_MIN; nth++) table.add(`k${nth}`, nth, 0);
    }
    expect(table.lanes).toBe(lanes);
    table.add('one more', 0, 0);
    expect(table.lanes).not.toBe(lanes);
    expect(table.lanes).toHaveLength(1.5 * lanes.length);
  });

  it('takes out the first, the middle and the last of a list', () => {
    for (const removed of ['a', 'b', 'c']) {
      const table = new SlotTable(2);
      for (const key of ['a', 'b', 'c']) table.add(key, 0, 1);
      table.remove(table.slotOf(removed)!, 1);
      const left = [...table.slotsOf(1)].map((slot) => table.keyOf(slot));
      expect(left).toEqual(['c', 'b', 'a'].filter((key) => key !== removed));
      expect([...table.slotsOf(0)]).toEqual([]);
      expect(table.slotOf(removed)).toBeUndefined();
    }
  });
});
