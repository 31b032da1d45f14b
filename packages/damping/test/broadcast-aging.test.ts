import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BroadcastConfig, BroadcastQueue, broadcastConfig, PRIORITIES, type Priority } from '../src/index.ts';

const queue = (partial: Partial<BroadcastConfig> = {}) => new BroadcastQueue<string>(broadcastConfig(partial));
const news = (value: string, sizeBytes = 10, priority: Priority = 'normal') => ({
  key: value,
  priority,
  sizeBytes,
  value,
});

describe('the order in a class', () => {
  it('is the oldest first where it is configured, and the newest first elsewhere', () => {
    const waiting = queue({ highOrder: 'oldest-first', bulkOrder: 'oldest-first' });
    for (const priority of PRIORITIES) for (const n of [1, 2, 3]) waiting.offer(news(`${priority}-${n}`, 10, priority));
    const sent = Array.from({ length: 12 }, () => waiting.take(10, 1)[0] ?? '');
    const numbersOf = (priority: Priority) => sent.filter((value) => value.startsWith(priority)).join(' ');
    expect(numbersOf('critical')).toMatch(/^critical-3 critical-2 critical-1/);
    expect(numbersOf('high')).toMatch(/^high-1 high-2 high-3/);
    expect(numbersOf('normal')).toMatch(/^normal-3 normal-2/);
    expect(numbersOf('bulk')).toMatch(/^bulk-1/);
  });

  it('is by transmissions before it is by age', () => {
    const waiting = queue({ normalOrder: 'oldest-first' });
    for (const value of ['a', 'b']) waiting.offer(news(value));
    expect([1, 2, 3, 4].map(() => waiting.take(10, 1)[0])).toEqual(['a', 'b', 'a', 'b']);
  });

  it('decides what is dropped: what would go last', () => {
    const waiting = queue({ itemCountMax: 2, normalOrder: 'oldest-first' });
    expect(['a', 'b', 'c'].map((value) => waiting.offer(news(value)))).toEqual([undefined, undefined, 'c']);
  });
});

describe('expiry', () => {
  it('forgets and returns what is of no use any more, the earliest first', () => {
    const waiting = queue();
    waiting.offer({ ...news('late'), expiresAtMs: 300 });
    waiting.offer({ ...news('early'), expiresAtMs: 100 });
    waiting.offer({ ...news('middle'), expiresAtMs: 200 });
    waiting.offer(news('never'));
    expect(waiting.expire(99)).toEqual([]);
    expect(waiting.expire(200)).toEqual(['early', 'middle']);
    expect([waiting.size, waiting.sizeBytes, waiting.expiredCount, waiting.has('early')]).toEqual([2, 20, 2, false]);
    expect(waiting.take(100, 1)).toEqual(['never', 'late']);
    // Also after it was transmitted and waits again.
    expect(waiting.expire(1e9)).toEqual(['late']);
    expect(waiting.droppedCount).toBe(0);
  });

  it('takes no time back', () => {
    const waiting = queue({ agingMs: 1_000 });
    waiting.expire(500);
    waiting.offer({ ...news('a'), expiresAtMs: 400 });
    expect(waiting.expire(300)).toEqual(['a']);
  });

  it('does not return what has left in another way', () => {
    const waiting = queue({ transmitMultiplier: 1, itemCountMax: 2 });
    for (const value of ['spent', 'invalid', 'replaced']) waiting.offer({ ...news(value), expiresAtMs: 10 });
    // At the bound the oldest was dropped.
    waiting.invalidate('invalid');
    waiting.offer(news('replaced'));
    expect(waiting.expire(10)).toEqual([]);
  });
});

