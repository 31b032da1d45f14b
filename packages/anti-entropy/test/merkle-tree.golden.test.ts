/**
 * Digests of fixed content. Nodes of different versions compare them, so these values never change. They were computed
 * by a second implementation, in another language.
 */
import { utf8Bytes } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { MerkleTree } from '../src/index.ts';
import { Harness } from './harness.ts';

const hex = (number: number): string => number.toString(16).padStart(8, '0');

describe('the digests of fixed content', () => {
  const tree = new MerkleTree(2, utf8Bytes('a test'));
  for (const key of ['', 'a', 'ключ']) tree.set(key, utf8Bytes(`${key}=1`));
  const slots = tree.slotsBelow(0, 0, 3, 0);

  it('have this root', () => {
    expect(Buffer.from(tree.rootSum()).toString('hex')).toBe('a60eea7c07cbd1812717ce2ec88e5160');
    const { core } = new Harness({
      content: [
        ['', 1],
        ['a', 1],
        ['ключ', 1],
      ],
    });
    expect(core.rootDigest()).toBe('a60eea7c07cbd1812717ce2ec88e516000000003');
  });

  it('have these positions and fingerprints', () => {
    const found = new Map(
      slots.map((slot) => [tree.keyOf(slot), [tree.positionOf(slot), tree.fingerprintOf(slot, 1)]]),
    );
    expect(Object.fromEntries([...found].map(([key, numbers]) => [key, numbers.map(hex).join(' ')]))).toEqual({
      '': '69573693 503d9611',
      a: '15e38ac2 9918e508',
      ключ: '18bf0a93 1d3af245',
    });
  });

  it('have these digests under a salt', () => {
    expect([tree.digestAt(0, 0, 0), tree.digestAt(0, 0, 0xffff_ffff), tree.digestAt(1, 1, 1)].map(hex)).toEqual([
      '8dd47f5c',
      'a2d4c824',
      '0c3ae79e',
    ]);
  });

  it('are nothing without content', () => {
    expect(new Harness().core.rootDigest()).toBe('0'.repeat(40));
  });
});
