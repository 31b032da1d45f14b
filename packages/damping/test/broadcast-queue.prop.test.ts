import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BroadcastQueue,
  broadcastConfig,
  type NewsItem,
  PRIORITIES,
  type Priority,
  transmitLimit,
} from '../src/index.ts';

const priority = fc.constantFrom(...PRIORITIES);

/** Few keys and few sizes, so that replacement, ties and exact fits are common. */
const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('offer' as const),
      key: fc.nat(9),
      priority,
      size: fc.integer({ min: 1, max: 12 }),
      ttlMs: fc.constantFrom(1, 3, Infinity, Infinity),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('take' as const), budgetBytes: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('oversize' as const), budgetBytes: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('invalidate' as const), key: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('expire' as const), laterMs: fc.nat(2) }) },
);

/** One offered item and what became of it. */
interface Story extends NewsItem<Story> {
  transmissionCount: number;
  end: 'waiting' | 'replaced' | 'invalidated' | 'dropped' | 'spent' | 'expired';
}

function story(key: string, kind: Priority, sizeBytes: number, expiresAtMs: number): Story {
  const self = { key, priority: kind, sizeBytes, expiresAtMs, transmissionCount: 0, end: 'waiting' } as Story & {
    value: Story;
  };
  self.value = self;
  return self;
}

/** Exactly what is due expires. */
function expectExpired(queue: BroadcastQueue<Story>, stories: readonly Story[], nowMs: number): void {
  const due = stories.filter(({ end, expiresAtMs = 0 }) => end === 'waiting' && expiresAtMs <= nowMs);
  const expired = queue.expire(nowMs);
  expect(new Set(expired)).toEqual(new Set(due));
  for (const value of expired) value.end = 'expired';
}

/** Within the budget, and work-conserving: nothing that was left behind would have fitted as well. */
function expectFull(values: readonly Story[], stories: readonly Story[], budgetBytes: number): void {
  const takenBytes = values.reduce((total, value) => total + value.sizeBytes, 0);
  expect(takenBytes).toBeLessThanOrEqual(budgetBytes);
  const left = stories.filter(({ end }) => end === 'waiting').filter((value) => !values.includes(value));
  for (const { sizeBytes } of left) expect(takenBytes + sizeBytes).toBeGreaterThan(budgetBytes);
}

const CLUSTER_SIZE = 10;
const config = broadcastConfig({
  transmitMultiplier: 2,
  itemCountMax: 6,
  agingMs: 2,
  highOrder: 'oldest-first',
  bulkOrder: 'oldest-first',
});
const limit = transmitLimit(config.transmitMultiplier, CLUSTER_SIZE);

describe('BroadcastQueue, any sequence of operations', () => {
  it('never exceeds a budget, and transmits each item exactly to its limit unless it was replaced or lost', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const queue = new BroadcastQueue<Story>(config);
        const stories: Story[] = [];
        let nowMs = 0;
        const held = (key: string) => stories.find((other) => other.key === key && other.end === 'waiting');
        const transmit = (values: readonly Story[]) => {
          for (const value of values) value.transmissionCount += 1;
          for (const value of queue.drainSpent()) value.end = 'spent';
        };
        const run = (step: (typeof operations)[number]) => {
          if (step.type === 'offer') {
            const item = story(`${step.key}`, step.priority, step.size, nowMs + step.ttlMs);
            const previous = held(item.key);
            if (previous !== undefined) previous.end = 'replaced';
            stories.push(item);
            const dropped = queue.offer(item);
            if (dropped !== undefined) dropped.end = 'dropped';
          } else if (step.type === 'invalidate') {
            const previous = held(`${step.key}`);
            expect(queue.invalidate(`${step.key}`)).toBe(previous !== undefined);
            if (previous !== undefined) previous.end = 'invalidated';
          } else if (step.type === 'expire') {
            nowMs += step.laterMs;
            expectExpired(queue, stories, nowMs);
          } else if (step.type === 'take') {
            const values = queue.take(step.budgetBytes, CLUSTER_SIZE);
            expect(new Set(values).size).toBe(values.length);
            expectFull(values, stories, step.budgetBytes);
            for (const value of values) expect(value.end).toBe('waiting');
            transmit(values);
          } else {
            const value = queue.takeOversize(step.budgetBytes, CLUSTER_SIZE);
            const oversize = stories.filter(({ end, sizeBytes }) => end === 'waiting' && sizeBytes > step.budgetBytes);
            expect(value === undefined).toBe(oversize.length === 0);
            if (value !== undefined) expect(oversize).toContain(value);
            transmit(value === undefined ? [] : [value]);
          }
        };
        const check = () => {
          const waiting = stories.filter(({ end }) => end === 'waiting');
          expect(queue.size).toBe(waiting.length);
          expect(queue.size).toBeLessThanOrEqual(config.itemCountMax);
          expect(queue.sizeBytes).toBe(waiting.reduce((total, { sizeBytes }) => total + sizeBytes, 0));
          for (const { key } of waiting) expect(queue.has(key)).toBe(true);
          for (const kind of PRIORITIES) {
            expect(queue.countOf(kind)).toBe(waiting.filter((value) => value.priority === kind).length);
          }
          for (const { end, transmissionCount } of stories) {
            if (end === 'spent') expect(transmissionCount).toBe(limit);
            else expect(transmissionCount).toBeLessThan(limit);
          }
        };
        for (const step of operations) {
          run(step);
          check();
        }
        // Then it drains: whatever waits is transmitted to its limit, within a bounded number of packets.
        for (let packet = 0; packet < config.itemCountMax * limit; packet++) run({ type: 'take', budgetBytes: 12 });
        check();
        const countOf = (end: Story['end']) => stories.filter((value) => value.end === end).length;
        expect([queue.size, queue.expiredCount, queue.droppedCount]).toEqual([
          0,
          countOf('expired'),
          countOf('dropped'),
        ]);
      }),
    );
  });
});

