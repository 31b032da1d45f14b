import { Rng } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoded, Sketch } from '../src/sketch.ts';
import { Entries, type Message, manyEntries, World } from './world.ts';

const word = fc.oneof(fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat(0xffff_ffff));
type Element = { readonly place: number; readonly element: number };
const sketchOf = (elements: readonly Element[], cellCount: number): Sketch => {
  const sketch = new Sketch(cellCount);
  for (const { place, element } of elements) sketch.change(place, element);
  return sketch;
};
const cellsOf = (sketch: Sketch) => Array.from({ length: sketch.cellCount }, (_, index) => sketch.cellAt(index));
const sorted = (elements: readonly Element[]): string[] =>
  elements.map(({ place, element }) => `${place} ${element}`).toSorted((a, b) => (a < b ? -1 : Number(a > b)));
const drawn = (rng: Rng, count: number): Element[] =>
  Array.from({ length: count }, () => ({ place: rng.uint32(), element: rng.uint32() }));

describe('a sketch', () => {
  it('is empty again when everything was taken out, and a prefix of a longer one', () => {
    const elements = fc.array(fc.record({ place: word, element: word }), { maxLength: 30 });
    fc.assert(
      fc.property(elements, (all) => {
        const sketch = sketchOf(all, 64);
        expect(cellsOf(sketch.prefix(20))).toEqual(cellsOf(sketchOf(all, 20)));
        for (const { place, element } of all.toReversed()) sketch.change(place, element);
        expect(cellsOf(sketch)).toEqual(cellsOf(new Sketch(64)));
      }),
    );
  });

  it('tells what only one side has, whatever both have', () => {
    for (let seed = 0; seed < 30; seed++) {
      const rng = new Rng(seed);
      const [shared, ours, theirs] = [drawn(rng, 500), drawn(rng, 9), drawn(rng, 11)];
      const difference = sketchOf([...shared, ...ours], 64);
      difference.subtract(cellsOf(sketchOf([...theirs, ...shared], 64)));
      const found = decoded(difference)!;
      expect(sorted(found)).toEqual(sorted([...ours, ...theirs]));
    }
  });

  it('needs 1.3 to 2 cells for each element that differs, as published', () => {
    for (const [differenceCount, trialCount, least, most] of [
      [2, 200, 1.3, 1.9],
      [20, 60, 1.45, 1.85],
      [200, 10, 1.3, 1.55],
    ] as const) {
      let cellCount = 0;
      for (let trial = 0; trial < trialCount; trial++) {
        const rng = new Rng(trial);
        const whole = sketchOf(drawn(rng, differenceCount), 600);
        let needed = differenceCount;
        while (decoded(whole.prefix(needed)) === undefined) needed += 1;
        cellCount += needed;
      }
      const perElement = cellCount / trialCount / differenceCount;
      expect(perElement).toBeGreaterThan(least);
      expect(perElement).toBeLessThan(most);
    }
  });

  it('made of anything is given up after as many rounds as it has cells', () => {
    const cell = fc.record({ place: word, element: word, check: word });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 40 }), (cells) => {
        const difference = sketchOf([], cells.length);
        difference.subtract(cells);
        const found = decoded(difference);
        if (found !== undefined) expect(found.length).toBeLessThanOrEqual(cells.length + 1);
      }),
    );
  });
});

/** Replicas of which the right one has newer versions of some records and some of its own. */
function pair(changedCount: number, cellCount: number, strategy: 'sketch' | 'auto' | 'full'): World {
  const world = new World(7);
  const right = manyEntries(3_000).map(([key], nth) => [key, nth < changedCount ? 2 : 1] as const);
  const config = { sketchCellCountMax: cellCount, answerScanCountMax: 100_000 };
  world.add('a', new Entries([...manyEntries(3_000), ['only left', 1]]), ['b'], config, undefined, strategy);
  world.add('b', new Entries([...right, ['only right', 1]]), ['a'], config, undefined, strategy);
  world.command('a', { type: 'reconcile', peer: 'b' });
  world.run(1_000);
  return world;
}
const typesIn = (world: World): Set<Message['type']> => new Set(world.sent.map(({ message }) => message.type));

describe('a session by sketch', () => {
  it('finds everything without a walk, and asks for more cells as it needs them', () => {
    for (const changedCount of [0, 1, 10, 100]) {
      const world = pair(changedCount, 4_096, 'sketch');
      expect(world.areEqual()).toBe(true);
      expect(typesIn(world)).not.toContain('digests');
      expect(world.events.findLast(({ type }) => type === 'session-ended')).toMatchObject({ isComplete: true });
    }
    expect(typesIn(pair(10, 4_096, 'sketch'))).toContain('more');
  });

  it('falls back to the walk when there are not enough cells, or none on one side', () => {
    for (const cellCount of [0, 4, 20]) {
      const world = pair(100, cellCount, 'sketch');
      expect(world.areEqual()).toBe(true);
      expect(typesIn(world)).toContain('digests');
    }
    const world = new World(1);
    world.add('a', new Entries(manyEntries(300)), ['b'], { sketchCellCountMax: 0 }, undefined, 'sketch');
    world.add('b', new Entries(manyEntries(299)), ['a'], { sketchCellCountMax: 64 }, undefined, 'sketch');
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(1_000);
    expect(world.areEqual()).toBe(true);
  });

  it('is what auto chooses for few differences, and the walk for many', () => {
    expect(typesIn(pair(1, 128, 'auto'))).toContain('cells');
    const world = pair(100, 128, 'auto');
    expect(world.areEqual()).toBe(true);
    // The next session expects as many differences as this one had.
    for (let nth = 0; nth < 100; nth++) world.node('b').replica.merge({ key: `key-${nth}`, version: 3 });
    world.sent.length = 0;
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(world.nowMs + 1_000);
    expect(world.areEqual()).toBe(true);
    expect(typesIn(world)).not.toContain('cells');
  });

  it('is not what full does: that lists everything', () => {
    const world = pair(10, 128, 'full');
    expect(world.areEqual()).toBe(true);
    expect(typesIn(world)).not.toContain('digests');
    expect(typesIn(world)).not.toContain('cells');
  });

  it('comes to an end when cells are lost, and when the replicas change meanwhile', () => {
    for (let seed = 0; seed < 10; seed++) {
      const world = new World(seed, { lossPerMille: 300, duplicatePerMille: 200, delayMsMax: 40 });
      const config = { sketchCellCountMax: 256 };
      world.add('a', new Entries(manyEntries(500)), ['b'], config, undefined, 'sketch');
      world.add('b', new Entries(manyEntries(450)), ['a'], config, undefined, 'sketch');
      for (const id of ['a', 'b']) world.command(id, { type: 'start' });
      for (let write = 0; write < 50; write++) {
        world.run(write * 20);
        world.node(write % 2 === 0 ? 'a' : 'b').replica.merge({ key: `key-${write * 7}`, version: write + 2 });
      }
      expect(world.run(60_000, () => world.areEqual())).toBe(true);
    }
  });
});
