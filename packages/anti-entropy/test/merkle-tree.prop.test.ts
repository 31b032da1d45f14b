import { utf8Bytes } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MerkleTree } from '../src/index.ts';
import { nodeCountAt, prefixOf } from '../src/tree-shape.ts';
import { HASH_KEY } from './world.ts';

const SALT = 12_345;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const digestOf = (tree: MerkleTree): string => `${hex(tree.rootSum())} ${tree.count}`;
const bytesOf = (key: string, version: number): Uint8Array => utf8Bytes(`${key}=${version}`);
const built = (content: Iterable<readonly [string, number]>, depth: number): MerkleTree => {
  const tree = new MerkleTree(depth, HASH_KEY);
  for (const [key, version] of content) tree.set(key, bytesOf(key, version));
  return tree;
};
const keysBelow = (tree: MerkleTree, level: number, index: number, start = 0): string[] =>
  tree
    .slotsBelow(level, index, 10_000, start)
    .map((slot) => tree.keyOf(slot))
    .toSorted((a, b) => (a < b ? -1 : 1));

const key = fc.nat(200).map((number) => `k${number}`);
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), key, version: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key, version: fc.constant(0) }) },
);
const operations = fc.array(operation, { maxLength: 300, size: 'max' });
const depth = fc.constantFrom(1, 2, 3);