const PER_MILLE = [500, 250, 150, 100];
const PACKET_COUNT = 150;

/** Bytes that each class sends while all of them wait: class i has items of `sizes[i]` bytes only. */
function sentUnderOverload(sizes: readonly number[], budgetBytes: number): readonly number[] {
  const queue = new BroadcastQueue<number>(broadcastConfig({ transmitMultiplier: 100, itemCountMax: 100_000 }));
  for (const [index, kind] of PRIORITIES.entries()) {
    for (let item = 0; item < 200; item++) {
      queue.offer({ key: `${kind}-${item}`, priority: kind, sizeBytes: sizes[index]!, value: index });
    }
  }
  const sentBytes = [0, 0, 0, 0];
  for (let packet = 0; packet < PACKET_COUNT; packet++) {
    for (const index of queue.take(budgetBytes, 1)) sentBytes[index]! += sizes[index]!;
  }
  for (const kind of PRIORITIES) expect(queue.countOf(kind)).toBe(200);
  return sentBytes;
}

describe('BroadcastQueue under overload', () => {
  const sizesUpTo = (max: number) => fc.array(fc.integer({ min: 1, max }), { minLength: 4, maxLength: 4 });
  const budget = fc.integer({ min: 100, max: 140 });

  it('gives every class its share of each packet, less the room of one item that may be lost to packing', () => {
    fc.assert(
      fc.property(sizesUpTo(50), budget, (sizes, budgetBytes) => {
        const sharedBytes = PACKET_COUNT * (budgetBytes - Math.max(...sizes) + 1);
        for (const [index, bytes] of sentUnderOverload(sizes, budgetBytes).entries()) {
          expect(bytes).toBeGreaterThanOrEqual((sharedBytes * PER_MILLE[index]!) / 1_000 - budgetBytes);
        }
      }),
    );
  });

  it('gives every class half its share at least, however badly the items pack', () => {
    fc.assert(
      fc.property(sizesUpTo(100), budget, (sizes, budgetBytes) => {
        const sentBytes = sentUnderOverload(sizes, budgetBytes);
        const totalBytes = sentBytes.reduce((total, bytes) => total + bytes, 0);
        for (const [index, bytes] of sentBytes.entries()) {
          expect(bytes).toBeGreaterThanOrEqual((totalBytes * PER_MILLE[index]!) / 2_000 - budgetBytes);
        }
      }),
    );
  });

  it('starves no class while new items of mixed sizes arrive faster than they leave', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 100 })), (stream) => {
        const sizes = stream[Symbol.iterator]();
        const nextSize = (): number => sizes.next().value as number;
        const queue = new BroadcastQueue<readonly [number, number]>(broadcastConfig({ itemCountMax: 400 }));
        const sentBytes = [0, 0, 0, 0];
        let key = 0;
        const offer = (index: number) => {
          const sizeBytes = nextSize();
          queue.offer({ key: `${key++}`, priority: PRIORITIES[index]!, sizeBytes, value: [index, sizeBytes] });
        };
        let totalBytes = 0;
        for (let packet = 0; packet < 400; packet++) {
          for (let index = 0; index < 4; index++) while (queue.countOf(PRIORITIES[index]!) < 60) offer(index);
          for (const [index, sizeBytes] of queue.take(140, 1)) {
            sentBytes[index]! += sizeBytes;
            totalBytes += sizeBytes;
          }
        }
        for (const [index, share] of [0.5, 0.25, 0.15, 0.1].entries()) {
          expect(sentBytes[index]! / totalBytes).toBeGreaterThan(share * 0.9);
        }
      }),
      { numRuns: 20 },
    );
  });
});
