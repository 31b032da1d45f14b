import { aliveClaim } from '@hearsay/membership';
import type { StackEvent } from '@hearsay/stack';
import { describe, expect, it } from 'vitest';
import { RoundTrips } from '../src/round-trips.ts';

const probe = (target: string, rttMs: number, outcome: 'direct' | 'indirect' | 'failed' = 'direct') =>
  ({ type: 'probe-ended', target, outcome, rttMs, nackCount: 0 }) as StackEvent;
const claim = aliveClaim({ name: 'b', address: '10.0.0.2:7946', generation: 1, status: 'left' });

describe('RoundTrips', () => {
  it('knows the last direct round trip to each member', () => {
    const roundTrips = new RoundTrips();
    for (const event of [probe('b', 5), probe('c', 7), probe('b', 6)]) roundTrips.note(event);
    expect([roundTrips.of('b'), roundTrips.of('c'), roundTrips.of('d')]).toEqual([6, 7, undefined]);
  });

  it('tells how all of them are spread', () => {
    const roundTrips = new RoundTrips();
    for (const event of [probe('b', 0.4), probe('c', 7), probe('b', 9_000)]) roundTrips.note(event);
    const { sum, buckets } = roundTrips.metric();
    expect(sum).toBeCloseTo(9.0074);
    expect(buckets[0]).toEqual({ upTo: 0.000_5, count: 1 });
    expect(buckets.find(({ upTo }) => upTo === 0.01)?.count).toBe(2);
    expect(buckets.at(-1)).toEqual({ upTo: Number.POSITIVE_INFINITY, count: 3 });
  });

  it('takes no detour and no failure for a round trip', () => {
    const roundTrips = new RoundTrips();
    roundTrips.note(probe('b', 5));
    roundTrips.note(probe('b', 400, 'indirect'));
    roundTrips.note(probe('b', 1_000, 'failed'));
    roundTrips.note(probe('c', 400, 'indirect'));
    expect([roundTrips.of('b'), roundTrips.of('c')]).toEqual([5, undefined]);
  });

  it('forgets members that are gone', () => {
    const roundTrips = new RoundTrips();
    for (const type of ['member-left', 'member-failed'] as const) {
      roundTrips.note(probe('b', 5));
      roundTrips.note({ type, claim, accuser: 'c' } as StackEvent);
      expect(roundTrips.of('b')).toBeUndefined();
    }
  });
});