describe('the tree', () => {
  it('equals a tree built from scratch, at every node, after any operations', () => {
    fc.assert(
      fc.property(operations, depth, (steps, levels) => {
        const content = new Map<string, number>();
        const tree = new MerkleTree(levels, HASH_KEY);
        for (const step of steps) {
          if (step.do === 'set') {
            tree.set(step.key, bytesOf(step.key, step.version));
            content.set(step.key, step.version);
          } else expect(tree.delete(step.key)).toBe(content.delete(step.key));
        }
        const expected = built(content, levels);
        expect(digestOf(tree)).toBe(digestOf(expected));
        expect(tree.depth).toBe(expected.depth);
        for (let level = 0; level <= expected.depth; level++) {
          for (let index = 0; index < nodeCountAt(level); index++) {
            if (tree.digestAt(level, index, SALT) !== expected.digestAt(level, index, SALT)) expect.fail(`${level}`);
            if (tree.countAt(level, index) > 0) {
              expect(keysBelow(tree, level, index)).toEqual(keysBelow(expected, level, index));
            }
          }
        }
        expect(keysBelow(tree, 0, 0)).toEqual([...content.keys()].toSorted((a, b) => (a < b ? -1 : 1)));
      }),
      { numRuns: 40 },
    );
  });

  it('gains a level when its leaves are full, up to its limit, and every level then sums up the one below', () => {
    const tree = new MerkleTree(3, HASH_KEY);
    const depths = new Map<number, number>();
    for (let count = 1; count <= 17_000; count++) {
      tree.set(`k${count}`, bytesOf(`k${count}`, 1));
      if (!depths.has(tree.depth)) depths.set(tree.depth, count);
    }
    expect([...depths]).toEqual([
      [1, 1],
      [2, 64 * 16 + 1],
      [3, 64 * 16 * 16 + 1],
    ]);
    for (let level = 0; level < tree.depth; level++) {
      for (let index = 0; index < nodeCountAt(level); index++) {
        const children = Array.from({ length: 16 }, (_, nth) => tree.countAt(level + 1, index * 16 + nth));
        if (children.reduce((sum, each) => sum + each) !== tree.countAt(level, index)) expect.fail(`${level} ${index}`);
      }
    }
    const shallow = built(
      Array.from({ length: 17_000 }, (_, index) => [`k${index + 1}`, 1] as const),
      2,
    );
    for (let level = 0; level <= 2; level++) {
      for (let index = 0; index < nodeCountAt(level); index++) {
        if (tree.digestAt(level, index, SALT) !== shallow.digestAt(level, index, SALT))
          expect.fail(`${level} ${index}`);
      }
    }
    expect(keysBelow(tree, 3, 7)).toEqual(keysBelow(shallow, 3, 7));
  });

  it('has the same root for the same content in any order', () => {
    const shuffled = fc
      .uniqueArray(fc.tuple(key, fc.nat(3)), { selector: ([name]) => name, maxLength: 50 })
      .chain((content) => fc.tuple(fc.constant(content), fc.shuffledSubarray(content, { minLength: content.length })));
    fc.assert(
      fc.property(shuffled, ([content, other]) => {
        expect(digestOf(built(other, 2))).toBe(digestOf(built(content, 2)));
      }),
    );
  });

  it('has another root after any single change, and the old one when it is undone', () => {
    const content = fc.uniqueArray(fc.tuple(key, fc.nat(3)), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(content, fc.nat(), (entries, nth) => {
        const tree = built(entries, 2);
        const before = digestOf(tree);
        const [name, version] = entries[nth % entries.length] ?? ['', 0];
        tree.set(name, bytesOf(name, version + 1));
        expect(digestOf(tree)).not.toBe(before);
        tree.set(name, bytesOf(name, version));
        expect(digestOf(tree)).toBe(before);
        tree.set('extra', bytesOf('extra', 0));
        expect(digestOf(tree)).not.toBe(before);
        tree.delete('extra');
        tree.delete(name);
        expect(digestOf(tree)).not.toBe(before);
        expect(digestOf(tree)).toBe(
          digestOf(
            built(
              entries.filter(([other]) => other !== name),
              2,
            ),
          ),
        );
      }),
    );
  });

  it('gives a prefix the same digest whatever its own depth', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 60 }), (keys) => {
        const content = keys.map((name) => [name, 1] as const);
        const [shallow, deep] = [built(content, 1), built(content, 3)];
        for (let index = 0; index < nodeCountAt(1); index++) {
          expect(shallow.digestAt(1, index, SALT)).toBe(deep.digestAt(1, index, SALT));
          for (let child = 0; child < 16; child++) {
            expect(keysBelow(shallow, 2, index * 16 + child)).toEqual(keysBelow(deep, 2, index * 16 + child));
          }
        }
      }),
    );
  });

  it('lists the whole of a node from any start, and no more than it may look at', () => {
    const tree = built(
      Array.from({ length: 500 }, (_, index) => [`k${index}`, 1] as const),
      2,
    );
    for (const start of [0, 1, 0x8000_0000, 0xffff_ffff]) {
      expect(keysBelow(tree, 0, 0, start)).toHaveLength(500);
      for (const [level, index] of [
        [0, 0],
        [1, 3],
        [2, 77],
        [3, 77 * 16 + 5],
        [8, 0],
      ] as const) {
        const slots = tree.slotsBelow(level, index, 10_000, start);
        expect(slots.every((slot) => prefixOf(tree.positionOf(slot), level) === index)).toBe(true);
        expect(tree.slotsBelow(level, index, 7, start).length).toBeLessThanOrEqual(7);
        expect(tree.scanCountOf(level, index)).toBeGreaterThanOrEqual(slots.length);
      }
    }
    // Different starts look at different parts first: what a limit leaves out changes from session to session.
    expect(tree.slotsBelow(0, 0, 10, 0)).not.toEqual(tree.slotsBelow(0, 0, 10, 0x8000_0000));
  });

  it('spreads keys evenly over its leaves, and differently under another key', () => {
    const content = Array.from({ length: 4_096 }, (_, index) => [`user:${index}`, 1] as const);
    const tree = built(content, 2);
    const counts = Array.from({ length: 256 }, (_, leaf) => tree.countAt(2, leaf));
    expect(Math.max(...counts)).toBeLessThan(40);
    expect(Math.min(...counts)).toBeGreaterThan(2);
    const other = new MerkleTree(2, utf8Bytes('another'));
    for (const [name, version] of content) other.set(name, bytesOf(name, version));
    expect(counts).not.toEqual(Array.from({ length: 256 }, (_, leaf) => other.countAt(2, leaf)));
    expect(digestOf(other)).not.toBe(digestOf(tree));
  });
});

