import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndexedHeap } from '../src/indexed-heap.ts';

const operation = fc.record({
  type: fc.constantFrom('insert', 'insert', 'insert', 'remove', 'alter'),
  pick: fc.nat(19),
  key: fc.nat(30),
});

describe('IndexedHeap', () => {
  it('has the same first item, and the same order, as a sorted list', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 40, maxLength: 80 }), (operations) => {
        const items = Array.from({ length: 20 }, (_, id) => ({ id, key: 0 }));
        const inside = new Set<(typeof items)[number]>();
        const heap = new IndexedHeap<(typeof items)[number]>(
          (a, b) => a.key < b.key || (a.key === b.key && a.id < b.id),
        );
        for (const { type, pick, key } of operations) {
          const item = items[pick]!;
          const wasInside = inside.delete(item);
          if (type === 'insert' && wasInside) inside.add(item);
          else expect(heap.remove(item)).toBe(wasInside);
          if (type === 'insert' ? !wasInside : type === 'alter' && wasInside) {
            item.key = key;
            heap.insert(item);
            inside.add(item);
          }
          const sorted = [...inside].sort((a, b) => a.key - b.key || a.id - b.id);
          expect(heap.size).toBe(sorted.length);
          expect(heap.first()).toBe(sorted[0]);
          expect(heap.inOrder()).toEqual(sorted);
          expect(items.filter((each) => heap.has(each))).toEqual(items.filter((each) => inside.has(each)));
        }
        // Emptied from the top, it gives them in order.
        const rest = heap.inOrder();
        for (const each of rest) {
          expect(heap.first()).toBe(each);
          heap.remove(each);
        }
      }),
    );
  });

  it('moves an item on one path and no further', () => {
    let comparisonCount = 0;
    const heap = new IndexedHeap<number>((a, b) => {
      comparisonCount += 1;
      return a < b;
    });
    for (let item = 0; item < 4_096; item++) heap.insert((item * 1_597) % 4_096);
    comparisonCount = 0;
    for (let item = 0; item < 1_000; item++) {
      heap.remove((item * 7) % 4_096);
      heap.insert((item * 7) % 4_096);
    }
    // Up or down 12 levels for each of the two, two comparisons per level.
    expect(comparisonCount / 1_000).toBeLessThan(2 * 12 * 2);
  });
});
