import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NewsNode, NewsTree } from '../src/news-tree.ts';

/** The order of sending, as a sorted list: what the tree must agree with. */
class SortedList {
  readonly nodes: NewsNode<number>[] = [];

  insert(node: NewsNode<number>): void {
    this.nodes.push(node);
    this.nodes.sort((a, b) => a.transmissions - b.transmissions || b.arrival - a.arrival);
  }

  remove(node: NewsNode<number>): void {
    this.nodes.splice(this.nodes.indexOf(node), 1);
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
        const tree = new NewsTree<number>();
        const list = new SortedList();
        for (const [arrival, step] of operations.entries()) {
          if (step.type === 'insert') {
            const node = new NewsNode(`${arrival}`, arrival, step.sizeBytes, arrival);
            tree.insert(node);
            list.insert(node);
          } else if (list.nodes.length > 0) {
            const node = list.nodes[step.pick % list.nodes.length]!;
            tree.remove(node);
            list.remove(node);
            if (step.type === 'transmit') {
              node.transmissions += 1;
              tree.insert(node);
              list.insert(node);
            }
          }
          expect(tree.size).toBe(list.nodes.length);
          expect(tree.last()).toBe(list.nodes.at(-1));
          for (let sizeBytes = -1; sizeBytes <= 9; sizeBytes++) {
            expect(tree.firstUpTo(sizeBytes)).toBe(list.nodes.find((node) => node.sizeBytes <= sizeBytes));
            expect(tree.firstAbove(sizeBytes)).toBe(list.nodes.find((node) => node.sizeBytes > sizeBytes));
          }
        }
      }),
    );
  });

  it('stays shallow when items arrive in order and are transmitted', () => {
    const tree = new NewsTree<number>();
    const nodes = Array.from({ length: 4_096 }, (_, arrival) => new NewsNode(`${arrival}`, arrival, 1, arrival));
    for (const node of nodes) tree.insert(node);
    const depth = (node: NewsNode<number> | undefined): number =>
      node === undefined ? 0 : 1 + Math.max(depth(node.left), depth(node.right));
    // The root of a treap is the node of the greatest weight. A random one of n nodes is hardly ever deeper than
    // 3 log2 n; a list would be 4096 deep.
    const root = nodes.reduce((a, b) => (a.weight > b.weight ? a : b));
    expect(depth(root)).toBeLessThan(36);
    for (let turn = 0; turn < 6_000; turn++) {
      const node = nodes[(turn * 1_021) % nodes.length]!;
      tree.remove(node);
      node.transmissions += 1;
      tree.insert(node);
    }
    expect(depth(root)).toBeLessThan(36);
  });
});
