import { describe, expect, it } from 'vitest';
import { claim, Solo } from './solo.ts';

describe('a pause of our own process', () => {
  it('is told once with the time lost, and counts against local health by the timeouts that it lasted', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    const dueMs = solo.timers[0]!.dueMs;
    solo.pause(1_700);
    const lostMs = solo.nowMs - dueMs;
    expect(solo.events('paused')).toEqual([
      { type: 'paused', lostMs, localHealth: Math.ceil(lostMs / solo.config.probeTimeoutMs) },
    ]);
    expect(solo.core.localHealth).toBe(Math.ceil(lostMs / 500));
  });

  it('is nothing below the tolerance', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.runTo(solo.pending('period')[0]!.dueMs - 1);
    solo.pause(201);
    expect(solo.told).toEqual([]);
    expect(solo.sent('ping')).toHaveLength(1);
  });

  it('ends the probe under way without a verdict, and the next begins as usual', () => {
    const solo = new Solo({ peers: ['a', 'b', 'c', 'd', 'e'] });
    const { to, sequence } = solo.probe();
    solo.out.clear();
    solo.pause(20_000);
    expect(solo.status(to)).toBe('alive');
    expect(solo.told).toEqual(['paused']);
    expect(solo.sent('ping')).toHaveLength(1);
    // The answer that waited in the socket belongs to no probe any more.
    solo.hear(to, { type: 'ack', sequence, path: 'packet' });
    expect(solo.told).toEqual(['paused']);
  });

  it('does not count for a suspicion', () => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b', 'c'] });
    solo.learn('b', claim('a', { status: 'suspect', accuser: 'b' }), claim('a', { status: 'suspect', accuser: 'c' }));
    const timeoutMs = solo.core.evidenceOf('a')!.timeoutMs;
    solo.run(3_000);
    solo.pause(20_000);
    const [lost] = solo.events('paused');
    expect(lost!.lostMs).toBeGreaterThan(18_900);
    solo.runTo(timeoutMs + lost!.lostMs - 1);
    expect(solo.status('a')).toBe('suspect');
    solo.run(2);
    expect(solo.status('a')).toBe('dead');
  });
});
