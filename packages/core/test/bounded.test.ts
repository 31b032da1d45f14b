import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap, BoundedQueue } from '../src/index.ts';

describe('BoundedMap', () => {
  it('forgets its oldest entry, counts it and tells which', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    expect(map.set('c', 4)).toBe('b');
    expect([...map.keys()]).toEqual(['a', 'c']);
    expect([...map.values()]).toEqual([3, 4]);
    expect(map.evictedCount).toBe(1);
    expect(map.has('b')).toBe(false);
    expect(map.get('a')).toBe(3);
    expect(map.delete('a')).toBe(true);
    map.clear();
    expect(map.size).toBe(0);
  });
});

describe('BoundedQueue', () => {
  it('is first in, first out, and drops the oldest above its bound', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 80 }), (operations) => {
        const queue = new BoundedQueue<number>(4);
        const model: number[] = [];
        let droppedCount = 0;
        for (const operation of operations) {
          if (operation === undefined) expect(queue.shift()).toBe(model.shift());
          else {
            model.push(operation);
            const dropped = model.length > 4 ? model.shift() : undefined;
            if (dropped !== undefined) droppedCount += 1;
            expect(queue.push(operation)).toBe(dropped);
          }
          expect(queue.size).toBe(model.length);
          expect(queue.droppedCount).toBe(droppedCount);
        }
      }),
    );
  });
});