describe('salted digests', () => {
  it('change with the salt, the content and the count', () => {
    const tree = built([['a', 1]], 1);
    const fingerprint = tree.fingerprintOf(tree.slotsBelow(0, 0, 1, 0)[0] ?? 0, 1);
    expect(tree.digestAt(0, 0, 1)).toBe(fingerprint);
    expect(tree.digestAt(0, 0, 2)).not.toBe(fingerprint);
    expect(built([['a', 2]], 1).digestAt(0, 0, 1)).not.toBe(fingerprint);
    expect(built([], 1).digestAt(0, 0, 1)).not.toBe(fingerprint);
  });
});

describe('a tree that shrinks', () => {
  it('loses a level when its leaves are nearly empty, not as soon as it has fewer records than when it gained it', () => {
    const tree = new MerkleTree(3, HASH_KEY);
    const depths = new Map<number, number>();
    for (let count = 1; count <= 1_025; count++) tree.set(`k${count}`, bytesOf(`k${count}`, 1));
    for (let count = 1_025; count > 100; count--) {
      depths.set(tree.depth, count);
      tree.delete(`k${count}`);
    }
    expect([...depths]).toEqual([
      [2, 256],
      [1, 101],
    ]);
    const expected = built(
      Array.from({ length: 100 }, (_, nth) => [`k${nth + 1}`, 1] as const),
      3,
    );
    expect(digestOf(tree)).toBe(digestOf(expected));
    expect(keysBelow(tree, 1, 3)).toEqual(keysBelow(expected, 1, 3));
  });
});

describe('nodes below the leaves', () => {
  it('are what a deeper tree has there', () => {
    const content = Array.from({ length: 1_500 }, (_, nth) => [`k${nth}`, nth % 3] as const);
    const [shallow, deep] = [built(content, 1), built(content, 2)];
    expect([shallow.depth, deep.depth]).toEqual([1, 2]);
    for (let index = 0; index < 256; index++) {
      expect(shallow.digestAt(2, index, SALT)).toBe(deep.digestAt(2, index, SALT));
      expect(shallow.sumsAt(2, index)).toEqual(deep.sumsAt(2, index));
    }
    for (let parent = 0; parent < 16; parent++) {
      expect(shallow.childDigests(2, parent, SALT)).toEqual(deep.childDigests(2, parent, SALT));
    }
    const [slot = 0] = shallow.slotsBelow(8, shallow.positionOf(0), 10, 0);
    expect(shallow.slotsAt(shallow.positionOf(slot))).toEqual([slot]);
    expect(shallow.slotAt(shallow.positionOf(slot), shallow.elementOf(slot))).toBe(slot);
    expect(shallow.slotAt(shallow.positionOf(slot), shallow.elementOf(slot) + 1)).toBeUndefined();
  });
});

describe('a leaf that is wrong', () => {
  it('is put right, with all above it, and a right one is left alone', () => {
    const content = Array.from({ length: 2_000 }, (_, nth) => [`k${nth}`, 1] as const);
    const [tree, expected] = [built(content, 2), built(content, 2)];
    const leaf = prefixOf(tree.positionOf(7), 2);
    for (const level of [2, 1, 0]) {
      const word = 8 * prefixOf(tree.positionOf(7), level) + 1;
      tree.wordsAt(level)[word]! += 9;
    }
    expect(digestOf(tree)).not.toBe(digestOf(expected));
    expect(tree.verifyLeaf(leaf ^ 1)).toBe(false);
    expect(tree.verifyLeaf(leaf)).toBe(true);
    expect(tree.verifyLeaf(leaf)).toBe(false);
    expect(digestOf(tree)).toBe(digestOf(expected));
    for (let index = 0; index < 16; index++) expect(tree.sumsAt(1, index)).toEqual(expected.sumsAt(1, index));
  });
});