describe('aging', () => {
  /** 100 bytes per packet, a packet each 100 ms, and as much new news as leaves. The sizes of packets that old news fills. */
  function oldSent(partial: Partial<BroadcastConfig>, packetCount: number): readonly number[] {
    const waiting = queue({ transmitMultiplier: 1, ...partial });
    for (let old = 0; old < 10; old++) waiting.offer(news(`old-${old}`));
    return Array.from({ length: packetCount }, (_, packet) => {
      waiting.expire(packet * 100);
      for (let fresh = 0; fresh < 10; fresh++) waiting.offer(news(`new-${packet}-${fresh}`));
      return waiting.take(100, 1).filter((value) => value.startsWith('old')).length;
    });
  }

  it('serves what has waited for long, with its share, though new news would fill every packet', () => {
    const sent = oldSent({ agingMs: 2_000, agedSharePerMille: 300 }, 30);
    expect(sent.slice(0, 20)).toEqual(Array(20).fill(0));
    // Three in ten from then on, and one of the old may begin.
    expect(sent.slice(20, 23).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(9);
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(10);
  });

  it('lets fresh news pass all others for ever when nobody tells the time', () => {
    const waiting = queue({ transmitMultiplier: 1 });
    waiting.offer(news('old'));
    for (let packet = 0; packet < 200; packet++) {
      waiting.offer(news(`${packet}`));
      expect(waiting.take(10, 1)).toEqual([`${packet}`]);
    }
  });

  it('counts from the last transmission', () => {
    const waiting = queue({ transmitMultiplier: 4, agingMs: 1_000 });
    waiting.offer(news('old'));
    waiting.expire(900);
    expect(waiting.take(10, 1)).toEqual(['old']);
    waiting.expire(1_800);
    waiting.offer(news('new'));
    expect(waiting.take(10, 1)).toEqual(['new']);
    waiting.expire(1_900);
    waiting.offer(news('newer'));
    expect(waiting.take(10, 1)).toEqual(['old']);
  });

  it('serves by age what no packet can carry, too', () => {
    const waiting = queue({ transmitMultiplier: 1, agingMs: 1_000, agedSharePerMille: 500 });
    for (const value of ['old-1', 'old-2', 'old-3']) waiting.offer(news(value, 50));
    waiting.expire(1_000);
    for (const value of ['new-1', 'new-2', 'new-3']) waiting.offer(news(value, 50));
    expect([1, 2, 3, 4].map(() => waiting.takeOversize(20, 1))).toEqual(['old-1', 'new-3', 'old-2', 'new-2']);
  });

  it('passes over what has waited longest and does not fit', () => {
    const waiting = queue({ transmitMultiplier: 1, agingMs: 1_000 });
    for (const value of ['large-1', 'large-2']) waiting.offer(news(value, 500));
    waiting.offer(news('old'));
    waiting.expire(1_000);
    waiting.offer(news('new'));
    expect(waiting.take(10, 1)).toEqual(['old']);
    expect(waiting.takeOversize(10, 1)).toBe('large-1');
    expect(waiting.take(500, 1)).toEqual(['new']);
  });

  it('forgives what was served by age as soon as nothing is old', () => {
    const waiting = queue({ transmitMultiplier: 1, agingMs: 1_000 });
    waiting.offer(news('large', 100));
    waiting.expire(1_000);
    expect(waiting.take(100, 1)).toEqual(['large']);
    waiting.offer(news('calm'));
    expect(waiting.take(10, 1)).toEqual(['calm']);
    waiting.offer(news('old'));
    waiting.expire(2_000);
    waiting.offer(news('new'));
    expect(waiting.take(10, 1)).toEqual(['old']);
  });

  it('does not save up a claim while nothing is old', () => {
    const waiting = queue({ transmitMultiplier: 1, agingMs: 1_000 });
    for (let item = 0; item < 100; item++) waiting.offer(news(`calm-${item}`));
    for (let packet = 0; packet < 10; packet++) waiting.take(100, 1);
    for (let item = 0; item < 8; item++) waiting.offer(news(`old-${item}`));
    waiting.expire(1_000);
    for (let item = 0; item < 8; item++) waiting.offer(news(`new-${item}`));
    expect(waiting.take(40, 1)).toEqual(['old-0', 'new-7', 'new-6', 'new-5']);
  });
});

describe('under overload', () => {
  const item = fc.record({ class: fc.nat(3), sizeBytes: fc.integer({ min: 1, max: 60 }) });

  it('no item waits for ever: none longer than its class needs for all that is older, at its share', () => {
    fc.assert(
      fc.property(fc.infiniteStream(item), fc.array(fc.nat(3), { minLength: 10, maxLength: 40 }), (stream, backlog) => {
        const items = stream[Symbol.iterator]();
        const waiting = new BroadcastQueue<string>(broadcastConfig({ transmitMultiplier: 1, agingMs: 500 }));
        const first = new Set<string>();
        for (const [index, kind] of backlog.entries()) {
          first.add(`first-${index}`);
          waiting.offer(news(`first-${index}`, 60, PRIORITIES[kind]));
        }
        let packet = 0;
        // The worst: all in bulk, which has a tenth of the bytes, of which a quarter goes by age: 60 bytes in 20 packets
        // of 120. Sizes that do not pack well may cost half of that again.
        for (; first.size > 0 && packet < 5 + backlog.length * 40; packet++) {
          waiting.expire(packet * 100);
          // All classes are offered more than fits.
          for (let fresh = 0; fresh < 12; fresh++) {
            const { class: kind, sizeBytes } = items.next().value as { class: number; sizeBytes: number };
            waiting.offer(news(`${packet}-${fresh}`, sizeBytes, PRIORITIES[fresh < 4 ? fresh : kind]));
          }
          for (const value of waiting.take(120, 1)) first.delete(value);
        }
        expect([...first]).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
