import { utf8Bytes } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MerkleTree } from '../src/index.ts';
import { HASH_KEY } from './world.ts';

/** Enough that trees gain and lose a level: sixteen leaves of 64 records on average. */
const KEY_COUNT = 1_400;
const change = fc.record({ isCopy: fc.boolean(), from: fc.nat(KEY_COUNT), count: fc.nat(400), version: fc.nat(3) });

/** A tree and what should be in it; version 0 is none. */
class Pair {
  readonly content: Map<string, number>;
  readonly tree: MerkleTree;
  constructor(tree: MerkleTree, content: Iterable<readonly [string, number]>) {
    this.tree = tree;
    this.content = new Map(content);
  }

  put(key: string, version: number): void {
    if (version === 0) this.tree.delete(key);
    else this.tree.set(key, utf8Bytes(`${key}=${version}`));
    if (version === 0) this.content.delete(key);
    else this.content.set(key, version);
  }

  copy(): Pair {
    return new Pair(this.tree.copy(), this.content);
  }

  expectWhole(): void {
    const anew = new Pair(emptyTree(), []);
    for (const [key, version] of this.content) anew.put(key, version);
    const { tree } = this;
    expect([tree.count, tree.rootSum()]).toEqual([anew.tree.count, anew.tree.rootSum()]);
    for (let index = 0; index < 8; index++) {
      expect(tree.sketch.cellAt(index)).toEqual(anew.tree.sketch.cellAt(index));
      expect(tree.sumsAt(1, index)).toEqual(anew.tree.sumsAt(1, index));
    }
    for (const key of this.content.keys()) expect(tree.keyOf(tree.slotOf(key) ?? -1)).toBe(key);
    expect(tree.slotsBelow(0, 0, KEY_COUNT, 0)).toHaveLength(this.content.size);
    for (let leaf = 0; leaf < tree.leafCount; leaf++) expect(tree.verifyLeaf(leaf)).toBe(false);
  }
}

const emptyTree = (): MerkleTree => new MerkleTree(2, HASH_KEY, 8);

describe('a copy of a tree', () => {
  it('is a tree of its own, whatever becomes of either', () => {
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 900, max: 1_100 }),
        (steps, size) => {
          const first = new Pair(emptyTree(), []);
          for (let nth = 0; nth < size; nth++) first.put(`k${nth}`, 1);
          const second = first.copy();
          const third = second.copy();
          for (const { isCopy, from, count, version } of steps) {
            for (let nth = from; nth < from + count; nth++)
              (isCopy ? second : first).put(`k${nth % KEY_COUNT}`, version);
          }
          for (const pair of [first, second, third]) pair.expectWhole();
        },
      ),
      { numRuns: 15 },
    );
  });
});
