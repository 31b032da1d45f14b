import type { Claim } from '@hearsay/membership';
import type { StackEvent } from '@hearsay/stack';
import { describe, expect, it } from 'vitest';
import { RoundTrips } from '../src/round-trips.ts';

const probe = (target: string, rttMs: number, outcome: 'direct' | 'indirect' | 'failed' = 'direct') =>
  ({ type: 'probe-ended', target, outcome, rttMs, nackCount: 0 }) as StackEvent;
const claim: Claim = {
  name: 'b',
  address: '10.0.0.2:7946',
  generation: 1,
  incarnation: 0,
  status: 'left',
  tags: new Map(),
  accuser: '',
};

describe('RoundTrips', () => {
  it('knows the last direct round trip to each member', () => {
    const roundTrips = new RoundTrips();
    for (const event of [probe('b', 5), probe('c', 7), probe('b', 6)]) roundTrips.note(event);
    expect([roundTrips.of('b'), roundTrips.of('c'), roundTrips.of('d')]).toEqual([6, 7, undefined]);
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
