import { describe, expect, it } from 'vitest';
import { antiEntropyConfig } from '../src/index.ts';
import { PeerRates } from '../src/peer-rates.ts';
import { Harness, ofType } from './harness.ts';
import { type Message, manyEntries } from './world.ts';

const everything: Message = { type: 'items', session: 7, buckets: [{ level: 0, index: 0, fingerprints: [] }] };

describe('the bytes that a peer gets', () => {
  it('come from a bucket of its own that fills with time, up to its size', () => {
    const rates = new PeerRates(antiEntropyConfig({ sessionBytesMax: 1_000, peerBytesPerSecond: 100 }));
    const taken = (peer: string): number => {
      let count = 0;
      while (rates.take(peer, 10)) count += 1;
      return count;
    };
    expect([taken('b'), taken('b'), taken('c')]).toEqual([100, 0, 100]);
    rates.at(1_000);
    expect(taken('b')).toBe(10);
    rates.at(1_000_000);
    expect(taken('b')).toBe(100);
    // A clock that seems to go back fills nothing, and takes nothing away.
    rates.at(0);
    expect(taken('b')).toBe(0);
    expect(rates.refusedCount).toBe(6);
  });

  it('are counted until the bucket is full again, and not longer', () => {
    const rates = new PeerRates(antiEntropyConfig({ sessionBytesMax: 1_000, peerBytesPerSecond: 100 }));
    rates.take('b', 100);
    rates.take('c', 2_000);
    rates.take('d', 10);
    rates.at(999);
    rates.forgetFull();
    expect(rates.ratedCount).toBe(3);
    rates.at(1_000);
    rates.forgetFull();
    // The last one is full too, and waits behind one that is not.
    expect(rates.ratedCount).toBe(2);
    expect([rates.take('b', 1), rates.take('c', 1)]).toEqual([true, false]);
    rates.at(21_000);
    rates.forgetFull();
    expect(rates.ratedCount).toBe(0);
  });

  it('may be more than the bucket for one record, which leaves a debt', () => {
    const rates = new PeerRates(antiEntropyConfig({ sessionBytesMax: 1_000, peerBytesPerSecond: 100 }));
    expect(rates.take('b', 2_000)).toBe(true);
    rates.at(9_000);
    expect(rates.take('b', 1)).toBe(false);
    rates.at(11_000);
    expect(rates.take('b', 1)).toBe(true);
  });

  it('bound what it is pushed, and the answer says that it was cut', () => {
    const config = { sessionBytesMax: 2_000, peerBytesPerSecond: 500 };
    const node = new Harness({ content: manyEntries(1_000), config });
    const countOf = (peer: string): number =>
      ofType(node.hear(peer, everything), 'push').flatMap(({ records }) => records).length;
    const first = countOf('b');
    expect(first).toBeGreaterThan(100);
    expect(first).toBeLessThan(125);
    expect(countOf('b')).toBeLessThan(3);
    expect(node.hear('b', everything).at(-1)).toMatchObject({ type: 'done', isComplete: false });
    expect(countOf('c')).toBe(first);
    node.nowMs += 1_000;
    expect(countOf('b')).toBeGreaterThan(20);
    expect(node.core.throttledCount).toBeGreaterThan(0);
  });
});
