import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../src/index.ts';

describe('EventQueue', () => {
  it('gives values back by time, and those of one time in the order of insertion', () => {
    const action = fc.oneof(fc.record({ timeMs: fc.nat(4) }), fc.constant('pop' as const));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const queue = new EventQueue<number>();
        const model: { timeMs: number; order: number }[] = [];
        actions.forEach((step, order) => {
          if (step === 'pop') {
            model.sort((a, b) => a.timeMs - b.timeMs || a.order - b.order);
            expect(queue.nextMs).toBe(model[0]?.timeMs ?? Number.POSITIVE_INFINITY);
            expect(queue.pop()).toBe(model.shift()?.order);
          } else {
            queue.push(step.timeMs, order);
            model.push({ timeMs: step.timeMs, order });
          }
          expect(queue.size).toBe(model.length);
        });
      }),
    );
  });

  it('grows beyond its first capacity without losing or reordering anything', () => {
    const queue = new EventQueue<number>();
    const count = 10_000;
    for (let value = 0; value < count; value++) queue.push((value * 7_919) % count, (value * 7_919) % count);
    const popped: (number | undefined)[] = [];
    while (queue.size > 0) popped.push(queue.pop());
    expect(popped).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  it('keeps the order of insertion at one time when it grows', () => {
    const queue = new EventQueue<number>();
    const count = 5_000;
    for (let value = 0; value < count; value++) queue.push(0, value);
    const popped = Array.from({ length: count }, () => queue.pop());
    expect(popped).toEqual(Array.from({ length: count }, (_, index) => index));
  });
});
