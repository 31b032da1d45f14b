import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rumorConfig } from '../src/index.ts';
import { OriginOrder } from '../src/origin-order.ts';

const id = (origin: string, sequence: number) => ({ origin, generation: 1, sequence });
const config = (partial = {}) => rumorConfig({ deliveryOrder: 'fifo', holdMsMax: 100, ...partial });

describe('OriginOrder', () => {
  it('holds what comes too soon until the gap is filled, for each origin apart', () => {
    const order = new OriginOrder<string>(config());
    expect(order.offer(id('a', 1), 'a1', 0)).toEqual(['a1']);
    expect(order.offer(id('a', 3), 'a3', 0)).toEqual([]);
    expect(order.offer(id('b', 1), 'b1', 0)).toEqual(['b1']);
    expect(order.offer(id('a', 4), 'a4', 0)).toEqual([]);
    expect(order.heldCount).toBe(2);
    expect(order.offer(id('a', 2), 'a2', 0)).toEqual(['a2', 'a3', 'a4']);
    expect(order.heldCount).toBe(0);
  });

  it('gives a gap up after the time, and delivers nothing from it later', () => {
    const order = new OriginOrder<string>(config());
    order.offer(id('a', 5), 'a5', 0);
    order.offer(id('a', 7), 'a7', 60);
    expect(order.release(99)).toEqual([]);
    expect(order.release(100)).toEqual(['a5']);
    expect(order.release(160)).toEqual(['a7']);
    expect(order.offer(id('a', 6), 'a6', 161)).toEqual([]);
    expect(order.skippedCount).toBe(1);
    expect(order.offer(id('a', 8), 'a8', 161)).toEqual(['a8']);
  });

  it('holds no more than it may: the origin that passes the bound is delivered with its gaps', () => {
    const order = new OriginOrder<string>(config({ holdCountMax: 2 }));
    order.offer(id('b', 2), 'b2', 0);
    order.offer(id('a', 3), 'a3', 0);
    expect(order.offer(id('a', 5), 'a5', 0)).toEqual(['a3', 'a5']);
    expect(order.heldCount).toBe(1);
  });

  it('delivers everything once and in order, whatever the order of arrival', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8]), (arrivals) => {
        const order = new OriginOrder<number>(config());
        const delivered = arrivals.flatMap((sequence) => order.offer(id('a', sequence), sequence, 0));
        for (let nowMs = 100; order.heldCount > 0; nowMs += 100) delivered.push(...order.release(nowMs));
        expect(delivered).toEqual(arrivals.toSorted((a, b) => a - b));
      }),
    );
  });
});
