import type { StackEvent } from '@hearsay/stack';
import { describe, expect, it } from 'vitest';
import { EventCounters } from '../src/counters.ts';

const reconciled: StackEvent = { type: 'reconciled', replica: 'store', peer: 'b', sentCount: 0, receivedCount: 0 };
const joined: StackEvent = { type: 'joined', seed: 'b', memberCount: 2 };
const probe = (outcome: 'direct' | 'indirect' | 'failed') =>
  ({ type: 'probe-ended', target: 'b', outcome, rttMs: 1, nackCount: 0 }) as StackEvent;

describe('EventCounters', () => {
  it('has no sample before anything happened', () => {
    expect(new EventCounters().metrics()).toEqual([]);
  });

  it('counts by type, and probes by how they ended', () => {
    const counters = new EventCounters();
    for (const event of [joined, reconciled, joined, probe('direct'), probe('failed'), probe('direct')])
      counters.count(event);
    expect(counters.metrics().map(({ labels, value }) => [labels?.type, labels?.outcome, value])).toEqual([
      ['joined', '', 2],
      ['reconciled', '', 1],
      ['probe-ended', 'direct', 2],
      ['probe-ended', 'failed', 1],
    ]);
    expect(new Set(counters.metrics().map(({ name, type, help }) => `${name} ${type} ${help}`)).size).toBe(1);
  });
});
