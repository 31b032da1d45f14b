/** Each test restates one sentence of a paper and cites it. Nothing else belongs in this file. */
import { describe, expect, it } from 'vitest';
import { BroadcastQueue, broadcastConfig } from '../src/index.ts';

function queueOf(values: readonly string[]): BroadcastQueue<string> {
  const queue = new BroadcastQueue<string>(broadcastConfig({ transmitMultiplier: 3 }));
  for (const value of values) queue.offer({ key: value, priority: 'normal', sizeBytes: 10, value });
  return queue;
}

describe('[SWIM §4.1] the buffer of updates to piggyback', () => {
  it.each([
    [9, 3],
    [99, 6],
    [999, 9],
  ])('piggybacks each update at most λ log n times: n = %i, %i times', (clusterSize, times) => {
    const queue = queueOf(['update']);
    const packets = Array.from({ length: 20 }, () => queue.take(100, clusterSize));
    expect(packets.flat()).toHaveLength(times);
  });

  it('prefers the updates that have been gossiped fewer times when not all fit', () => {
    const queue = queueOf(['a', 'b', 'c']);
    const counts = new Map<string, number>();
    for (let packet = 0; packet < 9; packet++) {
      for (const value of queue.take(20, 999)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([6, 6, 6]);
  });

  it('lets young updates overtake old ones when changes outrun the dissemination', () => {
    const queue = queueOf(['old-1', 'old-2']);
    queue.take(20, 999);
    queue.offer({ key: 'young', priority: 'normal', sizeBytes: 10, value: 'young' });
    expect(queue.take(10, 999)).toEqual(['young']);
  });
});
