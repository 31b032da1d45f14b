import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AntiEntropyConfig } from '../src/index.ts';
import { Entries, type Faults, manyEntries, NO_FAULTS, World } from './world.ts';

const union = (...contents: readonly (readonly (readonly [string, number])[])[]): Map<string, number> =>
  new Entries(contents.flat()).content();

const key = fc.nat(400).map((number) => `k${number}`);
const content = fc.array(fc.tuple(key, fc.nat(2)), { maxLength: 200, size: 'max' });
const depthAny = fc.constantFrom(1, 2, 3, 4);
/** Small limits bite; both depths meet. */
const config: fc.Arbitrary<Partial<AntiEntropyConfig>> = fc.record({
  depth: depthAny,
  listedCountMax: fc.constantFrom(1, 4, 16),
  skippedLevelCountMin: fc.constantFrom(1, 64),
  messageBytesMax: fc.constantFrom(256, 1_100),
  sessionNodeCountMax: fc.constantFrom(4, 16, 256),
  sessionRecordCountMax: fc.constantFrom(3, 20, 1_024),
  sessionBytesMax: fc.constantFrom(50, 200, 1_048_576),
  answerScanCountMax: fc.constantFrom(8, 100, 16_384),
  messageEntryCountMax: fc.constant(1_000),
});
const faults: fc.Arbitrary<Faults> = fc.record({
  lossPerMille: fc.constantFrom(0, 100, 300),
  duplicatePerMille: fc.constantFrom(0, 300),
  delayMsMax: fc.constantFrom(1, 50),
});

describe('two replicas', () => {
  it('hold the union of both after one session on a perfect network', () => {
    fc.assert(
      fc.property(content, content, content, fc.nat(), depthAny, depthAny, (shared, left, right, seed, one, two) => {
        const world = new World(seed);
        world.add('a', new Entries([...shared, ...left]), ['b'], { depth: one });
        world.add('b', new Entries([...shared, ...right]), ['a'], { depth: two });
        world.command('a', { type: 'reconcile', peer: 'b' });
        world.run(800);
        const expected = union(shared, left, right);
        expect(world.node('a').replica.content()).toEqual(expected);
        expect(world.node('b').replica.content()).toEqual(expected);
        expect(world.areEqual()).toBe(true);
        expect(world.node('a').core.sessionCount).toBe(0);
        const ended = world.events.flatMap((event) => (event.type === 'session-ended' ? [event] : []));
        expect(new Set(ended.map(({ at }) => at))).toEqual(new Set(['a', 'b']));
        expect(ended.every(({ isComplete }) => isComplete)).toBe(true);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('converge whatever the limits, loss, duplicates and reordering', () => {
    fc.assert(
      fc.property(content, content, config, config, faults, fc.nat(), (left, right, one, two, network, seed) => {
        const world = new World(seed, network);
        world.add('a', new Entries(left), ['b'], one);
        world.add('b', new Entries(right), ['a'], two);
        world.command('a', { type: 'start' });
        world.command('b', { type: 'start' });
        expect(world.run(3_600_000, () => world.areEqual())).toBe(true);
        expect(world.node('a').replica.content()).toEqual(union(left, right));
        expect(world.node('b').replica.content()).toEqual(union(left, right));
        expect([world.node('a').core.ignoredCount, world.node('b').core.ignoredCount]).toEqual([0, 0]);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }, 60_000);

  it('make progress when half of all messages are lost', () => {
    const change = fc.tuple(fc.nat(600), fc.constantFrom(0, 2));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 30 }),
        depthAny,
        depthAny,
        fc.nat(),
        (changes, one, two, seed) => {
          const world = new World(seed, { lossPerMille: 500, duplicatePerMille: 0, delayMsMax: 10 });
          const changed = new Map(changes.map(([nth, version]) => [`key-${nth}`, version]));
          const right = manyEntries(500).map(([name, version]) => [name, changed.get(name) ?? version] as const);
          world.add('a', new Entries(manyEntries(500)), ['b'], { depth: one });
          world.add('b', new Entries([...right, ...changed]), ['a'], { depth: two });
          world.command('a', { type: 'start' });
          world.command('b', { type: 'start' });
          // A difference takes at most seven messages (probe, three digests, items, want, push), so one session of 128
          // brings it over, and each node has one per interval: 3600 of them miss it with a probability of 5e-13.
          expect(world.run(1_800 * 1_000, () => world.areEqual())).toBe(true);
          expect(world.node('b').replica.content()).toEqual(union(manyEntries(500), [...changed]));
        },
      ),
      { numRuns: 20, endOnFailure: true },
    );
  }, 60_000);

  it('converge while both keep changing, once the changes stop', () => {
    const world = new World(5, { lossPerMille: 200, duplicatePerMille: 100, delayMsMax: 20 });
    world.add('a', new Entries(manyEntries(1_000)), ['b']);
    world.add('b', new Entries(manyEntries(1_000)), ['a']);
    for (const id of ['a', 'b']) world.command(id, { type: 'start' });
    for (let write = 0; write < 200; write++) {
      world.run(write * 17);
      world.node(write % 2 === 0 ? 'a' : 'b').replica.merge({ key: `key-${(write * 37) % 1_500}`, version: write });
      if (write % 20 === 0) world.node('a').replica.forget(`key-${write}`);
    }
    expect(world.run(120_000, () => world.areEqual())).toBe(true);
    expect(world.node('a').replica.content()).toEqual(world.node('b').replica.content());
  });

  it('converge when an answer may look at hardly more records than a leaf holds', () => {
    for (let answerScanCountMax = 1; answerScanCountMax <= 32; answerScanCountMax++) {
      const world = new World(answerScanCountMax);
      const limits = { depth: 1, listedCountMax: 1, sketchCellCountMax: 1, answerScanCountMax };
      world.add('a', new Entries(manyEntries(160).slice(0, 120)), ['b'], limits);
      world.add('b', new Entries(manyEntries(160).slice(40)), ['a'], limits);
      for (const id of ['a', 'b']) world.command(id, { type: 'start' });
      expect(world.run(3_600_000, () => world.areEqual())).toBe(true);
    }
  });

  it('do the same again from the same seed', () => {
    const trace = (seed: number): string => {
      const world = new World(seed, { lossPerMille: 200, duplicatePerMille: 100, delayMsMax: 20 });
      world.add('a', new Entries(manyEntries(300)), ['b']);
      world.add('b', new Entries(manyEntries(100)), ['a']);
      for (const id of ['a', 'b']) world.command(id, { type: 'start' });
      world.run(5_000);
      return JSON.stringify(world.sent);
    };
    expect(trace(1)).toBe(trace(1));
    expect(trace(1)).not.toBe(trace(2));
  });
});

describe('many replicas', () => {
  it('converge pairwise, and then only probe', () => {
    const world = new World(3, { ...NO_FAULTS, lossPerMille: 100, delayMsMax: 10 });
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    ids.forEach((id, nth) => {
      world.add(id, new Entries([...manyEntries(100), [`own-${id}`, nth], ['fought-over', nth]]), ids);
    });
    for (const id of ids) world.command(id, { type: 'start' });
    expect(world.run(30_000, () => world.areEqual())).toBe(true);
    expect(world.node('a').replica.get('fought-over')?.version).toBe(7);
    expect(world.node('a').replica.recordCount).toBe(109);
    world.run(world.nowMs + 2_000);
    world.sent.length = 0;
    world.run(world.nowMs + 5_000);
    expect(new Set(world.sent.map(({ message }) => message.type))).toEqual(new Set(['probe', 'equal']));
  });
});
