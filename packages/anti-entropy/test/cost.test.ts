/** What sessions cost on the wire, as ratios between sizes: records that are pushed do not count, they have to move. */
import { describe, expect, it } from 'vitest';
import { Entries, manyEntries, messageBytes, World } from './world.ts';

const SIZES = [64, 1_024, 16_384];
const DIFFERENCES = [1, 2, 4, 8, 16, 32];
/** Prime, so that the changed keys are spread over all of them. */
const STRIDE = 977;
/** Digests below sixteen nodes: what it takes to see which part differs when nearly every node does. */
const ROUND_BYTES = 16 * 74;

interface Cost {
  readonly messageCount: number;
  readonly bytes: number;
}

/** The cost of one session for each number of differences, between two replicas of `recordCount`. */
function costsOf(recordCount: number, differences: readonly number[], isMissing = false): ReadonlyMap<number, Cost> {
  const world = new World(1);
  for (const [id, peer] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    world.add(id, new Entries(manyEntries(recordCount)), [peer], { depth: 3 });
  }
  const costs = new Map<number, Cost>();
  let version = 1;
  for (const count of differences) {
    version += 1;
    for (let nth = 0; nth < count; nth++) {
      const key = `key-${(nth * STRIDE) % recordCount}`;
      if (isMissing) world.node('a').replica.forget(key);
      else world.node('b').replica.merge({ key, version });
    }
    world.sent.length = 0;
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(world.nowMs + 500);
    expect(world.areEqual()).toBe(true);
    const messages = world.sent.map(({ message }) => message).filter(({ type }) => type !== 'push');
    costs.set(count, {
      messageCount: messages.length,
      bytes: messages.reduce((sum, message) => sum + messageBytes(message), 0),
    });
  }
  return costs;
}

describe('equal replicas', () => {
  it('pay two messages of a few bytes, whatever their size', () => {
    const costs = [0, 1, ...SIZES].map((recordCount) => costsOf(recordCount, [0]).get(0)!);
    expect(costs.map(({ messageCount }) => messageCount)).toEqual(costs.map(() => 2));
    const bytes = costs.map((cost) => cost.bytes);
    // The count of records is a varint: that is all that grows.
    expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThanOrEqual(2);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(64);
  });
});

describe.each([
  ['that hold different versions', false],
  ['of which one lacks records', true],
])('replicas %s', (_what, isMissing) => {
  const costs = new Map(SIZES.map((size) => [size, costsOf(size, DIFFERENCES, isMissing)]));
  const costAt = (recordCount: number, count: number): Cost => costs.get(recordCount)!.get(count)!;

  it('pay at most twice as much for twice as many differences, but for the round that shows them', () => {
    for (const size of SIZES) {
      for (const count of DIFFERENCES.slice(0, -1)) {
        expect(costAt(size, 2 * count).bytes).toBeLessThanOrEqual(2 * costAt(size, count).bytes + ROUND_BYTES);
      }
    }
  });

  it('pay for one more level, not sixteen times as much, for sixteen times as many records', () => {
    for (const count of DIFFERENCES) {
      for (const size of SIZES.slice(0, -1)) {
        const [less, more] = [costAt(size, count), costAt(16 * size, count)];
        // Per difference one node more, of 74 bytes. Two messages more, of 11, and a list that happens to be longer.
        expect((more.bytes - less.bytes) / count).toBeLessThanOrEqual(74 + 2 * 11 + 16 * 4);
        // The level, and what changes when the other side is the one that lists: a `done`, a `want`.
        if (count <= 4) expect(more.messageCount - less.messageCount).toBeLessThanOrEqual(3);
      }
    }
  });

  it('pay a small part of what it would cost to list all records', () => {
    const size = 16_384;
    expect(costAt(size, 1).bytes / (4 * size)).toBeLessThan(0.01);
    expect(costAt(size, 32).bytes / (4 * size)).toBeLessThan(0.1);
  });
});

describe('replicas that differ in everything', () => {
  it.each([0, 1])('pay for the digests of few nodes besides the lists, when %i of them is empty', (emptyCount) => {
    const recordCount = 1_024;
    const limits = { depth: 2, sessionNodeCountMax: 1_000, sessionRecordCountMax: 10_000 };
    const world = new World(1);
    const theirs = manyEntries(emptyCount === 0 ? recordCount : 0).map(([key]) => [key, 2] as const);
    world.add('a', new Entries(manyEntries(recordCount)), ['b'], limits);
    world.add('b', new Entries(theirs), ['a'], limits);
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(500);
    expect(world.areEqual()).toBe(true);
    const bytesOf = (...types: readonly string[]): number =>
      world.sent
        .filter(({ message }) => types.includes(message.type))
        .reduce((sum, { message }) => sum + messageBytes(message), 0);
    expect(bytesOf('digests') / bytesOf('push')).toBeLessThan(0.1);
    expect(bytesOf('probe', 'equal', 'done') / bytesOf('push')).toBeLessThan(0.05);
    // A record that one side lacks crosses once; of one that both hold, the older version may cross as well.
    const pushedCount = world.sent.reduce(
      (sum, { message }) => sum + (message.type === 'push' ? message.records.length : 0),
      0,
    );
    expect(pushedCount / recordCount).toBeLessThanOrEqual(emptyCount === 0 ? 2 : 1);
  });
});
