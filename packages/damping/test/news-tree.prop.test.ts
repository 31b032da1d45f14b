import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NewsOrder, NewsTree } from '../src/news-tree.ts';
import type { WaitingNews } from '../src/waiting-news.ts';

const isBefore: NewsOrder = (a, b) =>
  a.transmissions === b.transmissions ? a.arrival > b.arrival : a.transmissions < b.transmissions;

function itemOf(arrival: number, sizeBytes: number): WaitingNews<number> {
  const item = { key: `${arrival}`, priority: 'normal', value: arrival, sizeBytes, arrival } as const;
  return { ...item, expiresAtMs: Infinity, transmissions: 0, waitingSinceMs: 0 };
}

/** The order of sending, as a sorted list: what the tree must agree with. */
class SortedList {
  readonly nodes: WaitingNews<number>[] = [];

  insert(item: WaitingNews<number>): void {
    this.nodes.push(item);
    this.nodes.sort((a, b) => a.transmissions - b.transmissions || b.arrival - a.arrival);
  }

  remove(item: WaitingNews<number>): void {
    this.nodes.splice(this.nodes.indexOf(item), 1);
  }
}

const operation = fc.oneof(
  fc.record({ type: fc.constant('insert' as const), sizeBytes: fc.nat(8) }),
  fc.record({ type: fc.constant('remove' as const), pick: fc.nat() }),
  fc.record({ type: fc.constant('transmit' as const), pick: fc.nat() }),
);

describe('NewsTree', () => {
  it('finds the same first and last items as a sorted list', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const tree = new NewsTree<number>(isBefore);
        const list = new SortedList();
        for (const [arrival, step] of operations.entries()) {
          if (step.type === 'insert') {
            const item = itemOf(arrival, step.sizeBytes);
            tree.insert(item);
            list.insert(item);
          } else if (list.nodes.length > 0) {
            const item = list.nodes[step.pick % list.nodes.length]!;
            tree.remove(item);
            list.remove(item);
            if (step.type === 'transmit') {
              item.transmissions += 1;
              tree.insert(item);
              list.insert(item);
            }
          }
          expect(tree.size).toBe(list.nodes.length);
          expect(tree.last()).toBe(list.nodes.at(-1));
          for (let sizeBytes = -1; sizeBytes <= 9; sizeBytes++) {
            expect(tree.firstUpTo(sizeBytes)).toBe(list.nodes.find((item) => item.sizeBytes <= sizeBytes));
            expect(tree.firstAbove(sizeBytes)).toBe(list.nodes.find((item) => item.sizeBytes > sizeBytes));
          }
        }
      }),
    );
  });

  it('stays shallow when items arrive in order and are transmitted', () => {
    const tree = new NewsTree<number>(isBefore);
    const items = Array.from({ length: 4_096 }, (_, arrival) => itemOf(arrival, 1));
    for (const item of items) tree.insert(item);
    // A random treap of n nodes is hardly ever deeper than 3 log2 n; a list would be 4096 deep.
    expect(tree.depth()).toBeLessThan(36);
    for (let turn = 0; turn < 6_000; turn++) {
      const item = items[(turn * 1_021) % items.length]!;
      tree.remove(item);
      item.transmissions += 1;
      tree.insert(item);
    }
    expect(tree.depth()).toBeLessThan(36);
  });
});
