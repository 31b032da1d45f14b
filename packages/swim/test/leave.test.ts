import { describe, expect, it } from 'vitest';
import { claim, Solo, WALL_MS } from './solo.ts';

describe('leave', () => {
  it('is told to all, first of all news, and ends when the news has spread', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.run(300);
    solo.command({ type: 'leave' });
    expect(solo.core.self).toMatchObject({ status: 'left', incarnation: 0, accuser: '' });
    expect(solo.core.self.endedAtSeconds).toBe(Math.floor((WALL_MS + 300) / 1_000));
    expect(solo.told).toEqual([]);
    solo.runUntil('gossip');
    expect(solo.sent('claims')[0]?.message.claims[0]).toEqual(solo.core.self);
    solo.run(1_000);
    expect(solo.told).toEqual(['left']);
  });

  it('ends with the step that sends it for the last time on another packet', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.command({ type: 'leave' });
    while (solo.core.newsCount > 0) solo.core.piggyback('a', 1_000);
    solo.hear('a', { type: 'nack', sequence: 0 });
    expect(solo.told).toEqual(['left']);
  });

  it('ends at once when nobody is there to be told', () => {
    const solo = new Solo();
    solo.command({ type: 'leave' });
    expect(solo.told).toEqual(['left']);
  });

  it('ends after its time when nobody listens any more, though it had to refute meanwhile', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.command({ type: 'leave' });
    solo.learn('a', claim('a', { status: 'left' }));
    solo.learn('a', { ...solo.core.self, incarnation: 3, status: 'dead' });
    expect(solo.core.self).toMatchObject({ status: 'left', incarnation: 4 });
    solo.out.clear();
    solo.run(4_999);
    expect(solo.told).toEqual([]);
    solo.run(1);
    expect(solo.told).toEqual(['left']);
    solo.run(20_000);
    expect(solo.told).toEqual(['left']);
  });

  it('is said once', () => {
    const solo = new Solo();
    solo.command({ type: 'leave' });
    solo.command({ type: 'leave' });
    expect(solo.told).toEqual(['left']);
  });

  it('ends probing: a probe under way accuses nobody, and no other begins', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    const { to } = solo.probe();
    solo.command({ type: 'leave' });
    solo.out.clear();
    solo.run(60_000);
    expect(solo.status(to)).toBe('alive');
    expect(solo.sent('ping')).toEqual([]);
    expect(solo.told).toEqual(['left']);
  });

  it('decides nothing: who has left hears no refutation', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.learn('b', claim('a', { status: 'suspect', accuser: 'b' }));
    solo.command({ type: 'leave' });
    solo.run(600_000);
    expect(solo.status('a')).toBe('suspect');
  });

  it('joins nobody any more, and answers no join', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.command({ type: 'join', seeds: ['10.0.1.1:1'] });
    solo.command({ type: 'leave' });
    solo.out.clear();
    solo.hear('10.0.1.1:1', { type: 'join-reply', claims: [claim('c')] });
    solo.hear('10.0.1.2:1', { type: 'join', claim: claim('d') });
    solo.run(100_000);
    expect(solo.sent('join')).toEqual([]);
    expect(solo.sent('join-reply')).toEqual([]);
    expect(solo.told).not.toContain('joined');
  });

  it('stays left when somebody says otherwise', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.command({ type: 'leave' });
    solo.learn('a', claim('self', { address: solo.core.self.address, incarnation: 5 }));
    expect(solo.core.self).toMatchObject({ status: 'left', incarnation: 6 });
    expect(solo.told).not.toContain('refuted');
  });
});

describe('join after a leave', () => {
  it('comes back in a higher incarnation and probes again, in one row of periods', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.command({ type: 'leave' });
    solo.run(1_000);
    solo.command({ type: 'join', seeds: ['10.0.1.1:1'] });
    expect(solo.core.self).toMatchObject({ status: 'alive', incarnation: 1, endedAtSeconds: 0 });
    expect(solo.table.get('self')).toBe(solo.core.self);
    expect(solo.sent('join')[0]?.message.claim).toBe(solo.core.self);
    solo.runTo(3_000);
    expect(solo.pending('period')).toHaveLength(1);
    solo.probe();
    expect(solo.sent('ping')).toHaveLength(1);
  });

  it('in the middle of a leave ends that first: who waits for it is not left waiting', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.command({ type: 'leave' });
    solo.command({ type: 'join', seeds: [] });
    expect(solo.told).toEqual(['left']);
    expect(solo.core.self).toMatchObject({ status: 'alive', incarnation: 1 });
    solo.run(20_000);
    expect(solo.events('left')).toHaveLength(1);
    solo.command({ type: 'leave' });
    solo.run(5_000);
    expect(solo.events('left')).toHaveLength(2);
  });

  it('decides about suspects anew: the time away does not count', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.learn('b', claim('a', { status: 'suspect', accuser: 'b' }));
    solo.command({ type: 'leave' });
    solo.runTo(600_000);
    solo.command({ type: 'join', seeds: [] });
    solo.runTo(602_900);
    expect(solo.status('a')).toBe('suspect');
    solo.runTo(604_000);
    expect(solo.status('a')).toBe('dead');
  });

  it('and a leave again is not ended by the time of the first', () => {
    // News that nobody hears in time: only the deadline ends a leave.
    const solo = new Solo({ isStarted: false, peers: ['a'], config: { gossipIntervalMs: 1_000_000 } });
    solo.command({ type: 'leave' });
    solo.runTo(1_000);
    solo.command({ type: 'join', seeds: [] });
    solo.runTo(4_000);
    solo.command({ type: 'leave' });
    solo.runTo(8_999);
    expect(solo.events('left')).toHaveLength(1);
    solo.runTo(9_000);
    expect(solo.events('left')).toHaveLength(2);
  });

  it('does not begin to probe before the start', () => {
    const solo = new Solo({ peers: ['a'], isStarted: false });
    solo.command({ type: 'leave' });
    solo.command({ type: 'join', seeds: [] });
    expect(solo.pending('period')).toEqual([]);
    solo.command({ type: 'start' });
    expect(solo.pending('period')).toHaveLength(1);
  });

  it('works as often as it is asked for', () => {
    const solo = new Solo({ peers: ['a'] });
    for (let round = 1; round <= 5; round++) {
      solo.command({ type: 'leave' });
      solo.command({ type: 'join', seeds: [] });
      expect(solo.core.self.incarnation).toBe(round);
    }
    solo.run(2_000);
    expect(solo.pending('period')).toHaveLength(1);
    expect(solo.events('left')).toHaveLength(5);
  });
});
